//! Keeps a long conversation within the limits of a request and of the context window.
//!
//! Where thinking is bound to the exact prefix, the vendor trims: it clears old results, and writes a summary when that
//! is not enough. Elsewhere we leave out old images and shorten old texts (`trimming`).

use serde::Serialize;

use super::compaction::Plan;
use super::models::{ContextStrategy, ModelProfile};
use crate::providers::shared::attachments::{AttachmentRules, PictureFit, Weight, WholeDocuments};
use crate::providers::shared::trimming::{Limits, Trimmed, Trimming, shown_image};
use crate::transcript::Conversation;

/// Bytes of images from which on the oldest are left out, whatever the strategy. The vendor accepts 32 MB in all.
const MAX_BYTES: usize = 18 << 20;
/// Bytes of images that are kept then.
const KEEP_BYTES: usize = 10 << 20;
/// Bytes of attached files, and of a single document.
const MAX_ATTACHED_BYTES: usize = 10 << 20;
const MAX_DOCUMENT_BYTES: usize = 9 << 20;
/// Images from which on the oldest are left out, and how many are kept: a batch about every thirty turns.
const MAX_IMAGES: usize = 40;
const KEEP_IMAGES: usize = 10;
/// Input tokens at which the vendor clears old results.
const CLEAR_TRIGGER: u32 = 100_000;
/// How many results the vendor keeps.
const CLEAR_KEEP: u32 = 20;
/// Input tokens that a clearing has to free, because everything after it has to be cached again.
const CLEAR_AT_LEAST: u32 = 50_000;
/// The vendor writes a summary when the context window is filled to this fraction, as a divisor.
const COMPACT_SHARE: u32 = 4;

/// The betas for the vendor's trimming.
pub(super) const SERVER_SIDE_BETAS: [&str; 2] = ["context-management-2025-06-27", "compact-2026-01-12"];
/// The beta for choosing what happens to thinking whose prefix has changed.
pub(super) const BINDING_BETA: &str = "thinking-binding-controls-2026-08-01";

/// The trimming that the vendor is asked for.
#[derive(Debug, Serialize)]
pub(super) struct ContextManagement {
    edits: Vec<Edit>,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type")]
enum Edit {
    /// Keeps all thinking, so that the cached prefix stays valid. It has to be the first edit.
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

/// Input tokens at which a conversation is replaced by a summary.
pub(super) fn summary_from(profile: &ModelProfile) -> u64 {
    (profile.context_window / COMPACT_SHARE).into()
}

/// The trimming to ask the vendor for; `None` when we trim ourselves, and with a request for a summary.
pub(super) fn management(profile: &ModelProfile, plan: Plan) -> Option<ContextManagement> {
    if profile.context == ContextStrategy::ClientSide || plan.asks() {
        return None;
    }
    let mut edits = vec![
        Edit::ClearThinking { keep: "all" },
        Edit::ClearToolUses {
            trigger: tokens(CLEAR_TRIGGER),
            keep: Amount { r#type: "tool_uses", value: CLEAR_KEEP },
            clear_at_least: tokens(CLEAR_AT_LEAST),
        },
    ];
    if let Plan::Automatic { .. } = plan {
        edits.push(Edit::Compact { trigger: tokens(profile.context_window / COMPACT_SHARE) });
    }
    Some(ContextManagement { edits })
}

/// The most of attached files: with the screenshots it fits a request. A page of a document takes up to 3,000 tokens, so
/// documents of up to a third of the context window are sent whole; the vendor accepts 100 pages, and 600 where the window
/// has a million tokens.
pub(super) fn attachment_rules(profile: &ModelProfile) -> AttachmentRules {
    let max_pages = (profile.context_window / 10_000).clamp(1, 100);
    AttachmentRules {
        pictures: Some(PictureFit::Tier(profile.images)),
        whole: Some(WholeDocuments { max_pages, max_bytes: MAX_DOCUMENT_BYTES }),
        page_pictures: 8,
        text_chars: 60_000,
        most: Weight { pictures: 20, bytes: MAX_ATTACHED_BYTES, pages: max_pages },
        kept: Weight { pictures: 10, bytes: MAX_ATTACHED_BYTES / 2, pages: max_pages / 2 },
    }
}

/// What is left out of a conversation.
pub(super) fn trimmed<'a>(conversation: &'a Conversation, profile: &ModelProfile, plan: Plan) -> Trimmed<'a> {
    let by_us = profile.context == ContextStrategy::ClientSide;
    Trimmed::new(
        conversation,
        Trimming {
            limits: limits(profile),
            in_view_from: plan.in_view_from(),
            texts: by_us,
            image: shown_image,
        },
    )
}

fn limits(profile: &ModelProfile) -> Limits {
    let limits = |max_images, keep_images| Limits {
        max_images,
        keep_images,
        max_bytes: MAX_BYTES,
        keep_bytes: KEEP_BYTES,
    };
    match profile.context {
        ContextStrategy::ClientSide => limits(MAX_IMAGES, KEEP_IMAGES),
        ContextStrategy::ServerSide => {
            let max_images = profile.max_images() * 9 / 10;
            limits(max_images, max_images / 2)
        }
    }
}
