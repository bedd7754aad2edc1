//! Assembles a turn from the events of its stream.

mod block;
mod usage;

use protocol::transcript::{AssistantTurn, TokenUsage, TurnCost};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::PROVIDER;
use crate::images::ScreenScale;
use crate::providers::http::failure::Failure;
use crate::providers::shared::raw_object::RawObject;
use crate::providers::{ModelError, TurnEvent};
use block::{Block, BlockDelta};
use usage::{Billed, WireUsage};

/// A turn that is being received.
#[derive(Debug, Default)]
pub(super) struct Reply {
    /// The vendor's id of the message.
    pub(super) id: Option<String>,
    blocks: Vec<Block>,
    stop_reason: Option<String>,
    stop_details: Option<StopDetails>,
    billed: Billed,
    complete: bool,
    has_text: bool,
}

#[derive(Deserialize)]
struct Event<'a> {
    r#type: String,
    #[serde(default)]
    index: u64,
    #[serde(default)]
    content_block: Option<RawObject>,
    #[serde(default, borrow)]
    delta: Option<&'a RawValue>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    message: Option<MessageStart>,
    #[serde(default)]
    error: Option<WireError>,
}

/// A message that was not streamed, or an error in its place.
#[derive(Deserialize)]
struct WholeMessage {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    content: Option<Vec<RawObject>>,
    #[serde(default)]
    stop_reason: Option<String>,
    #[serde(default)]
    stop_details: Option<StopDetails>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    error: Option<WireError>,
}

#[derive(Deserialize)]
struct MessageStart {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    usage: Option<WireUsage>,
    #[serde(default)]
    diagnostics: Option<WireDiagnostics>,
}

/// Why the cache was missed.
#[derive(Deserialize)]
struct WireDiagnostics {
    #[serde(default)]
    cache_miss_reason: Option<CacheMiss>,
}

#[derive(Deserialize)]
struct CacheMiss {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    cache_missed_input_tokens: Option<u64>,
}

