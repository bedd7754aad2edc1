//! The vendor's ways of writing down what is to be done, and their mapping to our one vocabulary.

mod decode;
mod encode;
mod memory;

use protocol::transcript::Tool;
use serde::Serialize;
use serde_json::Value;

use crate::images::ScreenScale;
use crate::providers::function_tools::{self, FUNCTION_TOOLS};
pub(super) use encode::{ForeignCall, encode};
pub use memory::DialectMemory;

/// A version of the vendor's computer tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The client toolset: separately named members, several a turn, no beta header.
    Toolset20260801,
    /// The single tool with `zoom`.
    Computer20251124,
    /// The single tool.
    Computer20250124,
}

/// A tool that the model may call.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(super) enum ToolDeclaration {
    /// The client toolset, which takes no other field.
    Toolset {
        /// Its type.
        r#type: &'static str,
    },
    /// The single computer tool.
    Computer {
        /// Its type.
        r#type: &'static str,
        /// Always `computer`.
        name: &'static str,
        /// Pixels across of the pictures that the model is shown.
        display_width_px: u32,
        /// Pixels down.
        display_height_px: u32,
        /// Whether it may zoom, where the version knows that.
        #[serde(skip_serializing_if = "Option::is_none")]
        enable_zoom: Option<bool>,
    },
    /// The shell.
    Bash {
        /// Its type.
        r#type: &'static str,
        /// Always `bash`.
        name: &'static str,
    },
    /// The text editor.
    Editor {
        /// Its type.
        r#type: &'static str,
        /// The name that goes with the type.
        name: &'static str,
    },
    /// A tool of our own.
    Function {
        /// Its name.
        name: &'static str,
        /// What it is for.
        description: &'static str,
        /// The JSON schema of its input.
        input_schema: Value,
    },
}

/// The editor's type, and the name that goes with it.
const EDITOR: (&str, &str) = ("text_editor_20250728", "str_replace_based_edit_tool");
/// The editor's name in its older versions.
const OLDER_EDITOR: &str = "str_replace_editor";

/// The name that calls of the toolset carry beside the member's.
pub(super) const TOOLSET_NAME: &str = "computer";

impl Dialect {
    /// The type under which the tool is declared.
    #[must_use]
    pub fn tool_type(self) -> &'static str {
        match self {
            Self::Toolset20260801 => "computer_toolset_20260801",
            Self::Computer20251124 => "computer_20251124",
            Self::Computer20250124 => "computer_20250124",
        }
    }

    /// The beta that the request has to name.
    #[must_use]
    pub fn beta(self) -> Option<&'static str> {
        match self {
            Self::Toolset20260801 => None,
            Self::Computer20251124 => Some("computer-use-2025-11-24"),
            Self::Computer20250124 => Some("computer-use-2025-01-24"),
        }
    }

    /// The dialect to try when a model does not accept this one.
    #[must_use]
    pub fn older(self) -> Option<Self> {
        match self {
            Self::Toolset20260801 => Some(Self::Computer20251124),
            Self::Computer20251124 => Some(Self::Computer20250124),
            Self::Computer20250124 => None,
        }
    }

    /// The value of `toolset_name` on calls and results.
    pub(super) fn toolset_name(self) -> Option<&'static str> {
        (self == Self::Toolset20260801).then_some(TOOLSET_NAME)
    }

    /// The tools to declare.
    pub(super) fn tools(self, scale: ScreenScale) -> Vec<ToolDeclaration> {
        let computer = match self {
            Self::Toolset20260801 => ToolDeclaration::Toolset { r#type: self.tool_type() },
            Self::Computer20251124 | Self::Computer20250124 => ToolDeclaration::Computer {
                r#type: self.tool_type(),
                name: "computer",
                display_width_px: scale.sent.width,
                display_height_px: scale.sent.height,
                enable_zoom: (self == Self::Computer20251124).then_some(true),
            },
        };
        let bash = ToolDeclaration::Bash { r#type: "bash_20250124", name: "bash" };
        let editor = ToolDeclaration::Editor { r#type: EDITOR.0, name: EDITOR.1 };
        let functions = FUNCTION_TOOLS.into_iter().map(|tool| ToolDeclaration::Function {
            name: tool.name,
            description: tool.description,
            input_schema: tool.schema(),
        });
        [computer, bash, editor].into_iter().chain(functions).collect()
    }
}

/// Reads a call in whatever dialect it is written.
pub(super) fn decode(toolset: Option<&str>, name: &str, input: &Value, scale: ScreenScale) -> Tool {
    let computer = |member: &str| match decode::action(member, input, scale) {
        Ok(action) => Tool::Computer { action },
        Err(problem) => Tool::Invalid { name: member.to_owned(), problem },
    };
    match (toolset, name) {
        (Some(TOOLSET_NAME), member) => computer(member),
        (None, "computer") => computer(input.get("action").and_then(Value::as_str).unwrap_or_default()),
        (None, "bash") => decode::bash(input),
        (None, "str_replace_based_edit_tool" | OLDER_EDITOR) => decode::editor(name, input),
        (None, _) if let Some(function) = function_tools::named(name) => function.read(input),
        _ => Tool::Invalid { name: name.to_owned(), problem: "There is no such tool.".to_owned() },
    }
}
