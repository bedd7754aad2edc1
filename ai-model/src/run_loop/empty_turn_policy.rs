//! What follows a turn without calls.

use protocol::reason::Reason;
use protocol::run::{RunEnd, RunOutcome};
use protocol::transcript::{AssistantBlock, AssistantTurn};

use crate::providers::{CALLS_AS_TEXT, ModelError};

/// How often in a row the model is asked again after an empty or cut-off turn.
const MAX_RETRIES: u32 = 2;

/// Counts consecutive turns that neither call a tool nor end properly.
#[derive(Debug, Default)]
pub(super) struct EmptyTurnPolicy {
    retries: u32,
    /// Whether the model was told that its calls arrive as text.
    told: bool,
}

/// What follows a turn without calls.
pub(super) enum Next {
    /// The model is asked again, with the conversation as it is.
    AskAgain,
    /// The run ends.
    End(RunEnd),
}

impl EmptyTurnPolicy {
    /// What follows this turn, which has no calls.
    pub(super) fn after(&mut self, turn: &AssistantTurn) -> Next {
        let problem = match turn.stop_reason.as_str() {
            // The vendor's own tools need another round. That is normal, and turns are limited anyway.
            "pause_turn" | "compaction" => return Next::AskAgain,
            CALLS_AS_TEXT if std::mem::replace(&mut self.told, true) => {
                let error = ModelError::CallsAsText { model: turn.model.clone() };
                return Next::End(error.run_end());
            }
            CALLS_AS_TEXT => return Next::AskAgain,
            "max_tokens" => ModelError::MaxTokens,
            "model_context_window_exceeded" => {
                return Next::End(ModelError::ContextWindowExceeded.run_end());
            }
            _ if has_text(turn) => return Next::End(succeeded(&turn.stop_reason)),
            _ => ModelError::EmptyTurn,
        };
        self.retries += 1;
        if self.retries > MAX_RETRIES { Next::End(problem.run_end()) } else { Next::AskAgain }
    }
}

fn has_text(turn: &AssistantTurn) -> bool {
    turn.content.iter().any(|block| matches!(block, AssistantBlock::Text { text } if !text.trim().is_empty()))
}

fn succeeded(stop_reason: &str) -> RunEnd {
    RunEnd::new(RunOutcome::Succeeded, Reason::silent(stop_reason))
}
