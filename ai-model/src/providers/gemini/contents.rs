//! Converts the transcript to the vendor's contents. The model's own turns are sent back verbatim: the vendor rejects
//! calls without their thought signatures.

use std::borrow::Cow;

use protocol::transcript::Takeover;
use protocol::transcript::{AssistantTurn, ScreenshotRef, Tool, ToolCall, ToolResult, ToolStatus};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::PROVIDER;
use super::models::SCREENSHOT_LIMITS;
use crate::chat::{ChatMessage, ChatRole};
use crate::images::{FittedImage, ScreenScale, blank};
use crate::providers::shared::attachments::{
    AttachedPart, AttachmentRules, Attachments, PictureFit, Weight, WholeDocument, WholeDocuments,
};
use crate::providers::shared::foreign_turn::{Rendered, ShownImage, own_parts, render};
use crate::providers::shared::instructions::{NO_IMAGE, PLEASE_CONTINUE};
use crate::providers::shared::screen::{screen_after, shown_size};
use crate::providers::shared::takeover;
use crate::providers::shared::trimming::{Limits, OLD_IMAGE, Trimmed, Trimming, available_image};
use crate::tools::function_named;
use crate::transcript::canned_results::INTERRUPTED;
use crate::transcript::vendor_calls::by_vendor_call;
use crate::transcript::{Conversation, ConversationMessage, text_of};

/// A request may have 20 MB.
const TRIMMING: Trimming = Trimming {
    limits: Limits { max_images: 15, keep_images: 8, max_bytes: 10 << 20, keep_bytes: 5 << 20 },
    in_view_from: 0,
    texts: true,
    image: available_image,
};
/// What models accept of attached files. A page of a document takes about 300 tokens. With the screenshots it fits a request.
pub(super) const ATTACHMENT_RULES: AttachmentRules = AttachmentRules {
    pictures: Some(PictureFit::Limits(SCREENSHOT_LIMITS)),
    whole: Some(WholeDocuments { max_pages: 300, max_bytes: 7 << 20 }),
    page_pictures: 8,
    text_chars: 60_000,
    most: Weight { pictures: 12, bytes: 8 << 20, pages: 300 },
    kept: Weight { pictures: 6, bytes: 4 << 20, pages: 150 },
};
/// The vendor requires the page's address with every response. A desktop has none.
const ADDRESS: &str = "desktop://screen";

/// The consecutive parts of one role.
#[derive(Debug, Serialize)]
pub(super) struct Content {
    role: Role,
    parts: Vec<Box<RawValue>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    User,
    Model,
}

/// How a conversation is converted for one model.
pub(super) struct Form<'a> {
    /// The model that will read it.
    pub(super) model: &'a str,
    /// The scale of its screenshots.
    pub(super) scale: ScreenScale,
    /// What came with messages.
    pub(super) attachments: Attachments<'a>,
}

/// Converts a conversation.
pub(super) fn contents(conversation: &Conversation, form: &Form<'_>) -> Vec<Content> {
    let trimmed = Trimmed::new(conversation, TRIMMING);
    let mut writer = Writer { contents: Vec::new(), conversation, form, trimmed };
    for (index, message) in conversation.messages() {
        match message {
            ConversationMessage::User(message) => {
                writer.user(&json!({ "text": text_of(message, PLEASE_CONTINUE) }));
                for part in form.attachments.parts(index, message) {
                    writer.user(&attached(part));
                }
            }
            ConversationMessage::Turn(turn) => writer.turn(index, turn),
            ConversationMessage::Takeover(takeover) => writer.takeover(index, takeover),
        }
    }
    writer.contents
}

/// Converts a plain chat, without its system messages.
pub(super) fn chat_contents(chat: &[ChatMessage]) -> Vec<Content> {
    let mut contents = Vec::new();
    for message in chat {
        let role = match message.role {
            ChatRole::System => continue,
            ChatRole::User => Role::User,
            ChatRole::Assistant => Role::Model,
        };
        append(&mut contents, role, to_raw_value(&json!({ "text": message.content })));
    }
    contents
}

fn append(contents: &mut Vec<Content>, role: Role, part: Result<Box<RawValue>, serde_json::Error>) {
    // Serializing a JSON value never fails.
    let parts = part.into_iter();
    match contents.last_mut() {
        Some(content) if content.role == role => content.parts.extend(parts),
        _ => contents.push(Content { role, parts: parts.collect() }),
    }
}

struct Writer<'a> {
    contents: Vec<Content>,
    conversation: &'a Conversation,
    form: &'a Form<'a>,
    /// What is old and left out.
    trimmed: Trimmed<'a>,
}

/// The part of a turn that its response depends on.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Part {
    #[serde(default)]
    function_call: Option<FunctionCall>,
}

#[derive(Deserialize)]
struct FunctionCall {
    name: String,
    #[serde(default)]
    id: Option<String>,
}

impl<'a> Writer<'a> {
    fn user(&mut self, part: &Value) {
        append(&mut self.contents, Role::User, to_raw_value(part));
    }

    fn turn(&mut self, index: usize, turn: &'a AssistantTurn) {
        let raw = own_parts(self.conversation, index, turn, (PROVIDER, self.form.model));
        let acted = match raw {
            Some(parts) => self.own_turn(index, turn, parts),
            None => self.foreign_turn(index, turn),
        };
        if !acted && !self.conversation.person_input_follows(index) {
            self.user(&json!({ "text": PLEASE_CONTINUE }));
        }
    }

