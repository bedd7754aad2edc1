//! Tells a model's own turns from those of others, and renders the latter as text. Neither their thinking nor their
//! encoding of calls can be carried over, and vendors reject calls that are not their own.

use protocol::transcript::{AssistantBlock, AssistantTurn, ScreenshotRef, Tool, ToolStatus};
use serde_json::value::RawValue;

use super::trimming::Trimmed;
use crate::transcript::Conversation;
use crate::transcript::canned_results::INTERRUPTED;

/// A part of a turn as text.
pub(crate) enum Rendered<'a> {
    /// What the model wrote, and its calls.
    Assistant(String),
    /// The result of a call, and its image if the model saw one.
    Result(String, Option<ShownImage<'a>>),
}

/// An image that a model saw.
#[derive(Clone, Copy)]
pub(crate) struct ShownImage<'a> {
    pub(crate) image: &'a ScreenshotRef,
    /// The tool of its call.
    pub(crate) tool: &'a Tool,
    /// Whether trimming leaves it out.
    pub(crate) old: bool,
}

/// The raw parts of the turn at `index`, if this model wrote it, so that they can be sent back verbatim. `None` for a turn
/// to be rendered: another model wrote it, or it has a call that the vendor wanted confirmed and nobody did.
pub(crate) fn own_parts(
    conversation: &Conversation,
    index: usize,
    turn: &AssistantTurn,
    (provider, model): (&str, &str),
) -> Option<Vec<Box<RawValue>>> {
    let own = conversation.is_own(turn, provider, model) && !conversation.lacks_confirmation(index, turn);
    own.then(|| serde_json::from_str(&turn.raw).ok()).flatten()
}

/// The parts of the turn at `index` as text, in order.
pub(crate) fn render<'a>(
    conversation: &'a Conversation,
    index: usize,
    turn: &'a AssistantTurn,
    trimmed: &Trimmed<'_>,
) -> Vec<Rendered<'a>> {
    let mut rendered = Vec::new();
    let mut texts = Vec::new();
    let mut outcomes = Vec::new();
    for block in &turn.content {
        match block {
            AssistantBlock::Text { text } if text.trim().is_empty() => {}
            AssistantBlock::Text { text } => texts.push(text.clone()),
            AssistantBlock::Thinking { .. } => {}
            AssistantBlock::ToolCall(call) => {
                let tool = serde_json::to_string(&call.tool).unwrap_or_default();
                texts.push(format!("[I did this: {tool}]"));
                let result = conversation.results_of(index).find(|result| result.call_id == call.call_id);
                let text = result.map_or(INTERRUPTED.into(), |result| trimmed.text(result));
                let failed = result.is_none_or(|result| result.status != ToolStatus::Done);
                let word = if failed { "What came of it, an error" } else { "What came of it" };
                let image = result.filter(|result| result.shown_to_model && !failed);
                let image = image.and_then(|result| {
                    let old = trimmed.leaves_out_image(result);
                    Some(ShownImage { image: result.screenshot.as_ref()?, tool: &call.tool, old })
                });
                outcomes.push(Rendered::Result(format!("[{word}: {text}]"), image));
            }
        }
    }
    if !texts.is_empty() {
        rendered.push(Rendered::Assistant(texts.join("\n\n")));
    }
    rendered.extend(outcomes);
    rendered
}
