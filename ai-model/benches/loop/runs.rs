//! Runs whose steps are measured.

use std::sync::atomic::AtomicUsize;
use std::time::{Duration, Instant};

use ai_model::desktop_client::{self, DesktopClient};
use ai_model::metrics::VendorMetrics;
use ai_model::providers::{Config, ModelProvider, ModelProviders};
use ai_model::run_loop::{Acknowledgements, Fallbacks, RunInput, SentImages, advance};
use ai_model::tools::ToolExecutor;
use ai_model::transcript::Conversation;
use anyhow::{Context as _, ensure};
use clap::{Args as _, FromArgMatches as _};
use futures_util::StreamExt as _;
use protocol::run::{ModelSettings, RunEvent, RunLimits};
use protocol::transcript::approval::ApprovalPolicy;
use protocol::transcript::{
    AssistantBlock, AssistantTurn, TokenUsage, Tool, ToolCall, TranscriptItem, TurnCost,
};
use tokio_util::task::TaskTracker;

use crate::desktop::{Desktop, Hang};
use crate::figures::{Figure, Stat};
use crate::stopwatch::Stopwatch;
use crate::transcript;
use crate::vendor;

/// The number of measured steps.
const TIMED: u32 = 60;
/// The number of steps before them.
const WARM_UP: u32 = 5;
/// The number of cancelled runs.
const CANCELS: u32 = 20;
const MODEL: &str = "claude-opus-5-5";

/// The loop with a provider that answers immediately.
pub(crate) async fn of_the_loop(steps: usize) -> anyhow::Result<Figure> {
    let desktop = Desktop::start()?;
    let provider = vendor::Instant { first: steps, spoken: AtomicUsize::new(0) };
    let conversation = transcript::after(steps, "bench", "bench")?;
    let samples = timed(Box::new(provider), &desktop, conversation, &Stopwatch::default()).await?;
    Ok(Figure::new(&format!("the loop, a step after {steps}"), samples))
}

/// The loop with Claude's requests, over HTTP.
pub(crate) async fn with_claudes_requests(steps: usize) -> anyhow::Result<Figure> {
    let desktop = Desktop::start()?;
    let watch = Stopwatch::default();
    let provider = claude(&vendor::messages_api(steps, watch.clone())?)?;
    let conversation = transcript::after(steps, "anthropic", MODEL)?;
    let samples = timed(provider, &desktop, conversation, &watch).await?;
    Ok(Figure::new(&format!("the loop and Claude's request, a step after {steps}"), samples))
}

/// Claude at an address.
fn claude(address: &str) -> anyhow::Result<Box<dyn ModelProvider>> {
    let command = Config::augment_args(clap::Command::new("bench").args_override_self(true));
    let arguments = ["bench", "--anthropic-api-key", "key", "--anthropic-base-url", address];
    let config = Config::from_arg_matches(&command.try_get_matches_from(arguments)?)?;
    let providers = ModelProviders::new(config, VendorMetrics::default())?;
    let (provider, model) = (Some("anthropic".to_owned()), Some(MODEL.to_owned()));
    Ok(providers.select(&ModelSettings { provider, model, ..ModelSettings::default() })?)
}

/// The time from closing the stream until the agent notices.
pub(crate) async fn cancelling() -> anyhow::Result<Figure> {
    let mut desktop = Desktop::start()?;
    let mut samples = Vec::new();
    for _ in 0..CANCELS {
        let conversation = transcript::after(1, "bench", "bench")?;
        let mut run = run_of(Box::new(Hanging), &desktop, conversation)?;
        run.limits.max_turns = 10;
        let mut events = Box::pin(advance(run));
        // The call is in flight once the stream has nothing more to send.
        let began = async {
            loop {
                tokio::select! {
                    _event = events.next() => {}
                    hang = desktop.hangs.recv() => return hang,
                }
            }
        };
        ensure!(began.await == Some(Hang::Began), "the call did not come in");
        let closed = Instant::now();
        drop(events);
        let Some(Hang::Dropped(noticed)) = desktop.hangs.recv().await else { anyhow::bail!("never noticed") };
        samples.push(noticed.saturating_duration_since(closed));
    }
    Ok(Figure::new("closing the stream until the agent notices", samples))
}

