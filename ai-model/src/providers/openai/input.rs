//! Converts the transcript to the vendor's input items. The model's own items are sent back verbatim, including its
//! reasoning, because the vendor stores nothing.

use protocol::transcript::Takeover;
use protocol::transcript::{AssistantTurn, ScreenshotRef, Tool, ToolCall, ToolResult, ToolStatus};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::PROVIDER;
use super::misalignment::Invitation;
use super::models::ModelProfile;
use crate::images::{FittedImage, ScreenScale, blank};
use crate::providers::shared::attachments::{
    AttachedPart, AttachmentRules, Attachments, PictureFit, Weight, WholeDocument, WholeDocuments,
};
use crate::providers::shared::foreign_turn::{Rendered, ShownImage, own_parts, render};
use crate::providers::shared::instructions::{NO_IMAGE, PLEASE_CONTINUE};
use crate::providers::shared::screen::{screen_after, shown_size};
use crate::providers::shared::takeover;
use crate::providers::shared::trimming::{Limits, Trimmed, Trimming, available_image};
use crate::transcript::canned_results::INTERRUPTED;
use crate::transcript::vendor_calls::by_vendor_call;
use crate::transcript::{Conversation, ConversationMessage, calls_of, text_of};

/// A request may have 50 MB. Old images are sent small, because each call requires one.
const TRIMMING: Trimming = Trimming {
    limits: Limits { max_images: 39, keep_images: 20, max_bytes: 28 << 20, keep_bytes: 14 << 20 },
    in_view_from: 0,
    texts: true,
    image: available_image,
};
/// The most bytes of attached files: with the screenshots they fit a request.
const MAX_ATTACHED_BYTES: usize = 16 << 20;
/// The most pages of a document that is sent whole: up to about a third of a context window.
const MAX_PAGES: u32 = 100;
/// Old images are shrunk by this divisor.
const OLD_IMAGE_DIVISOR: u32 = 4;

/// What a model accepts of attached files.
pub(super) fn attachment_rules(profile: &ModelProfile) -> AttachmentRules {
    AttachmentRules {
        pictures: Some(PictureFit::Limits(profile.images)),
        whole: Some(WholeDocuments { max_pages: MAX_PAGES, max_bytes: MAX_ATTACHED_BYTES }),
        page_pictures: 8,
        text_chars: 60_000,
        most: Weight { pictures: 20, bytes: MAX_ATTACHED_BYTES, pages: MAX_PAGES },
        kept: Weight { pictures: 10, bytes: MAX_ATTACHED_BYTES / 2, pages: MAX_PAGES / 2 },
    }
}

/// How a conversation is converted for one model.
pub(super) struct Form<'a> {
    /// The model that will read it.
    pub(super) model: &'a str,
    /// What it accepts.
    pub(super) profile: ModelProfile,
    /// The scale of its screenshots.
    pub(super) scale: ScreenScale,
    /// What came with messages.
    pub(super) attachments: Attachments<'a>,
}

/// Converts a conversation.
pub(super) fn items(conversation: &Conversation, form: &Form<'_>) -> Vec<Box<RawValue>> {
    let trimmed = Trimmed::new(conversation, TRIMMING);
    let mut writer = Writer { items: Vec::new(), conversation, form, trimmed };
    for (index, message) in conversation.messages() {
        match message {
            ConversationMessage::User(message) => {
                let mut content = vec![input_text(&text_of(message, PLEASE_CONTINUE))];
                content
                    .extend(form.attachments.parts(index, message).into_iter().map(|it| writer.attached(it)));
                writer.push(&user_message(&content));
            }
            ConversationMessage::Turn(turn) => writer.turn(index, turn),
            ConversationMessage::Takeover(takeover) => writer.takeover(index, takeover),
        }
    }
    writer.items
}

struct Writer<'a> {
    items: Vec<Box<RawValue>>,
    conversation: &'a Conversation,
    form: &'a Form<'a>,
    /// What is old: its images are sent small, its texts shortened.
    trimmed: Trimmed<'a>,
}

