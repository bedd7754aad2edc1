//! The loop.

use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::ControlFlow;

use futures_util::StreamExt as _;
use protocol::run::{RunEnd, RunEvent, RunLimits};
use protocol::transcript::approval::{ApprovalPolicy, ApprovalRequest, CallStarted};
use protocol::transcript::{
    AssistantTurn, ScreenshotRef, ToolCall, ToolResult, ToolStatus, TranscriptItem, TurnCost,
};
use tokio::time::{Instant, timeout_at};

use super::Run;
use super::acknowledged::Acknowledged;
use super::batch::{Batch, desktop_lost};
use super::events::Events;
use super::gate::{Gate, approval_required, gate, question_asked};
use super::limits::{self, Spent};
use super::no_progress::{self, NoProgress, Verdict};
use super::resume::{Resumed, Starts, open_calls, unexecuted};
use super::sight::LastSeen;
use super::silence::{Next, Silence};
use super::usage_total::UsageTotal;
use crate::providers::{ModelError, ModelProvider, TurnEvent};
use crate::tools::{CapturedImage, Executed, ToolExecutor};
use crate::transcript::Conversation;
use crate::transcript::canned_results::OUT_OF_TIME;
use crate::transcript::decisions::approval_request_for;

/// A step of the loop: it goes on, or the run ends.
type Step<T = ()> = ControlFlow<RunEnd, T>;

/// Works until the run ends, and tells what happens.
pub(super) async fn work(run: Run, events: Events) {
    let mut working = Working::new(run, events.clone());
    let end = match working.until_the_end().await {
        ControlFlow::Break(end) => end,
        ControlFlow::Continue(never) => match never {},
    };
    working.executor.release().await;
    let (turns, actions) = (working.spent.turns(), working.spent.actions());
    tracing::info!(run.turns = turns, run.actions = actions, run.code = %end.code, "run ended");
    if let Some(total) = working.used.event() {
        events.tell(total).await;
    }
    events.tell(RunEvent::Finished(end)).await;
}

/// A run at work.
struct Working {
    provider: Box<dyn ModelProvider>,
    executor: ToolExecutor,
    conversation: Conversation,
    limits: RunLimits,
    approval: ApprovalPolicy,
    acknowledged: Acknowledged,
    events: Events,
    /// Turns of this stream.
    turn: u32,
    spent: Spent,
    /// By the turns of this stream.
    used: UsageTotal,
    deadline: Instant,
    seen: LastSeen,
    progress: NoProgress,
    told_images: HashSet<String>,
}

impl Working {
    fn new(run: Run, events: Events) -> Self {
        let Run { provider, executor, conversation, limits, approval, acknowledged } = run;
        let items = &conversation.items;
        let spent = Spent::by(items);
        Self {
            deadline: spent.deadline(&limits),
            seen: LastSeen::by(items),
            progress: NoProgress::by(items),
            told_images: HashSet::new(),
            turn: 0,
            used: UsageTotal::default(),
            provider,
            executor,
            limits,
            approval,
            acknowledged,
            events,
            spent,
            conversation,
        }
    }

    async fn until_the_end(&mut self) -> Step<Infallible> {
        self.resume().await?;
        // A run whose last turn is there already has only its end to tell.
        if let Some(end) = already_over(&self.conversation) {
            return Step::Break(end);
        }
        let mut silence = Silence::default();
        loop {
            let batch = self.ask().await?;
            if !batch.is_empty() {
                silence = Silence::default();
                self.act(batch).await?;
                continue;
            }
            let next = self.conversation.last_turn().map(|(_, turn)| silence.next(turn));
            if let Some(Next::End(end)) = next {
                return Step::Break(end);
            }
        }
    }

