//! Tools that any model may call as functions.

use protocol::transcript::Tool;
use serde_json::Value;

use super::arguments::{Arguments, Read};
use super::{ASK_USER, EDITOR, OPEN, SHELL, behavior_of, invalid};

/// A tool that is declared by name, description and JSON schema.
#[derive(Debug, Clone, Copy)]
pub struct FunctionTool {
    /// The name.
    pub name: &'static str,
    /// The description for the model.
    pub description: &'static str,
    pub(super) schema: fn() -> Value,
    pub(super) read: fn(&Arguments<'_>) -> Read<Tool>,
}

impl FunctionTool {
    /// The JSON schema of its input.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Decodes the input of a call.
    #[must_use]
    pub fn read(&self, input: &Value) -> Tool {
        self.read_as(self.name, input)
    }

    /// Decodes the input of a call of a vendor's tool with another name.
    pub(crate) fn read_as(&self, name: &str, input: &Value) -> Tool {
        (self.read)(&Arguments::of(input)).unwrap_or_else(|problem| invalid(name, problem))
    }
}

/// All functions, in the order of their declaration. It never changes within a conversation, because vendors' caches
/// depend on it.
pub const FUNCTIONS: [FunctionTool; 4] = [SHELL, OPEN, EDITOR, ASK_USER];

/// The function with this name.
#[must_use]
pub fn function_named(name: &str) -> Option<FunctionTool> {
    FUNCTIONS.into_iter().find(|function| function.name == name)
}

/// Decodes a call of a function; `None` when there is no function of this name.
#[must_use]
pub fn read_call(name: &str, input: &Value) -> Option<Tool> {
    function_named(name).map(|function| function.read(input))
}

/// Encodes a call: the function's name and the input. `None` when it is not a function's call.
#[must_use]
pub fn write_call(tool: &Tool) -> Option<(&'static str, Value)> {
    behavior_of(tool).function_call()
}

#[cfg(test)]
mod tests {
    use protocol::editor::EditorCommand;
    use protocol::transcript::App;
    use serde_json::json;

    use super::*;

    #[test]
    fn calls_round_trip() {
        let path = || "~/a".to_owned();
        let edit = |edit| Tool::Editor { edit };
        let ask = |choices: &[&str]| Tool::Ask {
            question: "Tea?".to_owned(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        };
        let calls = [
            Tool::Shell { command: Some("ls".to_owned()), restart: false },
            Tool::Shell { command: None, restart: true },
            Tool::Open { app: App::TextEditor, argument: None },
            Tool::Open { app: App::Browser, argument: Some("https://example.org".to_owned()) },
            edit(EditorCommand::View { path: path(), view_range: Some([1, -1]), max_characters: None }),
            edit(EditorCommand::Create { path: path(), file_text: "x\n".to_owned() }),
            edit(EditorCommand::StrReplace {
                path: path(),
                old_str: "x".to_owned(),
                new_str: "y".to_owned(),
            }),
            edit(EditorCommand::Insert { path: path(), insert_line: 0, insert_text: "z\n".to_owned() }),
            ask(&[]),
            ask(&["yes", "no"]),
        ];
        for tool in calls {
            let (name, input) = write_call(&tool).unwrap();
            assert_eq!(read_call(name, &input), Some(tool));
            let schema = function_named(name).unwrap().schema();
            for field in input.as_object().unwrap().keys() {
                assert!(schema["properties"][field].is_object(), "{name} declares {field}");
            }
        }
    }

    #[test]
    fn invalid_calls_name_their_problem() {
        let table = [
            (SHELL, json!({}), "The shell needs"),
            (SHELL, json!({ "command": " " }), "The shell needs"),
            (
                OPEN,
                json!({ "app": "doom" }),
                "'app' must be terminal, browser, text_editor or file_manager, not \"doom\".",
            ),
            (EDITOR, json!({ "command": "burn", "path": "a" }), "'command' must be view, create,"),
            (ASK_USER, json!({}), "'question' is missing"),
            (ASK_USER, json!({ "question": " " }), "'question' is missing"),
            (ASK_USER, json!({ "question": "?", "choices": "a" }), "'choices' must be"),
        ];
        for (tool, input, expected) in table {
            match tool.read(&input) {
                Tool::Invalid { name, problem } => {
                    assert!(name == tool.name && problem.starts_with(expected), "{input} {problem}");
                }
                other => panic!("{input} {other:?}"),
            }
        }
        assert_eq!(read_call("fly", &json!({})), None);
    }
}