/// The cost of each step, without the time of model and desktop.
async fn timed(
    provider: Box<dyn ModelProvider>,
    desktop: &Desktop,
    conversation: Conversation,
    vendor: &Stopwatch,
) -> anyhow::Result<Vec<Duration>> {
    let mut events = Box::pin(advance(run_of(provider, desktop, conversation)?));
    let mut samples = Vec::new();
    let mut began: Option<Instant> = None;
    let mut turns = 0;
    while let Some(event) = events.next().await {
        match event {
            RunEvent::TurnStarted { .. } => {
                let others = desktop.watch.take() + vendor.take();
                if let Some(began) = began.filter(|_| turns > WARM_UP) {
                    samples.push(began.elapsed().saturating_sub(others));
                }
                if turns == WARM_UP + TIMED {
                    break;
                }
                turns += 1;
                began = Some(Instant::now());
            }
            RunEvent::Finished(end) => anyhow::bail!("the run ended: {} {:?}", end.code, end.facts),
            _ => {}
        }
    }
    ensure!(samples.len() + 1 >= TIMED as usize, "too few steps");
    Ok(samples)
}

fn run_of(
    provider: Box<dyn ModelProvider>,
    desktop: &Desktop,
    conversation: Conversation,
) -> anyhow::Result<RunInput> {
    let http = desktop_client::http_client().context("an HTTP client")?;
    let client =
        DesktopClient::new(http, desktop.access.clone(), provider.screenshot_options(desktop.access.screen));
    let limits = RunLimits { max_turns: 10_000, max_actions: 100_000, ..RunLimits::default() };
    let executor = ToolExecutor::new(client, TaskTracker::new());
    Ok(RunInput {
        provider,
        price: None,
        fallbacks: Fallbacks::none(),
        executor,
        conversation,
        limits,
        approval: ApprovalPolicy::Nothing,
        spent: Vec::new(),
        acknowledgements: Acknowledgements::none(),
        sent_images: SentImages::none(),
    })
}

/// A model whose call never ends.
struct Hanging;

impl ModelProvider for Hanging {
    fn name(&self) -> ai_model::providers::ModelName<'_> {
        ai_model::providers::ModelName { provider: "bench", model: "bench" }
    }

    fn turn<'a>(&'a self, conversation: &'a Conversation) -> ai_model::providers::TurnEvents<'a> {
        use ai_model::providers::TurnEvent;
        use protocol::action::Action;
        let spoken =
            conversation.items.iter().filter(|item| matches!(item, TranscriptItem::AssistantTurn(_)));
        let call = ToolCall {
            call_id: format!("hang_{}", spoken.count()),
            tool: Tool::Computer { action: Action::Type { text: "hang".to_owned() } },
            confirmation: None,
        };
        let turn = AssistantTurn {
            provider: "bench".to_owned(),
            model: "bench".to_owned(),
            raw: "[]".to_owned(),
            content: vec![AssistantBlock::ToolCall(call)],
            stop_reason: "tool_use".to_owned(),
            usage: TokenUsage::default(),
            cost: TurnCost::default(),
            connection: None,
        };
        futures_util::stream::iter([Ok(TurnEvent::Complete(turn))]).boxed()
    }

    fn chat<'a>(
        &'a self,
        _messages: &'a [ai_model::chat::ChatMessage],
    ) -> futures_util::future::BoxFuture<'a, Result<String, ai_model::providers::ModelError>> {
        Box::pin(async { Ok(String::new()) })
    }
}

impl Figure {
    fn new(name: &str, samples: Vec<Duration>) -> Self {
        let milliseconds = samples.into_iter().map(|sample| sample.as_secs_f64() * 1000.0).collect();
        Self { name: name.to_owned(), unit: "ms", stat: Stat::of(milliseconds) }
    }
}
