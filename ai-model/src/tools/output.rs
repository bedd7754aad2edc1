//! The outcome of a call: its status, its text for the model, its image.

use protocol::agent::actions::Screenshot;
use protocol::transcript::ToolStatus;

/// The most characters of a command's output, or of a file, that the model reads.
pub(super) const MAX_OUTPUT_CHARS: usize = 16_000;
/// The most characters of an error that the model reads.
const MAX_ERROR_CHARS: usize = 300;
/// The most characters of an output that are repeated to a person.
const MAX_REPORTED_CHARS: usize = 2_000;

/// The outcome of a call.
pub(crate) struct Output {
    pub(super) status: ToolStatus,
    pub(super) text: String,
    pub(super) image: Option<Screenshot>,
}

impl Output {
    /// An output without an image.
    pub(super) fn text(status: ToolStatus, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), image: None }
    }

    /// A failure, with the message of whatever failed.
    pub(super) fn failed(message: &str) -> Self {
        Self::text(ToolStatus::Failed, one_line(message))
    }
}

/// The text, without its middle when it is longer than `limit` characters.
pub(super) fn shortened(text: &str, limit: usize) -> String {
    let count = text.chars().count();
    if count <= limit {
        return text.to_owned();
    }
    let head: String = text.chars().take(limit / 2).collect();
    let tail: String = text.chars().skip(count - limit / 2).collect();
    format!("{head}\n[... {} characters left out ...]\n{tail}", count - limit / 2 * 2)
}

/// A short single line: the model reads errors, so they contain as little foreign text as possible.
pub(crate) fn one_line(message: &str) -> String {
    message.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_ERROR_CHARS).collect()
}

/// The beginning of an output, as a code block.
pub(super) fn quoted(text: &str) -> String {
    let beginning: String = text.chars().take(MAX_REPORTED_CHARS).collect();
    format!("```\n{beginning}\n```")
}
