//! Converts the transcript to messages.

use protocol::transcript::Takeover;
use protocol::transcript::{
    AssistantBlock, AssistantTurn, ScreenshotRef, Tool, ToolCall, ToolResult, ToolStatus,
};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::tools::encode;
use super::{ImagePlacement, PROVIDER};
use crate::images::{FittedImage, ScreenScale};
use crate::providers::shared::attachments::{AttachedPart, Attachments};
use crate::providers::shared::instructions::{CALLS_ARE_TEXT, NO_IMAGE, PLEASE_CONTINUE};
use crate::providers::shared::screen::shown_size;
use crate::providers::shared::takeover;
use crate::providers::shared::text_calls::CALLS_AS_TEXT;
use crate::providers::shared::trimming::{Limits, OLD_IMAGE, Trimmed, Trimming, shown_image};
use crate::transcript::canned_results::INTERRUPTED;
use crate::transcript::{Conversation, ConversationMessage, calls_of, text_of};

/// Contexts are often small, and servers limit the images in a request.
const TRIMMING: Trimming = Trimming {
    limits: Limits { max_images: 4, keep_images: 2, max_bytes: 14 << 20, keep_bytes: 7 << 20 },
    in_view_from: 0,
    texts: true,
    image: shown_image,
};

/// How a conversation is converted for one model.
pub(super) struct Form<'a> {
    /// The model that will read it.
    pub(super) model: &'a str,
    /// The scale of its screenshots.
    pub(super) scale: ScreenScale,
    /// Where its server accepts images.
    pub(super) place: ImagePlacement,
    /// What came with messages.
    pub(super) attachments: Attachments<'a>,
}

/// Converts a conversation.
pub(super) fn messages(
    conversation: &Conversation,
    instructions: &str,
    form: &Form<'_>,
) -> Vec<Box<RawValue>> {
    let trimmed = Trimmed::new(conversation, TRIMMING);
    let mut writer = Writer { messages: Vec::new(), conversation, form, trimmed };
    writer.push(&json!({ "role": "system", "content": instructions }));
    for (index, message) in conversation.messages() {
        match message {
            ConversationMessage::User(message) => {
                let parts = form.attachments.parts(index, message);
                let content = content_of(text_of(message, PLEASE_CONTINUE), parts);
                writer.push(&json!({ "role": "user", "content": content }));
            }
            ConversationMessage::Turn(turn) => writer.turn(index, turn),
            ConversationMessage::Takeover(takeover) => writer.takeover(index, takeover),
        }
    }
    writer.messages
}

struct Writer<'a> {
    messages: Vec<Box<RawValue>>,
    conversation: &'a Conversation,
    form: &'a Form<'a>,
    /// What is old and left out.
    trimmed: Trimmed<'a>,
}

impl<'a> Writer<'a> {
    fn push(&mut self, message: &Value) {
        // Serializing a JSON value never fails.
        self.messages.extend(to_raw_value(message));
    }

    fn turn(&mut self, index: usize, turn: &'a AssistantTurn) {
        let own = self.conversation.is_own(turn, PROVIDER, self.form.model);
        let raw = own.then(|| RawValue::from_string(turn.raw.clone()).ok()).flatten();
        let calls: Vec<(&ToolCall, String)> = match raw {
            Some(raw) => {
                self.messages.push(raw);
                calls_of(turn).map(|call| (call, call.call_id.clone())).collect()
            }
            None => self.foreign_turn(turn),
        };
        let mut images = Vec::new();
        for (call, id) in &calls {
            images.extend(self.answer(index, call, id));
        }
        if !images.is_empty() {
            let text = json!({ "type": "text", "text": "[What the screen shows now]" });
            let content: Vec<Value> = std::iter::once(text).chain(images).collect();
            self.push(&json!({ "role": "user", "content": content }));
        }
        if calls.is_empty() && !self.conversation.person_input_follows(index) {
            let told = if turn.stop_reason == CALLS_AS_TEXT { CALLS_ARE_TEXT } else { PLEASE_CONTINUE };
            self.push(&json!({ "role": "user", "content": told }));
        }
    }

    /// What a person did while in control, after the results of the previous turn.
    fn takeover(&mut self, index: usize, takeover: &Takeover) {
        let text = takeover::description(takeover, self.form.scale);
        let Some(image) = &takeover.screenshot else {
            return self.push(&json!({ "role": "user", "content": text }));
        };
        let old = self.trimmed.leaves_out_image_at(index);
        let image = self.image_or_text(image, None, old);
        self.push(&json!({ "role": "user", "content": [{ "type": "text", "text": text }, image] }));
    }

