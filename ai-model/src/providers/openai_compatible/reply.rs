//! Assembles a turn from the chunks of its stream. Servers differ in how they split calls, which fields they omit and
//! how they name them; all known variants are accepted.

use protocol::transcript::{AssistantBlock, AssistantTurn, TokenUsage, ToolCall, TurnCost};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::PROVIDER;
use super::chunks::{CallPiece, Chunk, WireUsage};
use super::failure::from_chunk;
use super::tools::decode;
use crate::images::ScreenScale;
use crate::providers::http::exchange::IncomingTurn;
use crate::providers::http::failure::{Failure, Remedy};
use crate::providers::shared::stop_reason::stop_reason;
use crate::providers::{ModelError, TurnEvent};
use crate::transcript::vendor_calls::new_id;

/// A turn that is being received.
#[derive(Debug)]
pub(super) struct Reply {
    model: String,
    scale: ScreenScale,
    text: String,
    thinking: String,
    /// The field of the reasoning, in which it has to be sent back.
    thinking_field: Option<&'static str>,
    calls: Vec<Call>,
    finish: Option<String>,
    usage: TokenUsage,
    done: bool,
}

/// A call that is being received.
#[derive(Debug, Default)]
struct Call {
    index: Option<u64>,
    id: String,
    name: String,
    arguments: String,
}

impl Call {
    /// Whether its arguments are complete.
    fn is_whole(&self) -> bool {
        serde_json::from_str::<IgnoredAny>(&self.arguments).is_ok()
    }
}

impl CallPiece {
    /// Whether the piece begins another call than this last one of its index: it names a function, and is no further piece of
    /// this call, since some servers repeat the name on each piece, or give each piece an id of its own.
    fn begins_after(&self, call: &Call) -> bool {
        let name = self.function.as_ref().and_then(|function| function.name.as_deref());
        let Some(name) = name.filter(|name| !name.is_empty()) else { return false };
        let same_id = self.id.as_deref().is_some_and(|id| !id.is_empty() && id == call.id);
        !(call.name.is_empty() || same_id || (name == call.name && !call.is_whole()))
    }
}

impl Reply {
    /// An empty turn of a model whose screenshots have this scale.
    pub(super) fn new(model: &str, scale: ScreenScale) -> Self {
        Self {
            model: model.to_owned(),
            scale,
            text: String::new(),
            thinking: String::new(),
            thinking_field: None,
            calls: Vec::new(),
            finish: None,
            usage: TokenUsage::default(),
            done: false,
        }
    }

    fn count(&mut self, usage: &WireUsage) {
        let cached = usage.prompt_tokens_details.as_ref().and_then(|details| details.cached_tokens);
        let cached = cached.unwrap_or_default();
        self.usage = TokenUsage {
            input_tokens: usage.prompt_tokens.unwrap_or_default().saturating_sub(cached),
            cache_read_tokens: cached,
            cache_write_tokens: 0,
            output_tokens: usage.completion_tokens.unwrap_or_default(),
        };
    }

    fn think(&mut self, text: String, field: Option<&'static str>) -> Option<TurnEvent> {
        self.thinking.push_str(&text);
        self.thinking_field = self.thinking_field.or(field);
        (!text.is_empty()).then_some(TurnEvent::ThinkingDelta(text))
    }

    fn say(&mut self, text: &str) -> Option<TurnEvent> {
        self.text.push_str(text);
        (!text.is_empty()).then(|| TurnEvent::TextDelta(text.to_owned()))
    }

    /// Content is a text, or a list of parts, some of which are reasoning.
    fn content(&mut self, content: &Value) -> Vec<TurnEvent> {
        match content {
            Value::String(text) => self.say(text).into_iter().collect(),
            Value::Array(parts) => {
                let mut events = Vec::new();
                for part in parts {
                    events.extend(match part["type"].as_str() {
                        Some("thinking") => self.think(thinking_text(&part["thinking"]), None),
                        _ => self.say(part["text"].as_str().unwrap_or_default()),
                    });
                }
                events
            }
            _ => Vec::new(),
        }
    }

    /// The call that a piece belongs to: the last one of its index, unless the piece begins another. Some servers give all
    /// calls of a turn the same index, or none.
    fn call_of(&mut self, piece: &CallPiece) -> Option<&mut Call> {
        let same_index = |call: &Call| piece.index.is_none() || call.index == piece.index;
        let last = self.calls.iter().rposition(same_index);
        let place = last.filter(|place| !piece.begins_after(&self.calls[*place]));
        let place = place.unwrap_or_else(|| {
            self.calls.push(Call { index: piece.index, ..Call::default() });
            self.calls.len() - 1
        });
        self.calls.get_mut(place)
    }

    fn take_piece(&mut self, piece: CallPiece) {
        let Some(call) = self.call_of(&piece) else { return };
        if call.id.is_empty() {
            call.id = piece.id.unwrap_or_default();
        }
        let Some(function) = piece.function else { return };
        if call.name.is_empty() {
            call.name = function.name.unwrap_or_default();
        }
        match function.arguments {
            Some(Value::String(text)) => call.arguments.push_str(&text),
            Some(Value::Null) | None => {}
            Some(whole) => call.arguments = whole.to_string(),
        }
    }
}

