//! A content block that is being received.

use protocol::transcript::{AssistantBlock, Tool, ToolCall};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::super::dialect::decode;
use crate::images::ScreenScale;
use crate::providers::TurnEvent;
use crate::providers::shared::raw_object::RawObject;

/// The object that opened the block, and the deltas so far.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) index: u64,
    pub(super) kind: String,
    object: RawObject,
    pub(super) text: String,
    signature: String,
    input: String,
    citations: Vec<Box<RawValue>>,
}

/// A delta of any kind of block.
#[derive(Deserialize)]
pub(super) struct BlockDelta {
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    thinking: String,
    #[serde(default)]
    signature: String,
    #[serde(default)]
    partial_json: String,
    #[serde(default)]
    citation: Option<Box<RawValue>>,
    #[serde(default)]
    content: Option<Box<RawValue>>,
    #[serde(default)]
    encrypted_content: Option<Box<RawValue>>,
}

impl BlockDelta {
    /// The length of what the model wrote, in bytes.
    pub(super) fn len(&self) -> usize {
        let content = self.content.as_ref().map_or(0, |content| content.get().len());
        self.text.len() + self.thinking.len() + self.partial_json.len() + content
    }
}

impl Block {
    /// Opens a block.
    pub(super) fn open(index: u64, object: RawObject) -> Self {
        let kind = object.text("type").unwrap_or_default();
        let text = object.text(if kind == "thinking" { "thinking" } else { "text" }).unwrap_or_default();
        Self {
            index,
            kind,
            object,
            text,
            signature: String::new(),
            input: String::new(),
            citations: Vec::new(),
        }
    }

    /// Adds a delta. Unknown kinds are ignored.
    pub(super) fn extend(&mut self, delta: BlockDelta) -> Option<TurnEvent> {
        match delta.r#type.as_str() {
            "text_delta" => {
                self.text.push_str(&delta.text);
                return Some(TurnEvent::TextDelta(delta.text));
            }
            "thinking_delta" => {
                self.text.push_str(&delta.thinking);
                return Some(TurnEvent::ThinkingDelta(delta.thinking)).filter(|_| !self.text.is_empty());
            }
            "signature_delta" => self.signature.push_str(&delta.signature),
            "input_json_delta" => self.input.push_str(&delta.partial_json),
            "citations_delta" => self.citations.extend(delta.citation),
            // A summary arrives as a single delta.
            "compaction_delta" => {
                let fields = [("content", delta.content), ("encrypted_content", delta.encrypted_content)];
                for (name, value) in fields {
                    if let Some(value) = value {
                        self.object.set(name, value);
                    }
                }
            }
            _ => {}
        }
        None
    }

    /// The block in our types; `None` for what only the vendor understands.
    pub(super) fn neutral(&self, scale: ScreenScale) -> Option<AssistantBlock> {
        match self.kind.as_str() {
            "text" => Some(AssistantBlock::Text { text: self.text.clone() }),
            "thinking" => Some(AssistantBlock::Thinking { text: self.text.clone() }),
            "tool_use" => Some(AssistantBlock::ToolCall(ToolCall {
                call_id: self.object.text("id").unwrap_or_default(),
                tool: self.tool(scale),
                confirmation: None,
            })),
            _ => None,
        }
    }

    fn tool(&self, scale: ScreenScale) -> Tool {
        let name = self.object.text("name").unwrap_or_default();
        match serde_json::from_str::<Value>(&self.input_text()) {
            Ok(input) => decode(self.object.text("toolset_name").as_deref(), &name, &input, scale),
            Err(_) => Tool::Invalid { name, problem: "The input was no valid JSON.".to_owned() },
        }
    }

    /// The input's JSON, verbatim. An empty text means an empty object.
    fn input_text(&self) -> String {
        if self.input.trim().is_empty() {
            return self.object.get("input").map_or("{}", RawValue::get).to_owned();
        }
        self.input.clone()
    }

    /// The complete block, to be sent back.
    pub(super) fn into_object(mut self) -> Result<RawObject, serde_json::Error> {
        match self.kind.as_str() {
            "text" => self.object.set_json("text", &self.text)?,
            "thinking" => self.object.set_json("thinking", &self.text)?,
            _ if !self.input.trim().is_empty() || self.kind == "tool_use" => {
                let input = RawValue::from_string(self.input_text());
                let empty = || RawValue::from_string("{}".to_owned());
                self.object.set("input", input.or_else(|_| empty())?);
            }
            _ => {}
        }
        if !self.signature.is_empty() {
            self.object.set_json("signature", &self.signature)?;
        }
        if !self.citations.is_empty() {
            self.object.set_json("citations", &self.citations)?;
        }
        Ok(self.object)
    }
}
