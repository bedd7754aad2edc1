//! A model service whose model is a fake that plays a script.

use std::net::Ipv4Addr;

use ai_model::fakes::{Fake, MessagesApiFake, RecordedRequest, Script};
use protocol::action::{Action, Size};
use protocol::run::RunRequest;
use protocol::transcript::{ToolStatus, TranscriptItem};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::{NOWHERE, Outcome, SCREEN, Service, config, request, user};
use crate::fake_agent::FakeAgent;

/// What distinguishes the vendors in these tests.
pub(crate) trait Vendor {
    type Fake: Fake;
    /// The provider's name, which is also the prefix of its settings.
    const PROVIDER: &'static str;
    /// The model of most tests.
    const MODEL: &'static str;
    /// The path of the base URL.
    const BASE_PATH: &'static str;
}

impl Vendor for MessagesApiFake {
    type Fake = Self;
    const PROVIDER: &'static str = "anthropic";
    const MODEL: &'static str = "claude-opus-5-5";
    const BASE_PATH: &'static str = "";
}

/// A service whose model is a vendor's fake, and the fake of a desktop's agent.
pub(crate) struct Scripted<V: Vendor> {
    pub(crate) service: Service,
    pub(crate) agent: FakeAgent,
    /// The base URL of the fake, as in the settings.
    pub(crate) base_url: String,
    fake: V::Fake,
    _tasks: JoinSet<()>,
}

pub(crate) type Claude = Scripted<MessagesApiFake>;

impl<V: Vendor> Scripted<V> {
    pub(crate) async fn new(turns: Value) -> Self {
        Self::with_settings(turns, &[]).await
    }

    pub(crate) async fn with_model(model: &str, turns: Value) -> Self {
        Self::with_screen(model, SCREEN, turns).await
    }

    pub(crate) async fn with_screen(model: &str, screen: Size, turns: Value) -> Self {
        let model = format!("--{}-model={model}", V::PROVIDER);
        Self::with(&json!({ "turns": turns }), screen, &[&model]).await
    }

    pub(crate) async fn with_settings(turns: Value, settings: &[&str]) -> Self {
        Self::with(&json!({ "turns": turns }), SCREEN, settings).await
    }

    /// A service that has no key, with a fake that requires none.
    pub(crate) async fn without_key(turns: Value) -> Self {
        Self::with(&json!({ "api_key": "", "turns": turns }), SCREEN, &[]).await
    }

    pub(crate) async fn with(script: &Value, screen: Size, settings: &[&str]) -> Self {
        let script: Script = serde_json::from_value(script.clone()).unwrap();
        let key = script.api_key.clone();
        let fake = V::Fake::new(script);
        let mut tasks = JoinSet::new();
        let base_url = format!("{}{}", serve_fake(&fake, &mut tasks).await, V::BASE_PATH);
        let setting = |name: &str, value: &str| format!("--{}-{name}={value}", V::PROVIDER);
        let own = [setting("base-url", &base_url), setting("api-key", &key), setting("model", V::MODEL)];
        let all: Vec<&str> = own.iter().map(String::as_str).chain(settings.iter().copied()).collect();
        let service = Service::start(config(NOWHERE, "", &all)).await;
        Self { service, agent: FakeAgent::start(screen).await, base_url, fake, _tasks: tasks }
    }

    pub(crate) fn request(&self, text: &str) -> RunRequest {
        request(&self.agent, vec![user(text)])
    }

    /// Completes a run on a message; the fake has to accept every request.
    pub(crate) async fn run(&self, text: &str) -> Outcome {
        let outcome = self.try_run(text).await;
        self.assert_accepted();
        outcome
    }

    /// Completes a run on a message, even if the fake rejects a request.
    pub(crate) async fn try_run(&self, text: &str) -> Outcome {
        self.service.run(&self.request(text)).await
    }

    /// Continues a conversation with the images of an earlier run.
    pub(crate) async fn resume(&self, transcript: Vec<TranscriptItem>, earlier: &Outcome) -> Outcome {
        let mut request = request(&self.agent, transcript);
        request.images = earlier.stored().1;
        self.service.run(&request).await
    }

    pub(crate) fn assert_accepted(&self) {
        for request in self.requests() {
            assert_eq!(request.summary.rejection, "");
        }
    }

    /// Each request has to repeat the previous one and append to it, so that the vendor's cache applies.
    pub(crate) fn assert_prefix_kept(&self) {
        for pair in self.requests().windows(2) {
            let before = pair[0].body.trim_end_matches("]}");
            assert!(pair[1].body.starts_with(before), "the prefix changed");
        }
    }

    pub(crate) fn requests(&self) -> Vec<RecordedRequest> {
        self.fake.requests()
    }

    /// The body of a request.
    pub(crate) fn sent(&self, number: usize) -> Value {
        self.requests()[number].json()
    }
}

/// Has a model take this turn, whose only call must be refused with this text and do nothing.
pub(crate) async fn expect_refused_turn<V: Vendor>(turn: Value, expected: &str) {
    let scripted = Scripted::<V>::new(json!([turn, { "text": "Oh." }])).await;
    let outcome = scripted.run("do it").await;
    let [result] = outcome.results()[..] else { panic!("{}: {expected}", V::PROVIDER) };
    assert_eq!(result.status, ToolStatus::Failed, "{}: {expected}", V::PROVIDER);
    let told = format!("{result:?}").replace("\\\"", "\"");
    assert!(told.contains(expected), "{}: {told}", V::PROVIDER);
    assert!(scripted.agent.actions().iter().all(|action| *action == Action::Screenshot), "{expected}");
}

/// Serves a fake. Returns its address.
pub(crate) async fn serve_fake<F: Fake>(fake: &F, tasks: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let fake = fake.clone();
    tasks.spawn(async move { fake.serve(listener, CancellationToken::new()).await.unwrap() });
    url
}
