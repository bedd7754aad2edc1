//! Looks at files and changes them.

use protocol::editor::EditorCommand;
use protocol::transcript::Tool;
use serde::Deserialize as _;
use serde_json::{Value, json};

use super::FunctionTool;

/// Looks at files and changes them.
pub const EDITOR: FunctionTool = FunctionTool {
    name: "editor",
    description: "Look at files and change them. view: read 'path', a text file with numbered lines (or only \
                  'view_range'), a picture, or a folder. create: write 'file_text' to 'path', in place of what was \
                  there. str_replace: put 'new_str' where 'old_str' stands, which must be exactly once. insert: put \
                  'insert_text' behind line 'insert_line'; 0 is the top.",
    schema,
    read,
};

fn schema() -> Value {
    let text = |what: &str| json!({ "type": "string", "description": what });
    json!({
        "type": "object",
        "properties": {
            "command": { "type": "string", "enum": ["view", "create", "str_replace", "insert"] },
            "path": text("The file or folder: absolute, or within the home folder ~."),
            "view_range": {
                "type": "array",
                "items": { "type": "integer" },
                "minItems": 2,
                "maxItems": 2,
                "description": "First and last line, from 1; a last line of -1 is the end.",
            },
            "file_text": text("All of the new file's text."),
            "old_str": text("The text to replace."),
            "new_str": text("What to put in its place."),
            "insert_line": { "type": "integer", "minimum": 0, "description": "The line before the new ones." },
            "insert_text": text("The new lines."),
        },
        "required": ["command", "path"],
    })
}

/// Reads a call, under whatever name: the commands are the agent's own.
pub(crate) fn read(input: &Value) -> Result<Tool, &'static str> {
    match EditorCommand::deserialize(input) {
        Ok(edit) => Ok(Tool::Editor { edit }),
        Err(_) => Err("The editor needs 'command' (view, create, str_replace or insert) and its fields."),
    }
}
