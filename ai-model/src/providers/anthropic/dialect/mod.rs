//! The vendor's ways of writing down what is to be done, and their mapping to our one vocabulary.

mod declare;
mod encode;
mod memory;

use protocol::transcript::Tool;
use serde_json::Value;

use crate::images::ScreenScale;
use crate::tools::{EDITOR, SHELL, computer, invalid};
pub use declare::EditorTool;
pub(super) use declare::{ToolDeclaration, declarations};
pub(in crate::providers) use encode::{ForeignCall, encode};
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
    /// The first single tool: fewer actions, each at the pointer's place.
    Computer20241022,
}

/// The name of the vendor's shell.
pub(super) const BASH: &str = "bash";
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
            Self::Computer20241022 => "computer_20241022",
        }
    }

    /// The beta that the request has to name.
    #[must_use]
    pub fn beta(self) -> Option<&'static str> {
        match self {
            Self::Toolset20260801 => None,
            Self::Computer20251124 => Some("computer-use-2025-11-24"),
            Self::Computer20250124 => Some("computer-use-2025-01-24"),
            Self::Computer20241022 => Some("computer-use-2024-10-22"),
        }
    }

    /// The dialect to try when a model does not accept this one.
    #[must_use]
    pub fn older(self) -> Option<Self> {
        match self {
            Self::Toolset20260801 => Some(Self::Computer20251124),
            Self::Computer20251124 => Some(Self::Computer20250124),
            Self::Computer20250124 => Some(Self::Computer20241022),
            Self::Computer20241022 => None,
        }
    }

    /// The value of `toolset_name` on calls and results.
    pub(super) fn toolset_name(self) -> Option<&'static str> {
        (self == Self::Toolset20260801).then_some(TOOLSET_NAME)
    }
}

/// Reads a call in whatever dialect it is written.
pub(in crate::providers) fn decode(
    toolset: Option<&str>,
    name: &str,
    input: &Value,
    scale: ScreenScale,
) -> Tool {
    match (toolset, name) {
        (Some(TOOLSET_NAME), member) => match computer::read(member, input, scale) {
            Ok(action) => Tool::Computer { action },
            Err(problem) => invalid(member, problem),
        },
        (None, computer::function::NAME) => computer::function::read_input(input, scale),
        (None, BASH) => SHELL.read_as(BASH, input),
        (None, _) if EditorTool::is_called(name) => EDITOR.read_as(name, input),
        (None, _) if let Some(function) = declare::functions().find(|it| it.name == name) => {
            function.read(input)
        }
        _ => invalid(name, "There is no such tool."),
    }
}
