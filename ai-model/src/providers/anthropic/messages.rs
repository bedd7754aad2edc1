//! Converts the transcript to the vendor's messages. The conversion is deterministic: each request repeats the bytes of
//! the one before and appends to them.

use protocol::action::{Action, Point};
use protocol::transcript::Takeover;
use protocol::transcript::{
    AssistantBlock, AssistantTurn, ScreenshotRef, Tool, ToolCall, ToolResult, ToolStatus,
};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::PROVIDER;
use super::blocks::{CacheControl, ImageSource, ResultContent, UserBlock};
use super::compaction;
use super::dialect::{Dialect, EditorTool, ForeignCall, encode};
use crate::images::{FittedImage, ScreenScale};
use crate::providers::shared::attachments::{AttachedPart, Attachments, WholeDocument};
use crate::providers::shared::instructions::{NO_IMAGE, PLEASE_CONTINUE};
use crate::providers::shared::screen::shown_size;
use crate::providers::shared::takeover;
use crate::providers::shared::trimming::{OLD_IMAGE, Trimmed};
use crate::transcript::canned_results::INTERRUPTED;
use crate::transcript::{Conversation, ConversationMessage, text_of};

/// How many of the latest user messages end with a cache breakpoint. The fourth breakpoint is on the system prompt.
const CACHED_MESSAGES: usize = 3;

#[derive(Debug, Serialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub(super) enum Message {
    /// Results and texts.
    User {
        /// In order; results first.
        content: Vec<UserBlock>,
    },
    /// What a model wrote, verbatim.
    Assistant { content: Vec<Box<RawValue>> },
}

/// How a conversation is converted for one model.
#[derive(Debug)]
pub(super) struct Form<'a> {
    /// The model that will read it.
    pub(super) model: &'a str,
    pub(super) dialect: Dialect,
    /// The version of the text editor.
    pub(super) editor: EditorTool,
    /// The scale of its screenshots.
    pub(super) scale: ScreenScale,
    /// What is left out.
    pub(super) trimmed: Trimmed<'a>,
    /// The index of the first item that is sent: a summary takes the place of those before it.
    pub(super) sent_from: usize,
    /// What came with messages.
    pub(super) attachments: Attachments<'a>,
}

/// Converts a conversation.
pub(super) fn messages(conversation: &Conversation, form: &Form<'_>) -> Vec<Message> {
    let mut writer = Writer { messages: Vec::new(), conversation, form };
    for (index, message) in conversation.messages().filter(|(index, _)| *index >= form.sent_from) {
        match message {
            ConversationMessage::User(message) => {
                writer.user(UserBlock::text(text_of(message, PLEASE_CONTINUE)));
                for part in form.attachments.parts(index, message) {
                    writer.user(attached(part));
                }
            }
            ConversationMessage::Turn(turn) if compaction::has_failed(turn) => {}
            ConversationMessage::Turn(turn) => writer.turn(index, turn),
            ConversationMessage::Takeover(takeover) => writer.takeover(index, takeover),
        }
    }
    mark_for_cache(&mut writer.messages);
    writer.messages
}

struct Writer<'a> {
    messages: Vec<Message>,
    conversation: &'a Conversation,
    form: &'a Form<'a>,
}

