//! What each Gemini model accepts and costs.

use crate::providers::Price;
use crate::providers::shared::screen::ScreenshotLimits;

/// How a generation of models uses a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Generation {
    /// `gemini-2.5-computer-use-preview`: it knows browsers only. A desktop has one, and the rest of the screen is
    /// clicked and typed on alike.
    Browser,
    /// Gemini 3 and later: desktops.
    Desktop,
}

/// The size that the vendor recommends. Coordinates are thousandths, so nothing depends on it but how well the
/// model sees.
pub(super) const SCREENSHOT_LIMITS: ScreenshotLimits =
    ScreenshotLimits { long_edge: 1440, short_edge: 900, pixels: 1440 * 900 };

/// List prices in cents for a million tokens; those of the oldest are for requests of up to 200,000 tokens.
pub(super) const PRICES: [(&str, Price); 3] = [
    ("gemini-3.5-flash", Price::listed(150, 900)),
    ("gemini-3-flash-preview", Price::listed(50, 300)),
    ("gemini-2.5-computer-use-preview-10-2025", Price::listed(125, 1_000).reading_at(125)),
];

impl Generation {
    /// That of the model with this id. One that nobody has heard of is newer than this.
    pub(super) fn of(model: &str) -> Self {
        if model.starts_with("gemini-2.") { Self::Browser } else { Self::Desktop }
    }

    /// The environment that the tool is declared for.
    pub(super) fn environment(self) -> &'static str {
        match self {
            Self::Browser => "ENVIRONMENT_BROWSER",
            Self::Desktop => "ENVIRONMENT_DESKTOP",
        }
    }

    /// The vendor's functions that a model is not to call: a key can't be held from one call to the next here.
    pub(super) fn excluded(self) -> &'static [&'static str] {
        match self {
            Self::Browser => &[],
            Self::Desktop => &["key_down", "key_up"],
        }
    }
}
