//! The loop.

use std::collections::HashSet;
use std::convert::Infallible;
use std::ops::ControlFlow;

use futures_util::StreamExt as _;
use protocol::price::Price;
use protocol::reason::Reason;
use protocol::run::{RunEnd, RunEvent, RunLimits, SentImage};
use protocol::transcript::approval::ApprovalPolicy;
use protocol::transcript::{AssistantTurn, ToolStatus, TranscriptItem, TurnCost};
use tokio::time::{Instant, timeout_at};

use super::RunInput;
use super::acknowledgements::Acknowledgements;
use super::batch::Batch;
use super::empty_turn_policy::{EmptyTurnPolicy, Next};
use super::events::Events;
use super::fallbacks::Fallbacks;
use super::limits::{self, Spent};
use super::no_progress::NoProgress;
use super::resume::{OpenCalls, StoredStarts, open_calls};
use super::screenshot_policy::ScreenshotPolicy;
use super::sent_images::SentImages;
use super::spans;
use super::spending::{Bill, NoTurn};
use super::usage_total::UsageTotal;
use crate::providers::{ModelError, ModelProvider, TurnEvent};
use crate::tools::ToolExecutor;
use crate::transcript::Conversation;

/// The outcome of a step: the loop continues, or the run ends.
pub(super) type Step<T = ()> = ControlFlow<RunEnd, T>;

/// Runs the loop to its end.
pub(super) async fn run(input: RunInput, events: Events) {
    let mut run = Run::new(input, events.clone());
    let end = match run.until_the_end().await {
        ControlFlow::Break(end) => end,
        ControlFlow::Continue(never) => match never {},
    };
    run.executor.release().await;
    let (turns, actions) = (run.spent.turns(), run.spent.actions());
    tracing::info!(run.turns = turns, run.actions = actions, run.code = %end.code, "run ended");
    if let Some(total) = run.usage.event() {
        events.emit(total).await;
    }
    events.emit(RunEvent::Finished(end)).await;
}

/// A run in progress.
pub(super) struct Run {
    pub(super) provider: Box<dyn ModelProvider>,
    pub(super) executor: ToolExecutor,
    pub(super) conversation: Conversation,
    /// What the model costs, if an administrator says so.
    pub(super) price: Option<Price>,
    /// The models that go on where this one can't.
    pub(super) fallbacks: Fallbacks,
    pub(super) limits: RunLimits,
    pub(super) approval: ApprovalPolicy,
    pub(super) acknowledgements: Acknowledgements,
    sent_images: SentImages,
    pub(super) events: Events,
    /// The number of the next turn in this stream.
    turn: u32,
    pub(super) spent: Spent,
    /// The tokens of this stream's turns.
    usage: UsageTotal,
    pub(super) deadline: Instant,
    pub(super) screenshots: ScreenshotPolicy,
    pub(super) progress: NoProgress,
    pub(super) emitted_images: HashSet<String>,
}

impl Run {
    fn new(input: RunInput, events: Events) -> Self {
        let RunInput {
            provider,
            price,
            fallbacks,
            executor,
            conversation,
            limits,
            approval,
            spent,
            acknowledgements,
            sent_images,
        } = input;
        let items = &conversation.items;
        let spent = Spent::since_last_message(items, &spent);
        Self {
            deadline: spent.deadline(&limits),
            screenshots: ScreenshotPolicy::after(items),
            progress: NoProgress::after(items),
            emitted_images: HashSet::new(),
            turn: 0,
            usage: UsageTotal::default(),
            provider,
            price,
            fallbacks,
            executor,
            limits,
            approval,
            acknowledgements,
            sent_images,
            events,
            spent,
            conversation,
        }
    }

    async fn until_the_end(&mut self) -> Step<Infallible> {
        self.tell_first_change().await;
        self.finish_open_calls().await?;
        // A run that was lost after its last turn only has to report its end.
        if let Some(end) = end_of_lost_run(&self.conversation) {
            return Step::Break(end);
        }
        self.fetch_images().await;
        let mut empty_turns = EmptyTurnPolicy::default();
        loop {
            let Some(batch) = self.request_turn().await? else { continue };
            if !batch.is_empty() {
                empty_turns = EmptyTurnPolicy::default();
                self.execute_batch(batch).await?;
                continue;
            }
            let next = self.conversation.last_turn().map(|(_, turn)| empty_turns.after(turn));
            if let Some(Next::End(end)) = next {
                return Step::Break(end);
            }
        }
    }

    /// Executes the calls that the transcript left open, or gives them results.
    async fn finish_open_calls(&mut self) -> Step {
        let stored =
            if self.acknowledgements.are_expected() { StoredStarts::All } else { StoredStarts::Approved };
        match open_calls(&self.conversation, stored) {
            OpenCalls::None => {}
            OpenCalls::Answered(results) => {
                for mut result in results {
                    if result.status == ToolStatus::Interrupted {
                        self.attach_screenshot(&mut result).await;
                    }
                    self.record(result).await;
                }
            }
            OpenCalls::NotStarted => {
                let batch = self
                    .conversation
                    .last_turn()
                    .map(|(index, turn)| Batch::new(turn, self.conversation.results_of(index).count()));
                if let Some(batch) = batch {
                    self.execute_batch(batch).await?;
                }
            }
        }
        Step::Continue(())
    }