/// The fields of an item that its output depends on.
#[derive(Deserialize)]
struct CallItem {
    r#type: String,
    #[serde(default)]
    call_id: String,
    #[serde(default)]
    pending_safety_checks: Vec<Value>,
}

impl<'a> Writer<'a> {
    fn push(&mut self, item: &Value) {
        // Serializing a JSON value never fails.
        self.items.extend(to_raw_value(item));
    }

    fn turn(&mut self, index: usize, turn: &'a AssistantTurn) {
        let raw = own_parts(self.conversation, index, turn, (PROVIDER, self.form.model));
        let acted = match raw {
            Some(raw) => self.own_turn(index, turn, raw),
            None => self.foreign_turn(index, turn),
        };
        if !acted && !self.conversation.person_input_follows(index) {
            self.push(&user_message(&[input_text(PLEASE_CONTINUE)]));
        }
    }

    /// What a person did while in control, after the results of the previous turn.
    fn takeover(&mut self, index: usize, takeover: &Takeover) {
        let mut content = vec![input_text(&takeover::description(takeover, self.form.scale))];
        if let Some(image) = &takeover.screenshot {
            let fitted = self.fitted(image, None, self.trimmed.leaves_out_image_at(index));
            content.push(self.image_or_text(fitted));
        }
        self.push(&user_message(&content));
    }

    /// A turn of this model, verbatim, and the outputs of its calls. Returns whether it has calls.
    fn own_turn(&mut self, index: usize, turn: &'a AssistantTurn, raw: Vec<Box<RawValue>>) -> bool {
        if let Some(invitation) = raw.first().and_then(|item| Invitation::read(item)) {
            self.invitation(index, turn, &invitation);
            return true;
        }
        let is_call = |item: &CallItem| matches!(item.r#type.as_str(), "computer_call" | "function_call");
        let calls: Vec<CallItem> =
            raw.iter().filter_map(|item| serde_json::from_str(item.get()).ok()).filter(is_call).collect();
        self.items.extend(raw);
        let mut remarks = Vec::new();
        for (item, calls) in calls.iter().zip(by_vendor_call(turn)) {
            if item.r#type == "computer_call" {
                self.computer_output(index, item, &calls);
                remarks.extend(self.remark(index, &calls));
            } else {
                self.function_output(index, &item.call_id, &calls);
            }
        }
        if !remarks.is_empty() {
            self.push(&user_message(&[input_text(&remarks.join("\n"))]));
        }
        !calls.is_empty()
    }

    /// What follows a turn that the vendor had stopped, and a person let go on.
    fn invitation(&mut self, index: usize, turn: &'a AssistantTurn, invitation: &Invitation) {
        let result = calls_of(turn).next().and_then(|call| self.result(index, call));
        let text = match result {
            Some(result) if result.status == ToolStatus::Done => invitation.steer.as_str(),
            Some(result) => result.text.as_str(),
            None => INTERRUPTED,
        };
        self.push(&user_message(&[input_text(text)]));
    }

    /// A turn of another model, or an unconfirmed one, rendered as text. Returns whether it has calls.
    fn foreign_turn(&mut self, index: usize, turn: &'a AssistantTurn) -> bool {
        let mut acted = false;
        for part in render(self.conversation, index, turn, &self.trimmed) {
            match part {
                Rendered::Assistant(text) => self.push(&json!({ "role": "assistant", "content": text })),
                Rendered::Result(text, image) => {
                    acted = true;
                    let image = image.map(|shown| self.input_image(shown));
                    let content: Vec<Value> = std::iter::once(input_text(&text)).chain(image).collect();
                    self.push(&user_message(&content));
                }
            }
        }
        acted
    }

