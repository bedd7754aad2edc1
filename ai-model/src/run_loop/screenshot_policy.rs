//! Decides which images the model sees.

use protocol::transcript::{ScreenshotRef, ToolCall, ToolResult, ToolStatus, TranscriptItem};

use crate::tools::{ImageContent, behavior_of};
use crate::transcript::calls_of;
use crate::transcript::canned_results::{OK, SCREEN_UNCHANGED};

/// When the model sees the screenshot after a call that is not itself a look at the screen.
#[derive(Debug, Clone, Copy)]
pub(super) struct ShowAfter {
    /// The call is the last one before a screenshot is due.
    pub(super) last: bool,
    /// Failed calls have a screenshot too.
    pub(super) failures: bool,
}

/// Decides by the last screenshot that the model saw.
#[derive(Debug, Default)]
pub(super) struct ScreenshotPolicy {
    last_shown: Option<String>,
    /// Turns since then. An old screenshot may have been trimmed from the context.
    turns_ago: u32,
}

impl ScreenshotPolicy {
    /// The state after these items.
    pub(super) fn after(items: &[TranscriptItem]) -> Self {
        let mut policy = Self::default();
        let mut calls: Vec<&ToolCall> = Vec::new();
        for item in items {
            match item {
                TranscriptItem::AssistantTurn(turn) => {
                    policy.begin_turn();
                    calls = calls_of(turn).collect();
                }
                TranscriptItem::ToolResult(result) => {
                    if let Some(call) = calls.iter().find(|call| call.call_id == result.call_id) {
                        policy.record(call, result);
                    }
                }
                TranscriptItem::Takeover(takeover) => {
                    if let Some(screenshot) = &takeover.screenshot {
                        policy.shown(screenshot);
                    }
                }
                _ => {}
            }
        }
        policy
    }

    /// The model has begun another turn.
    pub(super) fn begin_turn(&mut self) {
        self.turns_ago = self.turns_ago.saturating_add(1);
    }

    /// Decides whether the model sees the image of a result: when it asked for one, and where a screenshot is due. An
    /// unchanged screen is reported as text instead, unless the model asked for it or the result has a text of its own.
    pub(super) fn apply(&mut self, call: &ToolCall, result: &mut ToolResult, show_after: ShowAfter) {
        let Some(image) = &result.screenshot else { return };
        if result.status != ToolStatus::Done {
            result.shown_to_model = show_after.failures;
            self.record(call, result);
            return;
        }
        let known = self.turns_ago <= 1 && self.last_shown.as_ref() == Some(&image.sha256);
        result.shown_to_model = behavior_of(&call.tool).returns_image() || (show_after.last && !known);
        if show_after.last && !result.shown_to_model && result.text == OK {
            result.text = format!("{OK}. {SCREEN_UNCHANGED}");
        }
        self.record(call, result);
    }

    fn record(&mut self, call: &ToolCall, result: &ToolResult) {
        let partial = matches!(behavior_of(&call.tool).image(), ImageContent::Region | ImageContent::File);
        if let Some(screenshot) = result.screenshot.as_ref().filter(|_| !partial && result.shown_to_model) {
            self.shown(screenshot);
        }
    }

    fn shown(&mut self, screenshot: &ScreenshotRef) {
        self.last_shown = Some(screenshot.sha256.clone());
        self.turns_ago = 0;
    }
}
