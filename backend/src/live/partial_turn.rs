//! Accumulates the turn that a model is writing, for watchers that join in the middle.

use protocol::ids::RunId;
use protocol::run::RunEvent;
use protocol::transcript::ToolCall;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::live::hub::LiveEvent;
use crate::store::events::EventKind;
use crate::store::live_turns::Piece;

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

impl PartialTurn {
    /// The same turn with only the text after `earlier`; `None` if it does not continue that one.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        if (self.run_id, self.turn) != (earlier.run_id, earlier.turn) {
            return None;
        }
        let text = self.text.strip_prefix(&earlier.text)?.to_owned();
        let thinking = self.thinking.strip_prefix(&earlier.thinking)?.to_owned();
        Some(Self { text, thinking, tool: self.tool.clone(), ..*self })
    }

    /// Appends what [`Self::since`] returned.
    pub fn append(&mut self, piece: Self) {
        self.text.push_str(&piece.text);
        self.thinking.push_str(&piece.thinking);
        self.tool = piece.tool;
    }

    /// The events that turn `earlier` into this one for a watcher; `None` if it does not continue that one.
    #[must_use]
    pub fn progress_since(&self, earlier: &Self) -> Option<Vec<RunEvent>> {
        let Self { turn, text, thinking, tool, .. } = self.since(earlier)?;
        let thinking = (!thinking.is_empty()).then_some(RunEvent::ThinkingDelta { turn, text: thinking });
        let text = (!text.is_empty()).then_some(RunEvent::TextDelta { turn, text });
        // The result of a call, which ends it, is in the log.
        let tool = tool.filter(|_| self.tool != earlier.tool).map(RunEvent::ToolStarted);
        Some([thinking, text, tool].into_iter().flatten().collect())
    }
}

/// Applies the stored pieces of a turn, in order, to what is known of it.
///
/// # Errors
/// When a piece does not decode.
pub fn assemble(partial: &mut Option<PartialTurn>, pieces: Vec<Piece>) -> serde_json::Result<()> {
    for Piece { is_first, piece, .. } in pieces {
        let piece: PartialTurn = serde_json::from_value(piece)?;
        match partial {
            _ if is_first => *partial = Some(piece),
            Some(partial) if (partial.run_id, partial.turn) == (piece.run_id, piece.turn) => {
                partial.append(piece);
            }
            _ => {}
        }
    }
    Ok(())
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
            // What a model has streamed counts no more once another one goes on.
            (EventKind::AssistantTurn | EventKind::ModelChanged, Some(partial)) => {
                partial.text.clear();
                partial.thinking.clear();
            }
            (EventKind::ToolResult, Some(partial)) => partial.tool = None,
            (EventKind::RunState, _) => *partial = None,
            _ => return false,
        },
        LiveEvent::Deleted => *partial = None,
        LiveEvent::Partial(_) | LiveEvent::Desktop(_) | LiveEvent::Title(_) | LiveEvent::CatchUp => {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use protocol::transcript::Tool;

    use super::*;

    fn turn(run_id: RunId, turn: u32, text: &str) -> PartialTurn {
        PartialTurn { run_id, turn, text: text.to_owned(), thinking: String::new(), tool: None }
    }

    fn stored(id: i64, is_first: bool, piece: &PartialTurn) -> Piece {
        Piece { id, is_first, piece: serde_json::to_value(piece).unwrap() }
    }

    #[test]
    fn the_pieces_of_a_turn_make_the_turn() {
        let run_id = RunId::generate();
        let steps = ["", "A ", "A l", "A lóng", "A lóng story"].map(|text| turn(run_id, 2, text));
        let mut pieces = vec![stored(1, true, &steps[0])];
        for (id, pair) in (2..).zip(steps.windows(2)) {
            pieces.push(stored(id, false, &pair[1].since(&pair[0]).unwrap()));
        }
        assert_eq!(pieces[3].piece["text"], "óng");
        let mut assembled = None;
        assemble(&mut assembled, pieces).unwrap();
        assert_eq!(assembled.unwrap().text, "A lóng story");
    }

    #[test]
    fn a_turn_that_begins_again_or_is_another_has_no_piece() {
        let run_id = RunId::generate();
        let earlier = turn(run_id, 2, "A long");
        for other in [turn(run_id, 2, "A"), turn(run_id, 2, "B long story"), turn(run_id, 3, "A long story")]
        {
            assert!(other.since(&earlier).is_none());
            assert!(other.progress_since(&earlier).is_none());
        }
        assert!(turn(RunId::generate(), 2, "A long story").since(&earlier).is_none());
    }

    #[test]
    fn a_first_piece_replaces_what_is_known_and_a_late_one_of_another_turn_is_ignored() {
        let run_id = RunId::generate();
        let mut known = Some(turn(run_id, 2, "old"));
        let pieces =
            [(false, turn(run_id, 1, "late")), (true, turn(run_id, 3, "ne")), (false, turn(run_id, 3, "w"))];
        let pieces = pieces.iter().zip(1..).map(|((is_first, piece), id)| stored(id, *is_first, piece));
        assemble(&mut known, pieces.collect()).unwrap();
        assert_eq!(known.map(|turn| (turn.turn, turn.text)), Some((3, "new".to_owned())));
        let mut unknown = None;
        assemble(&mut unknown, vec![stored(9, false, &turn(run_id, 3, "rest"))]).unwrap();
        assert!(unknown.is_none());
    }

    #[test]
    fn a_watcher_is_told_only_what_is_new() {
        let earlier = turn(RunId::generate(), 2, "A");
        let tool = Tool::Shell { command: Some("date".to_owned()), restart: false };
        let call = ToolCall { call_id: "1".to_owned(), tool, confirmation: None };
        let later = PartialTurn { text: "A story".to_owned(), tool: Some(call), ..earlier.clone() };
        let events = later.progress_since(&earlier).unwrap();
        assert!(
            matches!(&events[..], [RunEvent::TextDelta { text, turn: 2 }, RunEvent::ToolStarted(_)] if text == " story")
        );
        assert_eq!(later.progress_since(&later).unwrap().len(), 0);
    }
}
