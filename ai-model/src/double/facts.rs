//! What the vendor's documentation says of each model, written down a second time.

/// What a model takes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The types of computer tools.
    pub(super) computer_tools: &'static [&'static str],
    /// Longest padded edge and most tokens of a picture.
    pub(super) picture: (u32, u32),
    /// Whether thinking is bound to the exact prefix.
    pub(super) binds_thinking: bool,
    /// Whether thinking is adaptive, as against budgeted.
    pub(super) adaptive: bool,
}

const TOOLSET: &str = "computer_toolset_20260801";
const NOVEMBER: &str = "computer_20251124";
const JANUARY: &str = "computer_20250124";
const HIGH: (u32, u32) = (2576, 4784);
const STANDARD: (u32, u32) = (1568, 1568);

/// The facts on a model; `None` when there is no such model.
pub(super) fn of(model: &str) -> Option<Facts> {
    let facts = |computer_tools, picture, binds_thinking, adaptive| {
        Some(Facts { computer_tools, picture, binds_thinking, adaptive })
    };
    match model {
        "claude-opus-5-5" | "claude-sonnet-5-5" | "claude-haiku-5-5" | "claude-fable-5-2" => {
            facts(&[TOOLSET], HIGH, true, true)
        }
        "claude-fable-5-1" => facts(&[TOOLSET, NOVEMBER], HIGH, true, true),
        "claude-opus-5" | "claude-sonnet-5" | "claude-opus-4-8" => {
            facts(&[TOOLSET, NOVEMBER], HIGH, false, true)
        }
        "claude-opus-4-7" => facts(&[NOVEMBER], HIGH, false, true),
        "claude-opus-4-6" | "claude-sonnet-4-6" => facts(&[NOVEMBER], STANDARD, false, true),
        "claude-opus-4-5" => facts(&[NOVEMBER], STANDARD, false, false),
        "claude-sonnet-4-5" | "claude-haiku-4-5" => facts(&[JANUARY], STANDARD, false, false),
        // Stands for a model of tomorrow whose tools nobody has heard of.
        "claude-next" => facts(&[NOVEMBER], STANDARD, false, true),
        "claude-oldest" => facts(&[JANUARY], STANDARD, false, true),
        _ => None,
    }
}

/// The beta that a computer tool needs.
pub(super) fn beta_of(tool: &str) -> Option<&'static str> {
    match tool {
        NOVEMBER => Some("computer-use-2025-11-24"),
        JANUARY => Some("computer-use-2025-01-24"),
        _ => None,
    }
}
