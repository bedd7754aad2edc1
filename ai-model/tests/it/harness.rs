//! Starts services with fakes, and runs requests against them.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ai_model::fakes::{MessagesApiFake, RecordedRequest, Script};
use ai_model::{AppState, Config};
use clap::{Args as _, FromArgMatches as _};
use futures_util::StreamExt as _;
use protocol::action::Size;
use protocol::ids::RunId;
use protocol::run::{ModelSettings, RunEnd, RunEvent, RunLimits, RunRequest};
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use protocol::transcript::{
    AssistantBlock, AssistantTurn, ToolCall, ToolResult, TranscriptItem, UserMessage,
};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::fake_agent::FakeAgent;

/// How long anything may take before a test fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(60);
pub(crate) const SCREEN: Size = Size { width: 1280, height: 800 };

/// A model service of its own for one test.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    pub(crate) shutdown: CancellationToken,
    _tasks: JoinSet<()>,
}

/// Empties every setting of the other vendors, so that the environment of the tests has no effect. Later arguments win.
const UNSET: [&str; 8] = [
    "--openai-api-key=",
    "--openai-base-url=",
    "--openai-model=",
    "--gemini-api-key=",
    "--gemini-base-url=",
    "--gemini-model=",
    "--openai-compatible-api-key=",
    "--openai-compatible-model=",
];

/// The configuration for these arguments.
pub(crate) fn config(base_url: &str, key: &str, extra: &[&str]) -> Config {
    let command = Config::augment_args(clap::Command::new("test").args_override_self(true));
    let arguments = ["test", "--anthropic-base-url", base_url, "--anthropic-api-key", key];
    let rest = ["--openai-compatible-base-url=", "--ai-model-retry-delay-ms", "1"];
    let all = arguments.iter().chain(&UNSET).chain(&rest).chain(extra);
    let matches = command.try_get_matches_from(all).unwrap();
    Config::from_arg_matches(&matches).unwrap()
}

impl Service {
    pub(crate) async fn start(config: Config) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let state = AppState::new(config).unwrap();
        let stop = shutdown.clone();
        tasks.spawn(async move { ai_model::serve(listener, state, stop).await.unwrap() });
        let http = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        Self { address, http, shutdown, _tasks: tasks }
    }

    /// A service without a key.
    pub(crate) async fn demo() -> Self {
        Self::start(config("http://127.0.0.1:9", "", &["--anthropic-model", "claude-opus-5-5"])).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Starts a run. Its events arrive as they happen.
    pub(crate) async fn stream(
        &self,
        request: &RunRequest,
    ) -> futures_util::stream::BoxStream<'static, RunEvent> {
        self.events(self.http.post(self.url("/v1/runs")).json(request)).await
    }

    /// Starts a run whose events are acknowledged: `lines` is its body, the request first.
    pub(crate) async fn acknowledged(
        &self,
        lines: tokio::sync::mpsc::UnboundedReceiver<Vec<u8>>,
    ) -> futures_util::stream::BoxStream<'static, RunEvent> {
        let lines = futures_util::stream::unfold(lines, async |mut lines| {
            let mut line = lines.recv().await?;
            line.push(b'\n');
            Some((Ok::<_, std::convert::Infallible>(line), lines))
        });
        let request =
            self.http.post(self.url("/v1/runs")).header("content-type", protocol::run::ACKNOWLEDGED);
        self.events(request.body(reqwest::Body::wrap_stream(lines))).await
    }

    async fn events(
        &self,
        request: reqwest::RequestBuilder,
    ) -> futures_util::stream::BoxStream<'static, RunEvent> {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        let events = event_stream::events(response.bytes_stream(), usize::MAX);
        events
            .map(|event| {
                let event = event.unwrap();
                let value: Value = serde_json::from_str(&event.data).unwrap();
                assert_eq!(value["type"], event.event.as_str());
                serde_json::from_value(value).unwrap()
            })
            .boxed()
    }

    /// Completes a run.
    pub(crate) async fn run(&self, request: &RunRequest) -> Outcome {
        let events: Vec<RunEvent> = self.stream(request).await.collect().await;
        Outcome { events }
    }
}

/// A service whose model is the fake.
pub(crate) struct Scripted {
    pub(crate) service: Service,
    pub(crate) fake: MessagesApiFake,
    pub(crate) agent: FakeAgent,
    /// The fake's address.
    pub(crate) url: String,
    _tasks: JoinSet<()>,
}

impl Scripted {
    pub(crate) async fn new(turns: Value) -> Self {
        Self::with_model("claude-opus-5-5", turns).await
    }

    pub(crate) async fn with_model(model: &str, turns: Value) -> Self {
        Self::with_screen(model, SCREEN, turns).await
    }

    pub(crate) async fn with_screen(model: &str, screen: Size, turns: Value) -> Self {
        let script = serde_json::json!({ "turns": turns });
        Self::with(&script, screen, &["--anthropic-model", model]).await
    }

