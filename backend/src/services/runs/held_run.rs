//! A run that this replica drives. Every write for it is fenced by its lease.

use std::sync::Arc;

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, UserId};
use protocol::locale::Locale;
use protocol::reason::Reason;
use protocol::run::RunEvent;
use protocol::spending::Spending;
use protocol::transcript::approval::{ApprovalRequest, CallStarted};
use serde::Serialize;

use crate::blobs::BlobStore;
use crate::live::hub::LiveEvent;
use crate::live::views::RunProgress;
use crate::services::event_log::{AppendError, EventLog, HeldWrite};
use crate::services::locales;
use crate::services::runs::approvals;
use crate::services::runs::request::{TRANSCRIPT_KINDS, answers_for_dangling_calls};
use crate::services::screenshots;
use crate::store::chats;
use crate::store::control_leases;
use crate::store::events::{self, EventKind, EventRow, NewEvent};
use crate::store::leases::Lease;
use crate::store::runs::{Run, RunState, Suspension};

/// A run together with its lease and the log.
pub struct HeldRun {
    /// The run as it was claimed.
    pub run: Run,
    lease: Lease,
    log: EventLog,
    blobs: BlobStore,
}

impl HeldRun {
    /// Wraps a claimed run.
    #[must_use]
    pub fn new(run: Run, lease: Lease, log: EventLog, blobs: BlobStore) -> Self {
        Self { run, lease, log, blobs }
    }

    /// The run's chat.
    #[must_use]
    pub fn chat_id(&self) -> ChatId {
        self.run.chat_id
    }

    /// Appends an event of the run.
    ///
    /// # Errors
    /// When the lease is lost or the database fails; the other methods fail in the same cases.
    pub async fn append(&self, kind: EventKind, payload: &impl Serialize) -> Result<(), AppendError> {
        let event = self.entry(kind, payload)?;
        self.log.append_held(self.lease, HeldWrite::Event(self.chat_id(), event)).await?;
        Ok(())
    }

    /// Records the start of a call. Returns `false`, and records nothing, while a person controls the
    /// desktop.
    pub async fn begin_call(&self, started: &CallStarted) -> Result<bool, AppendError> {
        let event = self.entry(EventKind::CallStarted, started)?;
        self.log.append_held(self.lease, HeldWrite::CallStart(self.chat_id(), event)).await
    }

    /// Notes what the turn under way has cost so far.
    pub async fn spent_so_far(&self, spending: &Spending) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::SpentSoFar(spending)).await?;
        Ok(())
    }

    /// Records as spent what is noted of an attempt that was lost.
    pub async fn settle(&self) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Settle).await?;
        Ok(())
    }

    /// What the run has spent on attempts that came to nothing.
    ///
    /// # Errors
    /// When the database fails, or an event can't be read.
    pub async fn spent(&self) -> anyhow::Result<Vec<Spending>> {
        let mut conn = self.log.database.connection().await?;
        let events = events::of_run(&mut conn, self.run.id, &[EventKind::Spent]).await?;
        let spent = events.into_iter().map(|event| serde_json::from_value(event.payload));
        spent.collect::<Result<_, _>>().context("reading what a run has spent")
    }

    /// Records that a call waits for approval.
    ///
    /// # Errors
    /// When the log has no such call, and as [`HeldRun::append`].
    pub async fn request_approval(&self, request: ApprovalRequest) -> anyhow::Result<()> {
        let stored = approvals::stored(request, &self.logged().await?)?;
        let request = stored.context("the model service asked for approval of a call that is not there")?;
        Ok(self.append(EventKind::ApprovalRequest, &request).await?)
    }

    /// Publishes an event that is not stored.
    pub fn announce(&self, event: RunEvent) {
        let progress = RunProgress { run_id: self.run.id, event };
        self.log.hub.publish(self.chat_id(), LiveEvent::Run(Arc::new(progress)));
    }

    /// Stores a screenshot that an event refers to. `data` is base64.
    ///
    /// # Errors
    /// When its hash differs, or the database or the disk fails.
    pub async fn keep_screenshot(&self, sha256: &str, media_type: &str, data: &str) -> anyhow::Result<()> {
        let staged = screenshots::stage(&self.blobs, data).await?;
        anyhow::ensure!(staged.sha256 == sha256, "a screenshot is not what its hash says");
        let mut conn = self.log.database.connection().await?;
        conn.transaction(async |conn| {
            screenshots::keep(conn, &self.blobs, self.run.chat_id, &staged, media_type).await
        })
        .await
    }

    /// Records a result for every call without one, so that the transcript stays valid.
    pub async fn answer_open_calls(&self) -> Result<(), AppendError> {
        for answer in answers_for_dangling_calls(self.logged().await?).unwrap_or_default() {
            self.append(EventKind::ToolResult, &answer).await?;
        }
        Ok(())
    }

    /// Ends the run.
    pub async fn finish(&self, state: RunState, reason: &Reason) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Finish { state, reason }).await?;
        Ok(())
    }

    /// Suspends the run until a person acts.
    pub async fn suspend(&self, suspension: &Suspension) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Suspend(suspension)).await?;
        Ok(())
    }

    /// Pauses the run if it was asked to or a person controls the desktop; otherwise releases the lease.
    pub async fn pause(&self) -> Result<(), AppendError> {
        self.log.append_held(self.lease, HeldWrite::Pause(self.chat_id())).await?;
        Ok(())
    }

    /// Releases the lease, so that the next supervisor can claim the run at once.
    pub async fn release(&self) -> Result<(), AppendError> {
        self.log.release(self.lease).await
    }

    /// Whether a person controls the desktop.
    pub async fn person_in_control(&self) -> Result<bool, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(control_leases::is_held(&mut conn, self.run.chat_id).await?)
    }

    /// Whose chat it is; `None` if it was deleted.
    pub async fn owner(&self) -> Result<Option<UserId>, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(chats::find(&mut conn, self.run.chat_id).await?.map(|chat| chat.user_id))
    }

    /// The time zone and language of the run.
    ///
    /// # Errors
    /// When the database fails or the message can't be read.
    pub async fn locale(&self) -> anyhow::Result<Option<Locale>> {
        let mut conn = self.log.database.connection().await?;
        locales::of_run(&mut conn, self.run.id).await
    }

    /// The events of the model's transcript: the chat's log without withdrawn runs.
    pub async fn transcript(&self) -> Result<Vec<EventRow>, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(events::effective(&mut conn, self.run.chat_id, &TRANSCRIPT_KINDS).await?)
    }

    /// The same events including withdrawn runs, of which this may be one.
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
