//! The accessibility tree: the screen's content as programs describe it.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::action::Region;

/// Nodes returned when [`AccessibilityQuery::limit`] is absent.
pub const DEFAULT_NODE_LIMIT: u32 = 1_000;
/// Most nodes returned.
pub const HIGHEST_NODE_LIMIT: u32 = 10_000;
/// Levels returned when [`AccessibilityQuery::depth`] is absent, and most levels. JSON parsers that stop at 128 levels
/// could not read deeper trees.
pub const HIGHEST_DEPTH: u32 = 50;
/// Characters of [`AccessibleNode::text`].
pub const LONGEST_TEXT: usize = 2_000;
/// Characters of [`AccessibleNode::name`] and [`AccessibleNode::description`].
pub const LONGEST_NAME: usize = 500;

/// Which part of the tree to return.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccessibilityQuery {
    /// Only this X window and its program's open menus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// Levels below and with each window's own node, at most [`HIGHEST_DEPTH`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Total nodes, at most [`HIGHEST_NODE_LIMIT`]; topmost windows first, and upper levels first within each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Include nodes that are not visible: scrolled away, in a closed menu, behind another window.
    #[serde(default)]
    pub hidden: bool,
}

/// The windows on the screen and their content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccessibilityTree {
    /// The windows on the screen, the topmost first, open menus included.
    pub windows: Vec<AccessibleWindow>,
    /// Whether nodes were dropped by the limits on nodes, depth or time.
    pub truncated: bool,
    /// Programs that did not respond in time. Their windows are listed with what they reported before.
    pub unanswered: Vec<String>,
}

/// A window and its content.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccessibleWindow {
    /// The X window id.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// The program that owns it.
    pub app: String,
    /// Where it is.
    pub region: Region,
    /// The window's own node; absent when its program reports nothing, as terminals do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<AccessibleNode>,
}

/// One element of a window: a button, a paragraph, a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccessibleNode {
    /// AT-SPI's name of the role, such as `push button`, `check box`, `entry` or `document web`.
    pub role: String,
    /// Its accessible name, which may be empty. At most [`LONGEST_NAME`] characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The program's description; only of focusable elements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The value of a slider, spin button or progress bar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The first [`LONGEST_TEXT`] characters of editable text. Never a password field's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Length of the whole text in characters, when [`AccessibleNode::text`] is cut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_length: Option<u32>,
    /// AT-SPI's informative states: `focused`, `enabled`, `checked`, `selected`, `expanded`, ...
    pub states: Vec<String>,
    /// Its visible part on the screen; absent when it has no extent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// Child elements.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub children: Vec<AccessibleNode>,
}
