//! One run of the computer-use loop: `POST /v1/runs` takes a [`RunRequest`] and streams [`RunEvent`]s back
//! over SSE (event name = the event's `type`). Closing the stream cancels the run.
//!
//! A body of the type [`ACKNOWLEDGED`] is the request on its first line, and stays open: each [`Acknowledgement`] on a line of its
//! own says how far the events have been written down. The service tells [`CallStarted`] before every call then, and does
//! no call before that is written down. So a call that the transcript does not show as started has certainly not begun,
//! and one whose writer has lost its right to write does not begin at all. The sender
//! ends such a body once the run has ended; earlier, that cancels the run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::action::Size;
use crate::ids::RunId;
use crate::secret::Secret;
use crate::transcript::approval::{ApprovalPolicy, ApprovalRequest, CallStarted};
use crate::transcript::{AssistantTurn, TokenUsage, ToolCall, ToolResult, TranscriptItem};

/// Everything the stateless model service needs to begin or go on with a run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunRequest {
    /// The run, for logs.
    pub run_id: RunId,
    /// The conversation so far. Tool calls at its end that have no result are resolved first: those that a person
    /// has decided on, or a question that is answered, are gone on with; others are answered as interrupted.
    pub transcript: Vec<TranscriptItem>,
    /// Bytes (base64) of the pictures that the model is shown, by SHA-256.
    pub images: BTreeMap<String, String>,
    /// Where the hands are.
    pub desktop: DesktopAccess,
    /// Which model speaks.
    #[serde(default)]
    pub model: ModelSettings,
    /// Where the run must stop.
    #[serde(default)]
    pub limits: RunLimits,
    /// What needs a person's word.
    #[serde(default)]
    pub approval: ApprovalPolicy,
}

/// The code of a run that ended because its desktop stopped answering. Every call of it has been answered.
pub const DESKTOP_UNREACHABLE: &str = "desktop_unreachable";

/// The media type of a request whose sender acknowledges events.
pub const ACKNOWLEDGED: &str = "application/x-ndjson";

/// Events have been taken, and what is durable of them has been written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acknowledgement {
    /// How many, counted from the beginning of the stream.
    pub taken: u64,
}

/// How to reach a desktop's agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DesktopAccess {
    /// Base URL, such as `http://127.0.0.1:41234`.
    pub url: Url,
    /// The desktop's token.
    pub token: Secret,
    /// The screen.
    pub screen: Size,
}

/// Which model speaks. What is absent comes from the model service's own configuration.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ModelSettings {
    /// `anthropic`, `openai`, `gemini`, `openai-compatible` or `demo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The vendor's model id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The vendor's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<Secret>,
    /// The vendor's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<Url>,
}

/// Where a run must stop, counted in code that the model can't reach. What counts is everything since the person's
/// last message, also what was done before the run was lost or waited for a person. Turns, tokens and money are counted
/// between turns, so they are exceeded by at most one turn.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RunLimits {
    /// Turns of the model.
    pub max_turns: u32,
    /// Tool calls executed.
    pub max_actions: u32,
    /// Milliseconds that the model and the desktop work; waiting for a person does not count. A turn or a call under
    /// way is broken off.
    pub max_wall_time_ms: u64,
    /// Tokens, read and written. Absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_total_tokens: Option<u64>,
    /// Millionths of a dollar, by the list prices. Absent: no limit. A model without a known price is not asked at all
    /// then.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cost_microdollars: Option<u64>,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self {
            max_turns: 100,
            max_actions: 500,
            max_wall_time_ms: 4 * 60 * 60 * 1000,
            max_total_tokens: None,
            max_cost_microdollars: None,
        }
    }
}

/// What happens in a run, in order. `turn` counts the model's turns of this stream from 0.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEvent {
    /// The model has been asked. Short-lived.
    TurnStarted {
        /// Which turn.
        turn: u32,
    },
    /// The model speaks. Short-lived: the whole turn follows.
    TextDelta {
        /// Which turn.
        turn: u32,
        /// What to append.
        text: String,
    },
    /// The model thinks aloud. Short-lived: the whole turn follows.
    ThinkingDelta {
        /// Which turn.
        turn: u32,
        /// What to append.
        text: String,
    },
    /// A request is being tried again. Short-lived. What was streamed of this turn is void.
    Retrying {
        /// Which turn.
        turn: u32,
        /// What went wrong, for the person.
        reason: String,
        /// Milliseconds until the next try.
        delay_ms: u64,
    },
    /// The turn is complete. Durable.
    AssistantTurn(AssistantTurn),
    /// A person's word is needed before a call is done; the run's end follows. Durable.
    ApprovalRequested(ApprovalRequest),
    /// A call is about to be done: told of those that a person approved, and of all where events are acknowledged.
    /// Durable.
    CallStarted(CallStarted),
    /// A call begins. Short-lived: its result follows.
    ToolStarted(ToolCall),
    /// A picture that a following result refers to. Stored as a blob.
    Image {
        /// SHA-256 of the bytes, in hexadecimal.
        sha256: String,
        /// `image/png` or `image/jpeg`.
        media_type: String,
        /// The bytes in base64.
        data: String,
    },
    /// A call is answered. Durable.
    ToolResult(ToolResult),
    /// What the turns of this stream used in all; its end follows. Short-lived: each turn has its own count.
    UsageTotal {
        /// Tokens of all turns.
        usage: TokenUsage,
        /// The part of all input tokens that was read from the vendor's cache, from 0 to 1.
        cached_share: f64,
    },
    /// The run has ended; nothing follows. Durable.
    Finished(RunEnd),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunEnd {
    /// In one word.
    pub outcome: RunOutcome,
    /// A stable word for programs, such as `end_turn`, `max_turns` or `api_key_refused`.
    pub code: String,
    /// One or two sentences for the person: what happened and what to do. Empty when all is well.
    pub message: String,
    /// The call that waits for the person's decision or answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
}

/// How a run ended, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// The model ended its turn.
    Succeeded,
    /// Something went wrong that a person has to look at.
    Failed,
    /// A limit stopped it.
    LimitReached,
    /// A call waits for a person's decision. The run goes on once the transcript holds it.
    ApprovalRequired,
    /// A question waits for a person's answer. The run goes on once the transcript holds it.
    QuestionAsked,
}

/// What the model service's `GET /health` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelHealth {
    /// `ok`.
    pub status: String,
    /// [`crate::PROTOCOL_VERSION`] of the model service.
    pub protocol: u32,
    /// The provider that speaks when a request names none, such as `anthropic` or `demo`.
    pub provider: String,
    /// The model that speaks when a request names none.
    pub model: String,
    /// What to call the one who answers, such as `Claude` or `Demo`.
    pub assistant_name: String,
    /// Three requests that work with the default provider.
    pub example_prompts: Vec<String>,
}
