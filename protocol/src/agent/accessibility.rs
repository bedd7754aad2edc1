//! The accessibility tree: what programs say is on the screen, as against how it looks.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::action::Region;

/// Nodes that are given out when [`AccessibilityQuery::limit`] is absent.
pub const DEFAULT_NODE_LIMIT: u32 = 1_000;
/// Most nodes that are given out.
pub const HIGHEST_NODE_LIMIT: u32 = 10_000;
/// Levels that are given out when [`AccessibilityQuery::depth`] is absent, and most levels. Deeper ones
/// could not be read by a JSON parser that stops at 128 levels.
pub const HIGHEST_DEPTH: u32 = 50;
/// Characters of [`AccessibleNode::text`].
pub const LONGEST_TEXT: usize = 2_000;
/// Characters of [`AccessibleNode::name`] and [`AccessibleNode::description`].
pub const LONGEST_NAME: usize = 500;

/// Which part of the tree is asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AccessibilityQuery {
    /// Only this X window, and the menus that its program has open over it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// Levels below and with each window's own node, at most [`HIGHEST_DEPTH`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub depth: Option<u32>,
    /// Nodes in all, at most [`HIGHEST_NODE_LIMIT`]; windows on top come first, and in each the upper levels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// Also nodes that are not on the screen now: scrolled away, in a closed menu, behind another window.
    #[serde(default)]
    pub hidden: bool,
}

/// What programs say is on the screen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccessibilityTree {
    /// The windows on the screen, the topmost first, open menus included.
    pub windows: Vec<AccessibleWindow>,
    /// Whether nodes are missing because of the limits on nodes, depth or time.
    pub truncated: bool,
    /// Programs that did not answer in time. Their windows are listed, with what they told before.
    pub unanswered: Vec<String>,
}

/// A window and what is in it.
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
    /// The window's own node; absent when its program tells nothing, as a terminal does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub root: Option<AccessibleNode>,
}

/// One thing in a window: a button, a paragraph, a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AccessibleNode {
    /// AT-SPI's name of the role, such as `push button`, `check box`, `entry` or `document web`.
    pub role: String,
    /// What it is called; empty when it has no name. At most [`LONGEST_NAME`] characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// More about it, where the program says more; only of what can have the focus.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The number that a slider, spin button or progress bar stands at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
    /// The first [`LONGEST_TEXT`] characters of what can be edited. Never that of a password field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Characters of the whole text, when [`AccessibleNode::text`] is only its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text_length: Option<u32>,
    /// AT-SPI's states that say something: `focused`, `enabled`, `checked`, `selected`, `expanded`, ...
    pub states: Vec<String>,
    /// Where it is on the screen, cut to the part that can be seen; absent when it has no place of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// What is in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    pub children: Vec<AccessibleNode>,
}
