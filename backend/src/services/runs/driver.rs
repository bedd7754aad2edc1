//! Drives one run that this supervisor holds: desktop, request, events, end.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::run::{DESKTOP_UNREACHABLE, DesktopAccess, RunEnd, RunEvent, RunOutcome, RunRequest};
use protocol::transcript::{Tool, ToolCall, ToolResult, ToolStatus};
use serde::Serialize;

use crate::blobs::BlobStore;
use crate::clients::desktop::DesktopClient;
use crate::clients::model::{ModelClient, RunStream};
use crate::database::DatabaseUnavailable;
use crate::live::hub::LiveEvent;
use crate::live::views::RunProgress;
use crate::services::desktops::{DesktopError, Desktops, Replaced};
use crate::services::event_log::{AppendError, EventLog, Start};
use crate::services::runs::signals::{Wanted, Wish};
use crate::services::runs::{approvals, request};
use crate::services::screenshots;
use crate::store::control_leases;
use crate::store::events::{self, EventKind, NewEvent};
use crate::store::leases::Lease;
use crate::store::runs::{Rest, Run, RunState};

/// The code of a run that goes on with another desktop than before.
const DESKTOP_REPLACED: &str = "desktop_replaced";
/// How many desktops a run may lose before it fails.
const DESKTOP_TRIES: u32 = 2;
/// How often in a row a lost model service is asked in vain before the run fails.
const MODEL_TRIES: u32 = 10;
/// How long to wait before asking again.
const MODEL_PAUSE: Duration = Duration::from_secs(1);
/// How long an action with the mouse goes on when a person has taken it; most are done by then.
const MAKING_WAY: Duration = Duration::from_millis(60);

/// What a run is driven with.
#[derive(Clone)]
pub struct RunDriver {
    /// Where what happens is written and announced.
    pub log: EventLog,
    /// Where pictures go.
    pub blobs: BlobStore,
    /// Where the hands are.
    pub desktops: Desktops,
    /// Where the head is.
    pub model: ModelClient,
}

/// Why a run goes no further here.
pub enum Stop {
    /// It ended by itself, or waits for a person.
    Ended(RunEnd),
    /// A person stopped it.
    Cancelled,
    /// Somebody wants it to rest: a person, or this service, which ends.
    Rests(Wish),
    /// The lease was lost; another supervisor drives it.
    LeaseLost,
    /// Postgres can't be reached, so nothing can be written down; whoever takes the run next goes on.
    Unwritable(AppendError),
    /// Something broke on our side.
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
        if DatabaseUnavailable::is_cause_of(&error) {
            return Self::Unwritable(DatabaseUnavailable::told(format!("{error:#}")).into());
        }
        Self::Broken(error)
    }
}

impl RunDriver {
    /// Drives the run until it ends or has to rest, and writes that down.
    ///
    /// # Errors
    /// When that can't be written; the lease then lapses and another supervisor goes on.
    pub async fn drive(&self, run: &Run, lease: Lease, mut wanted: Wanted) -> Result<(), AppendError> {
        let mut stopped = wanted.clone();
        let outcome = tokio::select! {
            biased;
            () = stopped.stop() => Stop::Cancelled,
            outcome = self.work(run, lease, &mut wanted) => outcome.unwrap_or_else(|stop| stop),
        };
        let (state, code, message) = match outcome {
            Stop::LeaseLost => return Err(AppendError::LeaseLost),
            Stop::Unwritable(error) => return Err(error),
            Stop::Rests(Wish::Pause | Wish::MakeWay) => {
                return self.log.pause_held(lease, run.chat_id).await;
            }
            Stop::Rests(_) => return self.log.release(lease).await,
            Stop::Ended(end) => match ended(end) {
                Ok(end) => end,
                Err(rest) => {
                    self.collect_files(run).await;
                    return self.log.rest_held(lease, &rest).await;
                }
            },
            Stop::Cancelled => (RunState::Cancelled, "cancelled".to_owned(), String::new()),
            Stop::Broken(error) => {
                tracing::error!(run.id = %run.id, error = format!("{error:#}"), "a run failed");
                let message = format!("Something went wrong on our side: {error:#}. Send the message again.");
                (RunState::Failed, "internal_error".to_owned(), message)
            }
        };
        self.answer_open_calls(run, lease).await?;
        self.collect_files(run).await;
        self.log.finish_held(lease, state, &code, &message).await
    }

