//! What a person does on a desktop while in control of it, without the text that they type.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Button, Modifier, Point, ScrollDirection};

/// What a person did, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PersonSteps {
    /// The latest steps; consecutive input of a kind is one step.
    pub steps: Vec<PersonStep>,
    /// How many earlier steps were dropped.
    #[serde(default)]
    pub left_out: u32,
}

/// One step of a person. Positions are screen pixels. Typed text is never recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "did", rename_all = "snake_case")]
pub enum PersonStep {
    /// Pressed and released a button at one point.
    Clicked {
        /// Which button.
        button: Button,
        /// 1 for a click, 2 for a double click, 3 for a triple click.
        count: u8,
        /// Where.
        at: Point,
        /// Keys held during it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        modifiers: Vec<Modifier>,
    },
    /// Pressed a button at one point and released it at another.
    Dragged {
        /// Which button.
        button: Button,
        /// Where it was pressed.
        from: Point,
        /// Where it was released.
        to: Point,
    },
    /// Turned the wheel.
    Scrolled {
        /// Where to.
        direction: ScrollDirection,
        /// Clicks of the wheel.
        clicks: u32,
        /// Where.
        at: Point,
    },
    /// Typed text.
    Typed {
        /// How many characters.
        characters: u32,
    },
    /// Pressed a key that produces no character, or a chord.
    Pressed {
        /// Such as `Return` or `ctrl+s`.
        chord: String,
        /// How often in a row.
        times: u32,
    },
    /// Put text on the clipboard.
    Copied {
        /// How many characters.
        characters: u32,
    },
}
