//! Any server with the Chat Completions API: Mistral, vLLM, Ollama and many more. The model uses the desktop through
//! functions and sees screenshots of it.
//!
//! Reading order: `tools` declares the functions, `messages` builds the request, `roles` arranges it for models that know
//! fewer roles, `reply` reads the stream, `failure`
//! classifies errors.

mod calls;
mod chunks;
mod failure;
mod messages;
mod models;
mod reply;
mod roles;
mod settings;
mod tools;

use futures_util::future::BoxFuture;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::models::{Effort, ModelFacts};
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use url::Url;

use super::http::document::document;
use super::http::exchange::{Exchange, Prompt, ask, collect_text};
use super::http::failure::{Failure, Remedy};
use super::shared::attachments::{AttachmentRules, Attachments, PictureFit, Weight};
use super::shared::learned::Learned;
use super::shared::screen::ScreenshotLimits;
use super::shared::{effort, instructions};
use super::{Endpoint, ModelError, ModelName, ModelProvider, TurnEvents};
use crate::chat::{ChatMessage, ChatRole};
use crate::images::{SENT_FORMAT, ScreenScale};
use crate::transcript::Conversation;
use failure::from_response;
use messages::{Form, messages};
use models::ModelList;
use reply::Reply;
use roles::{RoleRules, arrange};
pub(super) use settings::BY_CONNECTION;
pub use settings::{Settings, VENDOR};

/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "openai-compatible";

/// About the largest screenshot that open models see without shrinking it, and that fits their contexts.
const SCREENSHOT_LIMITS: ScreenshotLimits =
    ScreenshotLimits { long_edge: 1344, short_edge: 1344, pixels: 1280 * 800 };

/// Where a server accepts screenshots.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ImagePlacement {
    /// In the result of a call, where a server accepts no user message right after it, as Mistral's.
    ToolResult,
    /// In a user message after the results: most servers accept images nowhere else.
    NextMessage,
}

/// A feature that most servers support and some reject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// `stream_options`, which requests the token counts.
    StreamOptions,
    /// Roles in any order: two equal ones, or a user message right after the results of calls.
    RoleOrder,
    /// The system role.
    SystemRole,
    /// `reasoning_effort`.
    Effort,
    /// Pictures: the model does not see.
    Pictures,
}

/// The features that servers turned out to reject, by address and model.
pub type LearnedRefusals = Learned<(Url, String, Refusal), ()>;

/// The feature that an error is about, if a request can do without it. The text is its body or message.
fn refusal_in(text: &str) -> Option<Refusal> {
    let words = text.to_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    if says(&["stream_options", "include_usage"]) {
        Some(Refusal::StreamOptions)
    } else if says(&["reasoning_effort", "reasoning effort", "reasoning.effort"]) {
        Some(Refusal::Effort)
    } else if says(&["roles must alternate", "after role 'tool'"]) {
        Some(Refusal::RoleOrder)
    } else {
        says(&NO_SYSTEM_ROLE).then_some(Refusal::SystemRole)
    }
}

/// Error messages of servers whose model has no system role.
const NO_SYSTEM_ROLE: [&str; 7] = [
    "system role not supported",
    "system role is not supported",
    "not support system role",
    "not support the system role",
    "only user and assistant roles are supported",
    "only user, assistant and tool roles are supported",
    "developer instruction is not enabled",
];

/// What is known about a model without asking.
pub(super) fn facts(model: &str) -> ModelFacts {
    models::facts(model.to_owned())
}

/// A model behind a server.
#[derive(Debug)]
pub struct OpenAiCompatible {
    endpoint: Endpoint,
    model: String,
    effort: Option<Effort>,
    refusals: LearnedRefusals,
}

impl OpenAiCompatible {
    /// A model behind an endpoint. `refusals` remembers across requests what servers reject.
    #[must_use]
    pub fn new(endpoint: Endpoint, model: String, effort: Option<Effort>, refusals: LearnedRefusals) -> Self {
        Self { endpoint, model, effort, refusals }
    }

    fn refuses(&self, refusal: Refusal) -> bool {
        self.refusals.get(&self.subject(refusal)).is_some()
    }

    fn subject(&self, refusal: Refusal) -> (Url, String, Refusal) {
        (self.endpoint.base_url.clone(), self.model.clone(), refusal)
    }

    /// Contexts are often small, and servers limit the images in a request. None takes documents.
    fn attachments<'a>(&self, conversation: &'a Conversation) -> Attachments<'a> {
        let sees = !self.refuses(Refusal::Pictures);
        let rules = AttachmentRules {
            pictures: sees.then_some(PictureFit::Limits(SCREENSHOT_LIMITS)),
            whole: None,
            page_pictures: 2,
            text_chars: 20_000,
            most: Weight { pictures: 4, bytes: 8 << 20, pages: 0 },
            kept: Weight { pictures: 2, bytes: 4 << 20, pages: 0 },
        };
        Attachments::new(conversation, rules, 0, |_| false)
    }

    fn role_rules(&self) -> RoleRules {
        RoleRules {
            alternate: self.refuses(Refusal::RoleOrder),
            without_system: self.refuses(Refusal::SystemRole),
        }
    }

    /// Remembers the feature that an error is about, and has the request sent again without it.
    fn learn(&self, text: &str, mut failure: Failure) -> Failure {
        let learned = refusal_in(text).is_some_and(|it| self.refusals.insert(self.subject(it), ()).is_none());
        if learned {
            failure.remedy = Remedy::Immediately;
        }
        failure
    }

    fn ask<'a>(&'a self, prompt: Prompt<'a>) -> TurnEvents<'a> {
        ask(self.exchange(prompt))
    }

    fn exchange<'a>(&'a self, prompt: Prompt<'a>) -> ModelRequest<'a> {
        let scale = SCREENSHOT_LIMITS.scale(prompt.screen());
        ModelRequest { provider: self, prompt, scale }
    }
}

