//! Accumulates the turn that a model is writing, for watchers that join in the middle.

use protocol::ids::RunId;
use protocol::run::RunEvent;
use protocol::transcript::ToolCall;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::live::hub::LiveEvent;
use crate::store::events::EventKind;

/// The turn being streamed, as accumulated so far.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PartialTurn {
    /// The run.
    pub run_id: RunId,
    /// The number of the turn in the run's stream.
    pub turn: u32,
    /// The text so far.
    pub text: String,
    /// The thinking so far.
    pub thinking: String,
    /// The call being executed, if any.
    pub tool: Option<ToolCall>,
}

/// Applies an event to the partial turn. Returns whether it has changed.
pub(super) fn track_partial(partial: &mut Option<PartialTurn>, event: &LiveEvent) -> bool {
    match event {
        LiveEvent::Run(progress) => match (&progress.event, partial.as_mut()) {
            (RunEvent::TurnStarted { turn } | RunEvent::Retrying { turn, .. }, _) => {
                *partial = Some(PartialTurn {
                    run_id: progress.run_id,
                    turn: *turn,
                    text: String::new(),
                    thinking: String::new(),
                    tool: None,
                });
            }
            (RunEvent::TextDelta { text, .. }, Some(partial)) => partial.text.push_str(text),
            (RunEvent::ThinkingDelta { text, .. }, Some(partial)) => partial.thinking.push_str(text),
            (RunEvent::ToolStarted(call), Some(partial)) => partial.tool = Some(call.clone()),
            _ => return false,
        },
        LiveEvent::Durable(event) => match (event.kind, partial.as_mut()) {
            (EventKind::AssistantTurn, Some(partial)) => {
                partial.text.clear();
                partial.thinking.clear();
            }
            (EventKind::ToolResult, Some(partial)) => partial.tool = None,
            (EventKind::RunState, _) => *partial = None,
            _ => return false,
        },
        LiveEvent::Partial(turn) => *partial = Some(PartialTurn::clone(turn)),
        LiveEvent::Deleted => *partial = None,
        LiveEvent::Desktop(_) | LiveEvent::Title(_) | LiveEvent::CatchUp => return false,
    }
    true
}
