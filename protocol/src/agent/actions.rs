//! Batches of actions and the screenshots they answer with: `POST /v1/actions`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Action, Point, Region, Size};

/// Actions to run in order; the first failure stops the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ActionBatch {
    /// The actions.
    pub actions: Vec<Action>,
    /// Also take a screenshot once the screen has settled after the last action, whatever it was.
    pub capture: bool,
    /// How screenshots are encoded.
    #[serde(default, rename = "picture")]
    pub screenshot: ScreenshotOptions,
    /// Something outside this batch may still be changing the screen: screenshots wait until that has settled, too.
    #[serde(default)]
    pub unsettled: bool,
    /// The next input follows at once in another batch: after the last action wait only as long as between two inputs of one
    /// batch. A screenshot may then be taken before the screen has settled.
    #[serde(default)]
    pub more_follows: bool,
}

/// Size and format of a screenshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct ScreenshotOptions {
    /// Size of a screenshot of the whole screen; the screen's own when absent. A screenshot of a part is scaled to fit,
    /// keeping its aspect ratio.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// The file format.
    #[serde(default)]
    pub format: ScreenshotFormat,
}

/// The file format of a screenshot.
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

/// The result of a batch.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionBatchResult {
    /// One entry per action, in order.
    pub results: Vec<ActionResult>,
    /// The screen at the end, when [`ActionBatch::capture`] asked for it. Present after a failure too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
    /// What happened to the desktop since the last result, such as a program that was ended because the memory was full;
    /// in one sentence each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<String>,
}

/// The result of one action.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionResult {
    /// How it ended.
    pub outcome: ActionOutcome,
    /// The screenshot, for `screenshot` and `zoom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
    /// The pointer's position, for `cursor_position`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Point>,
    /// Milliseconds taken, including the wait for the screen to settle.
    pub elapsed_ms: u64,
    /// How the screen settled; absent without a wait.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Settle>,
}

/// How an action ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ActionOutcome {
    /// Done.
    Done,
    /// Rejected or failed.
    Failed {
        /// One sentence that says why.
        message: String,
    },
    /// Not executed, because an earlier action failed.
    Skipped,
}

/// How the screen settled after an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settle {
    /// Milliseconds from the action to the decision.
    pub waited_ms: u64,
    /// Whether the screen was quiet; false when the wait reached its limit.
    pub settled: bool,
}

/// An encoded screenshot.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Screenshot {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub media_type: String,
    /// Size in pixels.
    pub size: Size,
    /// The part of the screen it shows; the whole screen when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The file in base64.
    pub data: String,
}
