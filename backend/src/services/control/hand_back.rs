//! Ends a takeover: records what the person did, with a fresh screenshot, and resumes the run that was
//! preempted.
//!
//! Several replicas may attempt it, and again after a crash. It has one effect, because the agent returns the
//! same steps each time and the transaction that records them deletes the lease.

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use futures_util::stream::{self, StreamExt as _};
use protocol::agent::actions::Screenshot;
use protocol::ids::{ChatId, RunId};
use protocol::reason::Reason;
use protocol::run::DesktopAccess;
use protocol::takeover::PersonSteps;
use protocol::transcript::ScreenshotRef;
use protocol::transcript::Takeover;

use crate::blobs::StagedBlob;
use crate::clients::desktop::DesktopClient;
use crate::services::control::{ControlError, DesktopControl};
use crate::services::desktops::AT_ONCE;
use crate::services::event_log::{self, explain};
use crate::services::screenshots;
use crate::store::Connection;
use crate::store::control_leases::{self, ControlLease};
use crate::store::desktops;
use crate::store::events::{EventKind, EventRow, NewEvent};
use crate::store::runs::{self, PERSON_IN_CONTROL, Run, RunState};

/// A chat's desktop, as this replica sees it.
enum Desktop {
    /// It can be reached from here.
    Here(DesktopAccess),
    /// It is no longer running.
    Gone,
}

impl DesktopControl {
    /// Hands back all expired leases. A failure on one is logged and does not affect the others.
    ///
    /// # Errors
    /// When the expired leases can't be read.
    pub async fn hand_back_expired(&self) -> Result<(), ControlError> {
        let leases = {
            let mut conn = self.log.database.connection().await?;
            control_leases::run_out(&mut conn, self.log.clock.now()).await?
        };
        let each = stream::iter(leases).for_each_concurrent(AT_ONCE, async |lease| {
            if let Err(error) = self.hand_back(&lease).await {
                tracing::warn!(chat.id = %lease.chat_id, ?error, "could not hand back control");
            }
        });
        each.await;
        Ok(())
    }

    /// Ends an expired takeover. Does nothing if the desktop runs on another live replica, which does it
    /// instead.
    ///
    /// # Errors
    /// When the agent does not answer, or the database or the disk fails; the next sweep tries again.
    pub async fn hand_back(&self, lease: &ControlLease) -> Result<(), ControlError> {
        let chat_id = lease.chat_id;
        let Some(desktop) = self.desktop_of(chat_id).await? else { return Ok(()) };
        let (did, screenshot) = match desktop {
            Desktop::Here(access) => {
                let agent = self.desktops.client(access);
                let did = agent.end_takeover(lease.takeover_id).await?;
                (Some(did), self.look(&agent).await)
            }
            Desktop::Gone => (None, None),
        };
        let now = self.log.clock.now();
        let mut conn = self.log.database.connection().await?;
        let rows = conn
            .transaction(async |conn| {
                let unfinished = runs::lock_unfinished(conn, chat_id).await?;
                if !control_leases::remove(conn, lease.takeover_id, now).await? {
                    return Ok::<_, ControlError>(Vec::new());
                }
                let mut rows = self.write_down(conn, chat_id, &unfinished, did, screenshot).await?;
                rows.extend(resume_waiting(conn, &unfinished, now).await?);
                Ok(rows)
            })
            .await?;
        drop(conn);
        rows.into_iter().for_each(|row| self.log.announce(row));
        self.supervisor.wake();
        self.announce(chat_id).await
    }

    /// `None` if another replica runs it.
    async fn desktop_of(&self, chat_id: ChatId) -> Result<Option<Desktop>, ControlError> {
        if let Some(access) = self.desktops.running(chat_id).await {
            return Ok(Some(Desktop::Here(access)));
        }
        let id = {
            let mut conn = self.log.database.connection().await?;
            let Some(row) = desktops::find_by_chat(&mut conn, chat_id).await? else {
                return Ok(Some(Desktop::Gone));
            };
            if desktops::runs_elsewhere(&mut conn, row.id, self.desktops.replica_id).await? {
                return Ok(None);
            }
            row.id
        };
        // A desktop that survived its replica still knows the person's steps.
        let endpoint = self.desktops.provider.endpoint(id).await;
        let endpoint = endpoint.context("finding a desktop that outlived its service")?;
        Ok(Some(endpoint.map_or(Desktop::Gone, Desktop::Here)))
    }

    /// Stages a screenshot of the screen as the person left it. Best effort: a takeover is recorded without
    /// one too.
    async fn look(&self, agent: &DesktopClient) -> Option<(StagedBlob, Screenshot)> {
        let looked: anyhow::Result<_> = async {
            let screenshot = agent.look().await?;
            Ok((screenshots::stage(&self.blobs, &screenshot.data).await?, screenshot))
        }
        .await;
        looked
            .inspect_err(|error| {
                tracing::warn!(
                    error = format!("{error:#}"),
                    "could not take a screenshot at the end of a takeover"
                )
            })
            .ok()
    }

    async fn write_down(
        &self,
        conn: &mut Connection,
        chat_id: ChatId,
        unfinished: &[Run],
        did: Option<PersonSteps>,
        screenshot: Option<(StagedBlob, Screenshot)>,
    ) -> Result<Vec<EventRow>, ControlError> {
        let nothing_done = did.as_ref().is_some_and(|did| did.steps.is_empty());
        if nothing_done && unfinished.is_empty() {
            return Ok(Vec::new());
        }
        let screenshot = match screenshot {
            Some((staged, Screenshot { media_type, size, .. })) => {
                screenshots::keep(conn, &self.blobs, chat_id, &staged, &media_type).await?;
                Some(ScreenshotRef { sha256: staged.sha256, media_type, size })
            }
            None => None,
        };
        let payload = serde_json::to_value(Takeover { did, screenshot }).context("encoding a takeover")?;
        let event = NewEvent { run_id: run_of(unfinished), kind: EventKind::Takeover, payload };
        Ok(vec![event_log::append(conn, chat_id, event, self.log.clock.now()).await?])
    }
}

/// The run that the takeover belongs to in the transcript: the preempted run, else the oldest queued one.
fn run_of(unfinished: &[Run]) -> Option<RunId> {
    let active = unfinished.iter().find(|run| run.state != RunState::Queued);
    active.or(unfinished.first()).map(|run| run.id)
}

/// Resumes the runs that waited for the person to hand back. A run that the person paused stays paused.
async fn resume_waiting(
    conn: &mut Connection,
    unfinished: &[Run],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<Vec<EventRow>, ControlError> {
    let mut rows = Vec::new();
    for run in unfinished.iter().filter(|run| run.code == PERSON_IN_CONTROL) {
        match run.state {
            // Its supervisor records the new state.
            RunState::Paused => drop(runs::resume(conn, run.id, now).await?),
            RunState::Queued => rows.push(explain(conn, run.id, &Reason::default(), now).await?),
            _ => {}
        }
    }
    Ok(rows)
}
