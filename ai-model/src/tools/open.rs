//! Opens programs.

use protocol::transcript::{App, Tool};
use serde_json::{Map, Value, json};

use super::FunctionTool;

/// Opens a program.
pub const OPEN: FunctionTool = FunctionTool {
    name: "open",
    description: "Open a program on the desktop and wait until its window has the focus.",
    schema,
    read,
};

const APPS: [(App, &str); 4] = [
    (App::Terminal, "terminal"),
    (App::Browser, "browser"),
    (App::TextEditor, "text_editor"),
    (App::FileManager, "file_manager"),
];

pub(super) fn write(app: App, argument: Option<&str>) -> Value {
    let name = APPS.iter().find(|(known, _)| *known == app).map(|(_, name)| *name);
    let mut input = Map::new();
    input.insert("app".to_owned(), json!(name));
    if let Some(argument) = argument {
        input.insert("argument".to_owned(), json!(argument));
    }
    Value::Object(input)
}

fn schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "app": { "type": "string", "enum": APPS.map(|(_, name)| name), "description": "Which program." },
            "argument": {
                "type": "string",
                "description": "What to open in it: an address for the browser, a file or folder for others.",
            },
        },
        "required": ["app"],
    })
}

fn read(input: &Value) -> Result<Tool, &'static str> {
    let text = |field: &str| input.get(field).and_then(Value::as_str);
    let app = text("app").and_then(|app| APPS.iter().find(|(_, name)| *name == app));
    let (app, _) = app.ok_or("'app' must be terminal, browser, text_editor or file_manager.")?;
    let argument = text("argument").filter(|argument| !argument.trim().is_empty()).map(str::to_owned);
    Ok(Tool::Open { app: *app, argument })
}
