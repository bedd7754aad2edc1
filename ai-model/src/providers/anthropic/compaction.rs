//! Summaries of long conversations: which one is in the transcript, and when to ask for another.

use protocol::transcript::{AssistantTurn, TokenUsage, TranscriptItem};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use url::Url;

use super::models::ModelProfile;
use super::settings::Compaction;
use super::{PROVIDER, context};
use crate::providers::ModelError;
use crate::providers::shared::learned::Learned;
use crate::transcript::Conversation;

/// The beta for requests that return nothing but a summary, and for those that send it back.
pub(super) const BETA: &str = "compact-2026-09-04";
/// Turns after a summary that could not be written, before another is asked for.
const TURNS_AFTER_FAILURE: usize = 10;

/// The servers that do not know the request for a summary, by address and model.
pub(super) type Refusals = Learned<(Url, String), ()>;

/// Asks for a summary of everything.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(tag = "type", rename = "summarize")]
pub(super) struct Summarize {}

/// How a request deals with summaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Plan {
    /// The vendor writes one when it wants to, and ignores what precedes the latest.
    Automatic {
        /// The index of the turn that begins with the latest.
        latest: Option<usize>,
    },
    /// We ask for one when it is time, and send the latest in place of what precedes it.
    OnDemand {
        /// The index of the turn that is, or begins with, the latest.
        latest: Option<usize>,
        /// Whether this request asks for another.
        asks: bool,
    },
}

impl Plan {
    /// The plan for the next request.
    pub(super) fn new(
        conversation: &Conversation,
        model: &str,
        profile: &ModelProfile,
        wanted: Compaction,
    ) -> Self {
        let latest = latest(conversation, model);
        // The vendor accepts no summary that was asked for in a request that lets it write others.
        let was_demanded = latest.is_some_and(|(_, kind)| kind == Kind::Alone);
        let latest = latest.map(|(index, _)| index);
        if wanted == Compaction::Automatic && !was_demanded {
            return Self::Automatic { latest };
        }
        let asks = wanted == Compaction::OnDemand && is_due(conversation, model, profile, latest);
        Self::OnDemand { latest, asks }
    }

    /// The index of the first item that the model still sees.
    pub(super) fn in_view_from(self) -> usize {
        let (Self::Automatic { latest } | Self::OnDemand { latest, .. }) = self;
        latest.unwrap_or(0)
    }

    /// The index of the first item that is sent.
    pub(super) fn sent_from(self) -> usize {
        match self {
            Self::Automatic { .. } => 0,
            Self::OnDemand { .. } => self.in_view_from(),
        }
    }

    /// Whether the request asks for a summary and nothing else.
    pub(super) fn asks(self) -> bool {
        matches!(self, Self::OnDemand { asks: true, .. })
    }

    /// Whether the request needs [`BETA`].
    pub(super) fn needs_beta(self) -> bool {
        matches!(self, Self::OnDemand { latest: Some(_), .. } | Self::OnDemand { asks: true, .. })
    }
}

/// What a turn with a summary is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// The summary alone: it was asked for.
    Alone,
    /// A summary, and what the model did then.
    First,
}

#[derive(Deserialize)]
struct Block {
    r#type: String,
    #[serde(default)]
    content: Option<Box<RawValue>>,
}

impl Block {
    fn is_summary(&self) -> bool {
        self.r#type == "compaction" && self.content.is_some()
    }
}

/// The latest turn of the model with a summary.
fn latest(conversation: &Conversation, model: &str) -> Option<(usize, Kind)> {
    conversation.items.iter().enumerate().rev().find_map(|(index, item)| match item {
        TranscriptItem::AssistantTurn(turn) if conversation.is_own(turn, PROVIDER, model) => {
            Some((index, kind(turn)?))
        }
        _ => None,
    })
}

fn kind(turn: &AssistantTurn) -> Option<Kind> {
    // Avoids parsing every turn.
    if !turn.raw.contains(r#""compaction""#) {
        return None;
    }
    let blocks: Vec<Block> = serde_json::from_str(&turn.raw).ok()?;
    blocks.iter().any(Block::is_summary).then_some(if blocks.len() == 1 { Kind::Alone } else { Kind::First })
}

/// Whether a turn is a summary that could not be written. It is sent to nobody.
pub(super) fn has_failed(turn: &AssistantTurn) -> bool {
    turn.stop_reason == "compaction" && turn.content.is_empty() && kind(turn).is_none()
}

/// Whether it is time for a summary: what the model read for its last turn since the latest one fills its share of the
/// context window.
fn is_due(conversation: &Conversation, model: &str, profile: &ModelProfile, latest: Option<usize>) -> bool {
    let from = latest.map_or(0, |index| index + 1);
    let mut turns = conversation.items[from..].iter().rev().filter_map(|item| match item {
        TranscriptItem::AssistantTurn(turn) => Some(turn),
        _ => None,
    });
    let Some(last) = turns.next() else { return false };
    let is_own = conversation.is_own(last, PROVIDER, model);
    // The vendor summarizes no conversation that ends in the middle of a turn.
    let is_paused = matches!(last.stop_reason.as_str(), "pause_turn" | "compaction");
    let failed_lately = || turns.take(TURNS_AFTER_FAILURE).any(has_failed);
    is_own && !is_paused && read(last.usage) >= context::summary_from(profile) && !failed_lately()
}

fn read(usage: TokenUsage) -> u64 {
    let TokenUsage { input_tokens, cache_read_tokens, cache_write_tokens, .. } = usage;
    input_tokens.saturating_add(cache_read_tokens).saturating_add(cache_write_tokens)
}

/// Whether a server refused a request because it does not know such summaries.
pub(super) fn is_unknown(error: &ModelError) -> bool {
    matches!(error, ModelError::RequestRejected { message, .. }
        if message.starts_with("compaction:") || message.contains(BETA))
}