    /// A turn of another model, as this one would have written it: all models have the same functions. Returns its
    /// calls with their ids.
    fn foreign_turn(&mut self, turn: &'a AssistantTurn) -> Vec<(&'a ToolCall, String)> {
        let texts = turn.content.iter().filter_map(|block| match block {
            AssistantBlock::Text { text } if !text.trim().is_empty() => Some(text.as_str()),
            _ => None,
        });
        let text = texts.collect::<Vec<_>>().join("\n\n");
        let encoded = |call: &'a ToolCall| Some((call, encode(&call.tool, self.form.scale)?));
        let calls: Vec<_> = calls_of(turn).filter_map(encoded).collect();
        let written: Vec<Value> = calls
            .iter()
            .map(|(call, (name, arguments))| {
                let function = json!({ "name": name, "arguments": arguments.to_string() });
                json!({ "id": short_id(&call.call_id), "type": "function", "function": function })
            })
            .collect();
        let mut message = json!({ "role": "assistant", "content": text });
        if !written.is_empty() {
            message["tool_calls"] = written.into();
        }
        if !text.is_empty() || message.get("tool_calls").is_some() {
            self.push(&message);
        }
        calls.into_iter().map(|(call, _)| (call, short_id(&call.call_id))).collect()
    }

    /// Adds the result of a call. Returns its image if that has to follow in a message of its own.
    fn answer(&mut self, index: usize, call: &ToolCall, id: &str) -> Option<Value> {
        let result = self.conversation.results_of(index).find(|result| result.call_id == call.call_id);
        let text = match result {
            None => format!("Error: {INTERRUPTED}"),
            Some(result) if result.status != ToolStatus::Done => format!("Error: {}", result.text),
            Some(result) if result.text.trim().is_empty() => "OK".to_owned(),
            Some(result) => self.trimmed.text(result).into_owned(),
        };
        let image = result.and_then(|result| self.image(call, result));
        let (content, after) = match (image, self.form.place) {
            (Some(image), ImagePlacement::ToolResult) => {
                (json!([{ "type": "text", "text": text }, image]), None)
            }
            (image, _) => (json!(text), image),
        };
        self.push(&json!({ "role": "tool", "tool_call_id": id, "content": content }));
        after
    }

    /// The image of a result, if the model is shown one.
    fn image(&self, call: &ToolCall, result: &ToolResult) -> Option<Value> {
        let image = result.screenshot.as_ref().filter(|_| result.shown_to_model)?;
        Some(self.image_or_text(image, Some(&call.tool), self.trimmed.leaves_out_image(result)))
    }

    fn image_or_text(&self, image: &ScreenshotRef, tool: Option<&Tool>, old: bool) -> Value {
        if old {
            return json!({ "type": "text", "text": OLD_IMAGE });
        }
        let size = shown_size(image, tool, self.form.scale.sent);
        match self.conversation.images.at_size_or_none(image, size) {
            Some(fitted) => image_url(&fitted),
            None => json!({ "type": "text", "text": NO_IMAGE }),
        }
    }
}

/// The content of a person's message: a text if it has nothing else, which every server accepts.
fn content_of(text: String, parts: Vec<AttachedPart>) -> Value {
    let mut content = vec![json!({ "type": "text", "text": &text })];
    let mut texts = vec![text];
    for part in parts {
        match part {
            AttachedPart::Text(text) => {
                content.push(json!({ "type": "text", "text": text }));
                texts.push(text);
            }
            AttachedPart::Picture(picture) => content.push(image_url(&picture)),
            // The rules for attachments say that there are none.
            AttachedPart::Document(_) => {}
        }
    }
    if texts.len() == content.len() { json!(texts.join("\n\n")) } else { json!(content) }
}

fn image_url(image: &FittedImage) -> Value {
    let url = format!("data:{};base64,{}", image.media_type, image.base64);
    json!({ "type": "image_url", "image_url": { "url": url } })
}

/// An id that every server accepts: nine letters and digits, derived from the call's id.
fn short_id(call_id: &str) -> String {
    let mut id = hex::encode(Sha256::digest(call_id));
    id.truncate(9);
    id
}
