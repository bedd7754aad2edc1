//! The demo's words.

use protocol::action::{Action, Button, Point};
use protocol::editor::EditorCommand;
use protocol::transcript::{Tool, ToolResult, ToolStatus};

use super::grammar::{Misunderstanding, Step};
use crate::tools::app_name;
use crate::transcript::canned_results::{DENIED, NO_OUTPUT};

/// What the demo says of itself.
pub(super) const WHAT_I_AM: &str = "(I am Deskhand's demo and no AI: I follow a few fixed commands. Set \
ANTHROPIC_API_KEY where Deskhand is started to let Claude do the work.)";

/// What the demo says when a person hands the desktop back in the middle of what it does.
pub(super) const AFTER_TAKEOVER: &str = "You handed back, so I go on with what is left.";

const ABILITIES: &str = "\
- open the terminal, the browser at https://example.com, the text editor, the file manager
- type \"some text\", press Return, press ctrl+s 3 times, hold shift for 2 seconds
- click at 100,200, click right (or double, middle, triple) at 100,200, move to 100,200, drag from 100,200 to 300,400, \
mouse down, mouse up, where is the pointer?
- scroll down 5 at 100,200, wait 2 seconds
- take a screenshot, zoom from 0,0 to 640,400
- run `ls ~`, restart the shell
- write \"text\" into ~/Outputs/notes.txt, read ~/Outputs/notes.txt, replace \"old\" with \"new\" in \
~/Outputs/notes.txt, insert \"a line\" into ~/Outputs/notes.txt after line 2, undo the last edit of \
~/Outputs/notes.txt
- say \"hello\", ask \"Which one?\" with \"this\" or \"that\"

Put commas, line ends, \"then\" or \"and\" between commands.";

/// Most characters of a command's output that the demo repeats.
const MAX_OUTPUT_CHARS: usize = 2_000;

/// How the demo meets people.
pub(super) fn greeting() -> String {
    format!(
        "Hello! I am Deskhand's demo and no AI: I only understand a few fixed commands, but I carry them out on a \
         real desktop that you can watch. Try:\n\n{}\n\nI can:\n{ABILITIES}\n\nTo have Claude understand anything \
         you write, set ANTHROPIC_API_KEY where Deskhand is started, and start it again.",
        super::EXAMPLES.map(|example| format!("> {example}")).join("\n>\n")
    )
}

/// The answer to a request that is not in the language.
pub(super) fn not_understood(problem: &Misunderstanding) -> String {
    match problem {
        Misunderstanding::NothingFamiliar => greeting(),
        Misunderstanding::Statement { statement, hint } => {
            let hint = hint.as_ref().map(|hint| format!(" Hint: {hint}")).unwrap_or_default();
            format!(
                "I don't understand '{statement}', so I did nothing.{hint}\n\nI can:\n{ABILITIES}\n\n{WHAT_I_AM}"
            )
        }
    }
}

/// The answer to commands where there is no desktop.
pub(super) fn no_desktop(steps: &[Step]) -> String {
    let said: Vec<&str> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Say(text) => Some(text.as_str()),
            Step::Do(_) => None,
        })
        .collect();
    if said.len() == steps.len() && !said.is_empty() {
        return format!("{}\n\n{WHAT_I_AM}", said.join("\n\n"));
    }
    format!(
        "I understand that, but this conversation has no desktop to do it on, so I did nothing.\n\n{WHAT_I_AM}"
    )
}

/// What the demo is about to do.
pub(super) fn announcement(tools: &[&Tool]) -> String {
    let steps: Vec<String> = tools.iter().map(|tool| describe(tool).will).collect();
    format!("I'll {}.", listed(&steps))
}

/// What was done and what was not, from the results alone.
pub(super) fn report(tools: &[&Tool], results: &[&ToolResult]) -> String {
    let mut done = Vec::new();
    let mut outputs = Vec::new();
    let mut problem = None;
    let mut undone = Vec::new();
    for (index, tool) in tools.iter().enumerate() {
        let words = describe(tool);
        match results.get(index) {
            Some(result) if result.status == ToolStatus::Done => {
                done.push(words.did);
                outputs.extend(output(tool, result));
            }
            Some(result) if matches!(result.status, ToolStatus::Failed | ToolStatus::Interrupted) => {
                problem = Some(format!("I could not {}: {}", words.will, result.text));
            }
            Some(result) if result.text.starts_with(DENIED) => {
                problem = Some(format!("I did not {}, because you did not approve it.", words.will));
            }
            _ => undone.push(words.will),
        }
    }
    let mut parts = Vec::new();
    if !done.is_empty() {
        let lead = if problem.is_none() && undone.is_empty() { "Done: I " } else { "I " };
        parts.push(format!("{lead}{}.", listed(&done)));
    }
    parts.extend(outputs);
    parts.extend(problem);
    if !undone.is_empty() {
        parts.push(format!("I did not {}.", listed_or(&undone)));
    }
    parts.push(WHAT_I_AM.to_owned());
    parts.join("\n\n")
}

