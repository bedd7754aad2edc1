//! What a model can call: a file for each tool, with its declaration, its effects, its execution and its description.
//!
//! A new tool is a variant of [`Tool`], a file here that implements [`Behavior`], and its lines in [`behavior_of`] and
//! in [`FUNCTIONS`]. A vendor's encoding of a tool of its own stays with the vendor.
//!
//! Reading order: `arguments` reads calls in whatever form models write them, `behavior` is what every tool provides,
//! `executor` executes calls on the desktop, `output` is their outcome, `function` declares tools as functions and decodes
//! their calls.

pub(crate) mod arguments;
mod ask;
mod behavior;
pub(crate) mod computer;
mod editor;
mod executor;
mod function;
mod invalid;
mod open;
mod output;
mod shell;

use std::collections::BTreeSet;

use protocol::transcript::Tool;
use protocol::transcript::approval::Effect;

pub use ask::ASK_USER;
pub(crate) use behavior::{Behavior, ImageContent, Repetition};
pub use editor::EDITOR;
pub use executor::ToolExecutor;
pub(crate) use executor::{CallContext, CapturedImage, Executed};
pub use function::{FUNCTIONS, FunctionTool, function_named, read_call, write_call};
pub(crate) use invalid::invalid;
pub use open::OPEN;
pub(crate) use output::one_line;
pub use shell::SHELL;

/// The behavior of a call: the only place that distinguishes tools.
pub(crate) fn behavior_of(tool: &Tool) -> Box<dyn Behavior + '_> {
    match tool {
        Tool::Computer { action } => Box::new(computer::Computer(action)),
        Tool::Shell { command, restart } => {
            Box::new(shell::Shell { command: command.as_deref(), restart: *restart })
        }
        Tool::Open { app, argument } => Box::new(open::Open { app: *app, argument: argument.as_deref() }),
        Tool::Editor { edit } => Box::new(editor::Edit(edit)),
        Tool::Ask { question, choices } => Box::new(ask::Ask { question, choices }),
        Tool::Invalid { name, problem } => Box::new(invalid::Invalid { name, problem }),
    }
}

/// The effects of a call; none if it only looks, waits or asks.
#[must_use]
pub fn effects_of(tool: &Tool) -> BTreeSet<Effect> {
    behavior_of(tool).effects().iter().copied().collect()
}

#[cfg(test)]
mod tests {
    use protocol::action::{Action, Button, Point, Region, ScrollDirection};
    use protocol::transcript::App;
    use protocol::transcript::approval::Effect::{Editing, Navigating, Pointing, Shell, Submitting, Typing};

    use super::*;

    const AT: Point = Point { x: 1, y: 2 };

    fn act(action: Action) -> Tool {
        Tool::Computer { action }
    }

    fn typed(text: &str) -> Tool {
        act(Action::Type { text: text.to_owned() })
    }

    fn key(chord: &str) -> Tool {
        act(Action::Key { chord: chord.to_owned(), repeat: 1 })
    }

    fn edit(command: serde_json::Value) -> Tool {
        Tool::Editor { edit: serde_json::from_value(command).unwrap() }
    }

    fn click(button: Button) -> Tool {
        act(Action::Click { button, count: 1, at: Some(AT), modifiers: Vec::new() })
    }

    #[test]
    fn every_call_has_its_effects() {
        let hold = |chord: &str| act(Action::HoldKey { chord: chord.to_owned(), duration_ms: 1 });
        let region = Region { x: 0, y: 0, width: 1, height: 1 };
        let scroll =
            Action::Scroll { direction: ScrollDirection::Up, clicks: 1, at: None, modifiers: Vec::new() };
        let table: Vec<(Tool, &[Effect])> = vec![
            (act(Action::Screenshot), &[]),
            (act(Action::Zoom { region }), &[]),
            (act(Action::CursorPosition), &[]),
            (act(Action::Wait { duration_ms: 1 }), &[]),
            (act(Action::MouseMove { to: AT }), &[Pointing]),
            (click(Button::Left), &[Pointing]),
            (click(Button::Right), &[Pointing]),
            (click(Button::Middle), &[Pointing, Typing]),
            (act(Action::Drag { from: None, to: AT, modifiers: Vec::new() }), &[Pointing]),
            (act(Action::MouseDown { button: Button::Left }), &[Pointing]),
            (act(Action::MouseDown { button: Button::Middle }), &[Pointing, Typing]),
            (act(Action::MouseUp { button: Button::Left }), &[Pointing]),
            (act(scroll), &[Pointing]),
            (typed("hello"), &[Typing]),
            (typed("a\tb"), &[Typing]),
            (typed("ls\n"), &[Typing, Submitting]),
            (typed("ls\r"), &[Typing, Submitting]),
            (key("a"), &[Typing]),
            (key("ctrl+s"), &[Typing]),
            (key("m"), &[Typing]),
            (key("Return"), &[Typing, Submitting]),
            (key("ENTER"), &[Typing, Submitting]),
            (key("KP_Enter"), &[Typing, Submitting]),
            (key("ctrl+Return"), &[Typing, Submitting]),
            (key("Shift + Enter"), &[Typing, Submitting]),
            (key("ctrl+j"), &[Typing, Submitting]),
            (key("Control_L+M"), &[Typing, Submitting]),
            (key("Down Down Return"), &[Typing, Submitting]),
            (key("ctrl-m"), &[Typing, Submitting]),
            (key("<ctrl>Return"), &[Typing, Submitting]),
            (key("↵"), &[Typing, Submitting]),
            (key("⌃m"), &[Typing, Submitting]),
            (key("Down Down"), &[Typing]),
            // What nobody can read may be anything.
            (key("no such key"), &[Typing, Submitting]),
            (hold("shift"), &[Typing]),
            (hold("Return"), &[Typing, Submitting]),
            (Tool::Shell { command: Some("ls".to_owned()), restart: false }, &[Shell]),
            (Tool::Shell { command: None, restart: true }, &[Shell]),
            (Tool::Open { app: App::Browser, argument: None }, &[Navigating]),
            (edit(serde_json::json!({ "command": "view", "path": "/a" })), &[]),
            (edit(serde_json::json!({ "command": "create", "path": "/a", "file_text": "" })), &[Editing]),
            (edit(serde_json::json!({ "command": "str_replace", "path": "/a", "old_str": "x" })), &[Editing]),
            (
                edit(
                    serde_json::json!({ "command": "insert", "path": "/a", "insert_line": 0, "insert_text": "" }),
                ),
                &[Editing],
            ),
            (edit(serde_json::json!({ "command": "undo_edit", "path": "/a" })), &[Editing]),
            (Tool::Ask { question: "?".to_owned(), choices: Vec::new() }, &[]),
            (Tool::Invalid { name: String::new(), problem: String::new() }, &[]),
        ];
        for (tool, effects) in table {
            assert_eq!(effects_of(&tool), effects.iter().copied().collect(), "{tool:?}");
        }
    }
}
