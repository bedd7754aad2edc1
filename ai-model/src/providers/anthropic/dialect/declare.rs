//! The tools that a request declares, with their types and names for each model.

use serde::Serialize;
use serde_json::Value;

use super::{BASH, Dialect};
use crate::images::ScreenScale;
use crate::tools::{EDITOR, FUNCTIONS, FunctionTool, OPEN, SHELL, computer};

/// Our own functions. The vendor has a shell and an editor of its own, and programs are opened through the shell.
pub(super) fn functions() -> impl Iterator<Item = FunctionTool> {
    let replaced = [SHELL.name, EDITOR.name, OPEN.name];
    FUNCTIONS.into_iter().filter(move |function| !replaced.contains(&function.name))
}

/// The versions of the vendor's text editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditorTool {
    /// For Claude 4 and later.
    July2025,
    /// For Claude 3.7, under another name and with `undo_edit`.
    January2025,
    /// For Claude 3.5.
    October2024,
}

impl EditorTool {
    /// Whether this is the name of any version.
    pub(super) fn is_called(name: &str) -> bool {
        [Self::July2025, Self::January2025].iter().any(|editor| editor.name() == name)
    }

    /// The editor to declare in a dialect: the oldest one requires its own version.
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

    /// The name in calls: the vendor accepts no other.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::July2025 => "str_replace_based_edit_tool",
            Self::January2025 | Self::October2024 => "str_replace_editor",
        }
    }
}

/// A declared tool.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(in crate::providers::anthropic) enum ToolDeclaration {
    /// The client toolset, which accepts no other field.
    Toolset { r#type: &'static str },
    /// The single computer tool.
    Computer {
        r#type: &'static str,
        /// Always `computer`.
        name: &'static str,
        /// The width of the screenshots that the model sees, in pixels.
        display_width_px: u32,
        /// Their height.
        display_height_px: u32,
        /// Whether zooming is enabled, in versions that support it.
        #[serde(skip_serializing_if = "Option::is_none")]
        enable_zoom: Option<bool>,
    },
    /// The shell or the text editor.
    Named {
        r#type: &'static str,
        /// The only name that the vendor accepts with this type.
        name: &'static str,
    },
    /// A function of our own.
    Function {
        name: &'static str,
        /// The description for the model.
        description: &'static str,
        /// The JSON schema of its input.
        input_schema: Value,
    },
}

/// All tools: computer, shell and text editor in the model's versions, and our own functions.
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