    pub(crate) async fn with_settings(turns: Value, extra: &[&str]) -> Self {
        Self::with(&serde_json::json!({ "turns": turns }), SCREEN, extra).await
    }

    pub(crate) async fn with(script: &Value, screen: Size, extra: &[&str]) -> Self {
        let script: Script = serde_json::from_value(script.clone()).unwrap();
        let fake = MessagesApiFake::new(script);
        let mut tasks = JoinSet::new();
        let url = serve_fake(&fake, &mut tasks).await;
        let service = Service::start(config(&url, "test-key", extra)).await;
        let agent = FakeAgent::start(screen).await;
        Self { service, fake, agent, url, _tasks: tasks }
    }

    pub(crate) fn request(&self, text: &str) -> RunRequest {
        request(&self.agent, vec![user(text)])
    }

    /// Completes a run on a message; the fake has to accept every request.
    pub(crate) async fn run(&self, text: &str) -> Outcome {
        let outcome = self.service.run(&self.request(text)).await;
        self.assert_accepted();
        outcome
    }

    pub(crate) fn assert_accepted(&self) {
        for request in self.fake.requests() {
            assert_eq!(request.summary.rejection, "");
        }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.fake.requests()
    }
}

/// Serves a fake. Returns its address.
pub(crate) async fn serve_fake(fake: &MessagesApiFake, tasks: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let fake = fake.clone();
    tasks.spawn(async move { fake.serve(listener, CancellationToken::new()).await.unwrap() });
    url
}

pub(crate) fn user(text: &str) -> TranscriptItem {
    TranscriptItem::UserMessage(UserMessage { text: text.to_owned(), attachments: Vec::new() })
}

pub(crate) fn request(agent: &FakeAgent, transcript: Vec<TranscriptItem>) -> RunRequest {
    RunRequest {
        run_id: RunId::generate(),
        transcript,
        images: BTreeMap::new(),
        desktop: agent.access(),
        model: ModelSettings::default(),
        limits: RunLimits::default(),
        approval: ApprovalPolicy::default(),
    }
}

/// Settings with a key of the request's own.
pub(crate) fn with_key(key: &str) -> ModelSettings {
    ModelSettings { api_key: Some(Secret::new(key)), ..ModelSettings::default() }
}

/// The events of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<RunEvent>,
}

impl Outcome {
    pub(crate) fn end(&self) -> &RunEnd {
        match self.events.last() {
            Some(RunEvent::Finished(end)) => end,
            other => panic!("the run did not finish: {other:?}"),
        }
    }

    pub(crate) fn turns(&self) -> Vec<&AssistantTurn> {
        let turns = self.events.iter().filter_map(|event| match event {
            RunEvent::AssistantTurn(turn) => Some(turn),
            _ => None,
        });
        turns.collect()
    }

    pub(crate) fn results(&self) -> Vec<&ToolResult> {
        let results = self.events.iter().filter_map(|event| match event {
            RunEvent::ToolResult(result) => Some(result),
            _ => None,
        });
        results.collect()
    }

    pub(crate) fn calls(&self) -> Vec<&ToolCall> {
        let blocks = self.turns().into_iter().flat_map(|turn| &turn.content);
        let calls = blocks.filter_map(|block| match block {
            AssistantBlock::ToolCall(call) => Some(call),
            _ => None,
        });
        calls.collect()
    }

    /// The text of the last turn.
    pub(crate) fn answer(&self) -> String {
        let last = self.turns().last().map(|turn| turn.content.clone()).unwrap_or_default();
        let texts = last.into_iter().filter_map(|block| match block {
            AssistantBlock::Text { text } => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The names of the events in order; consecutive deltas count once.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .events
            .iter()
            .map(|event| serde_json::to_value(event).unwrap()["type"].as_str().unwrap().to_owned())
            .collect();
        names.dedup_by(|next, previous| next == previous && next.ends_with("_delta"));
        names
    }

    /// What the backend would store: the items and the images.
    pub(crate) fn stored(&self) -> (Vec<TranscriptItem>, BTreeMap<String, String>) {
        let mut items = Vec::new();
        let mut images = BTreeMap::new();
        for event in &self.events {
            match event {
                RunEvent::AssistantTurn(turn) => items.push(TranscriptItem::AssistantTurn(turn.clone())),
                RunEvent::ToolResult(result) => items.push(TranscriptItem::ToolResult(result.clone())),
                RunEvent::ApprovalRequested(it) => items.push(TranscriptItem::ApprovalRequest(it.clone())),
                RunEvent::CallStarted(it) => items.push(TranscriptItem::CallStarted(it.clone())),
                RunEvent::Image { sha256, data, .. } => {
                    images.insert(sha256.clone(), data.clone());
                }
                _ => {}
            }
        }
        (items, images)
    }
}
