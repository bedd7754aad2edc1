//! The CPU time and the memory of the desktop's programs, and the size of the home folder.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use protocol::agent::DesktopActivity;

use crate::activity::total_used;
use crate::desktop::Desktop;
use crate::memory_limit;

/// The CPU time of all programs except those that every desktop runs, and the size of the home folder.
pub(super) async fn activity(State(desktop): State<Arc<Desktop>>) -> Json<DesktopActivity> {
    let used = total_used(&desktop.base.pids());
    let processor_ms = u64::try_from(used.as_millis()).unwrap_or(u64::MAX);
    let memory_bytes = memory_limit::in_use();
    Json(DesktopActivity {
        processor_ms,
        home_bytes: desktop.home_size.bytes(),
        memory_bytes: Some(memory_bytes),
    })
}
