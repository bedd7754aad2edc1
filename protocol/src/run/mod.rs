//! One run of the computer-use loop: `POST /v1/runs` takes a [`RunRequest`] and streams [`RunEvent`]s back
//! over SSE (event name = the event's `type`). Closing the stream cancels the run.
//!
//! A body of the type [`ACKNOWLEDGED`] has the request on its first line and stays open: each further line is a
//! [`RequestLine`], which acknowledges the events that are committed or has an image that the service wants. The service
//! then sends [`CallStarted`] before every call and
//! executes the call only once that event is acknowledged. So a call that the transcript does not show as started has
//! certainly not run, and a sender that has lost its lease can start no call. The sender closes the body when the run has
//! ended; closing it earlier cancels the run.

mod fallback;
mod reason;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::action::Size;
use crate::ids::RunId;
use crate::models::Effort;
use crate::network::Network;
use crate::platform::Platform;
use crate::price::Price;
use crate::reason::{Facts, Reason};
use crate::secret::Secret;
use crate::spending::Spending;
use crate::transcript::approval::{ApprovalPolicy, ApprovalRequest, CallStarted};
use crate::transcript::model_change::ModelChange;
use crate::transcript::{AssistantTurn, TokenUsage, ToolCall, ToolResult, TranscriptItem};

pub use self::fallback::{Fallback, MOST_FALLBACKS};
pub use self::reason::ModelReason;
pub use crate::named_model::ModelConnection;

/// The version of this contract. It grows when a change would make a model service and a backend misunderstand each other.
pub const VERSION: u32 = 3;

/// Everything the stateless model service needs to start or resume a run.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RunRequest {
    /// The run, for logs.
    pub run_id: RunId,
    /// The conversation so far. Tool calls at its end without a result are resolved first: calls that a person has decided
    /// on, and answered questions, continue; others are answered as interrupted.
    pub transcript: Vec<TranscriptItem>,
    /// Screenshots, pictures and documents that the model is shown, in base64, by SHA-256.
    #[serde(default)]
    pub images: BTreeMap<String, String>,
    /// The lengths in base64 of further ones, by SHA-256. Of those, the service asks for the few that the model is still
    /// shown ([`RunEvent::ImagesWanted`]). Only in a body whose sender acknowledges events.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub image_sizes: BTreeMap<String, usize>,
    /// The desktop that calls are executed on.
    pub desktop: DesktopAccess,
    /// Which model to ask.
    #[serde(default)]
    pub model: ModelSettings,
    /// The models that go on where that one can't, the first one first: the one that is refused, overloaded or without credit is
    /// not asked again in this run. A transcript in which one has taken over goes on with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallbacks: Vec<Fallback>,
    /// When the run must stop.
    #[serde(default)]
    pub limits: RunLimits,
    /// Which calls need approval.
    #[serde(default)]
    pub approval: ApprovalPolicy,
    /// What vendors have billed since the person's last message without a turn to show for it. It counts for the limits.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spent: Vec<Spending>,
}

/// The code of a run that ended because its desktop stopped responding. All its calls have results.
pub const DESKTOP_UNREACHABLE: &str = "desktop_unreachable";

/// The code of a run that ended because it has cost [`RunLimits::max_cost_microdollars`].
pub const MAX_COST: &str = "max_cost";

/// The model service sends a comment after this much silence, whatever the model and the desktop are doing. Three missing
/// ones mean that the connection is dead.
pub const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// The media type of a request whose sender acknowledges events.
pub const ACKNOWLEDGED: &str = "application/x-ndjson";

/// A line that follows the request in a body of the type [`ACKNOWLEDGED`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RequestLine {
    /// The sender has received this many events, counted from the beginning of the stream, and committed the durable ones.
    Taken(u64),
    /// An image that the service wants.
    Image(SentImage),
}

/// An image that the service wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SentImage {
    /// SHA-256 of the bytes, in hexadecimal.
    pub sha256: String,
    /// The bytes in base64; `None` if they are lost.
    pub data: Option<String>,
}

/// How to reach a desktop's agent.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct DesktopAccess {
    /// Base URL, such as `http://127.0.0.1:41234`.
    pub url: Url,
    /// A Unix socket of this machine to connect to instead of the host in the URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub socket: Option<PathBuf>,
    /// The desktop's token.
    pub token: Secret,
    /// The screen.
    pub screen: Size,
}

/// Which model to ask. Absent fields come from the model service's own configuration.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ModelSettings {
    /// `anthropic`, `openai`, `gemini`, `openai-compatible` or `demo`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The vendor's model id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// The vendor's key, or the credentials of a platform.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub api_key: Option<Secret>,
    /// The vendor's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<Url>,
    /// The cloud that serves the model in its vendor's stead; absent: none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<Platform>,
    /// How much the model thinks; one that it does not have becomes the next lower one. Absent: as much as it does by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effort: Option<Effort>,
    /// What the model costs, if an administrator says so; absent: as listed by its vendor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// The model connection that these settings come from. The keys of the service's own configuration are not used then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ModelConnection>,
    /// Which addresses the vendor's may be. The one of the service's own configuration may be any.
    #[serde(default, skip_serializing_if = "Network::is_any")]
    pub network: Network,
}

