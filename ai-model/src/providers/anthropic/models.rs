//! What each Claude model accepts and costs.

use protocol::models::{ComputerUse, Effort, ModelFacts};

use super::dialect::{Dialect, EditorTool};
use crate::images::ImageTier;
use crate::providers::Price;

/// How thinking is requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thinking {
    /// The model decides how much to think; we ask for a summary to show.
    Adaptive,
    /// The model gets a budget of tokens.
    Budget,
    /// No thinking parameter is sent: the model can't think, or nothing is known about it.
    Omitted,
}

/// How a long conversation is kept within a model's context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContextStrategy {
    /// The vendor trims. Thinking is bound to the exact prefix, so nothing that was sent may change.
    ServerSide,
    /// We leave out old images and shorten old texts, in batches.
    ClientSide,
}

/// What a model accepts and costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelProfile {
    /// The supported dialects, the best one first.
    pub dialects: &'static [Dialect],
    /// The version of the text editor.
    pub editor: EditorTool,
    /// The largest image that is not shrunk.
    pub images: ImageTier,
    /// How thinking is requested.
    pub thinking: Thinking,
    /// The efforts that it has.
    pub efforts: &'static [Effort],
    /// How a long conversation is trimmed.
    pub context: ContextStrategy,
    /// The size of the context window, in tokens.
    pub context_window: u32,
    /// The most output tokens of one turn.
    pub max_output: u32,
    /// The price; `None` when it is not public or not known.
    pub price: Option<Price>,
}

impl ModelProfile {
    /// The best supported dialect.
    #[must_use]
    pub fn dialect(&self) -> Dialect {
        self.dialects.first().copied().unwrap_or(Dialect::Toolset20260801)
    }

    /// The most images in one request.
    #[must_use]
    pub fn max_images(&self) -> usize {
        if self.context_window <= 200_000 { 100 } else { 600 }
    }

    const fn costing(mut self, input: u64, output: u64) -> Self {
        let price = Price::listed(input, output);
        self.price = Some(Price { cache_write: price.input / 4 * 5, ..price });
        self
    }

    /// Sets an unusual price for cache reads, in cents for a million tokens.
    const fn reading_at(mut self, cents: u64) -> Self {
        if let Some(price) = self.price {
            self.price = Some(price.reading_at(cents));
        }
        self
    }

    const fn binding(mut self) -> Self {
        self.context = ContextStrategy::ServerSide;
        self
    }

    const fn sized(mut self, context_window: u32, max_output: u32) -> Self {
        self.context_window = context_window;
        self.max_output = max_output;
        self
    }
}

const fn profile(dialects: &'static [Dialect], images: ImageTier, thinking: Thinking) -> ModelProfile {
    ModelProfile {
        dialects,
        editor: EditorTool::July2025,
        images,
        thinking,
        efforts: if matches!(thinking, Thinking::Adaptive) { &Effort::ALL } else { &[] },
        context: ContextStrategy::ClientSide,
        context_window: 1_000_000,
        max_output: 128_000,
        price: None,
    }
}

const TOOLSET: &[Dialect] = &[Dialect::Toolset20260801];
const BOTH: &[Dialect] = &[Dialect::Toolset20260801, Dialect::Computer20251124];
const NOVEMBER: &[Dialect] = &[Dialect::Computer20251124];
const JANUARY: &[Dialect] = &[Dialect::Computer20250124];
const OCTOBER: &[Dialect] = &[Dialect::Computer20241022];

const NEWEST: ModelProfile = profile(TOOLSET, ImageTier::HIGH, Thinking::Adaptive).binding();
const BETWEEN: ModelProfile = profile(BOTH, ImageTier::HIGH, Thinking::Adaptive);
const OPUS_4_7: ModelProfile = profile(NOVEMBER, ImageTier::HIGH, Thinking::Adaptive);
const CLAUDE_4_6: ModelProfile = ModelProfile {
    efforts: &[Effort::Low, Effort::Medium, Effort::High, Effort::Max],
    ..profile(NOVEMBER, ImageTier::STANDARD, Thinking::Adaptive)
};
const OPUS_4_5: ModelProfile =
    profile(NOVEMBER, ImageTier::STANDARD, Thinking::Budget).sized(200_000, 64_000);
const CLAUDE_4: ModelProfile = profile(JANUARY, ImageTier::STANDARD, Thinking::Budget).sized(200_000, 64_000);
const OPUS_4: ModelProfile = CLAUDE_4.sized(200_000, 32_000);
const SONNET_3_7: ModelProfile = ModelProfile { editor: EditorTool::January2025, ..CLAUDE_4 };
const SONNET_3_5: ModelProfile = ModelProfile {
    editor: EditorTool::October2024,
    ..profile(OCTOBER, ImageTier::STANDARD, Thinking::Omitted).sized(200_000, 8_192)
};

