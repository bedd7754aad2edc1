//! Turns that another model spoke, told in words: neither its thinking nor its way of writing calls carries over,
//! and vendors check that what is written as a call is one of their own.

use protocol::transcript::{AssistantBlock, AssistantTurn, ScreenshotRef, Tool, ToolStatus};

use super::trimming::Trimmed;
use crate::transcript::Conversation;
use crate::transcript::canned_results::INTERRUPTED;

/// A part of a foreign turn.
pub(crate) enum Told<'a> {
    /// What the model said and did.
    Assistant(String),
    /// What came of it, and the image that it was shown.
    Outcome(String, Option<Shown<'a>>),
}

/// An image that a model was shown.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    /// The image.
    pub(crate) image: &'a ScreenshotRef,
    /// What it came of.
    pub(crate) tool: &'a Tool,
    /// Whether it gives way to later ones.
    pub(crate) old: bool,
}

/// The turn at `index`, told in order.
pub(crate) fn tell<'a>(
    conversation: &'a Conversation,
    index: usize,
    turn: &'a AssistantTurn,
    trimmed: &Trimmed<'_>,
) -> Vec<Told<'a>> {
    let mut told = Vec::new();
    let mut said = Vec::new();
    let mut outcomes = Vec::new();
    for block in &turn.content {
        match block {
            AssistantBlock::Text { text } if text.trim().is_empty() => {}
            AssistantBlock::Text { text } => said.push(text.clone()),
            AssistantBlock::Thinking { .. } => {}
            AssistantBlock::ToolCall(call) => {
                let tool = serde_json::to_string(&call.tool).unwrap_or_default();
                said.push(format!("[I did this: {tool}]"));
                let result = conversation.results_of(index).find(|result| result.call_id == call.call_id);
                let text = result.map_or(INTERRUPTED.into(), |result| trimmed.text(result));
                let failed = result.is_none_or(|result| result.status != ToolStatus::Done);
                let word = if failed { "What came of it, an error" } else { "What came of it" };
                let image = result.filter(|result| result.shown_to_model && !failed);
                let image = image.and_then(|result| {
                    let old = trimmed.leaves_out_image(result);
                    Some(Shown { image: result.screenshot.as_ref()?, tool: &call.tool, old })
                });
                outcomes.push(Told::Outcome(format!("[{word}: {text}]"), image));
            }
        }
    }
    if !said.is_empty() {
        told.push(Told::Assistant(said.join("\n\n")));
    }
    told.extend(outcomes);
    told
}
