//! What each Gemini model accepts and costs.

use protocol::models::{ComputerUse, Effort, ModelFacts};

use crate::providers::Price;
use crate::providers::shared::price::price_of;
use crate::providers::shared::screen::ScreenshotLimits;

/// The generations of models, by their computer tools.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// `gemini-2.5-computer-use-preview` knows only browsers. Its clicks and keys work on the whole screen.
    Browser,
    /// Gemini 3 and later know desktops.
    Desktop,
}

/// The size that the vendor recommends. Coordinates are thousandths, so it only affects how well the model sees.
pub(super) const SCREENSHOT_LIMITS: ScreenshotLimits =
    ScreenshotLimits { long_edge: 1440, short_edge: 900, pixels: 1440 * 900 };

/// List prices in cents for a million tokens; for the oldest model, those of requests of up to 200,000 tokens.
pub(super) const PRICES: [(&str, Price); 3] = [
    ("gemini-3.5-flash", Price::listed(150, 900)),
    ("gemini-3-flash-preview", Price::listed(50, 300)),
    ("gemini-2.5-computer-use-preview-10-2025", Price::listed(125, 1_000).reading_at(125)),
];

/// The models that are newer than the list of prices, the newest first.
const WITHOUT_PRICE: [&str; 4] =
    ["gemini-3.8-flash", "gemini-3.7-flash", "gemini-3.6-flash", "gemini-3.1-pro-preview"];

/// The beginnings of the names of the models that can use a computer. Newer ones are most likely called alike.
const COMPUTER_MODELS: [&str; 3] = ["gemini-2.5-computer-use", "gemini-3", "gemini-4"];
/// What the names of models for other purposes contain.
const OTHER_PURPOSES: [&str; 6] = ["image", "tts", "audio", "live", "embedding", "robotics"];

/// Whether a model can use a computer, by its name.
pub(super) fn uses_computers(model: &str) -> bool {
    COMPUTER_MODELS.iter().any(|name| model.starts_with(name))
        && !OTHER_PURPOSES.iter().any(|purpose| model.contains(purpose))
}

/// The names of the known models, the newest first.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    WITHOUT_PRICE.into_iter().chain(PRICES.iter().map(|(name, _)| *name))
}

/// The efforts that a model has. Before Gemini 3 there was a budget of tokens instead.
pub(super) fn efforts(model: &str) -> &'static [Effort] {
    match Generation::of(model) {
        Generation::Browser => &[],
        Generation::Desktop => &[Effort::Low, Effort::Medium, Effort::High],
    }
}

/// What is known about a model. `context` is in tokens.
pub(super) fn facts(id: String, name: Option<String>, context: Option<u64>) -> ModelFacts {
    let (price, efforts) = (price_of(&id, &PRICES), efforts(&id).to_vec());
    ModelFacts { id, name, computer: ComputerUse::Native, sees: Some(true), context, price, efforts }
}

impl Generation {
    /// The generation whose tool to declare if a model does not know this one's environment.
    pub(super) fn older(self) -> Option<Self> {
        match self {
            Self::Desktop => Some(Self::Browser),
            Self::Browser => None,
        }
    }

    /// The generation of a model. An unknown model is newer than this list.
    pub(super) fn of(model: &str) -> Self {
        if model.starts_with("gemini-2.") { Self::Browser } else { Self::Desktop }
    }

    /// The environment in the tool's declaration.
    pub(super) fn environment(self) -> &'static str {
        match self {
            Self::Browser => "ENVIRONMENT_BROWSER",
            Self::Desktop => "ENVIRONMENT_DESKTOP",
        }
    }

    /// The predefined functions that are excluded: a key can't be held down from one call to the next.
    pub(super) fn excluded(self) -> &'static [&'static str] {
        match self {
            Self::Browser => &[],
            Self::Desktop => &["key_down", "key_up"],
        }
    }
}
