//! Assembles a turn from the chunks of its stream. Servers differ in how they split calls, which fields they omit and
//! how they name them; all known variants are accepted.

use protocol::transcript::{AssistantBlock, AssistantTurn, TokenUsage, ToolCall, TurnCost};
use serde_json::{Value, json};

use super::PROVIDER;
use super::calls::Calls;
use super::chunks::{Chunk, WireUsage};
use super::failure::from_chunk;
use super::tools::{decode, is_function};
use crate::images::ScreenScale;
use crate::providers::http::failure::{Failure, Remedy};
use crate::providers::http::receive::IncomingTurn;
use crate::providers::shared::stop_reason::stop_reason;
use crate::providers::shared::text_calls::{CALLS_AS_TEXT, holds_calls};
use crate::providers::shared::think_tags::{Part, ThinkTags, split_unopened};
use crate::providers::{ModelError, TurnEvent};
use crate::transcript::vendor_calls::new_id;

/// A turn that is being received.
#[derive(Debug)]
pub(super) struct Reply {
    model: String,
    scale: ScreenScale,
    /// The content, verbatim.
    content: String,
    /// The content without the thinking in it.
    text: String,
    tags: ThinkTags,
    thinking: String,
    /// The field of the reasoning, in which it has to be sent back.
    thinking_field: Option<&'static str>,
    calls: Calls,
    finish: Option<String>,
    usage: TokenUsage,
    done: bool,
}

impl Reply {
    /// An empty turn of a model whose screenshots have this scale.
    pub(super) fn new(model: &str, scale: ScreenScale) -> Self {
        Self {
            model: model.to_owned(),
            scale,
            content: String::new(),
            text: String::new(),
            tags: ThinkTags::default(),
            thinking: String::new(),
            thinking_field: None,
            calls: Calls::default(),
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

    fn say(&mut self, text: &str) -> Vec<TurnEvent> {
        self.content.push_str(text);
        self.tags.take(text).into_iter().filter_map(|part| self.add(part)).collect()
    }

    fn add(&mut self, part: Part) -> Option<TurnEvent> {
        match part {
            Part::Thinking(text) => self.think(text, None),
            Part::Text(text) => {
                self.text.push_str(&text);
                Some(TurnEvent::TextDelta(text))
            }
        }
    }

    /// Takes the rest of the content, once it is complete.
    fn end_content(&mut self) {
        if let Some(rest) = self.tags.end() {
            self.add(rest);
        }
        if self.thinking.is_empty()
            && let Some((thinking, text)) = split_unopened(&self.text)
        {
            (self.thinking, self.text) = (thinking.to_owned(), text.to_owned());
        }
    }

    /// How much there is so far, also of what is not told yet.
    fn length(&self) -> usize {
        self.content.len() + self.thinking.len() + self.calls.0.len()
    }

    /// Content is a text, or a list of parts, some of which are reasoning.
    fn content(&mut self, content: &Value) -> Vec<TurnEvent> {
        match content {
            Value::String(text) => self.say(text),
            Value::Array(parts) => {
                let mut events = Vec::new();
                for part in parts {
                    events.extend(match part["type"].as_str() {
                        Some("thinking") => {
                            self.think(thinking_text(&part["thinking"]), None).into_iter().collect()
                        }
                        _ => self.say(part["text"].as_str().unwrap_or_default()),
                    });
                }
                events
            }
            _ => Vec::new(),
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
        if let Some(usage) = &chunk.usage {
            self.count(usage);
        }
        let own = || serde_json::from_str(data).ok();
        let error = chunk.error.filter(|error| !error.is_null());
        if let Some(error) = error.or_else(|| chunk.object.filter(|it| it == "error").and_then(|_| own())) {
            return Err(from_chunk(&error, &self.model));
        }
        let mut events = Vec::new();
        let Some(choice) = chunk.choices.into_iter().flatten().next() else { return Ok(events) };
        let before = self.length();
        let mut has_pieces = false;
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
            has_pieces = !pieces.is_empty();
            for piece in pieces {
                self.calls.take(piece);
            }
        }
        // Some servers send an empty reason with each chunk, or a reason with the first one.
        let goes_on = has_pieces || self.length() > before;
        let earlier = self.finish.take().filter(|_| !goes_on);
        self.finish = choice.finish_reason.filter(|reason| !reason.is_empty()).or(earlier);
        Ok(events)
    }

    fn accept_whole(&mut self, json: &str) -> Result<Option<Vec<TurnEvent>>, Failure> {
        let chunk: Chunk = serde_json::from_str(json).map_err(|_| Failure::broken_stream())?;
        if chunk.choices.is_none() && chunk.error.is_none() && chunk.object.as_deref() != Some("error") {
            return Ok(None);
        }
        let events = self.accept(json)?;
        self.done = true;
        Ok(Some(events))
    }

    /// Token counts may follow the last text, so the turn is complete only at the end marker.
    fn is_complete(&self) -> bool {
        self.done
    }

    /// Not every server sends the marker; a finish reason is enough.
    fn may_end(&self) -> bool {
        self.done || self.finish.is_some()
    }

    fn usage(&self) -> TokenUsage {
        self.usage
    }

    fn into_turn(mut self) -> Result<AssistantTurn, Failure> {
        self.end_content();
        let cut_off = match self.finish.as_deref() {
            Some("content_filter") => {
                return Err(Failure::new(ModelError::Refusal { explanation: None }, Remedy::None));
            }
            Some("error") => return Err(Failure::broken_stream()),
            Some("length" | "max_tokens" | "model_length") => true,
            // Servers name other reasons differently; the calls say what to do next.
            Some(_) => false,
            // The stream ended without any content: the response was lost.
            None if self.text.is_empty() && self.calls.0.is_empty() => return Err(Failure::broken_stream()),
            None => false,
        };
        // A call may be incomplete when the model ran out of tokens, even if it parses: it is never executed.
        if cut_off {
            self.calls.0.pop();
        }
        self.calls.0.retain(|call| !call.name.is_empty());
        for call in self.calls.0.iter_mut().filter(|call| call.id.is_empty()) {
            call.id = new_id();
        }
        let raw = self.message().to_string();
        let has_calls = !self.calls.0.is_empty();
        let stop_reason = if !cut_off && !has_calls && holds_calls(&self.text, is_function) {
            CALLS_AS_TEXT.to_owned()
        } else {
            stop_reason(cut_off, has_calls)
        };
        let Self { text, thinking, calls, scale, .. } = self;
        let thinking = (!thinking.is_empty()).then_some(AssistantBlock::Thinking { text: thinking });
        let text = (!text.is_empty()).then_some(AssistantBlock::Text { text });
        let calls = calls.0.into_iter().map(|call| {
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
            connection: None,
        })
    }
}

impl Reply {
    /// The turn as a message, to be sent back.
    fn message(&self) -> Value {
        let mut message = json!({ "role": "assistant", "content": self.content });
        if let Some(field) = self.thinking_field.filter(|_| !self.thinking.is_empty()) {
            message[field] = self.thinking.as_str().into();
        }
        if !self.calls.0.is_empty() {
            let calls = self.calls.0.iter().map(|call| {
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
