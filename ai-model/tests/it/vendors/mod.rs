//! The other vendors, each through the HTTP API against a strict fake of it.

mod choosing;
mod confirmation;
mod fakes;
mod functions;
mod gemini;
mod openai;
mod openai_compatible;
mod takeover;
mod trouble;

use std::net::Ipv4Addr;

use ai_model::fakes::{RecordedRequest, Script, VendorFake, VendorRules};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::Size;
use protocol::run::RunRequest;
use protocol::transcript::TranscriptItem;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::fake_agent::FakeAgent;
use crate::harness::{Outcome, SCREEN, Service, config, request, user};

/// What distinguishes the vendors in these tests.
pub(crate) trait Vendor: VendorRules {
    /// The provider's name.
    const PROVIDER: &'static str;
    /// The model of most tests.
    const MODEL: &'static str;
    /// The path of the base URL.
    const BASE_PATH: &'static str;
}

/// A service whose model is a fake, and a desktop.
pub(crate) struct Stage<V: Vendor> {
    pub(crate) service: Service,
    pub(crate) fake: VendorFake<V>,
    pub(crate) agent: FakeAgent,
    url: String,
    _tasks: JoinSet<()>,
}

/// Serves a fake. Returns its address.
pub(crate) async fn serve<V: VendorRules>(fake: &VendorFake<V>, tasks: &mut JoinSet<()>) -> String {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let fake = fake.clone();
    tasks.spawn(async move { fake.serve(listener, CancellationToken::new()).await.unwrap() });
    url
}

impl<V: Vendor> Stage<V> {
    pub(crate) async fn new(turns: Value) -> Self {
        Self::with(V::MODEL, SCREEN, "test-key", turns).await
    }

    pub(crate) async fn with_model(model: &str, turns: Value) -> Self {
        Self::with(model, SCREEN, "test-key", turns).await
    }

    pub(crate) async fn with(model: &str, screen: Size, key: &str, turns: Value) -> Self {
        let script: Script = serde_json::from_value(json!({ "api_key": key, "turns": turns })).unwrap();
        let fake = VendorFake::new(script);
        let mut tasks = JoinSet::new();
        let url = serve(&fake, &mut tasks).await;
        let setting = |name: &str, value: &str| format!("--{}-{name}={value}", V::PROVIDER);
        let settings = [
            setting("base-url", &format!("{url}{}", V::BASE_PATH)),
            setting("api-key", key),
            setting("model", model),
        ];
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let service = Service::start(config("http://127.0.0.1:9", "", &settings)).await;
        Self { service, fake, agent: FakeAgent::start(screen).await, url, _tasks: tasks }
    }

    /// The base URL of the fake, as in the settings.
    pub(crate) fn base_url(&self) -> String {
        format!("{}{}", self.url, V::BASE_PATH)
    }

    pub(crate) fn request(&self, transcript: Vec<TranscriptItem>) -> RunRequest {
        request(&self.agent, transcript)
    }

    /// Completes a run on a message, even if the fake rejects a request.
    pub(crate) async fn try_run(&self, text: &str) -> Outcome {
        self.service.run(&self.request(vec![user(text)])).await
    }

    /// Completes a run on a message; the fake has to accept every request.
    pub(crate) async fn run(&self, text: &str) -> Outcome {
        let outcome = self.try_run(text).await;
        self.assert_accepted();
        outcome
    }

    /// Continues a conversation with the same service.
    pub(crate) async fn go_on(&self, transcript: Vec<TranscriptItem>, before: &Outcome) -> Outcome {
        let mut request = self.request(transcript);
        request.images = before.stored().1;
        self.service.run(&request).await
    }

    pub(crate) fn assert_accepted(&self) {
        for request in self.fake.requests() {
            assert_eq!(request.summary.rejection, "");
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

/// The transcript of a message and the first `items` items that followed.
pub(crate) fn transcript(text: &str, outcome: &Outcome, items: usize) -> Vec<TranscriptItem> {
    std::iter::once(user(text)).chain(outcome.stored().0.into_iter().take(items)).collect()
}

/// The size of an image in base64.
pub(crate) fn image_size(base64: &str) -> (u32, u32) {
    let bytes = BASE64_STANDARD.decode(base64).unwrap();
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.into_dimensions().unwrap()
}
