//! A conversation as a model reads it: an append-only list of [`TranscriptItem`]s.
//!
//! Screenshots are references to blobs; their bytes travel beside the transcript. The items are stored as events of a chat,
//! so the same list serves display, recovery and the next request to a model.

pub mod approval;
pub mod attachment;
pub mod model_change;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Action, Size};
use crate::editor::EditorCommand;
use crate::ids::ModelConnectionId;
use crate::locale::Locale;
use crate::takeover::PersonSteps;
use crate::transcript::approval::{ApprovalRequest, CallStarted, Decision};
use crate::transcript::attachment::ShownAttachment;
use crate::transcript::model_change::ModelChange;

/// A reference to a stored screenshot or another picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScreenshotRef {
    /// SHA-256 of the encoded bytes, 64 hexadecimal digits: the name of the blob.
    pub sha256: String,
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// Size in pixels.
    pub size: Size,
}

/// One item of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TranscriptItem {
    /// The person's message.
    UserMessage(UserMessage),
    /// One turn of the model.
    AssistantTurn(AssistantTurn),
    /// The result of a tool call of the preceding turn.
    ToolResult(ToolResult),
    /// A person is asked to approve a call of the preceding turn.
    ApprovalRequest(ApprovalRequest),
    /// A person's decision on such a call.
    Decision(Decision),
    /// A call is about to be executed.
    CallStarted(CallStarted),
    /// A person's answer to the model's question.
    Answer(Answer),
    /// A person controlled the desktop. Calls of the preceding turn that had not been executed by then are not executed.
    Takeover(Takeover),
    /// Another model has gone on with the run. No model is told.
    ModelChanged(ModelChange),
}

/// A person's answer to a question asked with [`Tool::Ask`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The call that asked.
    pub call_id: String,
    /// One of the choices, or free text.
    pub text: String,
}

/// A person's message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserMessage {
    /// The text.
    pub text: String,
    /// Attached files, as paths relative to the desktop's home folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// What the model is shown of them. Files that are neither pictures nor documents are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub shown: Vec<ShownAttachment>,
    /// JSON that the program which sent it attached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extra_data: Option<serde_json::Value>,
    /// The person's time zone and language when they sent it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<Locale>,
}

/// One turn of the model in two forms: raw for exact replay, neutral for everything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssistantTurn {
    /// The provider, such as `anthropic` or `demo`.
    pub provider: String,
    /// The model's id, as the vendor writes it.
    pub model: String,
    /// The vendor's content blocks as JSON text, byte for byte as they must be sent back.
    pub raw: String,
    /// The same turn in neutral form.
    pub content: Vec<AssistantBlock>,
    /// Why the model stopped, as the vendor writes it.
    pub stop_reason: String,
    /// Tokens used.
    pub usage: TokenUsage,
    /// Time and money spent.
    #[serde(default)]
    pub cost: TurnCost,
    /// The model connection by which the model was asked; absent: the configuration of the model service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection: Option<ModelConnectionId>,
}

/// What a turn cost, recorded when the turn is complete, so that a run resumed elsewhere counts the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TurnCost {
    /// Milliseconds from asking the model to the end of its turn.
    #[serde(default)]
    pub elapsed_ms: u64,
    /// Millionths of a dollar at list price; absent where the price is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microdollars: Option<u64>,
}

/// One block of an assistant turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AssistantBlock {
    /// Text for the person.
    Text {
        /// Markdown.
        text: String,
    },
    /// The model's summary of its thinking; may be empty.
    Thinking {
        /// Plain text.
        text: String,
    },
    /// A tool call.
    ToolCall(ToolCall),
}

/// A tool call of the model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolCall {
    /// The vendor's id of the call; its [`ToolResult`] carries the same.
    pub call_id: String,
    /// What to do.
    pub tool: Tool,
    /// Present where the vendor requires a person's confirmation: the reason in the vendor's words, which may be
    /// empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation: Option<String>,
}

