//! Runs commands in a persistent shell.

use futures_util::future::BoxFuture;
use protocol::agent::shell::{ShellRequest, ShellResult};
use protocol::transcript::approval::Effect;
use protocol::transcript::{Tool, ToolStatus};
use serde_json::{Value, json};

use super::arguments::{Arguments, Read};
use super::behavior::{Behavior, Description, Repetition};
use super::executor::{CallContext, ToolExecutor};
use super::function::FunctionTool;
use super::output::{MAX_OUTPUT_CHARS, Output, quoted, shortened};
use crate::desktop_client::DesktopError;
use crate::transcript::canned_results::{NO_OUTPUT, SHELL_RESTARTED};

/// The time limit of a command, in milliseconds.
const TIMEOUT_MS: u64 = 120_000;

/// The function that models call.
pub const SHELL: FunctionTool = FunctionTool {
    name: "shell",
    description: "Run a command in a persistent bash shell on the desktop's machine and read what it prints. A command \
                  is stopped after 120 s.",
    schema,
    read,
};

/// A command to run, or a new shell to start.
pub(super) struct Shell<'a> {
    pub(super) command: Option<&'a str>,
    pub(super) restart: bool,
}

impl Behavior for Shell<'_> {
    fn effects(&self) -> &'static [Effect] {
        &[Effect::Shell]
    }

    fn repetition(&self) -> Repetition {
        Repetition::Output
    }

    fn function_call(&self) -> Option<(&'static str, Value)> {
        let input =
            if self.restart { json!({ "restart": true }) } else { json!({ "command": self.command }) };
        Some((SHELL.name, input))
    }

    fn execute<'a>(
        &'a self,
        executor: &'a mut ToolExecutor,
        context: CallContext,
    ) -> BoxFuture<'a, Result<Output, DesktopError>> {
        Box::pin(async move {
            executor.unsettled = true;
            let Self { command, restart } = *self;
            let request =
                ShellRequest { restart, command: command.map(str::to_owned), timeout_ms: TIMEOUT_MS };
            let result = executor.desktop.shell(&request).await?;
            let output = match command {
                None if restart => Output::text(ToolStatus::Done, SHELL_RESTARTED),
                _ => output_of(&result),
            };
            executor.with_owed_screenshot(output, context).await
        })
    }

    fn description(&self) -> Description {
        match self.command {
            Some(command) => Description::new("run", "ran", &format!(" `{command}`")),
            None => Description::new("restart", "restarted", " the shell"),
        }
    }

    fn report(&self, result: &str) -> Option<String> {
        let command = self.command.filter(|_| result != NO_OUTPUT)?;
        Some(format!("`{command}` printed:\n\n{}", quoted(result)))
    }
}

fn output_of(result: &ShellResult) -> Output {
    let mut text = shortened(result.output.trim_end(), MAX_OUTPUT_CHARS);
    if result.timed_out {
        text.push_str("\n[The command was stopped after 120 s.]");
        return Output::text(ToolStatus::Failed, text.trim_start());
    }
    match result.exit_code {
        Some(0) if text.trim().is_empty() => NO_OUTPUT.clone_into(&mut text),
        Some(0) => {}
        Some(code) => text.push_str(&format!("\n[exit status {code}]")),
        None => text.push_str("\n[The shell ended. Restart it before the next command.]"),
    }
    Output::text(ToolStatus::Done, text.trim_start_matches('\n'))
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

/// Decodes a call of either name.
fn read(arguments: &Arguments<'_>) -> Read<Tool> {
    let restart = arguments.flag("restart")?.unwrap_or(false);
    let command = arguments.optional_text("command")?;
    match command.filter(|command| !command.trim().is_empty() && !restart) {
        None if !restart => Err("The shell needs 'command' or 'restart'.".to_owned()),
        command => Ok(Tool::Shell { command, restart }),
    }
}