/// An unknown model is most likely newer than the table, or a proxy's name for one in it. Images of the standard tier
/// fit every model.
const UNKNOWN: ModelProfile = profile(BOTH, ImageTier::STANDARD, Thinking::Omitted).sized(200_000, 64_000);

/// The models by their plain names. Prices are in cents for a million tokens.
const MODELS: [(&str, ModelProfile); 24] = [
    ("claude-fable-5-2", NEWEST.costing(800, 4_000)),
    ("claude-mythos-5-2", NEWEST),
    ("claude-opus-5-5", NEWEST.costing(400, 2_000).reading_at(20)),
    ("claude-sonnet-5-5", NEWEST.costing(200, 1_000)),
    ("claude-haiku-5-5", NEWEST.costing(10, 50)),
    ("claude-fable-5-1", BETWEEN.binding().costing(1_000, 5_000).reading_at(25)),
    ("claude-mythos-5-1", BETWEEN.binding()),
    ("claude-fable-5", BETWEEN.costing(1_000, 5_000)),
    ("claude-mythos-5", BETWEEN),
    ("claude-opus-5", BETWEEN.costing(500, 2_500)),
    ("claude-sonnet-5", BETWEEN.costing(200, 1_000)),
    ("claude-opus-4-8", BETWEEN.costing(500, 2_500)),
    ("claude-opus-4-7", OPUS_4_7.costing(500, 2_500)),
    ("claude-opus-4-6", CLAUDE_4_6.costing(500, 2_500)),
    ("claude-sonnet-4-6", CLAUDE_4_6.costing(300, 1_500)),
    ("claude-opus-4-5", OPUS_4_5.costing(500, 2_500)),
    ("claude-sonnet-4-5", CLAUDE_4.costing(300, 1_500)),
    ("claude-haiku-4-5", CLAUDE_4.costing(100, 500)),
    ("claude-opus-4-1", OPUS_4.costing(1_500, 7_500)),
    ("claude-sonnet-4", CLAUDE_4.costing(300, 1_500)),
    ("claude-opus-4", OPUS_4.costing(1_500, 7_500)),
    ("claude-3-7-sonnet", SONNET_3_7.costing(300, 1_500)),
    ("claude-3-5-sonnet", SONNET_3_5.costing(300, 1_500)),
    ("claude-mythos-preview", BETWEEN),
];

/// The families whose next model is most likely like their latest.
const FAMILIES: [&str; 5] =
    ["claude-fable-", "claude-mythos-", "claude-opus-", "claude-sonnet-", "claude-haiku-"];

/// What the model with this id accepts. A cloud's prefix (`anthropic.`, `us.anthropic.`), a date (`-20250929`,
/// `@20250929`) and a cloud's revision (`-v1:0`) are ignored.
#[must_use]
pub fn profile_of(model: &str) -> ModelProfile {
    let name = plain_name(model);
    if let Some((_, profile)) = MODELS.iter().find(|(id, _)| *id == name) {
        return *profile;
    }
    if FAMILIES.iter().any(|family| name.starts_with(family)) { NEWEST } else { UNKNOWN }
}

/// What is known about a model.
pub(super) fn facts(id: String, name: Option<String>) -> ModelFacts {
    let profile = profile_of(&id);
    ModelFacts {
        id,
        name,
        computer: ComputerUse::Native,
        sees: Some(true),
        context: Some(profile.context_window.into()),
        price: profile.price,
        efforts: profile.efforts.to_vec(),
    }
}

/// The names of the models in the table.
pub fn names() -> impl Iterator<Item = &'static str> {
    MODELS.iter().map(|(name, _)| *name)
}

fn plain_name(model: &str) -> &str {
    let name = model.rsplit_once("anthropic.").map_or(model, |(_, name)| name);
    let name = name.split(['@', ':']).next().unwrap_or(name);
    let is_revision = |end: &str| {
        end == "latest" || end.strip_prefix('v').is_some_and(|number| number.parse::<u8>().is_ok())
    };
    let is_date = |end: &str| end.len() == 8 && end.bytes().all(|byte| byte.is_ascii_digit());
    let without = |name, is_extra: &dyn Fn(&str) -> bool| match str::rsplit_once(name, '-') {
        Some((rest, end)) if is_extra(end) => rest,
        _ => name,
    };
    without(without(name, &is_revision), &is_date)
}