    async fn work(&self, run: &Run, lease: Lease, wanted: &mut Wanted) -> Result<Stop, Stop> {
        // Whoever takes control from here on tells those who drive the chat's runs, and this is one of them by now.
        if self.person_in_control(run).await? {
            return Ok(Stop::Rests(Wish::MakeWay));
        }
        let running = serde_json::json!({ "state": RunState::Running, "code": "", "message": "" });
        self.append(run, lease, EventKind::RunState, &running).await?;
        // Said first, so that the desktop is not put to rest in between.
        let _attendance = self.desktops.attend(run.chat_id);
        let mut access = self.desktop(run).await?;
        let mut lost_desktops = 0;
        let mut reason = None;
        let mut tries = 0;
        while tries < MODEL_TRIES {
            if tries > 0 {
                tokio::select! {
                    wish = wanted.rest() => return Ok(Stop::Rests(wish)),
                    () = tokio::time::sleep(MODEL_PAUSE) => {}
                }
            }
            let request = self.request(run, access.clone()).await?;
            tries += 1;
            let lost = match self.model.run(&request).await {
                Ok(mut stream) => match self.follow(run, lease, &mut stream, wanted).await? {
                    Some(Stop::Ended(end))
                        if end.code == DESKTOP_UNREACHABLE && lost_desktops < DESKTOP_TRIES =>
                    {
                        // The call that was under way has been answered as interrupted, so none is done twice.
                        tracing::warn!(run.id = %run.id, "the desktop was lost; the run goes on with a new one");
                        lost_desktops += 1;
                        access = self.another_desktop(run, lease, &access).await?;
                        tries = 0;
                        continue;
                    }
                    Some(stop) => return Ok(stop),
                    None => {
                        if stream.has_told_something() {
                            tries = 1;
                        }
                        "it ended in the middle of an answer".to_owned()
                    }
                },
                Err(error) => format!("{error:#}"),
            };
            tracing::warn!(run.id = %run.id, error = lost, "the model service was lost");
            reason = Some(lost);
        }
        let message = format!(
            "The model service can't be reached ({}). See that it runs, then send the message again.",
            reason.unwrap_or_default()
        );
        Ok(Stop::Ended(failed("model_service_unreachable", message)))
    }

    /// The chat's desktop with its uploads.
    async fn desktop(&self, run: &Run) -> Result<DesktopAccess, Stop> {
        let access = self.desktops.ensure(run.chat_id).await.map_err(no_desktop)?;
        self.deliver_uploads(run, &access).await?;
        Ok(access)
    }

    /// The same after one was lost. People are told why it was.
    async fn another_desktop(
        &self,
        run: &Run,
        lease: Lease,
        lost: &DesktopAccess,
    ) -> Result<DesktopAccess, Stop> {
        let Replaced { access, why } = self.desktops.replace(run.chat_id, lost).await.map_err(no_desktop)?;
        if let Some(why) = why {
            let anew =
                serde_json::json!({ "state": RunState::Running, "code": DESKTOP_REPLACED, "message": why });
            self.append(run, lease, EventKind::RunState, &anew).await?;
        }
        self.deliver_uploads(run, &access).await?;
        Ok(access)
    }

    async fn deliver_uploads(&self, run: &Run, access: &DesktopAccess) -> Result<(), Stop> {
        let client = self.desktops.client(access.clone());
        Ok(self.desktops.outputs.deliver_uploads(run.chat_id, &client).await?)
    }

    async fn request(&self, run: &Run, access: DesktopAccess) -> Result<RunRequest, Stop> {
        let (log, policy) = {
            let mut conn = self.log.database.connection().await.map_err(AppendError::from)?;
            let log = events::of_kinds(&mut conn, run.chat_id, &request::TRANSCRIPT_KINDS)
                .await
                .map_err(AppendError::from)?;
            (log, approvals::policy(&mut conn, run.chat_id).await?)
        };
        Ok(request::build(&self.blobs, run, access, policy, log).await?)
    }