    /// What a person did while in control, after the results of the previous turn.
    fn takeover(&mut self, index: usize, takeover: &Takeover) {
        let text = takeover::description_in_thousandths(takeover, self.form.scale);
        self.user(&json!({ "text": text }));
        if let Some(image) = &takeover.screenshot {
            self.image_or_text(image, None, self.trimmed.leaves_out_image_at(index));
        }
    }

    fn image_or_text(&mut self, image: &ScreenshotRef, tool: Option<&Tool>, old: bool) {
        let fitted = self.fitted(image, tool).filter(|_| !old);
        let text = if old { OLD_IMAGE } else { NO_IMAGE };
        let part = fitted.map_or_else(|| json!({ "text": text }), |it| inline_data(&it));
        self.user(&part);
    }

    /// A turn of this model, verbatim, and the responses to its calls. Returns whether it has calls.
    fn own_turn(&mut self, index: usize, turn: &'a AssistantTurn, parts: Vec<Box<RawValue>>) -> bool {
        let call = |part: &RawValue| serde_json::from_str::<Part>(part.get()).ok()?.function_call;
        let calls: Vec<FunctionCall> = parts.iter().filter_map(|part| call(part)).collect();
        for part in parts {
            append(&mut self.contents, Role::Model, Ok(part));
        }
        for (function, calls) in calls.iter().zip(by_vendor_call(turn)) {
            let answer = self.answer(index, function, &calls);
            self.user(&answer);
        }
        !calls.is_empty()
    }

    /// A turn of another model, or an unconfirmed one, rendered as text. Returns whether it has calls.
    fn foreign_turn(&mut self, index: usize, turn: &'a AssistantTurn) -> bool {
        let mut acted = false;
        for part in render(self.conversation, index, turn, &self.trimmed) {
            match part {
                Rendered::Assistant(text) => {
                    append(&mut self.contents, Role::Model, to_raw_value(&json!({ "text": text })));
                }
                Rendered::Result(text, image) => {
                    acted = true;
                    self.user(&json!({ "text": text }));
                    if let Some(ShownImage { image, tool, old }) = image {
                        self.image_or_text(image, Some(tool), old);
                    }
                }
            }
        }
        acted
    }

    /// The response to one call. That of a computer function always includes a screenshot, even after a failure.
    fn answer(&self, index: usize, function: &FunctionCall, calls: &[&ToolCall]) -> Value {
        let ours = function_named(&function.name).is_some();
        let mut response = self.response(index, calls);
        if !ours {
            response["url"] = ADDRESS.into();
        }
        // A person has confirmed it: unconfirmed turns are rendered as text.
        if calls.iter().any(|call| call.confirmation.is_some()) {
            response["safety_acknowledgement"] = "true".into();
        }
        let mut answer = json!({ "name": function.name, "response": response });
        if let Some(id) = &function.id {
            answer["id"] = id.as_str().into();
        }
        if let Some(image) = if ours { self.shown(index, calls) } else { self.screen(index, calls) } {
            answer["parts"] = json!([inline_data(&image)]);
        }
        json!({ "functionResponse": answer })
    }

    /// The results of the call's actions as text: those that failed, else the last one.
    fn response(&self, index: usize, calls: &[&ToolCall]) -> Value {
        let mut output = Cow::from("OK");
        for call in calls {
            match self.result(index, call) {
                None => return json!({ "error": INTERRUPTED }),
                Some(result) if result.status != ToolStatus::Done => return json!({ "error": result.text }),
                Some(result) if !result.text.trim().is_empty() => {
                    output = self.trimmed.text(result);
                }
                Some(_) => {}
            }
        }
        json!({ "output": output })
    }

    fn result(&self, index: usize, call: &ToolCall) -> Option<&'a ToolResult> {
        self.conversation.results_of(index).find(|result| result.call_id == call.call_id)
    }

    /// The image in the response of a function of ours.
    fn shown(&self, index: usize, calls: &[&ToolCall]) -> Option<FittedImage> {
        let call = calls.first()?;
        let result = self.result(index, call)?;
        let shown = result.shown_to_model && !self.trimmed.leaves_out_image(result);
        self.fitted(result.screenshot.as_ref().filter(|_| shown)?, Some(&call.tool))
    }

    /// The screenshot in the response of a computer function; a plain image when there is none.
    fn screen(&self, index: usize, calls: &[&ToolCall]) -> Option<FittedImage> {
        let answered = calls.iter().rev().find_map(|call| self.result(index, call));
        if answered.is_some_and(|result| self.trimmed.leaves_out_image(result)) {
            return None;
        }
        let screen = screen_after(self.conversation, index, calls);
        let fitted = screen.and_then(|image| self.fitted(image, None));
        fitted.or_else(|| blank(self.form.scale.sent).ok())
    }

    fn fitted(&self, image: &ScreenshotRef, tool: Option<&Tool>) -> Option<FittedImage> {
        let size = shown_size(image, tool, self.form.scale.sent);
        self.conversation.images.at_size_or_none(image, size)
    }
}

fn attached(part: AttachedPart) -> Value {
    match part {
        AttachedPart::Text(text) => json!({ "text": text }),
        AttachedPart::Picture(picture) => inline_data(&picture),
        AttachedPart::Document(WholeDocument { media_type, base64, .. }) => {
            json!({ "inlineData": { "mimeType": media_type, "data": &*base64 } })
        }
    }
}

fn inline_data(image: &FittedImage) -> Value {
    json!({ "inlineData": { "mimeType": image.media_type, "data": &*image.base64 } })
}
