//! The operations of people on runs: cancel, pause, resume, decide, answer and wait. All are idempotent.

mod active_runs;
pub mod approvals;
pub mod driver;
pub mod held_run;
pub mod request;
pub mod signals;
pub mod supervisor;

use std::time::Duration;

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, RunId, UserId};
use protocol::reason::Reason;
use protocol::transcript::Answer;
use protocol::transcript::approval::Decision;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::database::{DatabaseError, from_database};
use crate::live::hub::LiveEvent;
use crate::services::event_log::{self, EventLog, in_control, paused, run_state_event};
use crate::services::runs::approvals::ApprovalRequestPayload;
use crate::services::runs::request::{TRANSCRIPT_KINDS, answers_for_dangling_calls};
use crate::services::runs::signals::RunSignal;
use crate::services::runs::supervisor::Supervisor;
use crate::store::Connection;
use crate::store::control_leases;
use crate::store::events::{self, EventKind, EventRow, NewEvent};
use crate::store::runs::{self, PERSON_IN_CONTROL, Run, RunState, Suspension};

/// The code of a run that was cancelled while queued.
const WITHDRAWN: &str = "withdrawn";

/// The payload of a `decision` event.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct DecisionPayload {
    /// The call and the decision on it.
    #[serde(flatten)]
    pub decision: Decision,
    /// SHA-256 of the call's arguments, as in the request.
    pub arguments_sha256: String,
    /// The user who decided.
    pub decided_by: UserId,
}

/// The operations of people on runs. Cheap to clone.
#[derive(Clone)]
pub struct Runs {
    /// Appends events and publishes them.
    pub log: EventLog,
    /// Drives the runs.
    pub supervisor: Supervisor,
    /// Ends waits on shutdown.
    pub shutdown: CancellationToken,
}

/// Why an operation on a run is refused. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// There is no such run.
    #[error("There is no such run.")]
    NotFound,
    /// It has ended, so it can't be paused or resumed.
    #[error("The run has ended.")]
    Ended,
    /// It is queued or waits for a person, so it can't be paused or resumed.
    #[error("The run is not active: it waits for its turn or for a person.")]
    NotActive,
    /// A different decision was recorded before.
    #[error("Another decision on this call was made before.")]
    DecisionConflict,
    /// A different answer was recorded before.
    #[error("Another answer to this question was given before.")]
    AnswerConflict,
    /// The run is not waiting for this decision.
    #[error("The run does not wait for a decision on this call.")]
    DecisionNotPending,
    /// The run is not waiting for this answer.
    #[error("The run does not wait for an answer to this question.")]
    AnswerNotPending,
    /// The decision names other arguments than the call has.
    #[error("The call has other arguments than those that were decided on. Look at it again.")]
    ArgumentsDiffer,
    /// The run or its log could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// An event does not have the expected shape.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(RunError);

/// The run after a change, and the events to publish.
type Changed = (Run, Vec<EventRow>);

impl Runs {
    /// Cancels a run. If nobody drives it, it ends at once; a run that has ended is unchanged.
    pub async fn cancel(&self, run_id: RunId) -> Result<Run, RunError> {
        let mut conn = self.log.database.connection().await?;
        let changed = conn
            .transaction(async |conn| {
                let run = runs::request_cancel(conn, run_id).await?;
                if run.state != RunState::Queued && !run.state.waits_for_a_person() {
                    return unchanged(run);
                }
                let now = self.log.clock.now();
                let log = events::of_run(conn, run_id, &TRANSCRIPT_KINDS).await?;
                let mut rows = Vec::new();
                for answer in answers_for_dangling_calls(log)? {
                    let event = event(&run, EventKind::ToolResult, &answer)?;
                    rows.push(event_log::append(conn, run.chat_id, event, now).await?);
                }
                // A queued message has had no effect, so it leaves the transcript.
                let code = if run.state == RunState::Queued {
                    runs::withdraw(conn, run_id).await?;
                    WITHDRAWN
                } else {
                    "cancelled"
                };
                let run = runs::finish(conn, run_id, RunState::Cancelled, &Reason::silent(code), now).await?;
                rows.push(event_log::append(conn, run.chat_id, run_state_event(&run), now).await?);
                Ok((run, rows))
            })
            .await?;
        let run = self.announce(changed);
        self.supervisor.signal(run_id, RunSignal::Stop);
        Ok(run)
    }

