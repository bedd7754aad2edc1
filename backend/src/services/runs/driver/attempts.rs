//! Has the model service work on a run, and retries when it or the desktop is lost.

use std::time::Duration;

use protocol::run::{DESKTOP_UNREACHABLE, DesktopAccess, MAX_COST, RunLimits, RunRequest};
use traces::{Span, SpanKind};

use super::spending::Allowed;
use super::{RunDriver, Stop, failed, notices};
use crate::clients::model::{ModelServiceError, Refusal};
use crate::services::desktops::{DesktopError, Replaced};
use crate::services::event_log::AppendError;
use crate::services::models::ResolveModelError;
use crate::services::runs::held_run::HeldRun;
use crate::services::runs::request::Chat;
use crate::services::runs::request::cost_since_last_message;
use crate::services::runs::signals::{RunSignal, SignalReceiver};
use crate::services::runs::{approvals, request};
use crate::store::events::EventKind;
use crate::store::shown_uploads;
use crate::words::BackendReason;

/// How many desktops a run may lose before it fails.
const MAX_LOST_DESKTOPS: u32 = 2;
/// How many consecutive attempts may lose the model service before the run fails.
const MODEL_ATTEMPTS: u32 = 10;
/// How often a run goes on because a budget was raised. If the model service counts otherwise, the run has to end all the same.
const MAX_RAISES: u32 = 50;
/// A minute, in milliseconds.
const MINUTE_MS: u64 = 60_000;
/// Delay before calling the model service again.
const MODEL_RETRY_DELAY: Duration = Duration::from_secs(1);

/// The result of an attempt.
enum Attempt {
    /// The run stops here.
    Stopped(Stop),
    /// The desktop was lost; continue with a replacement.
    DesktopLost,
    /// The model service was lost; try again.
    ModelLost,
    /// A budget was raised while the run used it up; go on with what is left now.
    BudgetRaised,
}

/// What a run has lost so far.
#[derive(Default)]
struct Losses {
    desktops: u32,
    /// Consecutive attempts without progress.
    attempts: u32,
    /// How often a budget was raised just as the run used it up.
    raises: u32,
}

impl RunDriver {
    /// Works on the run until it stops here.
    pub(super) async fn work(&self, held: &HeldRun, signals: &mut SignalReceiver) -> Result<Stop, Stop> {
        // A takeover that begins later signals this run, because the supervisor has registered it by now.
        if held.person_in_control().await? {
            return Ok(Stop::Suspended(RunSignal::Preempt));
        }
        held.append(EventKind::RunState, &notices::running()).await?;
        // Registered before the desktop is requested, so that the sweeper can't suspend it in between.
        let _in_use = self.desktops.keep_in_use(held.chat_id());
        let mut access = self.desktop(held).await?;
        let mut losses = Losses::default();
        loop {
            match self.attempt(held, &access, signals, &mut losses).await? {
                Attempt::Stopped(stop) => return Ok(stop),
                Attempt::BudgetRaised => {}
                Attempt::DesktopLost => access = self.another_desktop(held, &access).await?,
                Attempt::ModelLost => tokio::select! {
                    signal = signals.suspend() => return Ok(Stop::Suspended(signal)),
                    () = tokio::time::sleep(MODEL_RETRY_DELAY) => {}
                },
            }
        }
    }

    async fn attempt(
        &self,
        held: &HeldRun,
        access: &DesktopAccess,
        signals: &mut SignalReceiver,
        losses: &mut Losses,
    ) -> Result<Attempt, Stop> {
        held.settle().await?;
        // A run may wait long for a person, or for another desktop.
        let allowed = self.check_spending(held).await?;
        let request = self.request(held, access.clone(), &allowed).await?;
        losses.attempts += 1;
        let mut stream = match self.model.run(&request).await {
            Ok(stream) => stream,
            Err(ModelServiceError::Lost(error)) => {
                return Ok(model_lost(held, losses, &format!("{error:#}")));
            }
            Err(ModelServiceError::Refused(refusal)) => return Ok(model_refused(held, &refusal)),
        };
        let followed = self.follow(held, &mut stream, signals).await?;
        let told_something = stream.has_told_something();
        if let Some(Stop::Ended(_)) = &followed {
            stream.close().await;
        }
        match followed {
            // The call in flight has been answered as interrupted, so it will not be repeated.
            Some(Stop::Ended(end))
                if end.code == DESKTOP_UNREACHABLE && losses.desktops < MAX_LOST_DESKTOPS =>
            {
                tracing::warn!(run.id = %held.run.id, "the desktop was lost; the run continues with a new one");
                *losses = Losses { desktops: losses.desktops + 1, attempts: 0, ..*losses };
                Ok(Attempt::DesktopLost)
            }
            // The model service knows neither the budgets nor what other runs spend: name the one that is used up.
            Some(Stop::Ended(end)) if end.code == MAX_COST && losses.raises < MAX_RAISES => {
                self.check_spending(held).await?;
                *losses = Losses { attempts: 0, raises: losses.raises + 1, ..*losses };
                Ok(Attempt::BudgetRaised)
            }
            Some(stop) => Ok(Attempt::Stopped(stop)),
            None => {
                if told_something {
                    losses.attempts = 1;
                }
                Ok(model_lost(held, losses, "it ended in the middle of an answer"))
            }
        }
    }

