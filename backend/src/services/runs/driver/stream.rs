//! Records the events that the model service streams.

use std::io;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::run::{RunEvent, SentImage};
use protocol::transcript::{ToolResult, ToolStatus};
use tracing::{Instrument as _, Span};

use super::in_flight::InFlightCall;
use super::spending::note_spending;
use super::{RunDriver, Stop};
use crate::clients::model::RunStream;
use crate::metrics::StreamObserver;
use crate::services::event_log::AppendError;
use crate::services::runs::held_run::HeldRun;
use crate::services::runs::signals::{RunSignal, SignalReceiver};
use crate::store::events::EventKind;

impl RunDriver {
    /// Records the events of a stream until the run stops. Returns `None` if the stream breaks off first. A
    /// suspension takes effect between calls: the start of the next call is then not recorded and the call
    /// does not run.
    pub(super) async fn follow(
        &self,
        held: &HeldRun,
        stream: &mut RunStream,
        signals: &mut SignalReceiver,
    ) -> Result<Option<Stop>, Stop> {
        let mut in_flight = InFlightCall::None;
        let mut has_spent = false;
        let mut observer = self.log.metrics.observe_stream();
        loop {
            let mut preempting = signals.clone();
            let event = tokio::select! {
                biased;
                signal = signals.suspend(), if in_flight == InFlightCall::None => return Ok(Some(Stop::Suspended(signal))),
                event = stream.next() => event,
                () = in_flight.preempted(&mut preempting) => {
                    interrupt(held, in_flight, &mut observer).await?;
                    return Ok(Some(Stop::Suspended(RunSignal::Preempt)));
                }
            };
            event.iter().for_each(|event| observer.saw(event));
            let span = event
                .as_ref()
                .and_then(call_id)
                .map_or_else(Span::none, |call_id| tracing::info_span!("call", call.id = call_id));
            match event {
                None => return Ok(None),
                Some(RunEvent::Finished(end)) => return Ok(Some(Stop::Ended(end))),
                Some(RunEvent::CallStarted(started)) => {
                    // After a turn that completes the work nothing starts, so that it still succeeds.
                    if std::mem::take(&mut has_spent) {
                        self.check_spending(held).await?;
                    }
                    if !held.begin_call(&started).instrument(span).await? {
                        return Ok(Some(Stop::Suspended(RunSignal::Preempt)));
                    }
                    in_flight = InFlightCall::Other;
                    stream.acknowledge().await;
                }
                Some(event @ RunEvent::TurnStarted { turn }) => {
                    // The turn before may have executed no call, and other runs spend of the same budgets.
                    if turn > 0 {
                        self.check_spending(held).await?;
                    }
                    stream.acknowledge().await;
                    held.announce(event);
                }
                Some(RunEvent::ImagesWanted { sha256 }) => self.send_images(stream, sha256).await?,
                Some(event) => {
                    // Nobody has to decide on a call that no turn can follow.
                    let asks = matches!(event, RunEvent::ApprovalRequested(_));
                    if asks && std::mem::take(&mut has_spent) {
                        self.check_spending(held).await?;
                    }
                    in_flight = in_flight.after(&event);
                    has_spent |= matches!(event, RunEvent::AssistantTurn(_) | RunEvent::Spent(_));
                    write_down(held, event).instrument(span).await?;
                }
            }
        }
    }

    /// Sends the screenshots that the model service wants to show.
    async fn send_images(&self, stream: &mut RunStream, wanted: Vec<String>) -> Result<(), Stop> {
        for sha256 in wanted {
            let data = match self.blobs.read(&sha256).await {
                Ok(bytes) => Some(BASE64_STANDARD.encode(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    tracing::warn!(blob.sha256 = sha256, "a screenshot is lost");
                    None
                }
                Err(error) => return Err(Stop::Broken(error.into())),
            };
            stream.send_image(SentImage { sha256, data }).await;
        }
        Ok(())
    }
}

/// Records a result for the action being abandoned. The model service releases the mouse when its stream
/// closes.
async fn interrupt(
    held: &HeldRun,
    in_flight: InFlightCall,
    observer: &mut StreamObserver,
) -> Result<(), AppendError> {
    let InFlightCall::OnScreen { call_id } = in_flight else { return Ok(()) };
    let answer = ToolResult {
        call_id,
        status: ToolStatus::Interrupted,
        text: "Broken off: a person took control. How far it came is not known.".to_owned(),
        screenshot: None,
        shown_to_model: false,
        elapsed_ms: 0,
    };
    observer.result(&answer);
    held.append(EventKind::ToolResult, &answer).await
}

/// The call that an event is about.
fn call_id(event: &RunEvent) -> Option<&str> {
    match event {
        RunEvent::ApprovalRequested(request) => Some(&request.call_id),
        RunEvent::CallStarted(started) => Some(&started.call_id),
        RunEvent::ToolStarted(call) => Some(&call.call_id),
        RunEvent::ToolResult(result) => Some(&result.call_id),
        _ => None,
    }
}

async fn write_down(held: &HeldRun, event: RunEvent) -> Result<(), Stop> {
    match event {
        RunEvent::SpentSoFar(spending) => note_spending(held, &spending).await?,
        RunEvent::Spent(spending) => held.append(EventKind::Spent, &spending).await?,
        RunEvent::ModelChanged(change) => held.append(EventKind::ModelChanged, &change).await?,
        RunEvent::AssistantTurn(turn) => held.append(EventKind::AssistantTurn, &turn).await?,
        RunEvent::ToolResult(result) => {
            held.append(EventKind::ToolResult, &result).await?;
            tracing::debug!(call.status = ?result.status, elapsed_ms = result.elapsed_ms, "a call ended");
        }
        RunEvent::ApprovalRequested(request) => held.request_approval(request).await?,
        RunEvent::UsageTotal { usage, cached_share } => {
            let total = serde_json::json!({ "usage": usage, "cached_share": cached_share });
            held.append(EventKind::UsageTotal, &total).await?;
        }
        RunEvent::Image { sha256, media_type, data } => {
            held.keep_screenshot(&sha256, &media_type, &data).await?;
        }
        short_lived @ (RunEvent::TextDelta { .. }
        | RunEvent::ThinkingDelta { .. }
        | RunEvent::Retrying { .. }
        | RunEvent::ToolStarted(_)) => held.announce(short_lived),
        // Handled by `follow`.
        RunEvent::TurnStarted { .. }
        | RunEvent::CallStarted(_)
        | RunEvent::ImagesWanted { .. }
        | RunEvent::Finished(_) => {}
    }
    Ok(())
}
