//! The demo's texts.

use protocol::transcript::{Tool, ToolResult, ToolStatus};

use super::grammar::{Misunderstanding, Step};
use crate::tools::behavior_of;
use crate::transcript::canned_results::DENIED;

/// What the demo says about itself.
pub(super) const SELF_DESCRIPTION: &str = "(I'm Deskhand's demo, not an AI: I only follow a few fixed commands. To use Claude, set \
ANTHROPIC_API_KEY where Deskhand is started.)";

/// Said when a person hands back control with steps remaining.
pub(super) const AFTER_TAKEOVER: &str = "You handed back control. Continuing with the remaining steps.";

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

/// The answer to a message without commands.
pub(super) fn greeting() -> String {
    format!(
        "Hello! I'm Deskhand's demo, not an AI: I only understand a few fixed commands, but I carry them out on a real \
         desktop that you can watch. Try:\n\n{}\n\nI can:\n{ABILITIES}\n\nTo have Claude understand anything you write, set \
         ANTHROPIC_API_KEY where Deskhand is started, then restart Deskhand.",
        super::EXAMPLES.map(|example| format!("> {example}")).join("\n>\n")
    )
}

/// The answer to a request that is not in the language.
pub(super) fn not_understood(problem: &Misunderstanding) -> String {
    match problem {
        Misunderstanding::NoStatement => greeting(),
        Misunderstanding::Statement { statement, hint } => {
            let hint = hint.as_ref().map(|hint| format!(" Hint: {hint}")).unwrap_or_default();
            format!(
                "I didn't understand \"{statement}\", so I did nothing.{hint}\n\nI can:\n{ABILITIES}\n\n{SELF_DESCRIPTION}"
            )
        }
    }
}

/// The answer to commands where there is no desktop.
pub(super) fn no_desktop(steps: &[Step]) -> String {
    let texts: Vec<&str> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Say(text) => Some(text.as_str()),
            Step::Do(_) => None,
        })
        .collect();
    if texts.len() == steps.len() && !texts.is_empty() {
        return format!("{}\n\n{SELF_DESCRIPTION}", texts.join("\n\n"));
    }
    format!(
        "I understand that, but this conversation has no desktop, so I did nothing.\n\n{SELF_DESCRIPTION}"
    )
}

/// Announces the calls to come.
pub(super) fn announcement(tools: &[&Tool]) -> String {
    let steps: Vec<String> = tools.iter().map(|tool| behavior_of(tool).description().will).collect();
    format!("I'll {}.", listed(&steps))
}

/// Reports what was done and what was not, from the results alone.
pub(super) fn report(tools: &[&Tool], results: &[&ToolResult]) -> String {
    let mut done = Vec::new();
    let mut outputs = Vec::new();
    let mut problem = None;
    let mut undone = Vec::new();
    for (index, tool) in tools.iter().enumerate() {
        let behavior = behavior_of(tool);
        let description = behavior.description();
        match results.get(index) {
            Some(result) if result.status == ToolStatus::Done => {
                done.push(description.did);
                outputs.extend(behavior.report(&result.text));
            }
            Some(result) if matches!(result.status, ToolStatus::Failed | ToolStatus::Interrupted) => {
                problem = Some(format!("I couldn't {}: {}", description.will, result.text));
            }
            Some(result) if result.text.starts_with(DENIED) => {
                problem = Some(format!("I didn't {}, because you didn't approve it.", description.will));
            }
            _ => undone.push(description.will),
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
        parts.push(format!("I didn't {}.", listed_or(&undone)));
    }
    parts.push(SELF_DESCRIPTION.to_owned());
    parts.join("\n\n")
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