    async fn person_in_control(&self, run: &Run) -> Result<bool, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(control_leases::is_held(&mut conn, run.chat_id).await?)
    }

    /// Writes down what the model service tells. `None` when it is lost before the run's end. A run that has to rest
    /// does so before the start of its next call is written down: that call has not begun then.
    async fn follow(
        &self,
        run: &Run,
        lease: Lease,
        stream: &mut RunStream,
        wanted: &mut Wanted,
    ) -> Result<Option<Stop>, Stop> {
        let mut under_way = UnderWay::Nothing;
        loop {
            let mut person = wanted.clone();
            let event = tokio::select! {
                biased;
                wish = wanted.rest(), if under_way == UnderWay::Nothing => return Ok(Some(Stop::Rests(wish))),
                event = stream.next() => event,
                () = under_way.has_to_make_way(&mut person) => {
                    self.break_off(run, lease, under_way).await?;
                    return Ok(Some(Stop::Rests(Wish::MakeWay)));
                }
            };
            match event {
                None => return Ok(None),
                Some(RunEvent::Finished(end)) => return Ok(Some(Stop::Ended(end))),
                Some(RunEvent::CallStarted(started)) => {
                    let event = entry(run, EventKind::CallStarted, &started)?;
                    if self.log.append_start_held(lease, run.chat_id, event).await? == Start::PersonInControl
                    {
                        return Ok(Some(Stop::Rests(Wish::MakeWay)));
                    }
                    under_way = UnderWay::Call;
                    stream.acknowledge();
                }
                Some(event) => {
                    under_way = under_way.after(&event);
                    self.write_down(run, lease, event).await?;
                }
            }
        }
    }

    /// Answers the action whose end is not waited for. The model service lets go of the mouse when its stream ends.
    async fn break_off(&self, run: &Run, lease: Lease, under_way: UnderWay) -> Result<(), AppendError> {
        let UnderWay::OnScreen { call_id } = under_way else { return Ok(()) };
        let answer = ToolResult {
            call_id,
            status: ToolStatus::Interrupted,
            text: "Broken off: a person took control. How far it came is not known.".to_owned(),
            screenshot: None,
            shown_to_model: false,
            elapsed_ms: 0,
        };
        self.append(run, lease, EventKind::ToolResult, &answer).await
    }

    async fn write_down(&self, run: &Run, lease: Lease, event: RunEvent) -> Result<(), Stop> {
        match event {
            RunEvent::AssistantTurn(turn) => {
                self.append(run, lease, EventKind::AssistantTurn, &turn).await?;
            }
            RunEvent::ToolResult(result) => {
                self.append(run, lease, EventKind::ToolResult, &result).await?;
            }
            RunEvent::ApprovalRequested(request) => {
                let log = self.transcript_events(run).await?;
                let stored = approvals::stored(request, &log).map_err(anyhow::Error::from)?;
                let request =
                    stored.context("the model service asked for approval of a call that is not there")?;
                self.append(run, lease, EventKind::ApprovalRequest, &request).await?;
            }
            RunEvent::UsageTotal { usage, cached_share } => {
                let total = serde_json::json!({ "usage": usage, "cached_share": cached_share });
                self.append(run, lease, EventKind::UsageTotal, &total).await?;
            }
            RunEvent::Image { sha256, media_type, data } => {
                self.keep_image(run, &sha256, &media_type, &data).await?;
            }
            short_lived @ (RunEvent::TurnStarted { .. }
            | RunEvent::TextDelta { .. }
            | RunEvent::ThinkingDelta { .. }
            | RunEvent::Retrying { .. }
            | RunEvent::ToolStarted(_)) => {
                let progress = RunProgress { run_id: run.id, event: short_lived };
                self.log.hub.publish(run.chat_id, LiveEvent::Run(Arc::new(progress)));
            }
            // `follow` deals with these itself.
            RunEvent::CallStarted(_) | RunEvent::Finished(_) => {}
        }
        Ok(())
    }

    /// Leaves the log whole: every call answered.
    async fn answer_open_calls(&self, run: &Run, lease: Lease) -> Result<(), AppendError> {
        let log = self.transcript_events(run).await?;
        let answers = request::answers_for_dangling_calls(log).unwrap_or_default();
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

    async fn transcript_events(&self, run: &Run) -> Result<Vec<events::EventRow>, AppendError> {
        let mut conn = self.log.database.connection().await?;
        Ok(events::of_kinds(&mut conn, run.chat_id, &request::TRANSCRIPT_KINDS).await?)
    }

    async fn append(
        &self,
        run: &Run,
        lease: Lease,
        kind: EventKind,
        payload: &impl Serialize,
    ) -> Result<(), AppendError> {
        self.log.append_held(lease, run.chat_id, entry(run, kind, payload)?).await
    }

    async fn keep_image(&self, run: &Run, sha256: &str, media_type: &str, data: &str) -> anyhow::Result<()> {
        let staged = screenshots::stage(&self.blobs, data).await?;
        anyhow::ensure!(staged.sha256 == sha256, "a picture is not what its hash says");
        let mut conn = self.log.database.connection().await?;
        conn.transaction(async |conn| {
            screenshots::keep(conn, &self.blobs, run.chat_id, &staged, media_type).await
        })
        .await
    }
}