/// A request to the model, for its next turn or for an answer in a plain chat.
struct ModelRequest<'a> {
    provider: &'a OpenAiCompatible,
    prompt: Prompt<'a>,
    scale: ScreenScale,
}

#[derive(Debug, Serialize)]
struct Body<'a> {
    model: &'a str,
    stream: bool,
    /// Requests the token counts, which arrive with the last chunk.
    #[serde(skip_serializing_if = "Option::is_none")]
    stream_options: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasoning_effort: Option<Effort>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tools: Vec<Value>,
    messages: Vec<Box<RawValue>>,
}

impl Exchange for ModelRequest<'_> {
    type Reply = Reply;

    fn endpoint(&self) -> &Endpoint {
        &self.provider.endpoint
    }

    fn request(&self) -> Result<RequestBuilder, ModelError> {
        let OpenAiCompatible { endpoint, model, .. } = self.provider;
        let counts = !self.provider.refuses(Refusal::StreamOptions);
        let rules = self.provider.role_rules();
        let place = if rules.alternate { ImagePlacement::ToolResult } else { ImagePlacement::NextMessage };
        let (tools, messages) = match self.prompt {
            Prompt::Turn(conversation) => {
                let attachments = self.provider.attachments(conversation);
                let form = Form { model, scale: self.scale, place, attachments };
                let coordinates = "Coordinates are pixels of the screenshots.";
                let instructions = instructions::desktop(coordinates);
                (tools::declarations(self.scale), messages(conversation, &instructions, &form))
            }
            Prompt::Chat(chat) => (Vec::new(), chat_messages(chat)),
        };
        let stream_options = counts.then(|| json!({ "include_usage": true }));
        let messages = arrange(messages, rules);
        let effort = effort::requested(self.provider.effort, models::EFFORTS);
        let reasoning_effort = effort.filter(|_| !self.provider.refuses(Refusal::Effort));
        let body = Body { model, stream: true, stream_options, reasoning_effort, tools, messages };
        endpoint.with_key(endpoint.post("chat/completions").json(&body), "authorization", "Bearer ")
    }

    fn reply(&self) -> Reply {
        Reply::new(&self.provider.model, self.scale)
    }

    fn refused(&self, status: StatusCode, headers: &HeaderMap, body: &str) -> Failure {
        let failure = from_response(status, headers, body, &self.provider.model);
        match status.as_u16() {
            400 | 422 | 500 => self.without_pictures(self.provider.learn(body, failure)),
            _ => self.without_pictures(failure),
        }
    }

    fn learn(&self, failure: Failure) -> Failure {
        match &failure.error {
            ModelError::Vendor { message, .. } | ModelError::RequestRejected { message, .. } => {
                let message = message.clone();
                self.provider.learn(&message, failure)
            }
            _ => self.without_pictures(failure),
        }
    }
}

impl ModelRequest<'_> {
    /// Has the request sent again without the pictures that came with messages, if the model turned out to see none.
    fn without_pictures(&self, mut failure: Failure) -> Failure {
        if let (ModelError::NoVision { .. }, Prompt::Turn(conversation)) = (&failure.error, self.prompt)
            && self.provider.attachments(conversation).has_pictures()
            && self.provider.refusals.insert(self.provider.subject(Refusal::Pictures), ()).is_none()
        {
            failure.remedy = Remedy::Immediately;
        }
        failure
    }
}

fn chat_messages(chat: &[ChatMessage]) -> Vec<Box<RawValue>> {
    let default = chat.iter().all(|message| message.role != ChatRole::System);
    let system = default.then(|| json!({ "role": "system", "content": instructions::CHAT }));
    let messages = chat.iter().map(|message| {
        let role = match message.role {
            ChatRole::System => "system",
            ChatRole::User => "user",
            ChatRole::Assistant => "assistant",
        };
        json!({ "role": role, "content": message.content })
    });
    system.into_iter().chain(messages).filter_map(|message| to_raw_value(&message).ok()).collect()
}

impl ModelProvider for OpenAiCompatible {
    fn name(&self) -> ModelName<'_> {
        ModelName { provider: PROVIDER, model: &self.model }
    }

    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a> {
        self.ask(Prompt::Turn(conversation))
    }

    fn note_images(&self, conversation: &Conversation) {
        // An error comes again when the request is sent.
        let _ = self.exchange(Prompt::Turn(conversation)).request();
    }

    fn screenshot_options(&self, screen: Size) -> ScreenshotOptions {
        ScreenshotOptions { size: Some(SCREENSHOT_LIMITS.scale(screen).sent), format: SENT_FORMAT }
    }

    fn offered(&self) -> BoxFuture<'_, Result<Vec<ModelFacts>, ModelError>> {
        Box::pin(async move {
            let endpoint = &self.endpoint;
            let request = || endpoint.with_key(endpoint.get("models", &[]), "authorization", "Bearer ");
            let refused = |status: StatusCode, headers: &HeaderMap, body: &str| {
                from_response(status, headers, body, &self.model)
            };
            let list: ModelList = document(endpoint, request, refused).await?;
            Ok(list.facts())
        })
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        Box::pin(collect_text(self.ask(Prompt::Chat(messages))))
    }
}
