//! Screen recordings: one H.264 track in an MP4 file, with the pointer, and a frame only where something changed.

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
    /// Largest file size in bytes, from 1 MiB to 8 GiB.
    pub max_bytes: u64,
    /// Longest duration in milliseconds, from one second to 12 hours.
    pub max_duration_ms: u64,
}

impl Default for RecordingRequest {
    fn default() -> Self {
        Self { frames_per_second: 10, max_bytes: 500_000_000, max_duration_ms: 60 * 60 * 1000 }
    }
}

/// A recording.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Recording {
    /// Its id.
    pub id: RecordingId,
    /// Whether it is running, or why it ended.
    pub state: RecordingState,
    /// Start time in milliseconds since 1970.
    pub started_ms: u64,
    /// Duration in milliseconds; up to a second behind while running.
    pub duration_ms: u64,
    /// File size in bytes so far.
    pub bytes: u64,
    /// Frames so far; absent when the desktop was killed before it recorded the count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frames: Option<u64>,
    /// Size in pixels: the screen's, rounded up to even numbers.
    pub size: Size,
}

/// Whether a recording is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum RecordingState {
    /// Running. What is recorded so far can be played.
    Recording,
    /// Ended.
    Ended {
        /// Why.
        reason: RecordingEnd,
    },
}

/// Why a recording ended. What was recorded before can always be played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordingEnd {
    /// Stopped by request.
    Stopped,
    /// The next frame would have exceeded [`RecordingRequest::max_bytes`].
    MaxBytes,
    /// [`RecordingRequest::max_duration_ms`] was reached.
    MaxDuration,
    /// The disk has too little space left.
    DiskFull,
    /// The desktop shut down.
    DesktopEnded,
    /// The desktop was killed; the last second or so may be missing.
    Killed,
    /// The screen could not be captured or encoded, or the file not written; the desktop's log says why.
    Failed,
}
