//! The shell.

use protocol::transcript::Tool;
use serde_json::{Value, json};

use super::FunctionTool;

/// Runs a command.
pub const SHELL: FunctionTool = FunctionTool {
    name: "shell",
    description: "Run a command in a persistent bash shell on the desktop's machine and read what it prints. A command \
                  is stopped after 120 s.",
    schema,
    read,
};

pub(super) fn write(command: Option<&str>, restart: bool) -> Value {
    if restart { json!({ "restart": true }) } else { json!({ "command": command }) }
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "command": { "type": "string", "description": "What to run." },
            "restart": { "type": "boolean", "description": "Start a new shell instead." },
        },
    })
}

/// Reads a call, under whatever name.
pub(crate) fn read(input: &Value) -> Result<Tool, &'static str> {
    let restart = input.get("restart").and_then(Value::as_bool).unwrap_or(false);
    let command = input.get("command").and_then(Value::as_str).map(str::to_owned);
    match command.filter(|command| !command.trim().is_empty() && !restart) {
        None if !restart => Err("The shell needs 'command' or 'restart'."),
        command => Ok(Tool::Shell { command, restart }),
    }
}