impl Writer<'_> {
    fn user(&mut self, block: UserBlock) {
        match self.messages.last_mut() {
            Some(Message::User { content }) => content.push(block),
            _ => self.messages.push(Message::User { content: vec![block] }),
        }
    }

    fn assistant(&mut self, mut blocks: Vec<Box<RawValue>>) {
        match self.messages.last_mut() {
            // The previous turn was paused by the vendor: this is its continuation.
            Some(Message::Assistant { content }) => content.append(&mut blocks),
            _ => self.messages.push(Message::Assistant { content: blocks }),
        }
    }

    /// What a person did while in control, after the results of the previous turn.
    fn takeover(&mut self, index: usize, takeover: &Takeover) {
        let scale = self.form.scale;
        self.user(UserBlock::text(takeover::description(takeover, scale)));
        if takeover.screenshot.is_none() {
            return;
        }
        let old = self.form.trimmed.leaves_out_image_at(index);
        let image = takeover::image(takeover, self.conversation, scale).filter(|_| !old);
        self.user(match image {
            Some(FittedImage { media_type, base64: data }) => {
                UserBlock::image(ImageSource::Base64 { media_type, data })
            }
            None => UserBlock::text(if old { OLD_IMAGE } else { NO_IMAGE }.to_owned()),
        });
    }

    /// A turn and the results of its calls.
    fn turn(&mut self, index: usize, turn: &AssistantTurn) {
        let blocks = self.blocks(turn);
        let calls: Vec<WireCall> = blocks.iter().filter_map(|block| WireCall::read(block)).collect();
        let blank = calls.is_empty() && !has_content(&blocks);
        // The vendor rejects an empty message, so it is left out and the model is asked to continue.
        if !blank {
            self.assistant(blocks);
        }
        for call in &calls {
            let result = self.result(index, turn, call);
            self.user(result);
        }
        let paused = matches!(turn.stop_reason.as_str(), "pause_turn" | "compaction") && !blank;
        if calls.is_empty() && !paused && !self.conversation.person_input_follows(index) {
            self.user(UserBlock::text(PLEASE_CONTINUE.to_owned()));
        }
    }

    /// The blocks of a turn: verbatim if this model wrote them, rebuilt otherwise, because neither thinking nor a
    /// dialect can be carried over.
    fn blocks(&self, turn: &AssistantTurn) -> Vec<Box<RawValue>> {
        if self.conversation.is_own(turn, PROVIDER, self.form.model)
            && let Ok(blocks) = serde_json::from_str(&turn.raw)
        {
            return blocks;
        }
        turn.content.iter().filter_map(|block| self.foreign_block(block)).collect()
    }

    fn foreign_block(&self, block: &AssistantBlock) -> Option<Box<RawValue>> {
        match block {
            AssistantBlock::Text { text } if text.trim().is_empty() => None,
            AssistantBlock::Text { text } => to_raw_value(&UserBlock::text(text.clone())).ok(),
            AssistantBlock::Thinking { .. } => None,
            AssistantBlock::ToolCall(call) => {
                let ForeignCall { toolset, name, input } =
                    encode(&call.tool, self.form.dialect, self.form.editor, self.form.scale)?;
                let mut block = serde_json::json!({
                    "type": "tool_use", "id": wire_id(&call.call_id), "name": name, "input": input,
                });
                if let Some(toolset) = toolset {
                    block["toolset_name"] = toolset.into();
                }
                to_raw_value(&block).ok()
            }
        }
    }

    /// The result of one call; a call without one was lost with its run.
    fn result(&self, index: usize, turn: &AssistantTurn, call: &WireCall) -> UserBlock {
        let result = self.conversation.results_of(index).find(|result| wire_id(&result.call_id) == call.id);
        let (content, is_error) = match result {
            Some(result) if result.status == ToolStatus::Done => {
                let tool = crate::transcript::calls_of(turn)
                    .find(|made: &&ToolCall| made.call_id == result.call_id)
                    .map(|made| &made.tool);
                (self.content(result, tool), None)
            }
            Some(result) => (vec![ResultContent::text(&result.text)], Some(true)),
            None => (vec![ResultContent::text(INTERRUPTED)], Some(true)),
        };
        UserBlock::ToolResult {
            tool_use_id: call.id.clone(),
            toolset_name: call.toolset_name.clone(),
            content,
            is_error,
            cache_control: None,
        }
    }

    fn content(&self, result: &ToolResult, tool: Option<&Tool>) -> Vec<ResultContent> {
        let mut content = Vec::new();
        let text = match tool {
            Some(Tool::Computer { action: Action::CursorPosition }) => self.cursor(&result.text),
            _ => self.form.trimmed.text(result).into_owned(),
        };
        if !text.trim().is_empty() {
            content.push(ResultContent::text(&text));
        }
        if let Some(image) = result.screenshot.as_ref().filter(|_| result.shown_to_model) {
            content.push(if self.form.trimmed.leaves_out_image(result) {
                ResultContent::text(OLD_IMAGE)
            } else {
                self.image(image, tool)
            });
        }
        if content.is_empty() {
            content.push(ResultContent::text("OK"));
        }
        content
    }

    /// The screen at the size of the model's screenshots; a region as large as fits that size.
    fn image(&self, image: &ScreenshotRef, tool: Option<&Tool>) -> ResultContent {
        let size = shown_size(image, tool, self.form.scale.sent);
        match self.conversation.images.at_size_or_none(image, size) {
            Some(fitted) => ResultContent::Image {
                source: ImageSource::Base64 { media_type: fitted.media_type, data: fitted.base64 },
            },
            None => ResultContent::text(NO_IMAGE),
        }
    }

    /// Converts the pointer's position from the screen's pixels to the model's.
    fn cursor(&self, text: &str) -> String {
        let place = text
            .strip_prefix("X=")
            .and_then(|rest| rest.split_once(", Y="))
            .and_then(|(x, y)| Some(Point { x: x.parse().ok()?, y: y.parse().ok()? }));
        match place.map(|place| self.form.scale.to_model(place)) {
            Some(place) => format!("X={}, Y={}", place.x, place.y),
            None => text.to_owned(),
        }
    }
}

fn attached(part: AttachedPart) -> UserBlock {
    match part {
        AttachedPart::Text(text) => UserBlock::text(text),
        AttachedPart::Picture(FittedImage { media_type, base64: data }) => {
            UserBlock::image(ImageSource::Base64 { media_type, data })
        }
        AttachedPart::Document(WholeDocument { name, media_type, base64: data }) => {
            UserBlock::document(name, ImageSource::Base64 { media_type, data })
        }
    }
}

/// The fields of a call that its result repeats.
#[derive(Debug, Deserialize)]
struct WireCall {
    r#type: String,
    #[serde(default)]
    id: String,
    #[serde(default)]
    toolset_name: Option<String>,
}

impl WireCall {
    fn read(block: &RawValue) -> Option<Self> {
        serde_json::from_str::<Self>(block.get()).ok().filter(|block| block.r#type == "tool_use")
    }
}

/// Whether the blocks contain anything but thinking.
fn has_content(blocks: &[Box<RawValue>]) -> bool {
    blocks.iter().any(|block| {
        serde_json::from_str::<WireCall>(block.get())
            .is_ok_and(|block| !matches!(block.r#type.as_str(), "thinking" | "redacted_thinking"))
    })
}

/// A call id that the vendor accepts; its own ids are unchanged.
fn wire_id(call_id: &str) -> String {
    call_id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' })
        .collect()
}

/// Puts breakpoints on the latest user messages, so that a request finds the cached prefix of the previous one however
/// many calls are between them.
fn mark_for_cache(messages: &mut [Message]) {
    let users = messages.iter_mut().rev().filter_map(|message| match message {
        Message::User { content } => content.last_mut(),
        Message::Assistant { .. } => None,
    });
    for block in users.take(CACHED_MESSAGES) {
        block.set_cache_control(CacheControl::EPHEMERAL);
    }
}