    /// Asks the caller for the images that the next request shows. Later requests show no other old ones: images are only
    /// ever left out.
    pub(super) async fn fetch_images(&mut self) {
        if !self.conversation.images.are_incomplete() || !self.sent_images.can_be_asked() {
            return;
        }
        self.provider.note_images(&self.conversation);
        let mut wanted = self.conversation.images.take_wanted();
        if wanted.is_empty() {
            return;
        }
        self.events.emit(RunEvent::ImagesWanted { sha256: wanted.iter().cloned().collect() }).await;
        while !wanted.is_empty() {
            let SentImage { sha256, data } = self.sent_images.next().await;
            wanted.remove(&sha256);
            match data {
                Some(data) => self.conversation.images.insert(sha256, data.into()),
                None => self.conversation.images.remove_announced(&sha256),
            }
        }
    }

    /// Requests the model's next turn; `None` if it failed and another model goes on.
    async fn request_turn(&mut self) -> Step<Option<Batch>> {
        let price = self.price.or_else(|| self.provider.price());
        if let Some(end) = limits::before_turn(&self.spent, &self.limits, price) {
            return Step::Break(end);
        }
        let began = Instant::now();
        if began >= self.deadline {
            return Step::Break(limits::time_is_up(&self.limits));
        }
        let number = self.turn;
        self.events.emit(RunEvent::TurnStarted { turn: number }).await;
        if self.limits.acknowledged_turns {
            self.acknowledgements.wait_for(self.events.emitted()).await;
        }
        let mut bill =
            Bill::new(self.provider.name(), self.conversation.connection, price, self.spent.clone());
        let attempts = Attempts { events: &self.events, turn: number, bill: &mut bill, limits: &self.limits };
        let receiving = receive_turn(&*self.provider, &self.conversation, attempts);
        let span = spans::begin_turn(self.provider.name());
        let received = span.within(timeout_at(self.deadline, receiving)).await;
        self.settle(bill, matches!(received, Ok(Ok(_)))).await;
        let mut turn = match received {
            Ok(Ok(turn)) => {
                spans::end_turn(&span, Ok(&turn));
                turn
            }
            Ok(Err(NoTurn::Failed(error))) => {
                spans::end_turn(&span, Err(&error));
                return self.go_on_after(&error).await.map_continue(|()| None);
            }
            Ok(Err(NoTurn::Limited(end))) => {
                span.fail(end.code.clone());
                return Step::Break(end);
            }
            Err(_) => {
                span.fail("timeout");
                return Step::Break(limits::time_is_up(&self.limits));
            }
        };
        drop(span);
        turn.cost = TurnCost {
            elapsed_ms: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            microdollars: price.map(|price| price.of(turn.usage)),
        };
        turn.connection = self.conversation.connection;
        self.turn += 1;
        self.spent.turn(turn.usage, turn.cost);
        self.usage.add(turn.usage);
        self.screenshots.begin_turn();
        let batch = Batch::new(&turn, 0);
        self.events.emit(RunEvent::AssistantTurn(turn.clone())).await;
        self.conversation.items.push(TranscriptItem::AssistantTurn(turn));
        Step::Continue(Some(batch))
    }
}

/// The end of a run that was lost after its last turn.
fn end_of_lost_run(conversation: &Conversation) -> Option<RunEnd> {
    let Some(TranscriptItem::AssistantTurn(turn)) = conversation.items.last() else { return None };
    match EmptyTurnPolicy::default().after(turn) {
        Next::AskAgain => None,
        Next::End(end) => Some(end),
    }
}

/// What the attempts at a turn tell, and what they may cost.
struct Attempts<'a> {
    events: &'a Events,
    turn: u32,
    bill: &'a mut Bill,
    limits: &'a RunLimits,
}

/// Emits the deltas of a turn until it is complete.
async fn receive_turn(
    provider: &dyn ModelProvider,
    conversation: &Conversation,
    Attempts { events, turn, bill, limits }: Attempts<'_>,
) -> Result<AssistantTurn, NoTurn> {
    let mut stream = provider.turn(conversation);
    while let Some(event) = stream.next().await {
        let event = match event.map_err(NoTurn::Failed)? {
            TurnEvent::TextDelta(text) => RunEvent::TextDelta { turn, text },
            TurnEvent::ThinkingDelta(text) => RunEvent::ThinkingDelta { turn, text },
            TurnEvent::SpentSoFar(usage) => match bill.so_far(usage) {
                Some(event) => event,
                None => continue,
            },
            TurnEvent::Spent(usage) => bill.lose(usage),
            TurnEvent::Retrying { reason, delay_ms } => {
                if let Some(end) = bill.limit_reached(limits) {
                    return Err(NoTurn::Limited(end));
                }
                let Reason { code, facts } = reason.into();
                RunEvent::Retrying { turn, reason: String::new(), code, facts, delay_ms }
            }
            TurnEvent::Complete(turn) => return Ok(turn),
        };
        events.emit(event).await;
    }
    Err(NoTurn::Failed(ModelError::EmptyTurn))
}
