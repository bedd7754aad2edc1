//! What to do when a turn asks for nothing to be done.

use protocol::run::{RunEnd, RunOutcome};
use protocol::transcript::{AssistantBlock, AssistantTurn};

use crate::providers::ModelError;

/// How often in a row the model is asked to go on after an empty or cut-off turn.
const PATIENCE: u32 = 2;

/// Counts turns in a row that neither act nor end well.
#[derive(Debug, Default)]
pub(super) struct Silence(u32);

/// What follows a turn without calls.
pub(super) enum Next {
    /// The model is asked again with the conversation as it is.
    AskAgain,
    /// The run is over.
    End(RunEnd),
}

impl Silence {
    /// What follows this turn, which has no calls.
    pub(super) fn next(&mut self, turn: &AssistantTurn) -> Next {
        let problem = match turn.stop_reason.as_str() {
            // The vendor's own tools need another round; it is not stuck, and turns are limited anyway.
            "pause_turn" | "compaction" => return Next::AskAgain,
            "max_tokens" => ModelError::MaxTokens,
            "model_context_window_exceeded" => {
                return Next::End(ModelError::ContextWindowExceeded.run_end());
            }
            _ if says_something(turn) => return Next::End(ended_well(&turn.stop_reason)),
            _ => ModelError::EmptyTurn,
        };
        self.0 += 1;
        if self.0 > PATIENCE { Next::End(problem.run_end()) } else { Next::AskAgain }
    }
}

fn says_something(turn: &AssistantTurn) -> bool {
    turn.content.iter().any(|block| matches!(block, AssistantBlock::Text { text } if !text.trim().is_empty()))
}

fn ended_well(stop_reason: &str) -> RunEnd {
    RunEnd {
        outcome: RunOutcome::Succeeded,
        code: stop_reason.to_owned(),
        message: String::new(),
        call_id: None,
    }
}
