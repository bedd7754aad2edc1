//! The live state of a chat as clients see it.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use protocol::action::Size;
use protocol::ids::{ControlLeaseId, EventId, RunId, UserId};
use protocol::reason::Reason;
use protocol::run::RunEvent;
use protocol::transcript::model_change::ModelChange;
use serde::{Deserialize as _, Serialize};
use utoipa::ToSchema;

use crate::store::control_leases::ControlLease;
use crate::store::desktops::ObservedState;
use crate::store::events::{EventKind, EventRow};
use crate::words::{Language, word, word_change, word_stored};

/// An event as clients see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    /// Its sequence number in the chat, from 1 without gaps.
    pub seq: i64,
    /// Identifies the event.
    pub id: EventId,
    /// The run that it belongs to, if any.
    pub run_id: Option<RunId>,
    /// When it was appended.
    pub created_at: DateTime<Utc>,
    /// Determines the shape of `payload`.
    pub kind: EventKind,
    /// The details, as JSON.
    pub payload: serde_json::Value,
}

impl EventView {
    /// The same for a reader of a language: what a run tells is worded.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Cow<'_, Self> {
        let message = match self.kind {
            EventKind::RunState => {
                let code = self.payload["code"].as_str().unwrap_or_default();
                word_stored(language, code, self.payload.get("facts"))
            }
            EventKind::ModelChanged => {
                ModelChange::deserialize(&self.payload).ok().map(|change| word_change(language, &change))
            }
            _ => None,
        };
        let Some(message) = message else { return Cow::Borrowed(self) };
        let mut worded = self.clone();
        worded.payload["message"] = message.into();
        Cow::Owned(worded)
    }
}

impl From<EventRow> for EventView {
    fn from(row: EventRow) -> Self {
        let mut payload = row.payload;
        if row.kind == EventKind::AssistantTurn
            && let Some(turn) = payload.as_object_mut()
        {
            // The vendor's raw form is only for replay to the vendor. It can be large and adds nothing for
            // clients.
            turn.remove("raw");
        }
        Self {
            seq: row.seq,
            id: row.id,
            run_id: row.run_id,
            created_at: row.created_at,
            kind: row.kind,
            payload,
        }
    }
}

/// A transient event of a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunProgress {
    /// The run.
    pub run_id: RunId,
    /// The event.
    pub event: RunEvent,
}

impl RunProgress {
    /// The same for a reader of a language.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Cow<'_, Self> {
        let RunEvent::Retrying { turn, code, facts, delay_ms, .. } = &self.event else {
            return Cow::Borrowed(self);
        };
        let reason = word(language, &Reason { code: code.clone(), facts: facts.clone() });
        let (turn, code, facts, delay_ms) = (*turn, code.clone(), facts.clone(), *delay_ms);
        let event = RunEvent::Retrying { turn, reason, code, facts, delay_ms };
        Cow::Owned(Self { run_id: self.run_id, event })
    }
}

/// The state of a desktop as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DesktopView {
    /// Its state.
    pub state: DesktopState,
    /// Why it is not ready; user-facing.
    pub reason: Option<String>,
    /// The screen's size, while it is ready.
    pub screen: Option<Size>,
    /// The control lease, while a person is in control.
    pub control: Option<Control>,
}

/// The state of a desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesktopState {
    /// The chat has no desktop yet.
    Absent,
    /// It is starting.
    Creating,
    /// It can be used.
    Ready,
    /// Its processes are frozen.
    Paused,
    /// It is not running; its home folder is kept.
    Stopped,
    /// It failed to start, or ended unexpectedly.
    Failed,
}

/// Builds the view of a desktop from what was observed.
#[must_use]
pub fn desktop_view(
    observed: ObservedState,
    reason: Option<String>,
    screen: Option<Size>,
    control: Option<Control>,
) -> DesktopView {
    let state = match observed {
        ObservedState::Creating => DesktopState::Creating,
        ObservedState::Ready => DesktopState::Ready,
        ObservedState::Paused => DesktopState::Paused,
        ObservedState::Stopped => DesktopState::Stopped,
        ObservedState::Removed => DesktopState::Absent,
        ObservedState::Failed => DesktopState::Failed,
    };
    DesktopView { state, reason, screen, control }
}

/// A person's control of a desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Control {
    /// Identifies the lease. The window in control opens the live view with it.
    pub id: ControlLeaseId,
    /// The person in control.
    pub user_id: UserId,
    /// When the person took control.
    pub taken_at: DateTime<Utc>,
    /// When control is handed back unless the lease is renewed.
    pub expires_at: DateTime<Utc>,
}

impl From<ControlLease> for Control {
    fn from(lease: ControlLease) -> Self {
        let ControlLease { id, user_id, taken_at, expires_at, .. } = lease;
        Self { id, user_id, taken_at, expires_at }
    }
}
