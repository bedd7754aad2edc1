//! Recordings of a desktop's screen as video: one H.264 track in an MP4 file, the pointer in the picture,
//! a frame only where something changed.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::action::Size;
use crate::ids::RecordingId;

/// What `POST /v1/recordings` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RecordingRequest {
    /// Most frames a second, from 1 to 30.
    pub frames_per_second: u32,
    /// Bytes that the file never exceeds, from 1 MiB to 8 GiB.
    pub max_bytes: u64,
    /// Milliseconds after which the recording ends by itself, from one second to 12 hours.
    pub max_duration_ms: u64,
}

impl Default for RecordingRequest {
    fn default() -> Self {
        Self { frames_per_second: 10, max_bytes: 500_000_000, max_duration_ms: 60 * 60 * 1000 }
    }
}

/// A recording, running or ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recording {
    /// Its id.
    pub id: RecordingId,
    /// Whether it runs, or why it does not.
    pub state: RecordingState,
    /// When it began, in milliseconds since 1970.
    pub started_ms: u64,
    /// How long it plays, in milliseconds. That of a running one is up to a second behind.
    pub duration_ms: u64,
    /// Bytes of the file so far.
    pub bytes: u64,
    /// Frames in the file so far; absent when the desktop was killed before it could say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<u64>,
    /// Pixels of the picture: the screen's, with each odd edge made even by one more row or column.
    pub size: Size,
}

/// Whether a recording runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RecordingState {
    /// It runs. What is recorded so far can be played.
    Recording,
    /// It has ended.
    Ended {
        /// Why.
        reason: RecordingEnd,
    },
}

/// Why a recording ended. Whatever it was, what was recorded before can be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingEnd {
    /// It was told to stop.
    Stopped,
    /// The next frame would have exceeded [`RecordingRequest::max_bytes`].
    MaxBytes,
    /// [`RecordingRequest::max_duration_ms`] was reached.
    MaxDuration,
    /// The disk has too little space left.
    DiskFull,
    /// The desktop ended in good order.
    DesktopEnded,
    /// The desktop was killed; the last second or so may be missing.
    Killed,
    /// The screen could not be captured or encoded, or the file not written; the desktop's log says why.
    Failed,
}
