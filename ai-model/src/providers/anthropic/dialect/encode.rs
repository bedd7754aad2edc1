//! Encodes calls in a dialect, for turns of another provider or of a model of another dialect.

use protocol::action::Action;
use protocol::transcript::{App, Tool};
use serde_json::{Value, json};

use super::{BASH, Dialect, EditorTool};
use crate::images::ScreenScale;
use crate::tools::{computer, write_call};

/// A call as a model of this dialect would have written it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::providers) struct ForeignCall {
    /// The name of the toolset, if the dialect has one.
    pub(in crate::providers) toolset: Option<&'static str>,
    /// The name of the tool or member.
    pub(in crate::providers) name: &'static str,
    pub(in crate::providers) input: Value,
}

/// Encodes a call for a model of this dialect and editor; `None` for a call that could not be parsed.
pub(in crate::providers) fn encode(
    tool: &Tool,
    dialect: Dialect,
    editor: EditorTool,
    scale: ScreenScale,
) -> Option<ForeignCall> {
    let bash = |input| Some(ForeignCall { toolset: None, name: BASH, input });
    match tool {
        Tool::Computer { action } => Some(computer_call(action, dialect, scale)),
        Tool::Shell { restart: true, .. } => bash(json!({ "restart": true })),
        Tool::Shell { command, .. } => bash(json!({ "command": command })),
        Tool::Open { app, argument } => bash(json!({ "command": launch_command(*app, argument.as_deref()) })),
        Tool::Editor { edit } => {
            let input = serde_json::to_value(edit).ok()?;
            Some(ForeignCall { toolset: None, name: editor.within(dialect).name(), input })
        }
        _ => write_call(tool).map(|(name, input)| ForeignCall { toolset: None, name, input }),
    }
}

fn computer_call(action: &Action, dialect: Dialect, scale: ScreenScale) -> ForeignCall {
    match dialect.toolset_name() {
        Some(toolset) => {
            let (name, input) = computer::write(action, scale);
            ForeignCall { toolset: Some(toolset), name, input: Value::Object(input) }
        }
        None => ForeignCall {
            toolset: None,
            name: computer::function::NAME,
            input: computer::function::write_input(action, scale),
        },
    }
}

/// The shell command that opens a program, because the vendor's tools cannot express that.
fn launch_command(app: App, argument: Option<&str>) -> String {
    let program = match app {
        App::Terminal => "xterm",
        App::Browser => "chromium",
        App::TextEditor => "mousepad",
        App::FileManager => "pcmanfm",
    };
    let argument = argument.map(|argument| format!(" {}", quoted(argument))).unwrap_or_default();
    format!("(setsid {program}{argument} </dev/null >/dev/null 2>&1 &)")
}

/// Quotes an argument for the shell; a leading `~/` still means the home folder.
fn quoted(argument: &str) -> String {
    let literal = |text: &str| format!("'{}'", text.replace('\'', r"'\''"));
    match argument.strip_prefix("~/") {
        Some(rest) => format!("~/{}", literal(rest)),
        None => literal(argument),
    }
}
