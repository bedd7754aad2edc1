//! The HTTP API of the agent inside a desktop. Every call but `GET /health` carries the desktop's token as
//! `Authorization: Bearer`.
//!
//! | call | body | answer |
//! | --- | --- | --- |
//! | `GET /health` | | [`AgentHealth`] |
//! | `POST /v1/actions` | [`ActionBatch`] | [`ActionBatchResult`] |
//! | `GET /v1/screenshot?x=&y=&width=&height=&scaled_width=&scaled_height=&format=&quality=` | | a picture; whole, unscaled and PNG unless asked otherwise; `ETag` and `304` while the screen is the same |
//! | `POST /v1/shell` | [`ShellRequest`] | [`ShellResult`]; SSE as in [`crate::agent::shell`] where the caller accepts it |
//! | `POST /v1/editor` | [`EditorCommand`](crate::editor::EditorCommand) | [`EditorResult`](crate::editor::EditorResult) |
//! | `PUT /v1/screen/size` | [`Size`] | [`Size`]; within what the X server was started with |
//! | `GET /v1/files?under=DIR` | | `Vec<`[`FileEntry`]`>`, every file below `~/DIR` |
//! | `GET /v1/files/watch` | | SSE; event `change`, data [`FileEntry`] for each file completed in `~/Outputs` or `~/Downloads` |
//! | `GET`, `PUT /v1/files/content/{path}` | bytes | bytes; `path` is relative to the home folder |
//! | `GET /v1/windows` | | `Vec<`[`Window`]`>` |
//! | `POST /v1/windows/{id}/focus` | | [`Window`], in front and with the keyboard |
//! | `POST /v1/windows/{id}/close` | | [`CloseResult`](crate::agent::windows::CloseResult) |
//! | `POST /v1/open` | [`OpenRequest`](crate::agent::open::OpenRequest) | [`OpenResult`](crate::agent::open::OpenResult) |
//! | `GET /v1/activity` | | [`DesktopActivity`] |
//! | `GET /v1/cursor` | | [`CursorState`](crate::agent::cursor::CursorState) |
//! | `GET`, `PUT /v1/clipboard` | [`ClipboardText`](crate::agent::clipboard::ClipboardText) | the same; nothing to `PUT` |
//! | `GET /v1/accessibility` | query: [`AccessibilityQuery`](crate::agent::accessibility::AccessibilityQuery) | [`AccessibilityTree`](crate::agent::accessibility::AccessibilityTree) |
//! | `GET /v1/live?input=true&takeover={id}` | WebSocket | RFB 3.8 as binary messages; without `input=true` the client's input is dropped; with `takeover` it is noted down, and dropped once that has ended |
//! | `POST /v1/takeovers/{id}/end` | | [`PersonSteps`]; no input of that takeover is carried out any more, and nothing is held down; the same answer when asked again |
//! | `POST /v1/recordings` | [`RecordingRequest`] | 201 and [`Recording`]; 409 while another one runs |
//! | `GET /v1/recordings` | | `Vec<`[`Recording`]`>`, oldest first |
//! | `POST /v1/recordings/{id}/stop` | | [`Recording`] once its file is complete, also when it had ended before |
//! | `GET /v1/recordings/{id}/content` | | `video/mp4`, or the part that a `Range` header asks for |
//! | `DELETE /v1/recordings/{id}` | | 204, also when there is no such recording; 409 while it runs |
//!
//! Errors are JSON: [`AgentError`].
//!
//! [`PersonSteps`]: crate::takeover::PersonSteps
//! [`Recording`]: crate::agent::recording::Recording
//! [`RecordingRequest`]: crate::agent::recording::RecordingRequest

pub mod accessibility;
pub mod clipboard;
pub mod cursor;
pub mod open;
pub mod recording;
pub mod shell;
pub mod windows;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::{Action, Point, Region, Size};

/// Folder under the home where uploads named in a message appear.
pub const UPLOADS_FOLDER: &str = "Uploads";
/// Folders under the home whose completed files appear under the chat's files.
pub const OUTPUT_FOLDERS: [&str; 2] = ["Outputs", "Downloads"];

/// The exit status of an agent that ended because the home folder outgrew what it may take of its disk: the number of
/// "no space left on device".
pub const HOME_OUTGROWN: u8 = 28;

/// The line that an agent prints on standard output once its desktop can be used: window manager up, port open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgentReady {
    /// The agent's TCP port on its own loopback or container address.
    pub port: u16,
    /// The X display, such as `:1`.
    pub display: String,
    /// The screen.
    pub screen: Size,
}

