//! Drives one run held by this replica: starts the desktop, calls the model service, records events, ends the
//! run.

mod affordable;
mod attempts;
mod in_flight;
mod notices;
mod spending;
mod stream;

use protocol::reason::Reason;
use protocol::run::{RunEnd, RunOutcome};
use traces::keys;

use crate::blobs::BlobStore;
use crate::clients::desktop::DesktopClient;
use crate::clients::model::ModelClient;
use crate::database::DatabaseUnavailable;
use crate::services::desktops::Desktops;
use crate::services::event_log::{AppendError, EventLog};
use crate::services::models::Models;
use crate::services::quotas::Quotas;
use crate::services::runs::held_run::HeldRun;
use crate::services::runs::signals::{RunSignal, SignalReceiver};
use crate::store::events::EventKind;
use crate::store::leases::Lease;
use crate::store::runs::{Run, RunState, Suspension};
use crate::words::BackendReason;

/// Drives runs. Cheap to clone.
#[derive(Clone)]
pub struct RunDriver {
    /// Appends events and publishes them.
    pub log: EventLog,
    /// Stores screenshots.
    pub blobs: BlobStore,
    /// Provides the desktops.
    pub desktops: Desktops,
    /// Calls the model service.
    pub model: ModelClient,
    /// Says which model a chat uses.
    pub models: Models,
    /// What people may spend.
    pub quotas: Quotas,
}

/// Why this replica stops driving a run.
enum Stop {
    /// It ended by itself, or waits for a person.
    Ended(RunEnd),
    /// A person stopped it.
    Cancelled,
    /// It must be suspended: a person asked for it, or this replica is shutting down.
    Suspended(RunSignal),
    /// The lease was lost; another supervisor drives it.
    LeaseLost,
    /// Postgres can't be reached, so nothing can be recorded. The next supervisor continues the run.
    Unwritable(AppendError),
    /// An internal error.
    Broken(anyhow::Error),
}

impl From<AppendError> for Stop {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::LeaseLost => Self::LeaseLost,
            other => Self::Unwritable(other),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast::<AppendError>() {
            Ok(error) => error.into(),
            Err(error) if DatabaseUnavailable::is_cause_of(&error) => {
                Self::Unwritable(DatabaseUnavailable::told(format!("{error:#}")).into())
            }
            Err(error) => Self::Broken(error),
        }
    }
}

/// How a run ended.
struct Ended {
    state: RunState,
    /// Why.
    reason: Reason,
}

impl RunDriver {
    /// Combines a claimed run with the lease on it.
    #[must_use]
    pub fn hold(&self, run: Run, lease: Lease) -> HeldRun {
        HeldRun::new(run, lease, self.log.clone(), self.blobs.clone())
    }

    /// Drives the run until it ends or is suspended, and records that.
    ///
    /// # Errors
    /// When it can't be recorded; the lease then expires and another supervisor continues the run.
    pub async fn drive(&self, held: &HeldRun, mut signals: SignalReceiver) -> Result<(), AppendError> {
        let mut cancelled = signals.clone();
        let stop = tokio::select! {
            biased;
            () = cancelled.stop() => Stop::Cancelled,
            stop = self.work(held, &mut signals) => stop.unwrap_or_else(|stop| stop),
        };
        match stop {
            Stop::LeaseLost => Err(AppendError::LeaseLost),
            Stop::Unwritable(error) => Err(error),
            Stop::Suspended(RunSignal::Pause | RunSignal::Preempt) => held.pause().await,
            Stop::Suspended(_) => held.release().await,
            Stop::Ended(end) => match outcome(end) {
                Ok(ended) => self.finish(held, ended).await,
                Err(suspension) => {
                    self.collect_files(held).await?;
                    held.suspend(&suspension).await?;
                    note(suspension.state, suspension.reason.code);
                    Ok(())
                }
            },
            Stop::Cancelled => {
                let reason = Reason::silent("cancelled");
                self.finish(held, Ended { state: RunState::Cancelled, reason }).await
            }
            Stop::Broken(error) => {
                let reason = BackendReason::RunBroken { run_id: held.run.id.to_string() }.into();
                let recorded = self.finish(held, Ended { state: RunState::Failed, reason }).await;
                // Otherwise the chat has been deleted, or another supervisor goes on.
                if !matches!(recorded, Err(AppendError::LeaseLost)) {
                    tracing::error!(run.id = %held.run.id, error = format!("{error:#}"), "a run failed");
                }
                recorded
            }
        }
    }

    async fn finish(&self, held: &HeldRun, ended: Ended) -> Result<(), AppendError> {
        held.answer_open_calls().await?;
        self.collect_files(held).await?;
        held.finish(ended.state, &ended.reason).await?;
        tracing::info!(run.state = ended.state.as_str(), run.code = ended.reason.code, "a run ended");
        note(ended.state, ended.reason.code);
        Ok(())
    }

    /// Collects the files that the run left on the desktop.
    async fn collect_files(&self, held: &HeldRun) -> Result<(), AppendError> {
        let Some(access) = self.desktops.running(held.chat_id()).await else { return Ok(()) };
        let client: DesktopClient = self.desktops.client(access);
        match self.desktops.outputs.collect(held.chat_id(), &client).await {
            Ok(uncollected) => {
                if let Some(notice) = notices::not_collected(&uncollected) {
                    held.append(EventKind::RunState, &notice).await?;
                }
            }
            Err(error) => {
                tracing::warn!(run.id = %held.run.id, error = format!("{error:#}"), "could not collect the files of a desktop");
            }
        }
        Ok(())
    }
}

/// Notes in the run's span what became of it.
fn note(state: RunState, code: String) {
    traces::set(keys::RUN_STATE, state.as_str());
    traces::set(keys::RUN_CODE, code);
}

fn failed(reason: BackendReason) -> RunEnd {
    RunEnd::new(RunOutcome::Failed, reason)
}

/// How a run ended, or the suspension if it waits for a person.
fn outcome(end: RunEnd) -> Result<Ended, Suspension> {
    let RunEnd { outcome, code, facts, call_id } = end;
    let reason = Reason { code, facts };
    let (state, is_suspended) = match outcome {
        RunOutcome::Succeeded => (RunState::Succeeded, false),
        RunOutcome::Failed => (RunState::Failed, false),
        RunOutcome::LimitReached => (RunState::LimitReached, false),
        RunOutcome::ApprovalRequired => (RunState::AwaitingApproval, true),
        RunOutcome::QuestionAsked => (RunState::AwaitingHuman, true),
    };
    if is_suspended {
        return Err(Suspension { state, reason, waits_for: call_id });
    }
    Ok(Ended { state, reason })
}
