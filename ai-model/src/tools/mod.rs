//! Tools of our own, which any model may call as functions. Here is the one list of them: a tool that is to be called
//! so gets its place in [`ALL`] and in [`write`].

mod ask;
mod editor;
pub(crate) mod effects;
pub(crate) mod executor;
mod held_buttons;
mod open;
mod shell;

use protocol::transcript::Tool;
use serde_json::Value;

pub use ask::ASK_USER;
pub use editor::EDITOR;
pub(crate) use editor::read as read_editor;
pub use effects::effects_of;
pub use executor::Hands;
pub(crate) use executor::app_name;
pub use open::OPEN;
pub use shell::SHELL;
pub(crate) use shell::read as read_shell;

/// A tool that is declared by name, description and JSON schema.
#[derive(Debug, Clone, Copy)]
pub struct FunctionTool {
    /// The name.
    pub name: &'static str,
    /// What it is for, in words for the model.
    pub description: &'static str,
    schema: fn() -> Value,
    read: fn(&Value) -> Result<Tool, &'static str>,
}

impl FunctionTool {
    /// The JSON schema of its input.
    #[must_use]
    pub fn schema(&self) -> Value {
        (self.schema)()
    }

    /// Reads a call of it.
    #[must_use]
    pub fn read(&self, input: &Value) -> Tool {
        (self.read)(input).unwrap_or_else(|problem| invalid(self.name, problem))
    }
}

/// All of them, for models that bring nothing but a way of using the screen. The list never changes within a
/// conversation.
pub const ALL: [FunctionTool; 4] = [SHELL, OPEN, EDITOR, ASK_USER];

/// The function tool with this name.
#[must_use]
pub fn named(name: &str) -> Option<FunctionTool> {
    ALL.into_iter().find(|tool| tool.name == name)
}

/// Reads a call; `None` when it is of none of them.
#[must_use]
pub fn decode(name: &str, input: &Value) -> Option<Tool> {
    named(name).map(|tool| tool.read(input))
}

/// A call of our own tools as a model would have written it: the name and the input.
#[must_use]
pub fn write(tool: &Tool) -> Option<(&'static str, Value)> {
    match tool {
        Tool::Shell { command, restart } => Some((SHELL.name, shell::write(command.as_deref(), *restart))),
        Tool::Open { app, argument } => Some((OPEN.name, open::write(*app, argument.as_deref()))),
        Tool::Editor { edit } => Some((EDITOR.name, serde_json::to_value(edit).ok()?)),
        Tool::Ask { question, choices } => Some((ASK_USER.name, ask::write(question, choices))),
        Tool::Computer { .. } | Tool::Invalid { .. } => None,
    }
}

/// A call that can't be understood.
pub(crate) fn invalid(name: &str, problem: impl Into<String>) -> Tool {
    Tool::Invalid { name: name.to_owned(), problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use protocol::editor::EditorCommand;
    use protocol::transcript::App;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_read_as_it_was_written() {
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
            let (name, input) = write(&tool).unwrap();
            assert_eq!(decode(name, &input), Some(tool));
            let schema = named(name).unwrap().schema();
            for field in input.as_object().unwrap().keys() {
                assert!(schema["properties"][field].is_object(), "{name} declares {field}");
            }
        }
    }

    #[test]
    fn what_makes_no_sense_is_said_so() {
        let table = [
            (SHELL, json!({}), "The shell needs"),
            (SHELL, json!({ "command": " " }), "The shell needs"),
            (OPEN, json!({ "app": "doom" }), "'app' must be"),
            (EDITOR, json!({ "command": "burn", "path": "a" }), "The editor needs"),
            (ASK_USER, json!({}), "'question' must be"),
            (ASK_USER, json!({ "question": " " }), "'question' must be"),
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
        assert_eq!(decode("fly", &json!({})), None);
    }
}
