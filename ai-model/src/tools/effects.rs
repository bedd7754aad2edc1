//! What a call does to the world, and whether that needs a person's word.

use std::collections::BTreeSet;

use protocol::action::{Action, Button};
use protocol::editor::EditorCommand;
use protocol::transcript::Tool;
use protocol::transcript::approval::{ApprovalPolicy, Effect};

/// What of a call needs a person's word; empty when nothing does.
pub(crate) fn need_approval(policy: &ApprovalPolicy, tool: &Tool) -> BTreeSet<Effect> {
    let effects = effects_of(tool);
    match policy {
        ApprovalPolicy::Nothing => BTreeSet::new(),
        ApprovalPolicy::Everything => effects,
        ApprovalPolicy::Effects { effects: guarded } => effects.intersection(guarded).copied().collect(),
    }
}

/// What a call does. Looking, waiting and asking do nothing.
#[must_use]
pub fn effects_of(tool: &Tool) -> BTreeSet<Effect> {
    let effects: &[Effect] = match tool {
        Tool::Computer { action } => return effects_of_action(action),
        Tool::Shell { .. } => &[Effect::Shell],
        Tool::Open { .. } => &[Effect::Navigating],
        Tool::Editor { edit: EditorCommand::View { .. } } => &[],
        Tool::Editor { .. } => &[Effect::Editing],
        Tool::Ask { .. } | Tool::Invalid { .. } => &[],
    };
    effects.iter().copied().collect()
}

fn effects_of_action(action: &Action) -> BTreeSet<Effect> {
    let effects: &[Effect] = match action {
        Action::Screenshot | Action::Zoom { .. } | Action::CursorPosition | Action::Wait { .. } => &[],
        // The middle button pastes.
        Action::Click { button: Button::Middle, .. } | Action::MouseDown { button: Button::Middle } => {
            &[Effect::Pointing, Effect::Typing]
        }
        Action::Click { .. }
        | Action::MouseDown { .. }
        | Action::MouseMove { .. }
        | Action::Drag { .. }
        | Action::MouseUp { .. }
        | Action::Scroll { .. } => &[Effect::Pointing],
        Action::Type { text } if text.contains(['\n', '\r']) => &[Effect::Typing, Effect::Submitting],
        Action::Key { chord, .. } | Action::HoldKey { chord, .. } if submits(chord) => {
            &[Effect::Typing, Effect::Submitting]
        }
        Action::Type { .. } | Action::Key { .. } | Action::HoldKey { .. } => &[Effect::Typing],
    };
    effects.iter().copied().collect()
}

/// Whether a chord is the Return key, under any of its names and with whatever held, or what terminals take for it.
fn submits(chord: &str) -> bool {
    let keys: Vec<String> = chord.split('+').map(|key| key.trim().to_lowercase()).collect();
    let is_one_of = |names: &[&str]| keys.iter().any(|key| names.contains(&key.as_str()));
    is_one_of(&["return", "enter", "kp_enter", "iso_enter", "3270_enter", "linefeed"])
        || (is_one_of(&["ctrl", "control", "control_l", "control_r"]) && is_one_of(&["j", "m"]))
}

/// Whether an action is sent to the screen, as against looking at it or waiting.
#[must_use]
pub(crate) fn is_input(tool: &Tool) -> bool {
    matches!(tool, Tool::Computer { .. }) && !effects_of(tool).is_empty()
}

#[cfg(test)]
mod tests {
    use protocol::action::{Point, Region, ScrollDirection};
    use protocol::transcript::App;

    use super::Effect::{Editing, Navigating, Pointing, Shell, Submitting, Typing};
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

    #[test]
    fn a_policy_picks_what_needs_a_word() {
        let only =
            |effects: &[Effect]| ApprovalPolicy::Effects { effects: effects.iter().copied().collect() };
        let table = [
            (ApprovalPolicy::Nothing, typed("ls\n"), vec![]),
            (ApprovalPolicy::Everything, typed("ls\n"), vec![Typing, Submitting]),
            (ApprovalPolicy::Everything, click(Button::Left), vec![Pointing]),
            (ApprovalPolicy::Everything, act(Action::Screenshot), vec![]),
            (only(&[Submitting]), typed("ls"), vec![]),
            (only(&[Submitting]), typed("ls\n"), vec![Submitting]),
            (only(&[Typing, Shell]), key("a"), vec![Typing]),
            (only(&[Typing, Shell]), click(Button::Middle), vec![Typing]),
            (only(&[]), key("a"), vec![]),
        ];
        for (policy, tool, needed) in table {
            assert_eq!(need_approval(&policy, &tool), needed.into_iter().collect(), "{policy:?} {tool:?}");
        }
    }
}
