//! The vendor's encodings of computer actions, and their mapping to ours.

mod declare;
mod encode;

use protocol::transcript::Tool;
use serde_json::Value;
use url::Url;

use crate::images::ScreenScale;
use crate::providers::shared::learned::Learned;
use crate::tools::{EDITOR, SHELL, computer, invalid};
pub use declare::EditorTool;
pub(super) use declare::{ToolDeclaration, declarations};
pub(in crate::providers) use encode::{ForeignCall, encode};

/// The older dialects that models turned out to require, contrary to the table: by address and model, since a server that
/// somebody names may serve whatever it likes under the vendor's names.
pub type LearnedDialects = Learned<(Url, String), Dialect>;

/// The versions of the vendor's computer tool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// The client toolset: separately named members, several calls in a turn, no beta header.
    Toolset20260801,
    /// The single tool with `zoom`.
    Computer20251124,
    /// The single tool.
    Computer20250124,
    /// The first single tool: fewer actions, and clicks only at the pointer's position.
    Computer20241022,
}

/// The name of the vendor's shell.
pub(super) const BASH: &str = "bash";
/// The `toolset_name` of the toolset's calls.
pub(super) const TOOLSET_NAME: &str = "computer";

impl Dialect {
    /// The type of the tool in a declaration.
    #[must_use]
    pub fn tool_type(self) -> &'static str {
        match self {
            Self::Toolset20260801 => "computer_toolset_20260801",
            Self::Computer20251124 => "computer_20251124",
            Self::Computer20250124 => "computer_20250124",
            Self::Computer20241022 => "computer_20241022",
        }
    }

    /// The beta that the tool requires.
    #[must_use]
    pub fn beta(self) -> Option<&'static str> {
        match self {
            Self::Toolset20260801 => None,
            Self::Computer20251124 => Some("computer-use-2025-11-24"),
            Self::Computer20250124 => Some("computer-use-2025-01-24"),
            Self::Computer20241022 => Some("computer-use-2024-10-22"),
        }
    }

    /// The dialect to try when a model rejects this one.
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

/// Parses a call of any dialect.
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
