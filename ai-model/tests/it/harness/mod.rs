//! Starts model services with fakes, and runs requests against them.
//!
//! Reading order: [`Service`] is one model service, [`Scripted`] one whose model is a fake that plays a script,
//! [`Outcome`] what came of a run.

mod outcome;
mod scripted;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use ai_model::{Access, AppState, Config};
use clap::{Args as _, FromArgMatches as _};
use futures_util::StreamExt as _;
use protocol::action::Size;
use protocol::ids::RunId;
use protocol::run::{ModelSettings, RunEvent, RunLimits, RunRequest};
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use protocol::transcript::{TranscriptItem, UserMessage};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::fake_agent::FakeAgent;
pub(crate) use outcome::Outcome;
pub(crate) use scripted::{Claude, Scripted, Vendor, expect_refused_turn, serve_fake};

/// How long anything may take before a test fails.
pub(crate) const LIMIT: Duration = Duration::from_secs(120);
/// An address where nothing listens: that of the discard port.
pub(crate) const NOWHERE: &str = "http://127.0.0.1:9";
pub(crate) const SCREEN: Size = Size { width: 1280, height: 800 };

/// A model service of its own for one test.
pub(crate) struct Service {
    pub(crate) address: SocketAddr,
    pub(crate) http: reqwest::Client,
    pub(crate) shutdown: CancellationToken,
    _tasks: JoinSet<()>,
}

/// Empties every setting that is not given anyway, so that the environment of the tests has no effect. Later arguments win.
const UNSET: [&str; 15] = [
    "--anthropic-platform=",
    "--openai-platform=",
    "--gemini-platform=",
    "--anthropic-cache-diagnostics=",
    "--anthropic-fallbacks=",
    "--openai-api-key=",
    "--openai-base-url=",
    "--openai-image-context-compression=",
    "--openai-model=",
    "--gemini-api-key=",
    "--gemini-base-url=",
    "--gemini-model=",
    "--gemini-prompt-injection-detection=",
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
        Self::start_for(config, Access::ThisMachine).await
    }

    /// Like [`Service::start`], for certain callers.
    pub(crate) async fn start_for(config: Config, access: Access) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shutdown = CancellationToken::new();
        let mut tasks = JoinSet::new();
        let state = AppState::new(config, access).unwrap();
        let stop = shutdown.clone();
        tasks.spawn(async move { ai_model::serve(listener, state, stop).await.unwrap() });
        Self { shutdown, _tasks: tasks, ..Self::at(address) }
    }

    /// A service that runs elsewhere.
    pub(crate) fn at(address: SocketAddr) -> Self {
        let http = reqwest::Client::builder().no_proxy().timeout(LIMIT).build().unwrap();
        Self { address, http, shutdown: CancellationToken::new(), _tasks: JoinSet::new() }
    }

    /// A service without a key.
    pub(crate) async fn demo() -> Self {
        Self::start(config(NOWHERE, "", &["--anthropic-model", "claude-opus-5-5"])).await
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

pub(crate) fn user(text: &str) -> TranscriptItem {
    TranscriptItem::UserMessage(UserMessage {
        text: text.to_owned(),
        attachments: Vec::new(),
        shown: Vec::new(),
        extra_data: None,
        locale: None,
    })
}

pub(crate) fn request(agent: &FakeAgent, transcript: Vec<TranscriptItem>) -> RunRequest {
    RunRequest {
        run_id: RunId::generate(),
        transcript,
        images: BTreeMap::new(),
        image_sizes: BTreeMap::new(),
        desktop: agent.access(),
        model: ModelSettings::default(),
        fallbacks: Vec::new(),
        limits: RunLimits::default(),
        approval: ApprovalPolicy::default(),
        spent: Vec::new(),
    }
}

/// Settings with a key of the request's own.
pub(crate) fn with_key(key: &str) -> ModelSettings {
    ModelSettings { api_key: Some(Secret::new(key)), ..ModelSettings::default() }
}