/// What a run has under way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum UnderWay {
    /// No call.
    Nothing,
    /// A call that is not known to use mouse or keyboard: it comes to its own end.
    Call,
    /// An action with mouse and keyboard, or one that looks or waits.
    OnScreen { call_id: String },
}

impl UnderWay {
    /// What is under way after an event.
    fn after(self, event: &RunEvent) -> Self {
        match event {
            RunEvent::ToolStarted(ToolCall { call_id, tool: Tool::Computer { .. }, .. })
                if self == Self::Call =>
            {
                Self::OnScreen { call_id: call_id.clone() }
            }
            RunEvent::ToolResult(_) => Self::Nothing,
            _ => self,
        }
    }

    /// Waits until a person has wanted the mouse for so long that an action with it is broken off.
    async fn has_to_make_way(&self, wanted: &mut Wanted) {
        if !matches!(self, Self::OnScreen { .. }) {
            return std::future::pending().await;
        }
        wanted.make_way().await;
        tokio::time::sleep(MAKING_WAY).await;
    }
}

fn entry(run: &Run, kind: EventKind, payload: &impl Serialize) -> Result<NewEvent, AppendError> {
    let payload = serde_json::to_value(payload)
        .map_err(|error| AppendError::Database(diesel::result::Error::SerializationError(Box::new(error))))?;
    Ok(NewEvent { run_id: Some(run.id), kind, payload })
}

/// How a run goes on without a desktop.
fn no_desktop(error: DesktopError) -> Stop {
    match error {
        DesktopError::Unavailable(_) | DesktopError::Provider(_) => {
            Stop::Ended(failed("desktop_unavailable", error.to_string()))
        }
        error => anyhow::Error::from(error).into(),
    }
}

fn failed(code: &str, message: String) -> RunEnd {
    RunEnd { outcome: RunOutcome::Failed, code: code.to_owned(), message, call_id: None }
}

/// How a run ended: state, code and message; or why it rests until a person has spoken.
fn ended(end: RunEnd) -> Result<(RunState, String, String), Rest> {
    let RunEnd { outcome, code, message, call_id } = end;
    let rest = |state, code, message| Err(Rest { state, code, message, waits_for: call_id });
    match outcome {
        RunOutcome::Succeeded => Ok((RunState::Succeeded, code, message)),
        RunOutcome::Failed => Ok((RunState::Failed, code, message)),
        RunOutcome::LimitReached => Ok((RunState::LimitReached, code, message)),
        RunOutcome::ApprovalRequired => rest(RunState::AwaitingApproval, code, message),
        RunOutcome::QuestionAsked => rest(RunState::AwaitingHuman, code, message),
    }
}
