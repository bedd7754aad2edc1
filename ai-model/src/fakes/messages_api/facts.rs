//! What each model accepts, according to the vendor's documentation. It is written down independently of the product's
//! own table.

use crate::fakes::clouds::CloudComputer;

/// What a model accepts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// The types of computer tool.
    pub(super) computer_tools: &'static [&'static str],
    /// The types of text editor.
    pub(super) editors: &'static [&'static str],
    /// The longest padded edge, in pixels, and the most tokens of an image.
    pub(super) image: (u32, u32),
    /// Whether thinking is bound to the exact prefix that precedes it.
    pub(super) binds_thinking: bool,
    /// The thinking modes that it supports.
    pub(super) thinking: Thinking,
    /// The efforts that it accepts.
    pub(super) efforts: &'static [&'static str],
    /// Whether it rejects sampling parameters and a thinking budget, as models from 4.7 on do.
    pub(super) refuses_sampling: bool,
    /// Whether `tool_choice` may force a tool.
    pub(super) may_force_tools: bool,
    /// The most images in one request.
    pub(super) max_images: usize,
    /// The most output tokens of one turn.
    pub(super) max_output: u64,
    /// The fewest tokens of a prefix that is cached.
    pub(super) min_cached: u64,
}

impl Facts {
    /// The facts where a cloud takes only one kind of computer tool from models that have the toolset.
    pub(super) fn with_computer(self, computer: CloudComputer) -> Self {
        if !self.computer_tools.contains(&TOOLSET) {
            return self;
        }
        let computer_tools: &[&str] = match computer {
            CloudComputer::Beta => &[NOVEMBER],
            CloudComputer::Toolset => &[TOOLSET],
        };
        Self { computer_tools, ..self }
    }
}

/// The thinking modes that a model supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Thinking {
    /// It always thinks, adaptively.
    Always,
    /// Adaptive thinking, or none.
    Adaptive,
    /// Adaptive thinking, or a budget.
    Both,
    /// A budget, or no thinking.
    Budget,
    /// No thinking.
    Never,
}

pub(super) const TOOLSET: &str = "computer_toolset_20260801";
const NOVEMBER: &str = "computer_20251124";
const JANUARY: &str = "computer_20250124";
const OCTOBER: &str = "computer_20241022";
const HIGH: (u32, u32) = (2576, 4784);
const STANDARD: (u32, u32) = (1568, 1568);
const EDITORS: &[&str] = &["text_editor_20250728", "text_editor_20250429"];

const NEW: Facts = Facts {
    computer_tools: &[TOOLSET],
    editors: EDITORS,
    image: HIGH,
    binds_thinking: true,
    thinking: Thinking::Always,
    efforts: &["low", "medium", "high", "xhigh", "max"],
    refuses_sampling: true,
    may_force_tools: false,
    max_images: 600,
    max_output: 128_000,
    min_cached: 2048,
};
const BETWEEN: Facts = Facts {
    computer_tools: &[TOOLSET, NOVEMBER],
    binds_thinking: false,
    may_force_tools: true,
    thinking: Thinking::Adaptive,
    ..NEW
};
const OPUS_4_7: Facts = Facts { computer_tools: &[NOVEMBER], min_cached: 4096, ..BETWEEN };
const CLAUDE_4_6: Facts = Facts {
    computer_tools: &[NOVEMBER],
    image: STANDARD,
    thinking: Thinking::Both,
    efforts: &["low", "medium", "high", "max"],
    refuses_sampling: false,
    ..BETWEEN
};
const OPUS_4_5: Facts = Facts {
    thinking: Thinking::Budget,
    efforts: &[],
    max_images: 100,
    max_output: 64_000,
    min_cached: 4096,
    ..CLAUDE_4_6
};
const CLAUDE_4_5: Facts = Facts { computer_tools: &[JANUARY], min_cached: 1024, ..OPUS_4_5 };
const CLAUDE_4: Facts = Facts { max_output: 32_000, ..CLAUDE_4_5 };

/// The facts about a model; `None` for an unknown one.
pub(super) fn of(model: &str) -> Option<Facts> {
    Some(match model {
        "claude-opus-5-5" | "claude-fable-5-2" | "claude-mythos-5-2" => NEW,
        "claude-sonnet-5-5" => Facts { thinking: Thinking::Adaptive, ..NEW },
        "claude-haiku-5-5" => Facts { thinking: Thinking::Adaptive, may_force_tools: true, ..NEW },
        "claude-fable-5-1" | "claude-mythos-5-1" => Facts { computer_tools: BETWEEN.computer_tools, ..NEW },
        "claude-fable-5" | "claude-mythos-5" => Facts { thinking: Thinking::Always, ..BETWEEN },
        "claude-opus-5" | "claude-sonnet-5" => BETWEEN,
        "claude-opus-4-8" => Facts { min_cached: 4096, ..BETWEEN },
        "claude-opus-4-7" => OPUS_4_7,
        "claude-opus-4-6" => Facts { min_cached: 4096, ..CLAUDE_4_6 },
        "claude-sonnet-4-6" => CLAUDE_4_6,
        "claude-opus-4-5" | "claude-opus-4-5-20251101" => OPUS_4_5,
        "claude-sonnet-4-5" | "claude-sonnet-4-5-20250929" => CLAUDE_4_5,
        "claude-haiku-4-5" | "claude-haiku-4-5-20251001" => Facts { min_cached: 4096, ..CLAUDE_4_5 },
        "claude-sonnet-4" | "claude-sonnet-4-20250514" => Facts { max_output: 64_000, ..CLAUDE_4 },
        "claude-opus-4-1" | "claude-opus-4" | "claude-opus-4-20250514" => CLAUDE_4,
        "claude-3-7-sonnet" => Facts { editors: &["text_editor_20250124"], max_output: 64_000, ..CLAUDE_4 },
        "claude-3-5-sonnet" | "claude-3-5-sonnet-20241022" => Facts {
            computer_tools: &[OCTOBER],
            editors: &["text_editor_20241022"],
            thinking: Thinking::Never,
            max_output: 8_192,
            ..CLAUDE_4
        },
        // Imaginary future models with tools that the product does not know.
        "claude-next" => Facts { computer_tools: &[NOVEMBER], ..CLAUDE_4_6 },
        "claude-oldest" => Facts { computer_tools: &[JANUARY], ..CLAUDE_4_6 },
        _ => return None,
    })
}

/// The beta that a tool requires.
pub(super) fn beta_of(tool: &str) -> Option<&'static str> {
    match tool {
        NOVEMBER => Some("computer-use-2025-11-24"),
        JANUARY => Some("computer-use-2025-01-24"),
        OCTOBER | "bash_20241022" | "text_editor_20241022" => Some("computer-use-2024-10-22"),
        _ => None,
    }
}
