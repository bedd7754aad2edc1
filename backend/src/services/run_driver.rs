//! Drives one run that this supervisor holds: desktop, request, events, end.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use protocol::run::{RunEnd, RunEvent, RunOutcome};
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::chat_log::{AppendError, ChatLog};
use super::desktops::Desktops;
use super::run_request;
use crate::api_error::ApiError;
use crate::blobs::BlobStore;
use crate::desktop_client::DesktopClient;
use crate::hub::{LiveEvent, RunProgress};
use crate::model_client::{ModelClient, RunEvents};
use crate::store::events::{self, EventKind, NewEvent};
use crate::store::runs::{Lease, Run, RunState};
use crate::store::{blobs, screenshots};

/// How often a lost model service is asked again before the run fails.
const MODEL_TRIES: u32 = 3;
/// How long to wait before asking again.
const MODEL_PAUSE: Duration = Duration::from_secs(1);
/// Bytes that a screenshot may have.
const SCREENSHOT_LIMIT: u64 = 64 << 20;

/// What a run is driven with.
#[derive(Clone)]
pub struct RunDriver {
    /// Where what happens is written and announced.
    pub log: ChatLog,
    /// Where pictures go.
    pub blobs: BlobStore,
    /// Where the hands are.
    pub desktops: Desktops,
    /// Where the head is.
    pub model: ModelClient,
}

/// Why a run goes no further here.
pub enum Stop {
    /// It ended by itself.
    Ended(RunEnd),
    /// A person stopped it.
    Cancelled,
    /// The lease was lost; another supervisor drives it.
    LeaseLost,
    /// Something broke on our side.
    Broken(anyhow::Error),
}

impl From<AppendError> for Stop {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::LeaseLost => Self::LeaseLost,
            other => Self::Broken(other.into()),
        }
    }
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

impl RunDriver {
    /// Drives the run until it ends and writes its end. Cancelling `stop` is a person's wish.
    ///
    /// # Errors
    /// When the end can't be written; the lease then lapses and another supervisor goes on.
    pub async fn drive(&self, run: &Run, lease: Lease, stop: &CancellationToken) -> Result<(), AppendError> {
        let outcome = tokio::select! {
            biased;
            () = stop.cancelled() => Stop::Cancelled,
            outcome = self.work(run, lease) => outcome.unwrap_or_else(|stop| stop),
        };
        let waits = matches!(&outcome, Stop::Ended(end) if waits_for_a_person(end.outcome));
        let (state, code, message) = match outcome {
            Stop::LeaseLost => return Err(AppendError::LeaseLost),
            Stop::Ended(end) => (state_of(end.outcome), end.code, end.message),
            Stop::Cancelled => (RunState::Cancelled, "cancelled".to_owned(), String::new()),
            Stop::Broken(error) => {
                tracing::error!(run.id = %run.id, error = format!("{error:#}"), "a run failed");
                let message = format!("Something went wrong on our side: {error:#}. Send the message again.");
                (RunState::Failed, "internal_error".to_owned(), message)
            }
        };
        // What waits for a person stays open: the next message answers it.
        if !waits {
            self.answer_open_calls(run, lease).await?;
        }
        self.collect_files(run).await;
        self.log.finish_held(lease, state, &code, &message).await
    }

    async fn work(&self, run: &Run, lease: Lease) -> Result<Stop, Stop> {
        let running = serde_json::json!({ "state": RunState::Running, "code": "", "message": "" });
        self.append(run, lease, EventKind::RunState, &running).await?;
        let access = match self.desktops.ensure(run.chat_id).await {
            Ok(access) => access,
            Err(ApiError::DesktopUnavailable(reason)) => {
                return Ok(Stop::Ended(RunEnd {
                    outcome: RunOutcome::Failed,
                    code: "desktop_unavailable".into(),
                    message: reason,
                    call_id: None,
                }));
            }
            Err(error) => return Err(Stop::Broken(error.into())),
        };
        let client = self.desktops.client(access.clone());
        self.desktops.outputs.deliver_uploads(run.chat_id, &client).await?;
        let mut failed = None;
        for attempt in 0..MODEL_TRIES {
            if attempt > 0 {
                tokio::time::sleep(MODEL_PAUSE).await;
            }
            let log = self.transcript_events(run).await?;
            let request = run_request::build(&self.blobs, run, access.clone(), log).await?;
            match self.model.run(&request).await {
                Ok(events) => match self.follow(run, lease, events).await? {
                    Some(end) => return Ok(Stop::Ended(end)),
                    None => failed = Some("it ended in the middle of an answer".to_owned()),
                },
                Err(error) => failed = Some(format!("{error:#}")),
            }
            tracing::warn!(run.id = %run.id, error = failed, "the model service was lost");
        }
        Ok(Stop::Ended(RunEnd {
            outcome: RunOutcome::Failed,
            code: "model_service_unreachable".into(),
            message: format!(
                "The model service can't be reached ({}). See that it runs, then send the message again.",
                failed.unwrap_or_default()
            ),
            call_id: None,
        }))
    }

