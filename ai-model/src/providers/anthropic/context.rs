//! Keeps a long conversation within what a request may hold and a model has in view.
//!
//! Where thinking is bound to the exact prefix, the vendor trims: it clears old results and writes a summary
//! when that is not enough. Elsewhere we leave out old pictures and the bulk of old texts. That happens in
//! batches, never one by one, because whatever changes in the prefix has to be paid for anew from there on.
//! What is left out follows from the transcript alone, so every replica leaves out the same.

use std::collections::HashSet;

use protocol::transcript::{AssistantTurn, ToolResult, ToolStatus, TranscriptItem};
use serde::Serialize;
use serde_json::value::RawValue;

use super::PROVIDER;
use super::models::{ContextStrategy, ModelProfile};
use crate::providers::Conversation;

/// Bytes of pictures at which the oldest are left out whatever the strategy. The vendor takes 32 MB in all.
const MOST_BYTES: usize = 28 << 20;
/// Bytes of pictures that stay then.
const KEPT_BYTES: usize = 12 << 20;
/// Pictures at which we leave out the oldest, and how many stay: about one batch in thirty turns.
const MOST_PICTURES: usize = 40;
const KEPT_PICTURES: usize = 10;
/// Input tokens at which the vendor clears old results.
const CLEAR_TRIGGER: u32 = 100_000;
/// How many results the vendor keeps.
const CLEAR_KEEP: u32 = 20;
/// What a clearing has to bring, for it makes the rest of the prefix be written to the cache again.
const CLEAR_AT_LEAST: u32 = 50_000;
/// The part of the context window at which the vendor writes a summary.
const COMPACT_SHARE: u32 = 4;

/// The betas that the vendor's trimming needs.
pub(super) const SERVER_SIDE_BETAS: [&str; 2] = ["context-management-2025-06-27", "compact-2026-01-12"];
/// The beta that says what becomes of thinking whose prefix has changed.
pub(super) const BINDING_BETA: &str = "thinking-binding-controls-2026-08-01";

/// What the vendor is asked to trim.
#[derive(Debug, Serialize)]
pub(super) struct ContextManagement {
    edits: [Edit; 3],
}

#[derive(Debug, Serialize)]
#[serde(tag = "type")]
enum Edit {
    /// Keeping all thinking is what the cache wants; it has to stand first.
    #[serde(rename = "clear_thinking_20251015")]
    ClearThinking { keep: &'static str },
    #[serde(rename = "clear_tool_uses_20250919")]
    ClearToolUses { trigger: Amount, keep: Amount, clear_at_least: Amount },
    #[serde(rename = "compact_20260112")]
    Compact { trigger: Amount },
}

#[derive(Debug, Serialize)]
struct Amount {
    r#type: &'static str,
    value: u32,
}

const fn tokens(value: u32) -> Amount {
    Amount { r#type: "input_tokens", value }
}

/// What the vendor is asked to trim for this model, if it is its part.
pub(super) fn management(profile: &ModelProfile) -> Option<ContextManagement> {
    (profile.context == ContextStrategy::ServerSide).then(|| ContextManagement {
        edits: [
            Edit::ClearThinking { keep: "all" },
            Edit::ClearToolUses {
                trigger: tokens(CLEAR_TRIGGER),
                keep: Amount { r#type: "tool_uses", value: CLEAR_KEEP },
                clear_at_least: tokens(CLEAR_AT_LEAST),
            },
            Edit::Compact { trigger: tokens(profile.context_window / COMPACT_SHARE) },
        ],
    })
}

/// The answers of which only a short text is sent.
#[derive(Debug, Default)]
pub(super) struct Trimmed<'a> {
    calls: HashSet<&'a str>,
    texts: bool,
}

impl Trimmed<'_> {
    /// Whether this answer's picture is left out.
    pub(super) fn leaves_out_picture(&self, result: &ToolResult) -> bool {
        self.calls.contains(result.call_id.as_str())
    }

    /// Whether the bulk of this answer's text is left out.
    pub(super) fn shortens_text(&self, result: &ToolResult) -> bool {
        self.texts && self.leaves_out_picture(result)
    }

    /// Whether the request differs from those before it in more than what was added.
    pub(super) fn changes_prefix(&self) -> bool {
        !self.calls.is_empty()
    }
}

/// What is left out of a conversation for a model.
pub(super) fn trimmed<'a>(
    conversation: &'a Conversation,
    model: &str,
    profile: &ModelProfile,
) -> Trimmed<'a> {
    let limits = limits(profile);
    let unseen = match profile.context {
        ContextStrategy::ServerSide => last_summary(&conversation.items, model),
        ContextStrategy::ClientSide => None,
    };
    let results = || {
        conversation.items.iter().enumerate().filter_map(|(index, item)| match item {
            TranscriptItem::ToolResult(result) => Some((index, result)),
            _ => None,
        })
    };
    let shown: Vec<(usize, usize)> =
        results().filter_map(|(index, result)| Some((index, picture_bytes(conversation, result)?))).collect();
    let first = shown.partition_point(|(index, _)| unseen.is_some_and(|summary| *index < summary));
    let kept = first + limits.drop_oldest(&shown[first..]);
    let horizon = match shown.get(kept) {
        _ if kept == 0 => 0,
        Some((index, _)) => *index,
        None => shown.last().map_or(0, |(index, _)| index + 1),
    };
    let old = results().take_while(|(index, _)| *index < horizon);
    Trimmed {
        calls: old.map(|(_, result)| result.call_id.as_str()).collect(),
        texts: profile.context == ContextStrategy::ClientSide,
    }
}

