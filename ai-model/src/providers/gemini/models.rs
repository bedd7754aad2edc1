//! What each Gemini model accepts and costs.

use crate::providers::Price;
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

impl Generation {
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
