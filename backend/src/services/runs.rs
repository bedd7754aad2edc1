//! Stopping a run, and waiting for it to end.

use std::time::Duration;

use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, RunId};
use tokio::sync::broadcast::error::RecvError;

use super::chat_log::run_state_event;
use crate::api_error::ApiError;
use crate::hub::LiveEvent;
use crate::state::AppState;
use crate::store::events;
use crate::store::events::EventKind;
use crate::store::runs::{self, Run, RunState};

/// Asks for a run to stop. One that has not begun ends at once; one that has ended stays as it is.
///
/// # Errors
/// When the database fails.
pub async fn cancel(state: &AppState, run_id: RunId) -> Result<Run, ApiError> {
    let now = state.clock.now();
    let mut conn = state.database.connection().await?;
    let (run, ended) = conn
        .transaction(async |conn| {
            let run = runs::request_cancel(conn, run_id).await?;
            if run.state != RunState::Queued {
                return Ok((run, None));
            }
            let run = runs::finish(conn, run_id, RunState::Cancelled, "cancelled", "", now).await?;
            let event = events::append(conn, run.chat_id, run_state_event(&run), now).await?;
            diesel::QueryResult::Ok((run, Some(event)))
        })
        .await?;
    if let Some(event) = ended {
        state.chat_log.announce(event);
    }
    state.supervisor.cancel(run_id);
    state.supervisor.wake();
    Ok(run)
}

/// Waits until a run has ended, or for `patience`. Answers with where it stands then.
///
/// # Errors
/// When the database fails or the run is gone.
pub async fn wait(
    state: &AppState,
    chat_id: ChatId,
    run_id: RunId,
    patience: Duration,
) -> Result<Run, ApiError> {
    let deadline = tokio::time::Instant::now() + patience;
    loop {
        // Watch first, then look: what ends in between is seen.
        let (_, mut live) = state.hub.subscribe(chat_id);
        let run = {
            let mut conn = state.database.connection().await?;
            runs::find(&mut conn, run_id).await?.ok_or(ApiError::NotFound("run"))?
        };
        if run.state.is_terminal() {
            return Ok(run);
        }
        loop {
            let event = tokio::select! {
                event = live.recv() => event,
                () = tokio::time::sleep_until(deadline) => return Ok(run),
                () = state.shutdown.cancelled() => return Ok(run),
            };
            match event {
                Ok(LiveEvent::Durable(event))
                    if event.kind == EventKind::RunState && event.run_id == Some(run_id) =>
                {
                    break;
                }
                Ok(_) => {}
                Err(RecvError::Lagged(_) | RecvError::Closed) => break,
            }
        }
    }
}
