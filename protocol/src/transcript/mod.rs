//! A conversation as the model service sees it: an append-only list of [`TranscriptItem`]s.
//!
//! Pictures are references to blobs; the bytes travel beside the transcript. The items are the durable
//! events of a chat's log, so the same list serves display, recovery and the next request to a model.

pub mod approval;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Action, Size};
use crate::editor::EditorCommand;
use crate::takeover::PersonSteps;
use crate::transcript::approval::{ApprovalRequest, CallStarted, Decision};

/// A reference to a stored picture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScreenshotRef {
    /// SHA-256 of the encoded bytes, 64 hexadecimal digits: the name of the blob.
    pub sha256: String,
    /// `image/png` or `image/jpeg`.
    pub media_type: String,
    /// Pixels of the picture.
    pub size: Size,
}

/// One entry of the conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TranscriptItem {
    /// What the person wrote.
    UserMessage(UserMessage),
    /// One turn of the model.
    AssistantTurn(AssistantTurn),
    /// The answer to one tool call of the turn before.
    ToolResult(ToolResult),
    /// A person is asked whether a call of the turn before may be done.
    ApprovalRequest(ApprovalRequest),
    /// A person's word on such a call.
    Decision(Decision),
    /// Such a call is about to be done.
    CallStarted(CallStarted),
    /// A person's answer to a question of the model.
    Answer(Answer),
    /// A person controlled the desktop. Calls of the turn before that were not done by then are not done any more.
    Takeover(Takeover),
}

/// What a person answers to a question that the model asked with [`Tool::Ask`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Answer {
    /// The call that asked.
    pub call_id: String,
    /// The words; one of the choices where there were some, or others.
    pub text: String,
}

/// What the person wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserMessage {
    /// The words.
    pub text: String,
    /// Files that came with it, as paths relative to the desktop's home folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
}

/// One turn of the model, kept twice: raw for exact replay, neutral for everything else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssistantTurn {
    /// The provider that spoke, such as `anthropic` or `demo`.
    pub provider: String,
    /// The model's id, as the vendor writes it.
    pub model: String,
    /// The vendor's content blocks as JSON text, byte for byte as they have to be sent back.
    pub raw: String,
    /// The same turn in our words.
    pub content: Vec<AssistantBlock>,
    /// Why the model stopped, as the vendor writes it.
    pub stop_reason: String,
    /// What the turn cost, in tokens.
    pub usage: TokenUsage,
    /// What the turn cost, in time and money.
    #[serde(default)]
    pub cost: TurnCost,
}

/// What a turn cost. The run loop writes it down when the turn is complete, so that a run that goes on elsewhere
/// counts the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TurnCost {
    /// Milliseconds from asking the model to the end of its turn.
    #[serde(default)]
    pub elapsed_ms: u64,
    /// Millionths of a dollar by the list price; absent where that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microdollars: Option<u64>,
}

/// A part of an assistant turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum AssistantBlock {
    /// Words for the person.
    Text {
        /// Markdown.
        text: String,
    },
    /// The model's summary of its thinking; may be empty.
    Thinking {
        /// Plain text.
        text: String,
    },
    /// Something to do.
    ToolCall(ToolCall),
}

/// Something the model wants done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolCall {
    /// The vendor's id of the call; its [`ToolResult`] carries the same.
    pub call_id: String,
    /// What to do.
    pub tool: Tool,
    /// Present where the vendor wants a person to confirm the call before it is done: why, in the vendor's words.
    /// They may be empty.
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
    /// Something done to a file.
    Editor {
        /// What to do.
        edit: EditorCommand,
    },
    /// A question to the person; the run ends until it is answered.
    Ask {
        /// The question.
        question: String,
        /// Answers to choose from; others are welcome too.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        choices: Vec<String>,
    },
    /// A call that could not be understood; it is answered with an error.
    Invalid {
        /// The name that the model used.
        name: String,
        /// One sentence that says what is wrong.
        problem: String,
    },
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

/// The answer to one tool call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ToolResult {
    /// The call that it answers.
    pub call_id: String,
    /// How it ended.
    pub status: ToolStatus,
    /// What the model is told in words.
    pub text: String,
    /// The screen after the step, or the picture that the editor was told to view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<ScreenshotRef>,
    /// Whether the model is shown that picture, or only the person.
    pub shown_to_model: bool,
    /// Time taken.
    pub elapsed_ms: u64,
}

/// How a tool call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ToolStatus {
    /// Done.
    Done,
    /// Tried, and failed.
    Failed,
    /// Not tried: an earlier call of the turn failed, a limit was reached, or a person said no.
    NotExecuted,
    /// The run was interrupted; whether it took effect is not known.
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
    /// Tokens written by the model, thinking included.
    pub output_tokens: u64,
}

/// A person took control of the desktop and has handed it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Takeover {
    /// What the person did. Absent where nobody can tell any more, because the desktop is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub did: Option<PersonSteps>,
    /// The screen as the person left it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<ScreenshotRef>,
}
