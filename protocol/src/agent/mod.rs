//! The HTTP API of the agent inside a desktop. Every call but `GET /health` carries the desktop's token as
//! `Authorization: Bearer`.
//!
//! | call | body | answer |
//! | --- | --- | --- |
//! | `GET /health` | | [`AgentHealth`]; 401 if a token is sent that is another desktop's |
//! | `POST /v1/actions` | [`ActionBatch`] | [`ActionBatchResult`] |
//! | `GET /v1/screenshot?x=&y=&width=&height=&scaled_width=&scaled_height=&format=&quality=` | | an image; whole, unscaled and PNG by default; `ETag` and `304` while the screen is the same |
//! | `POST /v1/shell` | [`ShellRequest`] | [`ShellResult`]; SSE as in [`shell`] where the caller accepts it |
//! | `POST /v1/editor` | [`EditorCommand`] | [`EditorResult`] |
//! | `PUT /v1/locale` | [`Locale`](crate::locale::Locale) | 204; programs that start from now on have it, the panel and the shell at once |
//! | `PUT /v1/screen/size` | [`Size`] | [`Size`]; within what the X server was started with |
//! | `GET /v1/files?under=DIR` | | `Vec<`[`FileEntry`]`>`, every file below `~/DIR` |
//! | `GET /v1/folder?path=DIR&after=NAME&limit=` | | [`FolderPage`], what is in `~/DIR` itself |
//! | `GET /v1/files/watch` | | SSE; event `change`, data [`FileEntry`] for each file completed in `~/Outputs` or `~/Downloads` |
//! | `GET`, `PUT /v1/files/content/{path}` | bytes | bytes; `path` is relative to the home folder; with `?replace=false`, 409 `exists` instead of replacing a file |
//! | `GET /v1/files/reading/{path}` | | [`FileReading`], what a model can be shown of a file |
//! | `GET /v1/windows` | | `Vec<`[`Window`]`>` |
//! | `POST /v1/windows/{id}/focus` | | [`Window`], in front and with the keyboard |
//! | `POST /v1/windows/{id}/close` | | [`CloseResult`] |
//! | `POST /v1/open` | [`OpenRequest`] | [`OpenResult`] |
//! | `GET /v1/activity` | | [`DesktopActivity`] |
//! | `GET`, `PUT /v1/clipboard` | [`ClipboardText`] | the same; nothing to `PUT` |
//! | `GET /v1/accessibility` | query: [`AccessibilityQuery`] | [`AccessibilityTree`] |
//! | `GET /v1/live?input=true&takeover={id}` | WebSocket | RFB 3.8 as binary messages; without `input=true` the client's input is dropped; with `takeover` it is recorded, and dropped once the takeover has ended |
//! | `POST /v1/takeovers/{id}/end` | | [`PersonSteps`]; further input of that takeover is dropped and held keys are released; idempotent |
//! | `POST /v1/recordings` | [`RecordingRequest`] | 201 and [`Recording`]; 409 while another one runs |
//! | `GET /v1/recordings` | | `Vec<`[`Recording`]`>`, oldest first |
//! | `POST /v1/recordings/{id}/stop` | | [`Recording`] once its file is complete, also when it had ended before |
//! | `GET /v1/recordings/{id}/content` | | `video/mp4`, or the part that a `Range` header asks for |
//! | `DELETE /v1/recordings/{id}` | | 204, also when there is no such recording; 409 while it runs |
//!
//! Errors are JSON: [`AgentError`]. To a request with a `traceparent` the agent also says how long it took: [`timing`].
//!
//! [`AccessibilityQuery`]: accessibility::AccessibilityQuery
//! [`AccessibilityTree`]: accessibility::AccessibilityTree
//! [`ActionBatch`]: actions::ActionBatch
//! [`ActionBatchResult`]: actions::ActionBatchResult
//! [`ClipboardText`]: clipboard::ClipboardText
//! [`CloseResult`]: windows::CloseResult
//! [`EditorCommand`]: crate::editor::EditorCommand
//! [`EditorResult`]: crate::editor::EditorResult
//! [`FileEntry`]: files::FileEntry
//! [`FileReading`]: reading::FileReading
//! [`FolderPage`]: files::FolderPage
//! [`OpenRequest`]: open::OpenRequest
//! [`OpenResult`]: open::OpenResult
//! [`PersonSteps`]: crate::takeover::PersonSteps
//! [`Recording`]: recording::Recording
//! [`RecordingRequest`]: recording::RecordingRequest
//! [`ShellRequest`]: shell::ShellRequest
//! [`ShellResult`]: shell::ShellResult
//! [`Window`]: windows::Window

pub mod accessibility;
pub mod actions;
pub mod clipboard;
pub mod files;
pub mod open;
pub mod proxy;
pub mod reading;
pub mod recording;
pub mod shell;
pub mod timing;
pub mod windows;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Size;

/// The version of this contract. It grows when a change would make an agent and a backend misunderstand each other.
pub const VERSION: u32 = 2;

/// The header with the run that a call of the API is for, which stands in the agent's log.
pub const RUN_HEADER: &str = "x-run-id";
/// The header with the model's id of the call, likewise.
pub const CALL_HEADER: &str = "x-call-id";
/// Exit status of an agent whose home folder exceeded its disk limit: the value of `ENOSPC`.
pub const HOME_OUTGROWN: u8 = 28;

/// Exit status of an agent whose programs exceeded their memory limit though the largest were ended: the value of
/// `ENOMEM`.
pub const MEMORY_OUTGROWN: u8 = 12;

/// The line that an agent prints on standard output once its desktop is usable: window manager running, port open.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AgentReady {
    /// The agent's TCP port on its own loopback or container address; `None` if it was given a Unix socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The X display, such as `:1`.
    pub display: String,
    /// The screen.
    pub screen: Size,
}

/// What `GET /health` answers.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AgentHealth {
    /// [`VERSION`] of the agent.
    pub protocol: u32,
    /// The screen.
    pub screen: Size,
}

/// What `GET /v1/activity` answers.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
pub struct DesktopActivity {
    /// CPU time of all programs since the desktop started, including those that have exited. The X server, the window
    /// manager, the panel and the session bus, which every desktop runs, are excluded.
    pub processor_ms: u64,
    /// Disk usage of the home folder in bytes when it was last measured; absent if it never was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_bytes: Option<u64>,
    /// Memory of all programs in bytes, without files in memory that have a name; absent from agents of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_bytes: Option<u64>,
}

/// Why the agent rejected a request.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct AgentError {
    /// A stable code for programs, such as `unauthorized` or `not_found`.
    pub code: String,
    /// One sentence for people.
    pub message: String,
}
