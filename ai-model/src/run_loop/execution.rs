//! Executes the calls of a turn, each after its gate, and records the results.

use protocol::run::{RunEnd, RunEvent};
use protocol::transcript::approval::{ApprovalRequest, CallStarted};
use protocol::transcript::{ScreenshotRef, ToolCall, ToolResult, ToolStatus, TranscriptItem};
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use super::batch::{Batch, desktop_lost};
use super::gate::{Gate, approval_required, gate, question_asked};
use super::limits;
use super::no_progress::{self, Verdict};
use super::resume::unexecuted;
use super::run::{Run, Step};
use super::spans;
use crate::tools::{CapturedImage, Executed};
use crate::transcript::canned_results::OUT_OF_TIME;
use crate::transcript::decisions::approval_request_for;

impl Run {
    /// Gives each call of a turn its result, in order.
    pub(super) async fn execute_batch(&mut self, mut batch: Batch) -> Step {
        while let Some(call) = batch.current().cloned() {
            if batch.halt().is_none()
                && let Some(end) = self.reached_limit()
            {
                batch.stop(end);
            }
            let result = match batch.halt() {
                Some(result) => result,
                None => self.pass_gate(&call, &mut batch).await?,
            };
            batch.answered(result.status);
            self.record(result).await;
        }
        batch.into_end().map_or(Step::Continue(()), Step::Break)
    }

    fn reached_limit(&self) -> Option<RunEnd> {
        let late = Instant::now() >= self.deadline;
        limits::before_action(&self.spent, &self.limits)
            .or_else(|| late.then(|| limits::time_is_up(&self.limits)))
    }

    /// Executes a call if its gate is open. The run ends where a person has to decide or answer first.
    async fn pass_gate(&mut self, call: &ToolCall, batch: &mut Batch) -> Step<ToolResult> {
        let since = self.since_last_turn();
        match gate(call, &self.approval, since) {
            Gate::Open if !self.acknowledgements.are_expected() => {}
            Gate::Answered(result) => return Step::Continue(result),
            Gate::NeedsAnswer => return Step::Break(question_asked(call)),
            Gate::NeedsApproval(request) => {
                let end = match approval_request_for(&call.call_id, since) {
                    Some(requested) => approval_required(requested),
                    None => self.request_approval(request).await,
                };
                return Step::Break(end);
            }
            Gate::Open | Gate::Approved => self.announce_start(call).await,
        }
        self.events.emit(RunEvent::ToolStarted(call.clone())).await;
        Step::Continue(self.execute(call, batch).await)
    }

    /// Announces that a call is about to start, and waits until a caller who acknowledges events has stored that.
    async fn announce_start(&mut self, call: &ToolCall) {
        let started = CallStarted { call_id: call.call_id.clone() };
        self.conversation.items.push(TranscriptItem::CallStarted(started.clone()));
        self.events.emit(RunEvent::CallStarted(started)).await;
        self.acknowledgements.wait_for(self.events.emitted()).await;
    }

    async fn request_approval(&mut self, request: ApprovalRequest) -> RunEnd {
        let end = approval_required(&request);
        self.conversation.items.push(TranscriptItem::ApprovalRequest(request.clone()));
        self.events.emit(RunEvent::ApprovalRequested(request)).await;
        end
    }

    /// Executes a call and checks its result for progress.
    async fn execute(&mut self, call: &ToolCall, batch: &mut Batch) -> ToolResult {
        let span = tracing::info_span!("call", call.id = call.call_id);
        let traced = spans::begin_call(call);
        let executing = traced.within(self.executor.execute(call, batch.context()).instrument(span));
        let Ok(Executed { mut result, image, desktop_lost: lost }) =
            timeout_at(self.deadline, executing).await
        else {
            traced.fail("timeout");
            batch.stop(limits::time_is_up(&self.limits));
            return unexecuted(call, ToolStatus::Interrupted, OUT_OF_TIME);
        };
        spans::end_call(&traced, &result);
        drop(traced);
        if lost {
            batch.stop(desktop_lost());
        }
        let show_after = batch.show_after(self.provider.expects_screenshot_after_each_call());
        self.screenshots.apply(call, &mut result, show_after);
        if let Some(image) = image {
            self.emit_image(image, result.shown_to_model).await;
        }
        match self.progress.record(call, &result, batch.observation()) {
            Verdict::Fine => {}
            Verdict::Warn(times) => no_progress::warn(&mut result.text, times),
            Verdict::Stop => batch.stop(no_progress::stuck()),
        }
        result
    }

    /// The items after the model's last turn.
    fn since_last_turn(&self) -> &[TranscriptItem] {
        let from = self.conversation.last_turn().map_or(0, |(index, _)| index + 1);
        &self.conversation.items[from..]
    }

    /// Adds a new screenshot to the result of a call that may have taken effect.
    pub(super) async fn attach_screenshot(&mut self, result: &mut ToolResult) {
        let Some(image) = self.executor.screenshot().await else { return };
        result.screenshot = Some(image.reference.clone());
        result.shown_to_model = true;
        self.emit_image(image, result.shown_to_model).await;
    }

    /// Appends a result to the conversation and emits it.
    pub(super) async fn record(&mut self, result: ToolResult) {
        self.spent.result(&result);
        self.conversation.items.push(TranscriptItem::ToolResult(result.clone()));
        self.events.emit(RunEvent::ToolResult(result)).await;
    }

    /// Emits an image once a stream. It is kept only when the model sees it: requests do not contain what only the
    /// person sees.
    async fn emit_image(&mut self, image: CapturedImage, shown_to_model: bool) {
        let CapturedImage { reference: ScreenshotRef { sha256, media_type, .. }, base64 } = image;
        if shown_to_model {
            self.conversation.images.insert(sha256.clone(), base64.clone());
        }
        if self.emitted_images.insert(sha256.clone()) {
            self.events.emit(RunEvent::Image { sha256, media_type, data: base64.to_string() }).await;
        }
    }
}
