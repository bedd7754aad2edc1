//! What each OpenAI model accepts and costs.

use protocol::models::{ComputerUse, Effort, ModelFacts};

use crate::providers::Price;
use crate::providers::shared::price::price_of;
use crate::providers::shared::screen::ScreenshotLimits;

/// The vendor's computer tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComputerTool {
    /// The current one: it accepts images at their own size, and a call may contain several actions.
    Computer,
    /// That of `computer-use-preview`.
    Preview,
}

/// What a model accepts and costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct ModelProfile {
    pub(super) tool: ComputerTool,
    /// The largest image that is not shrunk.
    pub(super) images: ScreenshotLimits,
    /// The `detail` of images in function outputs.
    pub(super) detail: &'static str,
    /// The kind of reasoning summary that it supports.
    pub(super) summary: &'static str,
    /// The efforts that it has.
    pub(super) efforts: &'static [Effort],
    /// The price; `None` when it is not known.
    pub(super) price: Option<Price>,
}

/// List prices in cents for a million tokens. For some models, requests of more than 272,000 tokens cost more.
const PRICES: [(&str, Price); 7] = [
    ("gpt-5.5", Price::listed(500, 3_000)),
    ("gpt-5.5-pro", Price::listed(3_000, 18_000).reading_at(3_000)),
    ("gpt-5.4", Price::listed(250, 1_500)),
    ("gpt-5.4-mini", Price::listed(75, 450)),
    ("gpt-5.4-nano", Price::listed(20, 125)),
    ("gpt-5.4-pro", Price::listed(3_000, 18_000).reading_at(3_000)),
    ("computer-use-preview", Price::listed(300, 1_200).reading_at(300)),
];

/// The models that are newer than the list of prices, the newest first.
const WITHOUT_PRICE: [&str; 10] = [
    "gpt-6.2-astra",
    "gpt-6.2-sol",
    "gpt-6.1-sol",
    "gpt-6.1-terra",
    "gpt-6-astra",
    "gpt-6-sol",
    "gpt-6-luna",
    "gpt-5.6-sol",
    "gpt-5.6-terra",
    "gpt-5.6-luna",
];

/// The vendor does not shrink images of up to this size.
const CURRENT: ModelProfile = ModelProfile {
    tool: ComputerTool::Computer,
    images: ScreenshotLimits { long_edge: 6000, short_edge: 6000, pixels: 10_240_000 },
    detail: "original",
    summary: "auto",
    // Not every model has the highest one, and nothing tells which.
    efforts: &[Effort::Low, Effort::Medium, Effort::High, Effort::XHigh],
    price: None,
};

/// The vendor shrinks larger images.
const PREVIEW: ModelProfile = ModelProfile {
    tool: ComputerTool::Preview,
    images: ScreenshotLimits { long_edge: 2048, short_edge: 768, pixels: 2048 * 768 },
    detail: "high",
    summary: "concise",
    efforts: &[],
    price: None,
};

/// The beginnings of the names of the models that can use a computer. Newer ones are most likely called alike.
const COMPUTER_MODELS: [&str; 5] = ["computer-use-preview", "gpt-5.4", "gpt-5.5", "gpt-5.6", "gpt-6"];

/// Whether a model can use a computer, by its name.
pub(super) fn uses_computers(model: &str) -> bool {
    COMPUTER_MODELS.iter().any(|name| model.starts_with(name))
}

/// The names of the known models, the newest first.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    WITHOUT_PRICE.into_iter().chain(PRICES.iter().map(|(name, _)| *name))
}

/// What is known about a model.
pub(super) fn facts(id: String) -> ModelFacts {
    let profile = profile_of(&id);
    ModelFacts {
        id,
        name: None,
        computer: ComputerUse::Native,
        sees: Some(true),
        context: None,
        price: profile.price,
        efforts: profile.efforts.to_vec(),
    }
}

/// What the model with this id accepts. An unknown model is newer than this list.
pub(super) fn profile_of(model: &str) -> ModelProfile {
    let profile = if model.starts_with("computer-use-preview") { PREVIEW } else { CURRENT };
    ModelProfile { price: price_of(model, &PRICES), ..profile }
}
