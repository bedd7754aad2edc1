//! The tools that a request declares: the one place that says which, in which version, under which name.

use serde::Serialize;
use serde_json::Value;

use super::{BASH, Dialect};
use crate::images::ScreenScale;
use crate::tools::{EDITOR, FUNCTIONS, FunctionTool, OPEN, SHELL, computer};

/// Our own functions beside the vendor's tools, which have a shell and an editor; programs are opened through the shell.
pub(super) fn functions() -> impl Iterator<Item = FunctionTool> {
    let replaced = [SHELL.name, EDITOR.name, OPEN.name];
    FUNCTIONS.into_iter().filter(move |function| !replaced.contains(&function.name))
}

/// A version of the vendor's text editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorTool {
    /// For Claude 4 and later.
    July2025,
    /// For Claude 3.7: another name, and `undo_edit`.
    January2025,
    /// For Claude 3.5.
    October2024,
}

impl EditorTool {
    /// Whether a call of any version carries this name.
    pub(super) fn is_called(name: &str) -> bool {
        [Self::July2025, Self::January2025].iter().any(|editor| editor.name() == name)
    }

    /// The editor of a model that knows this one, in a dialect: the oldest brings an editor of its own.
    pub(in crate::providers::anthropic) fn within(self, dialect: Dialect) -> Self {
        if dialect == Dialect::Computer20241022 { Self::October2024 } else { self }
    }

    fn tool_type(self) -> &'static str {
        match self {
            Self::July2025 => "text_editor_20250728",
            Self::January2025 => "text_editor_20250124",
            Self::October2024 => "text_editor_20241022",
        }
    }

    /// The name that calls carry: the vendor takes no other.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::July2025 => "str_replace_based_edit_tool",
            Self::January2025 | Self::October2024 => "str_replace_editor",
        }
    }
}

/// A tool that the model may call.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(in crate::providers::anthropic) enum ToolDeclaration {
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
        /// Pixels across of the images that the model is shown.
        display_width_px: u32,
        /// Pixels down.
        display_height_px: u32,
        /// Whether it may zoom, where the version knows that.
        #[serde(skip_serializing_if = "Option::is_none")]
        enable_zoom: Option<bool>,
    },
    /// The shell, or the text editor.
    Named {
        /// Its type.
        r#type: &'static str,
        /// The one name that goes with the type.
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

/// The computer, the shell and the text editor, as a model of this dialect and editor knows them, and our own tools.
pub(in crate::providers::anthropic) fn declarations(
    dialect: Dialect,
    editor: EditorTool,
    scale: ScreenScale,
) -> Vec<ToolDeclaration> {
    let r#type = dialect.tool_type();
    let computer = match dialect {
        Dialect::Toolset20260801 => ToolDeclaration::Toolset { r#type },
        Dialect::Computer20251124 | Dialect::Computer20250124 | Dialect::Computer20241022 => {
            ToolDeclaration::Computer {
                r#type,
                name: computer::function::NAME,
                display_width_px: scale.sent.width,
                display_height_px: scale.sent.height,
                enable_zoom: (dialect == Dialect::Computer20251124).then_some(true),
            }
        }
    };
    let shell = if dialect == Dialect::Computer20241022 { "bash_20241022" } else { "bash_20250124" };
    let editor = editor.within(dialect);
    let functions = functions().map(|tool| ToolDeclaration::Function {
        name: tool.name,
        description: tool.description,
        input_schema: tool.schema(),
    });
    let named = [
        ToolDeclaration::Named { r#type: shell, name: BASH },
        ToolDeclaration::Named { r#type: editor.tool_type(), name: editor.name() },
    ];
    [computer].into_iter().chain(named).chain(functions).collect()
}
