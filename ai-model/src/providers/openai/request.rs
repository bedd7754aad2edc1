//! The body of a request.

use protocol::models::Effort;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::input::{Form, items};
use super::models::{ComputerTool, ModelProfile};
use super::settings::ContextCompression;
use crate::chat::{ChatMessage, ChatRole};
use crate::images::ScreenScale;
use crate::providers::shared::instructions;
use crate::tools::FUNCTIONS;
use crate::transcript::Conversation;

#[derive(Debug, Serialize)]
pub(super) struct Body {
    model: String,
    stream: bool,
    /// The vendor stores nothing ...
    store: bool,
    /// ... so it returns its reasoning encrypted, for us to send back.
    include: [&'static str; 1],
    /// The vendor drops what no longer fits, instead of failing.
    truncation: &'static str,
    /// One call a turn, so that each has a screenshot. A call may contain several actions.
    #[serde(skip_serializing_if = "Option::is_none")]
    parallel_tool_calls: Option<bool>,
    #[serde(skip_serializing_if = "Reasoning::is_empty")]
    reasoning: Reasoning,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<ImageOptions>,
    instructions: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    input: Vec<Box<RawValue>>,
}

#[derive(Debug, Serialize)]
struct ImageOptions {
    context_compression: ContextCompression,
}

#[derive(Debug, PartialEq, Eq, Serialize)]
struct Reasoning {
    #[serde(skip_serializing_if = "Option::is_none")]
    effort: Option<Effort>,
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<&'static str>,
}

impl Reasoning {
    fn is_empty(&self) -> bool {
        self.effort.is_none() && self.summary.is_none()
    }
}

impl Body {
    /// A request for the next turn of a run.
    pub(super) fn for_run(form: &Form<'_>, conversation: &Conversation) -> Self {
        let coordinates = "The coordinates of the computer tool are pixels of the screenshots.";
        Self {
            parallel_tool_calls: Some(false),
            tools: tools(form.profile, form.scale),
            ..Self::new(
                form.model,
                form.profile,
                instructions::desktop(coordinates),
                items(conversation, form),
            )
        }
    }

    /// A request for an answer in a plain chat. System messages become the instructions.
    pub(super) fn for_chat(model: &str, profile: ModelProfile, chat: &[ChatMessage]) -> Self {
        let input = chat.iter().filter_map(|message| {
            let role = match message.role {
                ChatRole::System => return None,
                ChatRole::User => "user",
                ChatRole::Assistant => "assistant",
            };
            serde_json::value::to_raw_value(&json!({ "role": role, "content": message.content })).ok()
        });
        Self::new(model, profile, instructions::chat(chat), input.collect())
    }

    /// Requests no reasoning summary.
    pub(super) fn without_summary(mut self) -> Self {
        self.reasoning.summary = None;
        self
    }

    /// Requests an effort.
    pub(super) fn with_effort(mut self, effort: Option<Effort>) -> Self {
        self.reasoning.effort = effort;
        self
    }

    /// Says whether the vendor makes images smaller.
    pub(super) fn compressing(mut self, compression: Option<ContextCompression>) -> Self {
        self.image = compression.map(|context_compression| ImageOptions { context_compression });
        self
    }

    fn new(model: &str, profile: ModelProfile, instructions: String, input: Vec<Box<RawValue>>) -> Self {
        Self {
            model: model.to_owned(),
            stream: true,
            store: false,
            include: ["reasoning.encrypted_content"],
            truncation: "auto",
            parallel_tool_calls: None,
            reasoning: Reasoning { effort: None, summary: Some(profile.summary) },
            image: None,
            instructions,
            tools: Vec::new(),
            input,
        }
    }
}

fn tools(profile: ModelProfile, scale: ScreenScale) -> Vec<Value> {
    let computer = match profile.tool {
        ComputerTool::Computer => json!({ "type": "computer" }),
        ComputerTool::Preview => json!({
            "type": "computer_use_preview",
            "display_width": scale.sent.width,
            "display_height": scale.sent.height,
            "environment": "linux",
        }),
    };
    let functions = FUNCTIONS.into_iter().map(|function| {
        json!({
            "type": "function",
            "name": function.name,
            "description": function.description,
            "parameters": function.schema(),
            "strict": false,
        })
    });
    std::iter::once(computer).chain(functions).collect()
}
