//! What each OpenAI model accepts.

use super::super::screen::PictureLimits;

/// The computer tool that a model knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ComputerTool {
    /// The current one: it takes pictures at their own size, and a call may hold several actions.
    Computer,
    /// That of `computer-use-preview`.
    Preview,
}

/// What one model accepts.
#[derive(Debug, Clone, Copy)]
pub(super) struct ModelProfile {
    /// Its computer tool.
    pub(super) tool: ComputerTool,
    /// The largest picture that is not shrunk.
    pub(super) pictures: PictureLimits,
    /// How detailed a picture that a function answers with is looked at.
    pub(super) detail: &'static str,
    /// What kind of summary of its reasoning it can give.
    pub(super) summary: &'static str,
}

/// The vendor looks at pictures up to this size as they are.
const CURRENT: ModelProfile = ModelProfile {
    tool: ComputerTool::Computer,
    pictures: PictureLimits { long_edge: 6000, short_edge: 6000, pixels: 10_240_000 },
    detail: "original",
    summary: "auto",
};

/// The vendor shrinks larger pictures until they fit.
const PREVIEW: ModelProfile = ModelProfile {
    tool: ComputerTool::Preview,
    pictures: PictureLimits { long_edge: 2048, short_edge: 768, pixels: 2048 * 768 },
    detail: "high",
    summary: "concise",
};

/// What the model with this id accepts. One that nobody has heard of is newer than this.
pub(super) fn profile_of(model: &str) -> ModelProfile {
    if model.starts_with("computer-use-preview") { PREVIEW } else { CURRENT }
}