#[derive(Deserialize)]
struct WireError {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
struct MessageDelta {
    #[serde(default)]
    stop_reason: Option<String>,
    #[serde(default)]
    stop_details: Option<StopDetails>,
}

/// Why the model refused.
#[derive(Debug, Default, Deserialize)]
struct StopDetails {
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    explanation: Option<String>,
    /// The model that the vendor suggests in place of this one.
    #[serde(default)]
    recommended_model: Option<String>,
}

/// The policies that a refusal may name.
const CATEGORIES: [&str; 5] = ["cyber", "bio", "frontier_llm", "reasoning_extraction", "general_harms"];

impl StopDetails {
    fn refusal(self) -> ModelError {
        let Self { category, explanation, recommended_model } = self;
        tracing::info!(category, recommended_model, "the model refused");
        match CATEGORIES.into_iter().find(|known| category.as_deref() == Some(*known)) {
            Some(category) => ModelError::PolicyRefusal { category, explanation },
            None => ModelError::Refusal { explanation },
        }
    }
}

impl Reply {
    /// Processes the data of one event. Unknown kinds are ignored.
    pub(super) fn accept(&mut self, data: &str) -> Result<Option<TurnEvent>, Failure> {
        let event: Event<'_> = serde_json::from_str(data).map_err(|_| Failure::broken_stream())?;
        let begun = event.message.and_then(|message| self.begin(message));
        if let Some(usage) = event.usage.or(begun) {
            self.billed.count(&usage);
        }
        match event.r#type.as_str() {
            "content_block_start" => {
                let object = event.content_block.ok_or_else(Failure::broken_stream)?;
                Ok(self.open(event.index, object))
            }
            "content_block_delta" => {
                let delta = event.delta.ok_or_else(Failure::broken_stream)?;
                let delta = serde_json::from_str(delta.get()).map_err(|_| Failure::broken_stream())?;
                Ok(self.extend(event.index, delta))
            }
            "message_delta" => {
                if let Some(Ok(delta)) = event.delta.map(|delta| serde_json::from_str(delta.get())) {
                    self.stop(delta);
                }
                Ok(None)
            }
            "message_stop" => {
                self.complete = true;
                Ok(None)
            }
            "error" => {
                let error = event.error.ok_or_else(Failure::broken_stream)?;
                Err(Failure::from_stream(&error.r#type, error.message))
            }
            _ => Ok(None),
        }
    }

    /// Processes a message that came in place of a stream. `None`: it is no message.
    pub(super) fn accept_whole(&mut self, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure> {
        let Ok(message) = serde_json::from_str::<WholeMessage>(json) else { return Ok(None) };
        if let Some(error) = message.error {
            return Err(Failure::from_stream(&error.r#type, error.message));
        }
        let Some(blocks) = message.content.filter(|_| message.r#type == "message") else { return Ok(None) };
        if let Some(usage) = &message.usage {
            self.billed.count(usage);
        }
        let events = (0..).zip(blocks).filter_map(|(index, block)| self.open(index, block)).collect();
        self.stop(MessageDelta { stop_reason: message.stop_reason, stop_details: message.stop_details });
        self.complete = true;
        Ok(Some(events))
    }

    /// Whether the turn is complete.
    pub(super) fn is_complete(&self) -> bool {
        self.complete
    }

    /// What the vendor bills for as much as has been received.
    pub(super) fn usage_so_far(&self) -> TokenUsage {
        self.billed.so_far()
    }

    /// Notes what the vendor says of a message before its content. Returns the usage so far.
    fn begin(&mut self, message: MessageStart) -> Option<WireUsage> {
        let MessageStart { id, usage, diagnostics } = message;
        self.id = id.or(self.id.take());
        if let Some(miss) = diagnostics.and_then(|diagnostics| diagnostics.cache_miss_reason) {
            let CacheMiss { r#type: reason, cache_missed_input_tokens: tokens } = miss;
            tracing::info!(reason, tokens, "the vendor's cache was missed");
        }
        usage
    }

    fn open(&mut self, index: u64, object: RawObject) -> Option<TurnEvent> {
        let block = Block::open(index, object);
        let is_text = block.kind == "text";
        // The texts of a turn are shown as one; a blank line separates them.
        let gap = if is_text && self.has_text { "\n\n" } else { "" };
        self.has_text |= is_text;
        let delta = format!("{gap}{}", block.text);
        self.blocks.push(block);
        (is_text && !delta.is_empty()).then_some(TurnEvent::TextDelta(delta))
    }

    fn extend(&mut self, index: u64, delta: BlockDelta) -> Option<TurnEvent> {
        self.billed.received(delta.len());
        self.blocks.iter_mut().rfind(|block| block.index == index)?.extend(delta)
    }

    fn stop(&mut self, delta: MessageDelta) {
        self.stop_reason = delta.stop_reason.or(self.stop_reason.take());
        self.stop_details = delta.stop_details.or(self.stop_details.take());
    }

    /// The complete turn.
    pub(super) fn into_turn(self, model: &str, scale: ScreenScale) -> Result<AssistantTurn, ModelError> {
        let stop_reason = self.stop_reason.unwrap_or_else(|| "end_turn".to_owned());
        if stop_reason == "refusal" {
            return Err(self.stop_details.unwrap_or_default().refusal());
        }
        let blocks = without_cut_off_calls(since_fallback(self.blocks), &stop_reason);
        let mut raw = Vec::with_capacity(blocks.len());
        let mut content = Vec::new();
        for block in blocks {
            // The vendor sometimes sends an empty text, but rejects it when it is sent back.
            if block.kind == "text" && block.text.trim().is_empty() {
                continue;
            }
            content.extend(block.neutral(scale));
            raw.push(block.into_object().map_err(|_| unreadable())?);
        }
        Ok(AssistantTurn {
            provider: PROVIDER.to_owned(),
            model: model.to_owned(),
            raw: serde_json::to_string(&raw).map_err(|_| unreadable())?,
            content,
            stop_reason,
            usage: self.billed.told(),
            cost: TurnCost::default(),
            connection: None,
        })
    }
}

fn unreadable() -> ModelError {
    ModelError::AnswerBroken
}

/// What the last model wrote of those that the vendor asked in turn, after the block that says so. What the others had begun
/// before they refused counts for nothing.
fn since_fallback(mut blocks: Vec<Block>) -> Vec<Block> {
    match blocks.iter().rposition(|block| block.kind == "fallback") {
        Some(at) => {
            tracing::info!("another model has answered, because the requested one refused");
            blocks.split_off(at)
        }
        None => blocks,
    }
}

/// A call may be incomplete when the model ran out of tokens, even if it parses: it is never executed.
fn without_cut_off_calls(mut blocks: Vec<Block>, stop_reason: &str) -> Vec<Block> {
    match stop_reason {
        "max_tokens" if blocks.last().is_some_and(|block| block.kind == "tool_use") => {
            blocks.pop();
        }
        "model_context_window_exceeded" => blocks.retain(|block| block.kind != "tool_use"),
        _ => {}
    }
    blocks
}
