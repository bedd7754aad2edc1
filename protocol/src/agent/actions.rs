//! Batches of actions and the screenshots they answer with: `POST /v1/actions`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Action, Point, Region, Size};

/// Actions to run in order; the first failure stops the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ActionBatch {
    /// What to do.
    pub actions: Vec<Action>,
    /// Also look at the screen once the last action has settled, whatever the last action was.
    pub capture: bool,
    /// How the pictures are made.
    #[serde(default, rename = "picture")]
    pub screenshot: ScreenshotOptions,
    /// Something done before this batch, and by other means, may still be changing the screen: a look waits for that
    /// too.
    #[serde(default)]
    pub unsettled: bool,
    /// The next input follows at once in a batch of its own: after the last action wait only as long as between two
    /// inputs of one batch. A picture may then be taken before the screen has settled.
    #[serde(default)]
    pub more_follows: bool,
}

/// How a picture is made of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct ScreenshotOptions {
    /// Pixels of a picture of the whole screen, which keeps its own size when absent. A picture of a part is
    /// enlarged or shrunk to fit into this, keeping its shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// The file format.
    #[serde(default)]
    pub format: ScreenshotFormat,
}

/// The file format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ScreenshotFormat {
    /// PNG: exact.
    #[default]
    Png,
    /// JPEG: smaller where there are photographs.
    Jpeg {
        /// 1 to 100.
        quality: u8,
    },
    /// Lossless WebP: exact.
    Webp,
}

impl ScreenshotFormat {
    /// The media type, such as `image/png`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg { .. } => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

/// What became of a batch. `results` has one entry an action, in order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionBatchResult {
    /// One entry an action.
    pub results: Vec<ActionResult>,
    /// The screen at the end, when [`ActionBatch::capture`] asked for it. Present after a failure too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
}

/// What became of one action.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionResult {
    /// How it ended.
    pub outcome: ActionOutcome,
    /// The picture, for `screenshot` and `zoom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
    /// Where the pointer is, for `cursor_position`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Point>,
    /// Time taken, waiting for the screen to settle included.
    pub elapsed_ms: u64,
    /// How the screen came to rest; absent where no wait was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Settle>,
}

/// How an action ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ActionOutcome {
    /// Done.
    Done,
    /// Refused or failed.
    Failed {
        /// One sentence that says why.
        message: String,
    },
    /// Not tried, because an earlier action failed.
    Skipped,
}

/// How the screen came to rest after an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settle {
    /// Time from the action to the decision.
    pub waited_ms: u64,
    /// Whether the screen was quiet, as against the wait reaching its cap.
    pub settled: bool,
}

/// A picture of the screen.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Screenshot {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub media_type: String,
    /// Pixels of the picture.
    pub size: Size,
    /// The part of the screen it shows; the whole screen when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The encoded picture in base64.
    pub data: String,
}