/// What `GET /health` answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AgentHealth {
    /// [`crate::PROTOCOL_VERSION`] of the agent.
    pub protocol: u32,
    /// The screen.
    pub screen: Size,
}

/// What `GET /v1/activity` answers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct DesktopActivity {
    /// Processor time that programs have used since the desktop started, those included that have ended. The X server,
    /// the window manager, the panel and the session bus, which every desktop has, are left out.
    pub processor_ms: u64,
}

/// Actions to run in order; the first failure stops the rest.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct ActionBatch {
    /// What to do.
    pub actions: Vec<Action>,
    /// Also look at the screen once the last action has settled, whatever the last action was.
    pub capture: bool,
    /// How the pictures are made.
    #[serde(default)]
    pub picture: PictureOptions,
    /// Something done before this batch, and by other means, may still be changing the screen: a look waits for that
    /// too.
    #[serde(default)]
    pub unsettled: bool,
    /// The next input follows at once in a batch of its own: after the last action wait only as long as between two
    /// inputs of one batch. A picture may then be taken before the screen has settled.
    #[serde(default)]
    pub more_follows: bool,
}

/// How a picture is made of pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct PictureOptions {
    /// Pixels of a picture of the whole screen, which keeps its own size when absent. A picture of a part is
    /// enlarged or shrunk to fit into this, keeping its shape.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// The file format.
    #[serde(default)]
    pub format: PictureFormat,
}

/// The file format of a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum PictureFormat {
    /// PNG: exact.
    #[default]
    Png,
    /// JPEG: smaller where there are photographs.
    Jpeg {
        /// 1 to 100.
        quality: u8,
    },
    /// Lossless WebP: exact.
    Webp,
}

impl PictureFormat {
    /// The media type, such as `image/png`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg { .. } => "image/jpeg",
            Self::Webp => "image/webp",
        }
    }
}

/// What became of a batch. `results` has one entry an action, in order.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionBatchResult {
    /// One entry an action.
    pub results: Vec<ActionResult>,
    /// The screen at the end, when [`ActionBatch::capture`] asked for it. Present after a failure too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
}

/// What became of one action.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ActionResult {
    /// How it ended.
    pub outcome: ActionOutcome,
    /// The picture, for `screenshot` and `zoom`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screenshot: Option<Screenshot>,
    /// Where the pointer is, for `cursor_position`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<Point>,
    /// Time taken, waiting for the screen to settle included.
    pub elapsed_ms: u64,
    /// How the screen came to rest; absent where no wait was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settle: Option<Settle>,
}

/// How an action ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ActionOutcome {
    /// Done.
    Done,
    /// Refused or failed.
    Failed {
        /// One sentence that says why.
        message: String,
    },
    /// Not tried, because an earlier action failed.
    Skipped,
}

/// How the screen came to rest after an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settle {
    /// Time from the action to the decision.
    pub waited_ms: u64,
    /// Whether the screen was quiet, as against the wait reaching its cap.
    pub settled: bool,
}

/// A picture of the screen.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Screenshot {
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub media_type: String,
    /// Pixels of the picture.
    pub size: Size,
    /// The part of the screen it shows; the whole screen when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<Region>,
    /// The encoded picture in base64.
    pub data: String,
}

/// A command for the desktop's persistent shell.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShellRequest {
    /// Start a new shell before running anything.
    #[serde(default)]
    pub restart: bool,
    /// What to run; may be absent when `restart` is set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// Milliseconds after which the command is interrupted, at most 600,000.
    pub timeout_ms: u64,
}

/// What a command printed.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ShellResult {
    /// Standard output and standard error, interleaved; the middle is cut out when too long.
    pub output: String,
    /// The exit status; absent when the command was interrupted or the shell ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i32>,
    /// Whether the time limit was reached.
    pub timed_out: bool,
}

/// A file in the desktop's home folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FileEntry {
    /// Path relative to the home folder, with `/`.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Last change, in milliseconds since 1970.
    pub modified_ms: i64,
}

/// A window on the desktop.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// The X window id.
    pub id: u32,
    /// Its title.
    pub title: String,
    /// The program that owns it.
    pub app: String,
    /// Where it is.
    pub region: Region,
    /// Whether it has the input focus.
    pub focused: bool,
    /// Whether only the panel shows it.
    #[serde(default)]
    pub minimized: bool,
}

/// Why the agent refused a call.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AgentError {
    /// A stable word for programs, such as `unauthorized` or `not_found`.
    pub code: String,
    /// One sentence for people.
    pub message: String,
}
