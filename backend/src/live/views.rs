//! What a browser sees of a chat as it happens.

use chrono::{DateTime, Utc};
use protocol::action::Size;
use protocol::ids::{ControlLeaseId, EventId, RunId, UserId};
use protocol::run::RunEvent;
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::control_leases::ControlLease;
use crate::store::desktops::ObservedState;
use crate::store::events::{EventKind, EventRow};

/// An entry of a chat's log as the browser sees it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EventView {
    /// Its number in the chat, from 1, without gaps.
    pub seq: i64,
    /// Its id.
    pub id: EventId,
    /// The run that it came from.
    pub run_id: Option<RunId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Decides the shape of `payload`.
    pub kind: EventKind,
    /// What happened.
    pub payload: serde_json::Value,
}

impl From<EventRow> for EventView {
    fn from(row: EventRow) -> Self {
        let mut payload = row.payload;
        if row.kind == EventKind::AssistantTurn
            && let Some(turn) = payload.as_object_mut()
        {
            // The vendor's own form is for replay to the vendor; it may be large, and says nothing more.
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

/// A short-lived event of a run.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RunProgress {
    /// The run.
    pub run_id: RunId,
    /// What happened.
    pub event: RunEvent,
}

/// A desktop's state as the browser sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DesktopView {
    /// Where it stands.
    pub state: DesktopState,
    /// Why it is not ready, for people.
    pub reason: Option<String>,
    /// The screen, when it is ready.
    pub screen: Option<Size>,
    /// The person whose mouse and keyboard count, when there is one.
    pub control: Option<Control>,
}

/// Where a desktop stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DesktopState {
    /// The chat has none yet.
    Absent,
    /// It is starting.
    Creating,
    /// It can be used.
    Ready,
    /// Its processes are frozen.
    Paused,
    /// It does not run; the home folder is kept.
    Stopped,
    /// It could not start, or ended by itself.
    Failed,
}

/// The view of a desktop that was seen like that.
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

/// Who controls a desktop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Control {
    /// The lease. The window that took it opens the live view with it.
    pub id: ControlLeaseId,
    /// The person.
    pub user_id: UserId,
    /// Since when.
    pub taken_at: DateTime<Utc>,
    /// When control is handed back unless something is heard of the window before.
    pub expires_at: DateTime<Utc>,
}

impl From<ControlLease> for Control {
    fn from(lease: ControlLease) -> Self {
        let ControlLease { id, user_id, taken_at, expires_at, .. } = lease;
        Self { id, user_id, taken_at, expires_at }
    }
}