/// A tool and its input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "tool", rename_all = "snake_case")]
pub enum Tool {
    /// An action on the screen. Coordinates are screen pixels, whatever the model was shown.
    Computer {
        /// The action.
        action: Action,
    },
    /// A command for the persistent shell.
    Shell {
        /// What to run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        command: Option<String>,
        /// Whether to start a new shell first.
        #[serde(default)]
        restart: bool,
    },
    /// Open a program and wait until its new window has the focus.
    Open {
        /// Which program.
        app: App,
        /// What to open in it: an address for the browser, a file or folder for the others.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        argument: Option<String>,
    },
    /// An editor command.
    Editor {
        /// What to do.
        edit: EditorCommand,
    },
    /// A question to the person; the run ends until it is answered.
    Ask {
        /// The question.
        question: String,
        /// Suggested answers; free text is accepted too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<String>,
    },
    /// A call that could not be parsed; it is answered with an error.
    Invalid {
        /// The name that the model used.
        name: String,
        /// What is wrong, in one sentence.
        problem: String,
    },
}

impl Tool {
    /// The kind of tool, one of few. The name of an invalid call is the model's own, and not among them.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Computer { .. } => "computer",
            Self::Shell { .. } => "shell",
            Self::Open { .. } => "open",
            Self::Editor { .. } => "editor",
            Self::Ask { .. } => "ask",
            Self::Invalid { .. } => "invalid",
        }
    }
}

/// A program that every desktop has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum App {
    /// The terminal.
    Terminal,
    /// The web browser.
    Browser,
    /// The text editor.
    TextEditor,
    /// The file manager.
    FileManager,
}

/// The result of one tool call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolResult {
    /// The call.
    pub call_id: String,
    /// How it ended.
    pub status: ToolStatus,
    /// Text for the model.
    pub text: String,
    /// The screen after the call, or the image that the editor viewed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<ScreenshotRef>,
    /// Whether the model is shown the screenshot, or only the person.
    pub shown_to_model: bool,
    /// Milliseconds taken.
    pub elapsed_ms: u64,
}

/// How a tool call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    /// Done.
    Done,
    /// Executed, and failed.
    Failed,
    /// Not executed: an earlier call of the turn failed, a limit was reached, or a person denied it.
    NotExecuted,
    /// Interrupted; whether it took effect is unknown.
    Interrupted,
}

/// Tokens of one turn, as the vendor counts them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenUsage {
    /// Input tokens that were neither read from nor written to the cache.
    pub input_tokens: u64,
    /// Input tokens read from the cache.
    pub cache_read_tokens: u64,
    /// Input tokens written to the cache.
    pub cache_write_tokens: u64,
    /// Output tokens, thinking included.
    pub output_tokens: u64,
}

impl TokenUsage {
    /// The sum of two.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    /// What is left without `earlier`.
    #[must_use]
    pub fn since(self, earlier: Self) -> Self {
        self.with(earlier, u64::saturating_sub)
    }

    /// The input tokens of all kinds.
    #[must_use]
    pub fn input(self) -> u64 {
        self.input_tokens.saturating_add(self.cache_read_tokens).saturating_add(self.cache_write_tokens)
    }

    /// All tokens.
    #[must_use]
    pub fn total(self) -> u64 {
        self.input().saturating_add(self.output_tokens)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }

    fn with(self, other: Self, combine: fn(u64, u64) -> u64) -> Self {
        Self {
            input_tokens: combine(self.input_tokens, other.input_tokens),
            cache_read_tokens: combine(self.cache_read_tokens, other.cache_read_tokens),
            cache_write_tokens: combine(self.cache_write_tokens, other.cache_write_tokens),
            output_tokens: combine(self.output_tokens, other.output_tokens),
        }
    }
}

/// A person took control of the desktop and handed it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Takeover {
    /// What the person did. Absent where it is unknown because the desktop is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<PersonSteps>,
    /// The screen when the person handed back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<ScreenshotRef>,
}
