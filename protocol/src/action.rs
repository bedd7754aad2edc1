//! Actions on a desktop, in the neutral form that every vendor's encoding maps to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A point on the screen, in screen pixels from the top left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Point {
    /// Pixels from the left edge.
    pub x: i32,
    /// Pixels from the top edge.
    pub y: i32,
}

/// A width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Size {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
}

/// A part of the screen, in screen pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Region {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Pixels across, at least 1.
    pub width: u32,
    /// Pixels down, at least 1.
    pub height: u32,
}

/// A button of the mouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    /// The main button.
    Left,
    /// The wheel, pressed.
    Middle,
    /// The context-menu button.
    Right,
}

/// A modifier key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Modifier {
    /// Shift.
    Shift,
    /// Control.
    Ctrl,
    /// Alt.
    Alt,
    /// Super, also called the Windows or command key.
    Super,
}

/// The direction of a scroll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ScrollDirection {
    /// Towards the start of the page.
    Up,
    /// Towards the end of the page.
    Down,
    /// Towards the left edge.
    Left,
    /// Towards the right edge.
    Right,
}

/// One action on the desktop. Coordinates outside the screen are rejected, never clamped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Action {
    /// Take a screenshot of the whole screen.
    Screenshot,
    /// Take a screenshot of a part of the screen at native resolution.
    Zoom {
        /// The part.
        region: Region,
    },
    /// Move the pointer.
    MouseMove {
        /// Where to.
        to: Point,
    },
    /// Press and release a button `count` times.
    Click {
        /// Which button.
        button: Button,
        /// 1 for a click, 2 for a double click, 3 for a triple click.
        count: u8,
        /// Where; the pointer's position when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Point>,
        /// Keys held during the click.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        modifiers: Vec<Modifier>,
    },
    /// Press the left button at one point and release it at another.
    Drag {
        /// Where to press; the pointer's position when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Point>,
        /// Where to release.
        to: Point,
        /// Keys held during the drag.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        modifiers: Vec<Modifier>,
    },
    /// Press a button and keep it down.
    MouseDown {
        /// Which button.
        button: Button,
    },
    /// Release a button.
    MouseUp {
        /// Which button.
        button: Button,
    },
    /// Get the pointer's position.
    CursorPosition,
    /// Turn the wheel.
    Scroll {
        /// Where to.
        direction: ScrollDirection,
        /// Clicks of the wheel, 1 to 100.
        clicks: u32,
        /// Where; the pointer's position when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<Point>,
        /// Keys held during the scroll.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        modifiers: Vec<Modifier>,
    },
    /// Type text literally; a line feed is the Return key, a tab the Tab key.
    Type {
        /// Any Unicode text.
        text: String,
    },
    /// Press a chord, such as `ctrl+s` or `Return`, or several one after the other, such as `Down Down Return`.
    Key {
        /// Keys joined by `+`, by their names in X; at most 20 such chords, separated by spaces.
        chord: String,
        /// How often all of them are pressed, 1 to 100.
        repeat: u8,
    },
    /// Hold a chord down.
    HoldKey {
        /// Keys joined by `+`, by their names in X.
        chord: String,
        /// Milliseconds, at most 300,000.
        duration_ms: u64,
    },
    /// Wait.
    Wait {
        /// Milliseconds, at most 300,000.
        duration_ms: u64,
    },
}