/// The latest turn that begins with a summary of everything before it. The vendor looks at nothing older.
fn last_summary(items: &[TranscriptItem], model: &str) -> Option<usize> {
    items.iter().rposition(|item| match item {
        TranscriptItem::AssistantTurn(turn) => {
            turn.provider == PROVIDER && turn.model == model && has_summary(turn)
        }
        _ => false,
    })
}

fn has_summary(turn: &AssistantTurn) -> bool {
    #[derive(serde::Deserialize)]
    struct Block {
        r#type: String,
        #[serde(default)]
        content: Option<Box<RawValue>>,
    }
    // Most turns need not be read for this.
    turn.raw.contains(r#""compaction""#)
        && serde_json::from_str::<Vec<Block>>(&turn.raw).is_ok_and(|blocks| {
            blocks.iter().any(|block| block.r#type == "compaction" && block.content.is_some())
        })
}

/// The bytes of the picture that the model is shown with this answer.
fn picture_bytes(conversation: &Conversation, result: &ToolResult) -> Option<usize> {
    let picture = result.screenshot.as_ref()?;
    let shown = result.shown_to_model && result.status == ToolStatus::Done;
    shown.then(|| conversation.pictures.bytes_of(picture))
}

/// How many pictures a request holds at most, and how many stay when it would be more.
#[derive(Debug, Clone, Copy)]
struct Limits {
    most_pictures: usize,
    kept_pictures: usize,
}

fn limits(profile: &ModelProfile) -> Limits {
    match profile.context {
        ContextStrategy::ClientSide => Limits { most_pictures: MOST_PICTURES, kept_pictures: KEPT_PICTURES },
        ContextStrategy::ServerSide => {
            let most_pictures = profile.max_pictures() * 9 / 10;
            Limits { most_pictures, kept_pictures: most_pictures / 2 }
        }
    }
}

impl Limits {
    /// How many of the oldest pictures are left out. It follows the conversation picture by picture, as the
    /// requests did, so that each request leaves out what the one before it did until the next batch is due.
    fn drop_oldest(self, pictures: &[(usize, usize)]) -> usize {
        let (mut start, mut bytes) = (0, 0);
        for (end, (_, size)) in pictures.iter().enumerate() {
            bytes += size;
            let count = end + 1;
            if count - start > self.most_pictures || bytes > MOST_BYTES {
                while start < end && (count - start > self.kept_pictures || bytes > KEPT_BYTES) {
                    bytes -= pictures[start].1;
                    start += 1;
                }
            }
        }
        start
    }
}
