//! From the transcript to the vendor's contents. What the model said goes back as it came: its calls carry signatures
//! of its thoughts, without which they are refused.

use std::borrow::Cow;

use protocol::transcript::Takeover;
use protocol::transcript::{
    AssistantTurn, ScreenshotRef, Tool, ToolCall, ToolResult, ToolStatus, TranscriptItem,
};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use super::PROVIDER;
use crate::images::{FittedImage, ScreenScale, blank};
use crate::providers::shared::foreign_turn::{Rendered, ShownImage, render};
use crate::providers::shared::instructions::{NO_IMAGE, PLEASE_CONTINUE};
use crate::providers::shared::screen::{screen_after, shown_size};
use crate::providers::shared::takeover;
use crate::providers::shared::trimming::{Limits, OLD_IMAGE, Trimmed, Trimming, image_at_hand};
use crate::tools::function_named;
use crate::transcript::canned_results::INTERRUPTED;
use crate::transcript::vendor_calls::by_vendor_call;
use crate::transcript::{Conversation, text_of};

/// A request may hold 20 MB.
const TRIMMING: Trimming = Trimming {
    limits: Limits { max_images: 15, keep_images: 8, max_bytes: 14 << 20, keep_bytes: 7 << 20 },
    in_view_from: 0,
    texts: true,
    image: image_at_hand,
};
/// The vendor wants the address of the page with every answer. A desktop has none.
const ADDRESS: &str = "desktop://screen";

/// What one side says.
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

/// How contents are written for one model.
#[derive(Clone, Copy)]
pub(super) struct Form<'a> {
    /// The model that will read them.
    pub(super) model: &'a str,
    /// The pixels it is shown.
    pub(super) scale: ScreenScale,
}

/// The conversation's contents.
pub(super) fn contents(conversation: &Conversation, form: Form<'_>) -> Vec<Content> {
    let trimmed = Trimmed::new(conversation, TRIMMING);
    let mut writer = Writer { contents: Vec::new(), conversation, form, trimmed };
    for (index, item) in conversation.items.iter().enumerate() {
        match item {
            TranscriptItem::UserMessage(message) => {
                writer.user(&json!({ "text": text_of(message, PLEASE_CONTINUE) }));
            }
            TranscriptItem::AssistantTurn(turn) => writer.turn(index, turn),
            TranscriptItem::Takeover(takeover) => writer.takeover(index, takeover),
            // Written with the turn whose calls they belong to; a person's decision shows in the result.
            TranscriptItem::ToolResult(_)
            | TranscriptItem::ApprovalRequest(_)
            | TranscriptItem::Decision(_)
            | TranscriptItem::CallStarted(_)
            | TranscriptItem::Answer(_) => {}
        }
    }
    writer.contents
}

/// The contents of a plain chat's messages: `true` where the model spoke.
pub(super) fn spoken<'a>(messages: impl IntoIterator<Item = (bool, &'a str)>) -> Vec<Content> {
    let mut contents = Vec::new();
    for (by_model, text) in messages {
        let role = if by_model { Role::Model } else { Role::User };
        append(&mut contents, role, to_raw_value(&json!({ "text": text })));
    }
    contents
}

fn append(contents: &mut Vec<Content>, role: Role, part: Result<Box<RawValue>, serde_json::Error>) {
    // A JSON value always has a text.
    let parts = part.into_iter();
    match contents.last_mut() {
        Some(content) if content.role == role => content.parts.extend(parts),
        _ => contents.push(Content { role, parts: parts.collect() }),
    }
}

struct Writer<'a> {
    contents: Vec<Content>,
    conversation: &'a Conversation,
    form: Form<'a>,
    /// What is old, and left out.
    trimmed: Trimmed<'a>,
}

/// What of a part its answer depends on.
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
        let own = turn.provider == PROVIDER
            && turn.model == self.form.model
            && !self.conversation.lacks_confirmation(index, turn);
        let raw = own.then(|| serde_json::from_str::<Vec<Box<RawValue>>>(&turn.raw).ok()).flatten();
        let acted = match raw {
            Some(parts) => self.own_turn(index, turn, parts),
            None => self.foreign_turn(index, turn),
        };
        if !acted && !self.conversation.person_speaks_after(index) {
            self.user(&json!({ "text": PLEASE_CONTINUE }));
        }
    }

    /// What a person did, behind the answers to the turn before.
    fn takeover(&mut self, index: usize, takeover: &Takeover) {
        let words = takeover::description_in_thousandths(takeover, self.form.scale);
        self.user(&json!({ "text": words }));
        if let Some(image) = &takeover.screenshot {
            self.image_or_words(image, None, self.trimmed.leaves_out_image_at(index));
        }
    }

    fn image_or_words(&mut self, image: &ScreenshotRef, tool: Option<&Tool>, old: bool) {
        let fitted = self.fitted(image, tool).filter(|_| !old);
        let words = if old { OLD_IMAGE } else { NO_IMAGE };
        let part = fitted.map_or_else(|| json!({ "text": words }), |it| inline_data(&it));
        self.user(&part);
    }

    /// The turn as it came, and the answers to its calls. Says whether there were any.
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

    /// A turn that another model spoke or that nobody confirmed, told in words. Says whether it acted.
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
                        self.image_or_words(image, Some(tool), old);
                    }
                }
            }
        }
        acted
    }

    /// The answer to one call. Those of the computer come with the screen, whatever came of them.
    fn answer(&self, index: usize, function: &FunctionCall, calls: &[&ToolCall]) -> Value {
        let ours = function_named(&function.name).is_some();
        let mut response = self.response(index, calls);
        if !ours {
            response["url"] = ADDRESS.into();
        }
        // A person has confirmed it: no other turn is written as the vendor's own.
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

    /// What came of the call's actions, in words: of those that failed, else of the last.
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

    /// The image with which a function of ours answers.
    fn shown(&self, index: usize, calls: &[&ToolCall]) -> Option<FittedImage> {
        let call = calls.first()?;
        let result = self.result(index, call)?;
        let shown = result.shown_to_model && !self.trimmed.leaves_out_image(result);
        self.fitted(result.screenshot.as_ref().filter(|_| shown)?, Some(&call.tool))
    }

    /// The screen with which a function of the vendor's answers; a plain image when none is at hand.
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

fn inline_data(image: &FittedImage) -> Value {
    json!({ "inlineData": { "mimeType": image.media_type, "data": &*image.base64 } })
}