    /// Deals with the calls that the transcript left open.
    async fn resume(&mut self) -> Step {
        let starts = if self.acknowledged.is_told() { Starts::All } else { Starts::OfApproved };
        match open_calls(&self.conversation, starts) {
            Resumed::Nothing => {}
            Resumed::Over(answers) => {
                for mut answer in answers {
                    if answer.status == ToolStatus::Interrupted {
                        self.show_the_screen(&mut answer).await;
                    }
                    self.record(answer).await;
                }
            }
            Resumed::GoOn => {
                let batch = self
                    .conversation
                    .last_turn()
                    .map(|(index, turn)| Batch::new(turn, self.conversation.results_of(index).count()));
                if let Some(batch) = batch {
                    self.act(batch).await?;
                }
            }
        }
        Step::Continue(())
    }

    /// Asks the model for its next turn.
    async fn ask(&mut self) -> Step<Batch> {
        let price = self.provider.price();
        if let Some(end) = limits::before_a_turn(&self.spent, &self.limits, price) {
            return Step::Break(end);
        }
        let began = Instant::now();
        if began >= self.deadline {
            return Step::Break(limits::time_is_up(&self.limits));
        }
        let number = self.turn;
        self.events.tell(RunEvent::TurnStarted { turn: number }).await;
        let listening = listen(&*self.provider, &self.conversation, &self.events, number);
        let mut turn = match timeout_at(self.deadline, listening).await {
            Ok(Ok(turn)) => turn,
            Ok(Err(error)) => return Step::Break(failed(&error)),
            Err(_) => return Step::Break(limits::time_is_up(&self.limits)),
        };
        turn.cost = TurnCost {
            elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            microdollars: price.map(|price| price.of(turn.usage)),
        };
        self.turn += 1;
        self.spent.turn(turn.usage, turn.cost);
        self.used.add(turn.usage);
        self.seen.turn_begins();
        let batch = Batch::new(&turn, 0);
        self.events.tell(RunEvent::AssistantTurn(turn.clone())).await;
        self.conversation.items.push(TranscriptItem::AssistantTurn(turn));
        Step::Continue(batch)
    }

    /// Answers the calls of a turn, in order.
    async fn act(&mut self, mut batch: Batch) -> Step {
        while let Some(call) = batch.current().cloned() {
            if batch.halt().is_none()
                && let Some(end) = self.limit_of_actions()
            {
                batch.stop(end);
            }
            let result = match batch.halt() {
                Some(result) => result,
                None => self.pass(&call, &mut batch).await?,
            };
            batch.answered(result.status);
            self.record(result).await;
        }
        batch.into_end().map_or(Step::Continue(()), Step::Break)
    }

    fn limit_of_actions(&self) -> Option<RunEnd> {
        let late = Instant::now() >= self.deadline;
        limits::before_an_action(&self.spent, &self.limits)
            .or_else(|| late.then(|| limits::time_is_up(&self.limits)))
    }

    /// Brings a call past the gate and answers it, unless a person has to speak first.
    async fn pass(&mut self, call: &ToolCall, batch: &mut Batch) -> Step<ToolResult> {
        let since = self.since_last_turn();
        match gate(call, &self.approval, since) {
            Gate::Open if !self.acknowledged.is_told() => {}
            Gate::Answered(result) => return Step::Continue(result),
            Gate::NeedsAnswer => return Step::Break(question_asked(call)),
            Gate::NeedsApproval(request) => {
                let end = match approval_request_for(&call.call_id, since) {
                    Some(asked) => approval_required(asked),
                    None => self.request_approval(request).await,
                };
                return Step::Break(end);
            }
            Gate::Open | Gate::Approved => self.write_down_the_start(call).await,
        }
        self.events.tell(RunEvent::ToolStarted(call.clone())).await;
        Step::Continue(self.perform(call, batch).await)
    }

    /// Says that a call is about to be done, and waits until that is written down where somebody says so.
    async fn write_down_the_start(&mut self, call: &ToolCall) {
        let started = CallStarted { call_id: call.call_id.clone() };
        self.conversation.items.push(TranscriptItem::CallStarted(started.clone()));
        self.events.tell(RunEvent::CallStarted(started)).await;
        self.acknowledged.until(self.events.told()).await;
    }

