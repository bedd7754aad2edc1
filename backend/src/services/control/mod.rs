//! Who has the mouse: a person takes control of a desktop, keeps it for as long as something is heard of their window, and
//! hands it back. `control_end` is what follows then.

pub mod hand_back;

use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, ControlLeaseId, RunId, UserId};

use crate::app::AppState;
use crate::http::problem::ApiError;
use crate::live::hub::LiveEvent;
use crate::live::views::Control;
use crate::services::control::hand_back::hand_back;
use crate::services::event_log::run_state_event;
use crate::services::runs::signals::Wish;
use crate::store::Connection;
use crate::store::control_leases::{self, ControlLease};
use crate::store::events::{self, EventRow};
use crate::store::runs::{self, PERSON_IN_CONTROL, RunState};

/// What a run is told that is queued while a person is in control.
pub const BEGINS_LATER: &str = "You are in control. The run begins when you hand back.";

/// Gives a person control of the desktop of a chat. What a run does there ends, and nothing more is begun; another window
/// of the same person only watches from now on.
///
/// # Errors
/// When the desktop does not run here, another person has control, or the database fails.
pub async fn take(state: &AppState, chat_id: ChatId, user_id: UserId) -> Result<Control, ApiError> {
    if state.desktops.running(chat_id).await.is_none() {
        return Err(not_running());
    }
    let lease = loop {
        let mut conn = state.database.connection().await?;
        let now = state.clock.now();
        let taken = conn
            .transaction(async |conn| {
                let Some(lease) = control_leases::take(conn, chat_id, user_id, now).await? else {
                    return Ok::<_, ApiError>(None);
                };
                // Whoever is about to write down the start of a call waits here, and does not write it then.
                let unfinished = runs::lock_unfinished(conn, chat_id).await?;
                let mut rows = Vec::new();
                for run in unfinished.iter().filter(|run| run.state == RunState::Queued) {
                    rows.push(explained(conn, run.id, PERSON_IN_CONTROL, BEGINS_LATER, now).await?);
                }
                Ok(Some((lease, rows)))
            })
            .await?;
        if let Some((lease, rows)) = taken {
            rows.into_iter().for_each(|row| state.chat_log.announce(row));
            break lease;
        }
        let held = control_leases::find(&mut conn, chat_id).await?;
        drop(conn);
        match held {
            Some(lease) if lease.expires_at > now && lease.user_id != user_id => {
                return Err(held_by_another());
            }
            // It is being handed back: once that is done it can be taken.
            Some(lease) if lease.expires_at <= now => hand_back(state, &lease).await?,
            _ => {}
        }
    };
    state.supervisor.want_of_chat(chat_id, Wish::MakeWay);
    tell(state, chat_id).await?;
    Ok(lease.into())
}

/// Takes control from whoever has it, or from one window alone, and lets the run go on. Nobody may have it.
///
/// # Errors
/// When the database fails.
pub async fn release(
    state: &AppState,
    chat_id: ChatId,
    only: Option<ControlLeaseId>,
) -> Result<(), ApiError> {
    let now = state.clock.now();
    let held = {
        let mut conn = state.database.connection().await?;
        control_leases::let_run_out(&mut conn, chat_id, only, now).await?;
        control_leases::find(&mut conn, chat_id).await?
    };
    match held {
        Some(lease) if lease.expires_at <= now => hand_back(state, &lease).await,
        _ => Ok(()),
    }
}

/// The lease that a window holds.
///
/// # Errors
/// When it does not hold it any more, or the database fails.
pub async fn held(
    state: &AppState,
    chat_id: ChatId,
    user_id: UserId,
    id: ControlLeaseId,
) -> Result<ControlLease, ApiError> {
    let now = state.clock.now();
    let mut conn = state.database.connection().await?;
    let lease = control_leases::find(&mut conn, chat_id).await?;
    lease.filter(|lease| lease.id == id && lease.user_id == user_id && lease.expires_at > now).ok_or_else(
        || ApiError::Conflict {
            code: "control_lost",
            detail: "You are not in control here any more. Take over again.".to_owned(),
        },
    )
}

/// Tells everybody who watches a chat what its desktop is like and who controls it.
///
/// # Errors
/// When the database fails.
pub async fn tell(state: &AppState, chat_id: ChatId) -> Result<(), ApiError> {
    let view = state.desktops.view(chat_id).await?;
    state.hub.publish(chat_id, LiveEvent::Desktop(view));
    Ok(())
}

/// Says why a run is in its state, in its row and in the log.
pub(super) async fn explained(
    conn: &mut Connection,
    run_id: RunId,
    code: &str,
    message: &str,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<EventRow, ApiError> {
    let run = runs::explain(conn, run_id, code, message).await?;
    Ok(events::append(conn, run.chat_id, run_state_event(&run), now).await?)
}

/// The desktop has to be started first.
#[must_use]
pub fn not_running() -> ApiError {
    ApiError::Conflict {
        code: "desktop_not_running",
        detail: "The desktop does not run. Start it with POST /chats/{chat_id}/desktop.".into(),
    }
}

fn held_by_another() -> ApiError {
    ApiError::Conflict {
        code: "control_held",
        detail: "Another person is in control. Wait until they hand back.".to_owned(),
    }
}