    /// Asks an active run to pause before its next action.
    ///
    /// # Errors
    /// When the run is not active.
    pub async fn pause(&self, run_id: RunId) -> Result<Run, RunError> {
        let mut conn = self.log.database.connection().await?;
        let changed = conn
            .transaction(async |conn| {
                let run = runs::lock(conn, run_id).await?;
                match run.state {
                    // It was paused for a takeover. From now on it also waits for a person to resume it.
                    RunState::Paused if run.code == PERSON_IN_CONTROL => {
                        self.suspend(conn, &run, &paused()).await
                    }
                    RunState::Paused => unchanged(run),
                    RunState::Running => unchanged(runs::request_pause(conn, run_id, true).await?),
                    _ => Err(inactive(&run)),
                }
            })
            .await?;
        let run = self.announce(changed);
        if run.pause_requested {
            self.supervisor.signal(run_id, RunSignal::Pause);
        }
        Ok(run)
    }

    /// Resumes a paused run, or lets it wait until nobody controls its desktop.
    ///
    /// # Errors
    /// When the run is neither paused nor active.
    pub async fn resume(&self, run_id: RunId) -> Result<Run, RunError> {
        let mut conn = self.log.database.connection().await?;
        let changed = conn
            .transaction(async |conn| {
                let run = runs::lock(conn, run_id).await?;
                match run.state {
                    RunState::Paused => self.resume_or_wait(conn, &run).await,
                    RunState::Running => unchanged(runs::request_pause(conn, run_id, false).await?),
                    _ => Err(inactive(&run)),
                }
            })
            .await?;
        Ok(self.announce(changed))
    }

    /// Records a person's decision on the pending call, and resumes the run.
    ///
    /// # Errors
    /// When no decision is pending, a different one was recorded before, the arguments differ from those the
    /// person saw, or the database fails.
    pub async fn decide(
        &self,
        run_id: RunId,
        decided_by: UserId,
        decision: Decision,
        arguments_sha256: String,
    ) -> Result<Run, RunError> {
        let mut conn = self.log.database.connection().await?;
        let changed = conn
            .transaction(async |conn| {
                let run = runs::lock(conn, run_id).await?;
                let log =
                    events::of_run(conn, run.id, &[EventKind::ApprovalRequest, EventKind::Decision]).await?;
                let given = find::<DecisionPayload>(&log, EventKind::Decision, &decision.call_id)?;
                if let Some(given) = given {
                    return if given.decision == decision && given.arguments_sha256 == arguments_sha256 {
                        unchanged(run)
                    } else {
                        Err(RunError::DecisionConflict)
                    };
                }
                let asked =
                    find::<ApprovalRequestPayload>(&log, EventKind::ApprovalRequest, &decision.call_id)?;
                let waits = run.state == RunState::AwaitingApproval
                    && run.waits_for.as_ref() == Some(&decision.call_id);
                let Some(asked) = asked.filter(|_| waits) else {
                    return Err(RunError::DecisionNotPending);
                };
                if asked.arguments_sha256 != arguments_sha256 {
                    return Err(RunError::ArgumentsDiffer);
                }
                let payload = DecisionPayload { decision, arguments_sha256, decided_by };
                self.append_and_resume(conn, &run, EventKind::Decision, &payload).await
            })
            .await?;
        Ok(self.announce(changed))
    }

    /// Records a person's answer to the pending question, and resumes the run.
    ///
    /// # Errors
    /// When no answer is pending, or a different one was recorded before.
    pub async fn answer(&self, run_id: RunId, answer: Answer) -> Result<Run, RunError> {
        let mut conn = self.log.database.connection().await?;
        let changed = conn
            .transaction(async |conn| {
                let run = runs::lock(conn, run_id).await?;
                let log = events::of_run(conn, run.id, &[EventKind::Answer]).await?;
                match find::<Answer>(&log, EventKind::Answer, &answer.call_id)? {
                    Some(given) if given == answer => return unchanged(run),
                    Some(_) => {
                        return Err(RunError::AnswerConflict);
                    }
                    None => {}
                }
                if run.state != RunState::AwaitingHuman || run.waits_for.as_ref() != Some(&answer.call_id) {
                    return Err(RunError::AnswerNotPending);
                }
                self.append_and_resume(conn, &run, EventKind::Answer, &answer).await
            })
            .await?;
        Ok(self.announce(changed))
    }