/// What a step brought to light.
fn output(tool: &Tool, result: &ToolResult) -> Option<String> {
    match tool {
        Tool::Shell { command: Some(command), .. } => {
            let printed: String = result.text.chars().take(MAX_OUTPUT_CHARS).collect();
            if printed == NO_OUTPUT {
                return None;
            }
            Some(format!("`{command}` printed:\n\n```\n{printed}\n```"))
        }
        Tool::Editor { edit: EditorCommand::View { path, .. } } if !result.text.is_empty() => {
            let read: String = result.text.chars().take(MAX_OUTPUT_CHARS).collect();
            Some(format!("In `{path}`:\n\n```\n{read}\n```"))
        }
        Tool::Ask { .. } => Some(format!("You answered: {}", result.text)),
        Tool::Computer { action: Action::CursorPosition } => {
            Some(format!("The pointer is at {}.", result.text))
        }
        _ => None,
    }
}

/// A step in words: what will be done, and what was.
struct Described {
    will: String,
    did: String,
}

fn both(will: &str, did: &str, rest: &str) -> Described {
    Described { will: format!("{will}{rest}"), did: format!("{did}{rest}") }
}

fn describe(tool: &Tool) -> Described {
    match tool {
        Tool::Open { app, argument } => {
            let place = argument.as_ref().map(|argument| format!(" at {argument}")).unwrap_or_default();
            both("open", "opened", &format!(" the {}{place}", app_name(*app)))
        }
        Tool::Shell { command: Some(command), .. } => both("run", "ran", &format!(" `{command}`")),
        Tool::Shell { command: None, .. } => both("restart", "restarted", " the shell"),
        Tool::Computer { action } => describe_action(action),
        Tool::Editor { edit } => describe_edit(edit),
        Tool::Ask { question, .. } => both("ask", "asked", &format!(" \"{question}\"")),
        Tool::Invalid { name, .. } => both("do", "did", &format!(" {name}")),
    }
}

fn describe_edit(edit: &EditorCommand) -> Described {
    match edit {
        EditorCommand::View { path, .. } => both("read", "read", &format!(" {path}")),
        EditorCommand::Create { path, .. } => both("write", "wrote", &format!(" {path}")),
        EditorCommand::StrReplace { path, old_str, .. } => {
            both("replace", "replaced", &format!(" \"{old_str}\" in {path}"))
        }
        EditorCommand::Insert { path, insert_line, .. } => {
            both("insert", "inserted", &format!(" lines into {path} after line {insert_line}"))
        }
        EditorCommand::UndoEdit { path } => both("undo", "undid", &format!(" the last edit of {path}")),
    }
}

fn describe_action(action: &Action) -> Described {
    match action {
        Action::Screenshot => both("take", "took", " a screenshot"),
        Action::Zoom { region } => both("zoom", "zoomed", &format!(" in at {},{}", region.x, region.y)),
        Action::MouseMove { to } => both("move", "moved", &format!(" the pointer to {}", place(*to))),
        Action::Click { button, count, at, .. } => {
            let kind = match (button, count) {
                (Button::Right, _) => "right-",
                (Button::Middle, _) => "middle-",
                (Button::Left, 2) => "double-",
                (Button::Left, 3) => "triple-",
                (Button::Left, _) => "",
            };
            both(&format!("{kind}click"), &format!("{kind}clicked"), &at_place(*at))
        }
        Action::Drag { from, to, .. } => {
            let from = from.map(|from| format!(" from {}", place(from))).unwrap_or_default();
            both("drag", "dragged", &format!("{from} to {}", place(*to)))
        }
        Action::MouseDown { button } => {
            both("hold", "held", &format!(" the {} mouse button down", name(*button)))
        }
        Action::MouseUp { button } => both("let", "let", &format!(" the {} mouse button go", name(*button))),
        Action::CursorPosition => both("look", "looked", " where the pointer is"),
        Action::Scroll { direction, clicks, at, .. } => {
            let direction = format!("{direction:?}").to_lowercase();
            both("scroll", "scrolled", &format!(" {direction} by {clicks}{}", at_place(*at)))
        }
        Action::Type { text } => both("type", "typed", &format!(" \"{text}\"")),
        Action::Key { chord, repeat } => {
            let times = if *repeat == 1 { String::new() } else { format!(" {repeat} times") };
            both("press", "pressed", &format!(" {chord}{times}"))
        }
        Action::HoldKey { chord, duration_ms } => {
            both("hold", "held", &format!(" {chord} for {}", seconds(*duration_ms)))
        }
        Action::Wait { duration_ms } => both("wait", "waited", &format!(" {}", seconds(*duration_ms))),
    }
}

fn name(button: Button) -> &'static str {
    match button {
        Button::Left => "left",
        Button::Middle => "middle",
        Button::Right => "right",
    }
}

fn place(point: Point) -> String {
    format!("{},{}", point.x, point.y)
}

fn at_place(at: Option<Point>) -> String {
    at.map(|at| format!(" at {}", place(at))).unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "at most 300,000")]
fn seconds(duration_ms: u64) -> String {
    format!("{} s", duration_ms as f64 / 1000.0)
}

fn listed(items: &[String]) -> String {
    joined(items, "and")
}

fn listed_or(items: &[String]) -> String {
    joined(items, "or")
}

fn joined(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first, second] => format!("{first} {word} {second}"),
        [init @ .., last] => format!("{}, {word} {last}", init.join(", ")),
    }
}
