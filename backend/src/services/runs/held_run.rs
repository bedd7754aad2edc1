//! A run that this replica drives: everything that is written for it is fenced by its lease.

use std::sync::Arc;

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::ChatId;
use protocol::run::RunEvent;
use protocol::transcript::approval::{ApprovalRequest, CallStarted};
use serde::Serialize;

use crate::blobs::BlobStore;
use crate::live::hub::LiveEvent;
use crate::live::views::RunProgress;
use crate::services::event_log::{AppendError, EventLog, HeldWrite};
use crate::services::runs::approvals;
use crate::services::runs::request::{TRANSCRIPT_KINDS, answers_for_dangling_calls};
use crate::services::screenshots;
use crate::store::control_leases;
use crate::store::events::{self, EventKind, EventRow, NewEvent};
use crate::store::leases::Lease;
use crate::store::runs::{Run, RunState, Suspension};

/// A run, and the right to write for it.
pub struct HeldRun {
    /// The run as it was when it was taken.
    pub run: Run,
    lease: Lease,
    log: EventLog,
    blobs: BlobStore,
}

impl HeldRun {
    /// A run that was taken under that lease.
    #[must_use]
    pub fn new(run: Run, lease: Lease, log: EventLog, blobs: BlobStore) -> Self {
        Self { run, lease, log, blobs }
    }

    /// The run's chat.
    #[must_use]
    pub fn chat_id(&self) -> ChatId {
        self.run.chat_id
    }

    /// Writes down what happened in the run.
    ///
    /// # Errors
    /// When the lease was lost or the database fails; so it is with all that is written here.
    pub async fn append(&self, kind: EventKind, payload: &impl Serialize) -> Result<(), AppendError> {
        let event = self.entry(kind, payload)?;
        self.log.append_held(self.lease, HeldWrite::Event(self.chat_id(), event)).await?;
        Ok(())
    }

    /// Writes down that a call is about to be done. False when it may not be: a person controls the desktop.
    pub async fn begin_call(&self, started: &CallStarted) -> Result<bool, AppendError> {
        let event = self.entry(EventKind::CallStarted, started)?;
        self.log.append_held(self.lease, HeldWrite::CallStart(self.chat_id(), event)).await
    }

    /// Writes down that a call waits for a person's approval.
    ///
    /// # Errors
    /// When the log has no such call, and as [`HeldRun::append`].
    pub async fn request_approval(&self, request: ApprovalRequest) -> anyhow::Result<()> {
        let stored = approvals::stored(request, &self.logged().await?)?;
        let request = stored.context("the model service asked for approval of a call that is not there")?;
        Ok(self.append(EventKind::ApprovalRequest, &request).await?)
    }

    /// Tells watchers of what is not kept.
    pub fn announce(&self, event: RunEvent) {
        let progress = RunProgress { run_id: self.run.id, event };
        self.log.hub.publish(self.chat_id(), LiveEvent::Run(Arc::new(progress)));
    }

    /// Keeps a screenshot that an entry refers to. `data` is base64.
    ///
    /// # Errors
    /// When it is not what its hash says, or the database or the disk fails.
    pub async fn keep_screenshot(&self, sha256: &str, media_type: &str, data: &str) -> anyhow::Result<()> {
        let staged = screenshots::stage(&self.blobs, data).await?;
        anyhow::ensure!(staged.sha256 == sha256, "a screenshot is not what its hash says");
        let mut conn = self.log.database.connection().await?;
        conn.transaction(async |conn| {
            screenshots::keep(conn, &self.blobs, self.run.chat_id, &staged, media_type).await
        })
        .await
    }

    /// Answers every call that has no answer, so that the log is whole.
    pub async fn answer_open_calls(&self) -> Result<(), AppendError> {
        for answer in answers_for_dangling_calls(self.logged().await?).unwrap_or_default() {
            self.append(EventKind::ToolResult, &answer).await?;
        }
        Ok(())
    }

    /// Ends the run.
    pub async fn finish(&self, state: RunState, code: &str, message: &str) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Finish { state, code, message }).await?;
        Ok(())
    }

    /// Leaves the run to a person.
    pub async fn suspend(&self, suspension: &Suspension) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Suspend(suspension)).await?;
        Ok(())
    }

    /// Pauses the run if a person still wants that or controls the desktop, else leaves it to the next supervisor.
    pub async fn pause(&self) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Pause(self.chat_id())).await?;
        Ok(())
    }

    /// Leaves the run to the next supervisor, at once.
    pub async fn release(&self) -> Result<(), AppendError> {
        self.log.release(self.lease).await
    }

    /// Whether a person controls the desktop.
    pub async fn person_in_control(&self) -> Result<bool, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(control_leases::is_held(&mut conn, self.run.chat_id).await?)
    }

    /// What the model is to read: the chat's log without withdrawn runs.
    pub async fn transcript(&self) -> Result<Vec<EventRow>, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(events::effective(&mut conn, self.run.chat_id, &TRANSCRIPT_KINDS).await?)
    }

    /// The same with withdrawn runs, of which this may be one.
    async fn logged(&self) -> Result<Vec<EventRow>, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(events::of_kinds(&mut conn, self.run.chat_id, &TRANSCRIPT_KINDS).await?)
    }

    fn entry(&self, kind: EventKind, payload: &impl Serialize) -> Result<NewEvent, AppendError> {
        let payload = serde_json::to_value(payload).map_err(|error| {
            AppendError::Database(diesel::result::Error::SerializationError(Box::new(error)))
        })?;
        Ok(NewEvent { run_id: Some(self.run.id), kind, payload })
    }
}
