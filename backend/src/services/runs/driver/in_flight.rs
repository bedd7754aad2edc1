//! The call that a run has in flight, and how soon it gives way to a person.

use std::time::Duration;

use protocol::run::RunEvent;
use protocol::transcript::{Tool, ToolCall};

use crate::services::runs::signals::SignalReceiver;

/// How long an action with the mouse may continue when a person has taken it; most are done by then.
const PREEMPT_GRACE: Duration = Duration::from_millis(60);

/// The call that a run has in flight.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum InFlightCall {
    /// There is none.
    None,
    /// A call that is not known to use mouse or keyboard: it comes to its own end.
    Other,
    /// An action with mouse and keyboard, or one that looks or waits.
    OnScreen { call_id: String },
}

impl InFlightCall {
    /// What is in flight after an event.
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

    /// Waits until a person has signals the mouse for so long that an action with it is interrupted.
    pub(super) async fn preempted(&self, signals: &mut SignalReceiver) {
        if !matches!(self, Self::OnScreen { .. }) {
            return std::future::pending().await;
        }
        signals.preempt().await;
        tokio::time::sleep(PREEMPT_GRACE).await;
    }
}