    /// The output of a computer call, which requires a screenshot even after a failure. A person has confirmed the
    /// vendor's safety checks: unconfirmed turns are rendered as text.
    fn computer_output(&mut self, index: usize, item: &CallItem, calls: &[&ToolCall]) {
        let answered = calls.iter().rev().find_map(|call| self.result(index, call));
        let old = answered.is_some_and(|result| self.trimmed.leaves_out_image(result));
        let screen = screen_after(self.conversation, index, calls);
        let image = screen.and_then(|image| self.fitted(image, None, old));
        let image = image.or_else(|| blank(self.form.scale.sent).ok());
        let output = json!({ "type": "computer_screenshot", "image_url": image.as_ref().map(data_url) });
        let mut answer = json!({ "type": "computer_call_output", "call_id": item.call_id, "output": output });
        if !item.pending_safety_checks.is_empty() {
            answer["acknowledged_safety_checks"] = json!(item.pending_safety_checks);
        }
        self.push(&answer);
    }

    /// Failures, which the output of a computer call can't express.
    fn remark(&self, index: usize, calls: &[&ToolCall]) -> Option<String> {
        let several = calls.len() > 1;
        let remarks: Vec<String> = calls
            .iter()
            .enumerate()
            .filter_map(|(place, call)| {
                let text = match self.result(index, call) {
                    None => INTERRUPTED,
                    Some(result) if result.status != ToolStatus::Done => &result.text,
                    Some(_) => return None,
                };
                let which = if several { format!("Action {}", place + 1) } else { "The action".to_owned() };
                Some(format!("[{which} failed. {text}]"))
            })
            .collect();
        (!remarks.is_empty()).then(|| remarks.join("\n"))
    }

    fn function_output(&mut self, index: usize, call_id: &str, calls: &[&ToolCall]) {
        let call = calls.first();
        let result = call.and_then(|call| self.result(index, call));
        let text = result.map_or(INTERRUPTED.into(), |result| self.trimmed.text(result));
        let failed = result.is_none_or(|result| result.status != ToolStatus::Done);
        let text = if failed { format!("Error: {text}") } else { text.into_owned() };
        let result = result.filter(|result| result.shown_to_model && !failed);
        let shown = result.zip(call).and_then(|(result, call)| {
            let old = self.trimmed.leaves_out_image(result);
            Some(ShownImage { image: result.screenshot.as_ref()?, tool: &call.tool, old })
        });
        let output = match shown {
            Some(shown) => json!([input_text(&text), self.input_image(shown)]),
            None => json!(text),
        };
        self.push(&json!({ "type": "function_call_output", "call_id": call_id, "output": output }));
    }

    fn result(&self, index: usize, call: &ToolCall) -> Option<&'a ToolResult> {
        self.conversation.results_of(index).find(|result| result.call_id == call.call_id)
    }

    fn input_image(&self, shown: ShownImage<'_>) -> Value {
        self.image_or_text(self.fitted(shown.image, Some(shown.tool), shown.old))
    }

    fn image_or_text(&self, fitted: Option<FittedImage>) -> Value {
        match fitted {
            Some(fitted) => json!({
                "type": "input_image",
                "image_url": data_url(&fitted),
                "detail": self.form.profile.detail,
            }),
            None => input_text(NO_IMAGE),
        }
    }

    fn attached(&self, part: AttachedPart) -> Value {
        match part {
            AttachedPart::Text(text) => input_text(&text),
            AttachedPart::Picture(picture) => self.image_or_text(Some(picture)),
            AttachedPart::Document(WholeDocument { name, media_type, base64 }) => json!({
                "type": "input_file",
                "filename": name,
                "file_data": format!("data:{media_type};base64,{base64}"),
            }),
        }
    }

    /// An image at the size of the model's screenshots; an old one is smaller.
    fn fitted(&self, image: &ScreenshotRef, tool: Option<&Tool>, old: bool) -> Option<FittedImage> {
        let mut size = shown_size(image, tool, self.form.scale.sent);
        if old {
            size.width = (size.width / OLD_IMAGE_DIVISOR).max(1);
            size.height = (size.height / OLD_IMAGE_DIVISOR).max(1);
        }
        self.conversation.images.at_size_or_none(image, size)
    }
}

fn user_message(content: &[Value]) -> Value {
    json!({ "type": "message", "role": "user", "content": content })
}

fn input_text(text: &str) -> Value {
    json!({ "type": "input_text", "text": text })
}

fn data_url(image: &FittedImage) -> String {
    format!("data:{};base64,{}", image.media_type, image.base64)
}
