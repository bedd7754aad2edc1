//! What the model is shown of the screen.

use protocol::transcript::{ScreenshotRef, ToolCall, ToolResult, ToolStatus, TranscriptItem};

use crate::tools::{ImageContent, behavior_of};
use crate::transcript::calls_of;
use crate::transcript::canned_results::{OK, SCREEN_UNCHANGED};

/// When the model is shown what came of a call that it does not make for looking.
#[derive(Debug, Clone, Copy)]
pub(super) struct Showing {
    /// The call ends what is answered with the screen.
    pub(super) ends: bool,
    /// A call that failed is answered with the screen, too.
    pub(super) failures: bool,
}

/// The screenshot that the model saw last.
#[derive(Debug, Default)]
pub(super) struct LastSeen {
    sha256: Option<String>,
    /// Turns since then. An old image may be gone from the model's context.
    turns_ago: u32,
}

impl LastSeen {
    /// What the transcript tells.
    pub(super) fn by(items: &[TranscriptItem]) -> Self {
        let mut seen = Self::default();
        let mut turn: Vec<&ToolCall> = Vec::new();
        for item in items {
            match item {
                TranscriptItem::AssistantTurn(spoken) => {
                    seen.turn_begins();
                    turn = calls_of(spoken).collect();
                }
                TranscriptItem::ToolResult(result) => {
                    if let Some(call) = turn.iter().find(|call| call.call_id == result.call_id) {
                        seen.note(call, result);
                    }
                }
                TranscriptItem::Takeover(takeover) => {
                    if let Some(image) = &takeover.screenshot {
                        seen.saw(image);
                    }
                }
                _ => {}
            }
        }
        seen
    }

    /// The model has spoken again.
    pub(super) fn turn_begins(&mut self) {
        self.turns_ago = self.turns_ago.saturating_add(1);
    }

    /// Decides whether the model is shown the image of a call: when it asked to look, and at the end of a turn or of
    /// whatever else is answered with the screen. A screen that is still the same is told in words, unless it asked or
    /// there are other words to read.
    pub(super) fn show(&mut self, call: &ToolCall, result: &mut ToolResult, showing: Showing) {
        let Some(image) = &result.screenshot else { return };
        if result.status != ToolStatus::Done {
            result.shown_to_model = showing.failures;
            self.note(call, result);
            return;
        }
        let known = self.turns_ago <= 1 && self.sha256.as_ref() == Some(&image.sha256);
        result.shown_to_model = behavior_of(&call.tool).returns_image() || (showing.ends && !known);
        if showing.ends && !result.shown_to_model && result.text == OK {
            result.text = format!("{OK}. {SCREEN_UNCHANGED}");
        }
        self.note(call, result);
    }

    fn note(&mut self, call: &ToolCall, result: &ToolResult) {
        let whole = !matches!(behavior_of(&call.tool).image(), ImageContent::Region | ImageContent::File);
        if let Some(image) = result.screenshot.as_ref().filter(|_| whole && result.shown_to_model) {
            self.saw(image);
        }
    }

    fn saw(&mut self, image: &ScreenshotRef) {
        self.sha256 = Some(image.sha256.clone());
        self.turns_ago = 0;
    }
}
