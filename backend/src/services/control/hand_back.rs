//! A person hands a desktop back, or is gone: what they did goes to the log with a fresh screenshot, and the run that made
//! way goes on.
//!
//! This may be tried by several services and again after one has died: the agent tells the same each time, and the row
//! goes in the transaction that writes it down, so it is written once.

use std::time::Duration;

use diesel_async::AsyncConnection as _;
use protocol::agent::actions::Screenshot;
use protocol::ids::{ChatId, RunId};
use protocol::run::DesktopAccess;
use protocol::takeover::PersonSteps;
use protocol::transcript::ScreenshotRef;
use protocol::transcript::Takeover;

use crate::app::AppState;
use crate::blobs::StagedBlob;
use crate::clients::desktop::DesktopClient;
use crate::http::problem::ApiError;
use crate::services::control::{explained, tell};
use crate::services::screenshots;
use crate::store::Connection;
use crate::store::control_leases::{self, ControlLease};
use crate::store::desktops;
use crate::store::events::{self, EventKind, EventRow, NewEvent};
use crate::store::runs::{self, PERSON_IN_CONTROL, Run, RunState};

/// How often to look for windows of which nothing is heard any more.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Hands back what has run out, until shutdown.
pub async fn keep_handing_back(state: AppState) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = state.control_ran_out.notified() => {}
            () = state.shutdown.cancelled() => return,
        }
        if let Err(error) = hand_back_all(&state).await {
            tracing::warn!(?error, "control could not be handed back");
        }
    }
}

async fn hand_back_all(state: &AppState) -> Result<(), ApiError> {
    let leases = {
        let mut conn = state.database.connection().await?;
        control_leases::run_out(&mut conn, state.clock.now()).await?
    };
    for lease in leases {
        if let Err(error) = hand_back(state, &lease).await {
            tracing::warn!(chat.id = %lease.chat_id, ?error, "control could not be handed back");
        }
    }
    Ok(())
}

/// Ends a takeover whose time is up. Where the desktop runs at another service that is there, that one does it.
///
/// # Errors
/// When the agent does not answer, or the database or the disk fails; then it is tried again.
pub async fn hand_back(state: &AppState, lease: &ControlLease) -> Result<(), ApiError> {
    let chat_id = lease.chat_id;
    let Some(desktop) = desktop_of(state, chat_id).await? else { return Ok(()) };
    let (did, picture) = match desktop {
        Desktop::Here(access) => {
            let agent = state.desktops.client(access);
            let did = agent.end_takeover(lease.takeover_id).await.map_err(ApiError::Internal)?;
            (Some(did), look(state, &agent).await)
        }
        Desktop::Gone => (None, None),
    };
    let now = state.clock.now();
    let mut conn = state.database.connection().await?;
    let rows = conn
        .transaction(async |conn| {
            if !control_leases::remove(conn, lease.takeover_id, now).await? {
                return Ok::<_, ApiError>(Vec::new());
            }
            let unfinished = runs::lock_unfinished(conn, chat_id).await?;
            let mut rows = write_down(state, conn, chat_id, &unfinished, did, picture).await?;
            rows.extend(let_go_on(conn, &unfinished, now).await?);
            Ok(rows)
        })
        .await?;
    drop(conn);
    rows.into_iter().for_each(|row| state.chat_log.announce(row));
    state.supervisor.wake();
    tell(state, chat_id).await
}

/// A chat's desktop, as far as it concerns this service.
enum Desktop {
    /// It can be reached from here.
    Here(DesktopAccess),
    /// It does not run any more.
    Gone,
}

/// `None` where another service runs it.
async fn desktop_of(state: &AppState, chat_id: ChatId) -> Result<Option<Desktop>, ApiError> {
    if let Some(access) = state.desktops.running(chat_id).await {
        return Ok(Some(Desktop::Here(access)));
    }
    let id = {
        let mut conn = state.database.connection().await?;
        let Some(row) = desktops::find_by_chat(&mut conn, chat_id).await? else {
            return Ok(Some(Desktop::Gone));
        };
        if desktops::runs_elsewhere(&mut conn, row.id, state.desktops.host).await? {
            return Ok(None);
        }
        row.id
    };
    // One that outlived its service knows what was done there.
    let endpoint = state.desktops.provider.endpoint(id).await;
    let endpoint = endpoint.map_err(|error| ApiError::Internal(error.into()))?;
    Ok(Some(endpoint.map_or(Desktop::Gone, Desktop::Here)))
}

/// The screen as the person left it, beside the blobs. Without it the rest is told all the same.
async fn look(state: &AppState, agent: &DesktopClient) -> Option<(StagedBlob, Screenshot)> {
    let looked: anyhow::Result<_> = async {
        let picture = agent.look().await?;
        Ok((screenshots::stage(&state.blobs, &picture.data).await?, picture))
    }
    .await;
    looked
        .inspect_err(|error| tracing::warn!(error = format!("{error:#}"), "no picture of what a person left"))
        .ok()
}

async fn write_down(
    state: &AppState,
    conn: &mut Connection,
    chat_id: ChatId,
    unfinished: &[Run],
    did: Option<PersonSteps>,
    picture: Option<(StagedBlob, Screenshot)>,
) -> Result<Vec<EventRow>, ApiError> {
    let nothing_done = did.as_ref().is_some_and(|did| did.steps.is_empty());
    if nothing_done && unfinished.is_empty() {
        return Ok(Vec::new());
    }
    let mut screenshot = None;
    if let Some((staged, picture)) = picture {
        let kept = screenshots::keep(conn, &state.blobs, chat_id, &staged, &picture.media_type).await;
        kept.map_err(ApiError::Internal)?;
        screenshot =
            Some(ScreenshotRef { sha256: staged.sha256, media_type: picture.media_type, size: picture.size });
    }
    let payload = serde_json::to_value(Takeover { did, screenshot })
        .map_err(|error| ApiError::Internal(error.into()))?;
    let event = NewEvent { run_id: run_of(unfinished), kind: EventKind::Takeover, payload };
    Ok(vec![events::append(conn, chat_id, event, state.clock.now()).await?])
}

/// The run to whose part of the conversation it belongs: the one that made way, or that waits to begin.
fn run_of(unfinished: &[Run]) -> Option<RunId> {
    let active = unfinished.iter().find(|run| run.state != RunState::Queued);
    active.or(unfinished.first()).map(|run| run.id)
}

/// Lets every run go on that waited for the handing back. One that the person paused stays so.
async fn let_go_on(
    conn: &mut Connection,
    unfinished: &[Run],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<EventRow>, ApiError> {
    let mut rows = Vec::new();
    for run in unfinished.iter().filter(|run| run.code == PERSON_IN_CONTROL) {
        match run.state {
            // Its supervisor writes down that it goes on.
            RunState::Paused => drop(runs::go_on(conn, run.id, now).await?),
            RunState::Queued => rows.push(explained(conn, run.id, "", "", now).await?),
            _ => {}
        }
    }
    Ok(rows)
}