/// When a run must stop, enforced outside the model's reach. Counted is everything since the person's last message,
/// including work before the run was taken over or waited for a person. Turns, tokens and cost are checked between turns,
/// so they are exceeded by at most one turn.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct RunLimits {
    /// Turns of the model.
    pub max_turns: u32,
    /// Tool calls executed.
    pub max_actions: u32,
    /// Milliseconds of work by the model and the desktop; waiting for a person does not count. A turn or call in progress
    /// is interrupted.
    pub max_wall_time_ms: u64,
    /// Input and output tokens. Absent: no limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_total_tokens: Option<u64>,
    /// Millionths of a dollar at list prices. Absent: no limit. With a limit, a model without a known price is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_cost_microdollars: Option<u64>,
    /// Whether the model is asked for a turn only once the event that the turn starts is acknowledged. Its sender can so end
    /// the run before anything is spent, for limits that other runs use up too.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub acknowledged_turns: bool,
}

impl Default for RunLimits {
    fn default() -> Self {
        Self {
            max_turns: 100,
            max_actions: 500,
            max_wall_time_ms: 4 * 60 * 60 * 1000,
            max_total_tokens: None,
            max_cost_microdollars: None,
            acknowledged_turns: false,
        }
    }
}

/// What happens in a run, in order. `turn` counts the model's turns of this stream from 0.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum RunEvent {
    /// The model has been asked. Not stored.
    TurnStarted {
        /// Which turn.
        turn: u32,
    },
    /// A piece of the model's text. Not stored: the complete turn follows.
    TextDelta {
        /// Which turn.
        turn: u32,
        /// What to append.
        text: String,
    },
    /// A piece of the model's thinking. Not stored: the complete turn follows.
    ThinkingDelta {
        /// Which turn.
        turn: u32,
        /// What to append.
        text: String,
    },
    /// The request is retried. Not stored. What was streamed of this turn is discarded.
    Retrying {
        /// Which turn.
        turn: u32,
        /// What went wrong, in the reader's language. The model service leaves it empty.
        reason: String,
        /// What went wrong, for programs, such as `overloaded`.
        code: String,
        /// What a sentence about the code names.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        facts: Option<Facts>,
        /// Milliseconds until the retry.
        delay_ms: u64,
    },
    /// What the vendor has billed so far of the attempt under way. It replaces what was told of this attempt before, and is void
    /// once the attempt ends, with a turn or with `spent`. Kept until then: if nothing more comes, it is what was spent.
    SpentSoFar(Spending),
    /// What the vendor has billed for an attempt that ended without a turn. Stored.
    Spent(Spending),
    /// Another model goes on. Stored. What was streamed of this turn is discarded.
    ModelChanged(ModelChange),
    /// The complete turn. Stored.
    AssistantTurn(AssistantTurn),
    /// A call needs approval; the end of the run follows. Stored.
    ApprovalRequested(ApprovalRequest),
    /// A call is about to be executed. Sent for approved calls, and for all calls where events are acknowledged. Stored.
    CallStarted(CallStarted),
    /// The sender's images that the model is to be shown. It sends each, in a [`RequestLine::Image`]. Not stored.
    ImagesWanted {
        /// Their SHA-256.
        sha256: Vec<String>,
    },
    /// A call starts. Not stored: its result follows.
    ToolStarted(ToolCall),
    /// A screenshot that a later result refers to. Stored as a blob.
    Image {
        /// SHA-256 of the bytes, in hexadecimal.
        sha256: String,
        /// `image/png` or `image/jpeg`.
        media_type: String,
        /// The bytes in base64.
        data: String,
    },
    /// The result of a call. Stored.
    ToolResult(ToolResult),
    /// The total usage of this stream's turns; the end of the run follows. Each turn also carries its own usage.
    UsageTotal {
        /// Tokens of all turns.
        usage: TokenUsage,
        /// The share of input tokens read from the vendor's cache, from 0 to 1.
        cached_share: f64,
    },
    /// The run has ended; nothing follows. Stored.
    Finished(RunEnd),
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RunEnd {
    /// The kind of end.
    pub outcome: RunOutcome,
    /// A stable code for programs, such as `end_turn`, `max_turns` or `api_key_refused`.
    pub code: String,
    /// What a sentence about the code names; absent if there is nothing to say, such as on success.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// The call that waits for the person's decision or answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
}

impl RunEnd {
    /// An end with its reason.
    #[must_use]
    pub fn new(outcome: RunOutcome, reason: impl Into<Reason>) -> Self {
        let Reason { code, facts } = reason.into();
        Self { outcome, code, facts, call_id: None }
    }

    /// The end of a run that waits for a person's word on a call.
    #[must_use]
    pub fn waiting(outcome: RunOutcome, reason: impl Into<Reason>, call_id: String) -> Self {
        Self { call_id: Some(call_id), ..Self::new(outcome, reason) }
    }
}

/// The kinds of end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// The model ended its turn.
    Succeeded,
    /// An error that needs a person's attention.
    Failed,
    /// A limit stopped it.
    LimitReached,
    /// A call waits for a person's decision. The run continues once the transcript has it.
    ApprovalRequired,
    /// A question waits for a person's answer. The run continues once the transcript has it.
    QuestionAsked,
}

/// What the model service's `GET /health` answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelHealth {
    /// `ok`.
    pub status: String,
    /// [`VERSION`] of the model service.
    pub protocol: u32,
    /// The default provider, such as `anthropic` or `demo`.
    pub provider: String,
    /// The default model.
    pub model: String,
    /// The assistant's name for people, such as `Claude` or `Demo`.
    pub assistant_name: String,
    /// Three requests that work with the default provider.
    pub example_prompts: Vec<String>,
    /// Whether the caller may ask for runs: it has sent the service's token, or needs none.
    #[serde(default)]
    pub accepts_caller: bool,
}
