//! What each Claude model accepts.

use super::dialect::Dialect;
use crate::images::ImageTier;

/// How a model is asked to think.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thinking {
    /// It decides itself how much; we ask for a summary to show.
    Adaptive,
    /// It gets a budget of tokens.
    Budget,
    /// Nothing is said, because nothing is known of the model.
    Unsaid,
}

/// What one model accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelProfile {
    /// The best dialect that it speaks.
    pub dialect: Dialect,
    /// The largest picture it takes.
    pub images: ImageTier,
    /// How it is asked to think.
    pub thinking: Thinking,
}

const fn profile(dialect: Dialect, images: ImageTier, thinking: Thinking) -> ModelProfile {
    ModelProfile { dialect, images, thinking }
}

const TOOLSET: ModelProfile = profile(Dialect::Toolset20260801, ImageTier::HIGH, Thinking::Adaptive);
const OPUS_4_7: ModelProfile = profile(Dialect::Computer20251124, ImageTier::HIGH, Thinking::Adaptive);
const CLAUDE_4_6: ModelProfile = profile(Dialect::Computer20251124, ImageTier::STANDARD, Thinking::Adaptive);
const OPUS_4_5: ModelProfile = profile(Dialect::Computer20251124, ImageTier::STANDARD, Thinking::Budget);
const CLAUDE_4: ModelProfile = profile(Dialect::Computer20250124, ImageTier::STANDARD, Thinking::Budget);

/// A model not in the table is most likely newer than it. Pictures that fit the standard tier fit every one.
const UNKNOWN: ModelProfile = profile(Dialect::Toolset20260801, ImageTier::STANDARD, Thinking::Unsaid);

/// The models by the vendor's name, without prefix and date.
const MODELS: [(&str, ModelProfile); 21] = [
    ("claude-fable-5-2", TOOLSET),
    ("claude-mythos-5-2", TOOLSET),
    ("claude-opus-5-5", TOOLSET),
    ("claude-sonnet-5-5", TOOLSET),
    ("claude-haiku-5-5", TOOLSET),
    ("claude-fable-5-1", TOOLSET),
    ("claude-mythos-5-1", TOOLSET),
    ("claude-fable-5", TOOLSET),
    ("claude-mythos-5", TOOLSET),
    ("claude-opus-5", TOOLSET),
    ("claude-sonnet-5", TOOLSET),
    ("claude-opus-4-8", TOOLSET),
    ("claude-opus-4-7", OPUS_4_7),
    ("claude-opus-4-6", CLAUDE_4_6),
    ("claude-sonnet-4-6", CLAUDE_4_6),
    ("claude-opus-4-5", OPUS_4_5),
    ("claude-sonnet-4-5", CLAUDE_4),
    ("claude-haiku-4-5", CLAUDE_4),
    ("claude-opus-4-1", CLAUDE_4),
    ("claude-sonnet-4", CLAUDE_4),
    ("claude-opus-4", CLAUDE_4),
];

/// What the model with this id accepts.
#[must_use]
pub fn profile_of(model: &str) -> ModelProfile {
    let name = plain_name(model);
    MODELS.iter().find(|(id, _)| *id == name).map_or(UNKNOWN, |(_, profile)| *profile)
}

/// A model's name in the tables: `anthropic.` in front and a date behind are no part of it.
pub(super) fn plain_name(model: &str) -> &str {
    let name = model.strip_prefix("anthropic.").unwrap_or(model);
    let name = name.split('@').next().unwrap_or(name);
    match name.rsplit_once('-') {
        Some((rest, date)) if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) => rest,
        _ => name,
    }
}