    /// Waits until a run ends or needs a person, at most for `timeout`. Returns the run in its state then.
    ///
    /// # Errors
    /// When the database fails or the run is gone.
    pub async fn wait(&self, chat_id: ChatId, run_id: RunId, timeout: Duration) -> Result<Run, RunError> {
        let deadline = tokio::time::Instant::now() + timeout;
        loop {
            // Subscribe before reading, so that no change in between is missed.
            let (_, mut live) = self.log.hub.subscribe(chat_id);
            let run = {
                let mut conn = self.log.database.connection().await?;
                runs::find(&mut conn, run_id).await?.ok_or(RunError::NotFound)?
            };
            if run.state.is_terminal() || run.state.waits_for_a_person() {
                return Ok(run);
            }
            loop {
                let event = tokio::select! {
                    event = live.next() => event,
                    () = tokio::time::sleep_until(deadline) => return Ok(run),
                    () = self.shutdown.cancelled() => return Ok(run),
                };
                match event {
                    Ok(LiveEvent::Durable(event))
                        if event.kind == EventKind::RunState && event.run_id == Some(run_id) =>
                    {
                        break;
                    }
                    Ok(LiveEvent::CatchUp | LiveEvent::Deleted) => break,
                    Ok(_) => {}
                    Err(RecvError::Lagged(_) | RecvError::Closed) => break,
                }
            }
        }
    }

    /// Publishes committed events and wakes the supervisor.
    fn announce(&self, (run, rows): Changed) -> Run {
        rows.into_iter().for_each(|row| self.log.announce(row));
        self.supervisor.wake();
        run
    }

    /// Appends a decision or an answer, and resumes the run.
    async fn append_and_resume(
        &self,
        conn: &mut Connection,
        run: &Run,
        kind: EventKind,
        payload: &impl Serialize,
    ) -> Result<Changed, RunError> {
        let now = self.log.clock.now();
        let row = event_log::append(conn, run.chat_id, event(run, kind, payload)?, now).await?;
        let (run, rows) = self.resume_or_wait(conn, run).await?;
        Ok((run, std::iter::once(row).chain(rows).collect()))
    }

    /// Resumes a run, or while a person controls the desktop suspends it until they hand back.
    async fn resume_or_wait(&self, conn: &mut Connection, run: &Run) -> Result<Changed, RunError> {
        if !control_leases::is_held(conn, run.chat_id).await? {
            return unchanged(runs::resume(conn, run.id, self.log.clock.now()).await?);
        }
        if run.code == PERSON_IN_CONTROL {
            return unchanged(run.clone());
        }
        self.suspend(conn, run, &in_control()).await
    }

    /// Suspends a run and records it in the log.
    async fn suspend(
        &self,
        conn: &mut Connection,
        run: &Run,
        suspension: &Suspension,
    ) -> Result<Changed, RunError> {
        let run = runs::suspend(conn, run.id, suspension).await?;
        let row = event_log::append(conn, run.chat_id, run_state_event(&run), self.log.clock.now()).await?;
        Ok((run, vec![row]))
    }
}

/// The run without any events to publish.
fn unchanged(run: Run) -> Result<Changed, RunError> {
    Ok((run, Vec::new()))
}

/// The payload of the first event of that kind for the call.
fn find<T: serde::de::DeserializeOwned>(
    log: &[EventRow],
    kind: EventKind,
    call_id: &str,
) -> Result<Option<T>, RunError> {
    let row = log.iter().find(|row| row.kind == kind && row.payload["call_id"] == call_id);
    let found = row.map(|row| serde_json::from_value(row.payload.clone())).transpose();
    Ok(found.context("reading what was said on a call")?)
}

fn event(run: &Run, kind: EventKind, payload: &impl Serialize) -> Result<NewEvent, RunError> {
    let payload = serde_json::to_value(payload).context("encoding what a person said")?;
    Ok(NewEvent { run_id: Some(run.id), kind, payload })
}

fn inactive(run: &Run) -> RunError {
    if run.state.is_terminal() { RunError::Ended } else { RunError::NotActive }
}