    /// Adds the screen as it is now to the answer of a call that may have taken effect.
    async fn show_the_screen(&mut self, answer: &mut ToolResult) {
        let Some(image) = self.executor.screenshot().await else { return };
        answer.screenshot = Some(image.reference.clone());
        answer.shown_to_model = true;
        self.tell_image(image, answer.shown_to_model).await;
    }

    async fn request_approval(&mut self, request: ApprovalRequest) -> RunEnd {
        let end = approval_required(&request);
        self.conversation.items.push(TranscriptItem::ApprovalRequest(request.clone()));
        self.events.tell(RunEvent::ApprovalRequested(request)).await;
        end
    }

    /// Does a call, and judges what came of it.
    async fn perform(&mut self, call: &ToolCall, batch: &mut Batch) -> ToolResult {
        let executing = self.executor.execute(call, batch.context());
        let Ok(Executed { mut result, image, desktop_lost: lost }) =
            timeout_at(self.deadline, executing).await
        else {
            batch.stop(limits::time_is_up(&self.limits));
            return unexecuted(call, ToolStatus::Interrupted, OUT_OF_TIME);
        };
        if lost {
            batch.stop(desktop_lost());
        }
        self.seen.show(call, &mut result, batch.showing(self.provider.sees_after_each_call()));
        if let Some(image) = image {
            self.tell_image(image, result.shown_to_model).await;
        }
        match self.progress.note(call, &result, batch.sight()) {
            Verdict::Fine => {}
            Verdict::Warn(times) => no_progress::warn(&mut result.text, times),
            Verdict::Stop => batch.stop(no_progress::stuck()),
        }
        result
    }

    /// What came after the model's last turn.
    fn since_last_turn(&self) -> &[TranscriptItem] {
        let from = self.conversation.last_turn().map_or(0, |(index, _)| index + 1);
        &self.conversation.items[from..]
    }

    /// Appends a result to the conversation and tells it.
    async fn record(&mut self, result: ToolResult) {
        self.spent.result(&result);
        self.conversation.items.push(TranscriptItem::ToolResult(result.clone()));
        self.events.tell(RunEvent::ToolResult(result)).await;
    }

    /// Tells an image, unless this stream has carried the same one before. It is kept only when the model is shown it:
    /// no request will hold what only the person is shown.
    async fn tell_image(&mut self, image: CapturedImage, shown_to_model: bool) {
        let CapturedImage { reference: ScreenshotRef { sha256, media_type, .. }, base64 } = image;
        if shown_to_model {
            self.conversation.images.insert(sha256.clone(), base64.clone());
        }
        if self.told_images.insert(sha256.clone()) {
            self.events.tell(RunEvent::Image { sha256, media_type, data: base64.to_string() }).await;
        }
    }
}

/// The end of a run that was lost after its last turn.
fn already_over(conversation: &Conversation) -> Option<RunEnd> {
    let Some(TranscriptItem::AssistantTurn(turn)) = conversation.items.last() else { return None };
    match Silence::default().next(turn) {
        Next::AskAgain => None,
        Next::End(end) => Some(end),
    }
}

/// Passes on what the model says, until its turn is complete.
async fn listen(
    provider: &dyn ModelProvider,
    conversation: &Conversation,
    events: &Events,
    turn: u32,
) -> Result<AssistantTurn, ModelError> {
    let mut said = provider.turn(conversation);
    while let Some(event) = said.next().await {
        events
            .tell(match event? {
                TurnEvent::TextDelta(text) => RunEvent::TextDelta { turn, text },
                TurnEvent::ThinkingDelta(text) => RunEvent::ThinkingDelta { turn, text },
                TurnEvent::Retrying { reason, delay_ms } => RunEvent::Retrying { turn, reason, delay_ms },
                TurnEvent::Complete(turn) => return Ok(turn),
            })
            .await;
    }
    Err(ModelError::EmptyTurn)
}

fn failed(error: &ModelError) -> RunEnd {
    tracing::warn!(error.code = error.code(), "the model gave no turn");
    error.run_end()
}