    /// Writes down what the model service tells. `None` when it is lost before the run's end.
    async fn follow(&self, run: &Run, lease: Lease, mut events: RunEvents) -> Result<Option<RunEnd>, Stop> {
        while let Some(event) = events.next().await {
            let Ok(event) = event else { return Ok(None) };
            match event {
                RunEvent::AssistantTurn(turn) => {
                    self.append(run, lease, EventKind::AssistantTurn, &turn).await?;
                }
                RunEvent::ToolResult(result) => {
                    self.append(run, lease, EventKind::ToolResult, &result).await?;
                }
                RunEvent::Image { sha256, media_type, data } => {
                    self.keep_image(run, &sha256, &media_type, &data).await?;
                }
                RunEvent::Finished(end) => return Ok(Some(end)),
                short_lived @ (RunEvent::TurnStarted { .. }
                | RunEvent::TextDelta { .. }
                | RunEvent::ThinkingDelta { .. }
                | RunEvent::Retrying { .. }
                | RunEvent::ToolStarted(_)
                | RunEvent::UsageTotal { .. }
                // No run is sent with a policy yet that would bring these two.
                | RunEvent::ApprovalRequested(_)
                | RunEvent::CallStarted(_)) => {
                    let progress = RunProgress { run_id: run.id, event: short_lived };
                    self.log.hub.publish(run.chat_id, LiveEvent::Run(Arc::new(progress)));
                }
            }
        }
        Ok(None)
    }

    /// Leaves the log whole: every call answered.
    async fn answer_open_calls(&self, run: &Run, lease: Lease) -> Result<(), AppendError> {
        let answers = match self.transcript_events(run).await {
            Ok(log) => run_request::answers_for_dangling_calls(log).unwrap_or_default(),
            Err(error) => {
                tracing::warn!(run.id = %run.id, %error, "the log could not be read at the end of a run");
                Vec::new()
            }
        };
        for answer in answers {
            self.append(run, lease, EventKind::ToolResult, &answer).await?;
        }
        Ok(())
    }

    /// Picks up the files that the run left on the desktop.
    async fn collect_files(&self, run: &Run) {
        if let Some(access) = self.desktops.running(run.chat_id).await {
            let client: DesktopClient = self.desktops.client(access);
            if let Err(error) = self.desktops.outputs.collect(run.chat_id, &client).await {
                tracing::warn!(run.id = %run.id, error = format!("{error:#}"), "files of a desktop were not picked up");
            }
        }
    }

    async fn transcript_events(&self, run: &Run) -> anyhow::Result<Vec<events::EventRow>> {
        let mut conn = self.log.database.connection().await?;
        Ok(events::of_kinds(&mut conn, run.chat_id, &run_request::TRANSCRIPT_KINDS).await?)
    }

    async fn append(
        &self,
        run: &Run,
        lease: Lease,
        kind: EventKind,
        payload: &impl Serialize,
    ) -> Result<(), AppendError> {
        let payload = serde_json::to_value(payload).map_err(|error| {
            AppendError::Database(diesel::result::Error::SerializationError(Box::new(error)))
        })?;
        self.log.append_held(lease, run.chat_id, NewEvent { run_id: Some(run.id), kind, payload }).await
    }

    async fn keep_image(&self, run: &Run, sha256: &str, media_type: &str, data: &str) -> anyhow::Result<()> {
        use diesel_async::AsyncConnection as _;

        let bytes = base64_simd::STANDARD.decode_to_vec(data)?;
        let chunks = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
        let staged = self.blobs.stage(chunks, SCREENSHOT_LIMIT).await?;
        anyhow::ensure!(staged.sha256 == sha256, "a picture is not what its hash says");
        let mut conn = self.log.database.connection().await?;
        conn.transaction(async |conn| {
            blobs::lock_shared(conn, sha256).await?;
            self.blobs.keep(&staged).await?;
            screenshots::insert(conn, run.chat_id, sha256, media_type).await?;
            anyhow::Ok(())
        })
        .await
    }
}

/// Until decisions and answers can be given on their own, a message does it: the run is over, and its code says what
/// it waited for.
fn state_of(outcome: RunOutcome) -> RunState {
    match outcome {
        RunOutcome::Succeeded | RunOutcome::ApprovalRequired | RunOutcome::QuestionAsked => {
            RunState::Succeeded
        }
        RunOutcome::Failed => RunState::Failed,
        RunOutcome::LimitReached => RunState::LimitReached,
    }
}

fn waits_for_a_person(outcome: RunOutcome) -> bool {
    matches!(outcome, RunOutcome::ApprovalRequired | RunOutcome::QuestionAsked)
}
