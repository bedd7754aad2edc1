//! The call that a run has in flight, and when a takeover interrupts it.

use std::time::Duration;

use protocol::run::RunEvent;
use protocol::transcript::{Tool, ToolCall};

use crate::services::runs::signals::SignalReceiver;

/// How long an action on the screen may continue after a takeover; most finish within it.
const PREEMPT_GRACE: Duration = Duration::from_millis(60);

/// The call that a run has in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InFlightCall {
    /// There is none.
    None,
    /// A call not known to use the screen; it is allowed to finish.
    Other,
    /// A call of the computer tool: mouse, keyboard, screenshot or wait.
    OnScreen { call_id: String },
}

impl InFlightCall {
    /// The call in flight after an event.
    pub(super) fn after(self, event: &RunEvent) -> Self {
        match event {
            RunEvent::ToolStarted(ToolCall { call_id, tool: Tool::Computer { .. }, .. })
                if self == Self::Other =>
            {
                Self::OnScreen { call_id: call_id.clone() }
            }
            RunEvent::ToolResult(_) => Self::None,
            _ => self,
        }
    }

    /// Waits until a takeover interrupts this call; pending for ever if it is not on the screen.
    pub(super) async fn preempted(&self, signals: &mut SignalReceiver) {
        if !matches!(self, Self::OnScreen { .. }) {
            return std::future::pending().await;
        }
        signals.preempt().await;
        tokio::time::sleep(PREEMPT_GRACE).await;
    }
}