    /// Returns the chat's desktop with its uploads delivered and read.
    async fn desktop(&self, held: &HeldRun) -> Result<DesktopAccess, Stop> {
        let span = Span::child(SpanKind::Internal, || "ensure_desktop".into());
        let access = span.within(self.desktops.ensure(held.chat_id())).await.map_err(no_desktop)?;
        drop(span);
        self.prepare(held, &access).await?;
        Ok(access)
    }

    /// Replaces a lost desktop, and records why it was lost.
    async fn another_desktop(&self, held: &HeldRun, lost: &DesktopAccess) -> Result<DesktopAccess, Stop> {
        let Replaced { access, why } =
            self.desktops.replace(held.chat_id(), lost).await.map_err(no_desktop)?;
        if let Some(why) = why {
            held.append(EventKind::RunState, &notices::desktop_replaced(&why)).await?;
        }
        self.prepare(held, &access).await?;
        Ok(access)
    }

    /// Gives a desktop what the run needs there.
    async fn prepare(&self, held: &HeldRun, access: &DesktopAccess) -> Result<(), Stop> {
        // Not the person's of now: the model has been told these.
        if let Some(locale) = held.locale().await? {
            self.desktops.set_locale(access, &locale).await;
        }
        self.deliver_uploads(held, access).await
    }

    async fn deliver_uploads(&self, held: &HeldRun, access: &DesktopAccess) -> Result<(), Stop> {
        let client = self.desktops.client(access.clone());
        for undelivered in self.desktops.outputs.deliver_uploads(held.chat_id(), &client).await? {
            held.append(EventKind::RunState, &notices::not_delivered(&undelivered)).await?;
        }
        for not_shown in self.desktops.outputs.read_uploads(held.chat_id(), &client).await? {
            held.append(EventKind::RunState, &notices::not_shown(&not_shown)).await?;
        }
        Ok(())
    }

    async fn request(
        &self,
        held: &HeldRun,
        access: DesktopAccess,
        allowed: &Allowed,
    ) -> Result<RunRequest, Stop> {
        let log = held.transcript().await?;
        let (policy, shown) = {
            let mut conn = self.log.database.connection().await.map_err(AppendError::from)?;
            let shown = shown_uploads::of_chat(&mut conn, held.chat_id()).await.map_err(AppendError::from)?;
            (approvals::policy(&mut conn, held.chat_id()).await?, shown)
        };
        let model = self.models.resolve(held.chat_id()).await.map_err(no_model)?;
        let fallbacks = self.models.fallbacks(held.chat_id()).await.map_err(no_model)?;
        let fallbacks = self.affordable(held, fallbacks).await?;
        let (models, chat) = ((model, fallbacks), Chat { log, shown });
        let mut request = request::build(&self.blobs, &held.run, access, models, policy, chat).await?;
        request.spent = held.spent().await?;
        Ok(limited(request, allowed))
    }
}

/// A request with the limits of its run. The model service counts since the person's last message, and so from what the run
/// has cost already.
fn limited(mut request: RunRequest, Allowed { limits, budgets }: &Allowed) -> RunRequest {
    let without_turn = request.spent.iter().filter_map(|spending| spending.microdollars);
    let spent = without_turn.fold(cost_since_last_message(&request.transcript), u64::saturating_add);
    let RunLimits { max_turns, max_wall_time_ms, .. } = request.limits;
    request.limits = RunLimits {
        max_turns: limits.max_turns.map_or(max_turns, |turns| turns.min(max_turns)),
        max_wall_time_ms: limits
            .max_minutes
            .map_or(max_wall_time_ms, |minutes| (u64::from(minutes) * MINUTE_MS).min(max_wall_time_ms)),
        max_cost_microdollars: budgets
            .tightest()
            .map(|budget| spent.saturating_add(budget.left_microdollars)),
        acknowledged_turns: budgets.tightest().is_some(),
        ..request.limits
    };
    request
}

/// Decides whether to try the model service again.
fn model_lost(held: &HeldRun, losses: &Losses, reason: &str) -> Attempt {
    tracing::warn!(run.id = %held.run.id, error = reason, "the model service was lost");
    if losses.attempts < MODEL_ATTEMPTS {
        return Attempt::ModelLost;
    }
    Attempt::Stopped(Stop::Ended(failed(BackendReason::ModelServiceUnreachable)))
}

/// Ends the run: the model service would refuse it again.
fn model_refused(held: &HeldRun, refusal: &Refusal) -> Attempt {
    tracing::error!(run.id = %held.run.id, ?refusal, "the model service refused a run");
    let reason = match refusal {
        Refusal::Token => BackendReason::ModelTokenRefused,
        Refusal::Request { status, .. } => {
            BackendReason::ModelServiceRefused { status: status.as_u16().into() }
        }
    };
    Attempt::Stopped(Stop::Ended(failed(reason)))
}

/// How a run ends when its model can't be asked.
fn no_model(error: ResolveModelError) -> Stop {
    let told = match error {
        ResolveModelError::Connection(error) => error.told().map_err(anyhow::Error::from),
        error => Err(error.into()),
    };
    told.map_or_else(Stop::from, |reason| Stop::Ended(failed(reason)))
}

/// How a run ends when it can't get a desktop.
fn no_desktop(error: DesktopError) -> Stop {
    match error {
        DesktopError::Unavailable(unavailable) => Stop::Ended(failed(unavailable.into())),
        error => anyhow::Error::from(error).into(),
    }
}