/// The text of a list of thoughts.
fn thinking_text(thoughts: &Value) -> String {
    match thoughts {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().filter_map(|part| part["text"].as_str()).collect(),
        _ => String::new(),
    }
}

impl IncomingTurn for Reply {
    fn accept(&mut self, data: &str) -> Result<Vec<TurnEvent>, Failure> {
        if data.trim() == "[DONE]" {
            self.done = true;
            return Ok(Vec::new());
        }
        let chunk: Chunk = serde_json::from_str(data).map_err(|_| Failure::broken_stream())?;
        if let Some(error) = chunk.error.filter(|error| !error.is_null()) {
            return Err(from_chunk(&error, &self.model));
        }
        if let Some(usage) = chunk.usage {
            self.count(&usage);
        }
        let mut events = Vec::new();
        let Some(choice) = chunk.choices.into_iter().next() else { return Ok(events) };
        let mut goes_on = false;
        if let Some(delta) = choice.delta {
            events
                .extend(delta.reasoning_content.and_then(|text| self.think(text, Some("reasoning_content"))));
            events.extend(delta.reasoning.and_then(|text| self.think(text, Some("reasoning"))));
            events.extend(delta.content.iter().flat_map(|content| self.content(content)));
            if let Some(explanation) = delta.refusal.filter(|text| !text.is_empty()) {
                let error = ModelError::Refusal { explanation: Some(explanation) };
                return Err(Failure::new(error, Remedy::None));
            }
            let pieces = delta.tool_calls.unwrap_or_default();
            goes_on = !events.is_empty() || !pieces.is_empty();
            for piece in pieces {
                self.take_piece(piece);
            }
        }
        // Some servers send an empty reason with each chunk, or a reason with the first one.
        let earlier = self.finish.take().filter(|_| !goes_on);
        self.finish = choice.finish_reason.filter(|reason| !reason.is_empty()).or(earlier);
        Ok(events)
    }

    /// Token counts may follow the last text, so the turn is complete only at the end marker.
    fn is_complete(&self) -> bool {
        self.done
    }

    /// Not every server sends the marker; a finish reason is enough.
    fn may_end(&self) -> bool {
        self.done || self.finish.is_some()
    }

    fn into_turn(mut self) -> Result<AssistantTurn, Failure> {
        let cut_off = match self.finish.as_deref() {
            Some("content_filter") => {
                return Err(Failure::new(ModelError::Refusal { explanation: None }, Remedy::None));
            }
            Some("error") => return Err(Failure::broken_stream()),
            Some("length" | "max_tokens" | "model_length") => true,
            // Servers name other reasons differently; the calls say what to do next.
            Some(_) => false,
            // The stream ended without any content: the response was lost.
            None if self.text.is_empty() && self.calls.is_empty() => return Err(Failure::broken_stream()),
            None => false,
        };
        // A call may be incomplete when the model ran out of tokens, even if it parses: it is never executed.
        if cut_off {
            self.calls.pop();
        }
        self.calls.retain(|call| !call.name.is_empty());
        for call in self.calls.iter_mut().filter(|call| call.id.is_empty()) {
            call.id = new_id();
        }
        let raw = self.message().to_string();
        let stop_reason = stop_reason(cut_off, !self.calls.is_empty());
        let Self { text, thinking, calls, scale, .. } = self;
        let thinking = (!thinking.is_empty()).then_some(AssistantBlock::Thinking { text: thinking });
        let text = (!text.is_empty()).then_some(AssistantBlock::Text { text });
        let calls = calls.into_iter().map(|call| {
            let tool = decode(&call.name, &call.arguments, scale);
            AssistantBlock::ToolCall(ToolCall { call_id: call.id, tool, confirmation: None })
        });
        Ok(AssistantTurn {
            provider: PROVIDER.to_owned(),
            model: self.model,
            raw,
            content: thinking.into_iter().chain(text).chain(calls).collect(),
            stop_reason,
            usage: self.usage,
            cost: TurnCost::default(),
        })
    }
}

impl Reply {
    /// The turn as a message, to be sent back.
    fn message(&self) -> Value {
        let mut message = json!({ "role": "assistant", "content": self.text });
        if let Some(field) = self.thinking_field.filter(|_| !self.thinking.is_empty()) {
            message[field] = self.thinking.as_str().into();
        }
        if !self.calls.is_empty() {
            let calls = self.calls.iter().map(|call| {
                // Servers parse the arguments again: invalid JSON would make them reject the whole conversation.
                let valid = serde_json::from_str::<Value>(&call.arguments).is_ok_and(|it| it.is_object());
                let arguments = if valid { call.arguments.as_str() } else { "{}" };
                let function = json!({ "name": call.name, "arguments": arguments });
                json!({ "id": call.id, "type": "function", "function": function })
            });
            message["tool_calls"] = calls.collect();
        }
        message
    }
}
