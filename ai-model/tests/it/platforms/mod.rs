//! The clouds that serve vendors' models, each through the HTTP API against a strict fake of it.

mod amazon;
mod google;
mod microsoft;
mod settings;

use ai_model::fakes::Fake;
use ai_model::fakes::clouds::CloudRefusal;
use protocol::ids::ModelConnectionId;
use protocol::model_check::{ModelCheck, ModelCheckRequest};
use protocol::platform::Platform;
use protocol::run::{ModelConnection, ModelSettings};
use protocol::secret::Secret;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::fake_agent::FakeAgent;
use crate::harness::{NOWHERE, Outcome, SCREEN, Service, config, request, serve_fake, user};

/// A cloud, and a desktop.
struct Cloud<F> {
    fake: F,
    /// Its address, without a path.
    address: String,
    agent: FakeAgent,
    _tasks: JoinSet<()>,
}

impl<F: Fake> Cloud<F> {
    async fn new(turns: Value) -> Self {
        Self::with(json!({ "turns": turns })).await
    }

    async fn with(script: Value) -> Self {
        let fake = F::new(serde_json::from_value(script).unwrap());
        let mut tasks = JoinSet::new();
        let address = serve_fake(&fake, &mut tasks).await;
        Self { fake, address, agent: FakeAgent::start(SCREEN).await, _tasks: tasks }
    }

    /// Runs a message by a service that is started with these settings.
    async fn run(&self, settings: &[String]) -> Outcome {
        let settings: Vec<&str> = settings.iter().map(String::as_str).collect();
        let service = Service::start(config(NOWHERE, "", &settings)).await;
        service.run(&request(&self.agent, vec![user("look")])).await
    }

    /// Runs a message by a connection of somebody's.
    async fn run_by(&self, service: &Service, model: ModelSettings) -> Outcome {
        let mut run = request(&self.agent, vec![user("look")]);
        run.model = model;
        service.run(&run).await
    }

    fn rejections(&self) -> Vec<String> {
        let rejections = self.fake.requests().into_iter().map(|request| request.summary.rejection);
        rejections.filter(|rejection| !rejection.is_empty()).collect()
    }
}

/// Looks at the screen, and answers.
fn looks() -> Value {
    json!([{ "calls": [{ "member": "screenshot" }] }, { "text": "Done." }])
}

/// What reaches a cloud by a connection.
fn by_connection(provider: &str, platform: Platform, address: &str, credential: &str) -> ModelSettings {
    ModelSettings {
        provider: Some(provider.to_owned()),
        platform: Some(platform),
        api_key: Some(Secret::new(credential)),
        base_url: Some(address.parse().unwrap()),
        connection: Some(ModelConnection { id: ModelConnectionId::generate(), name: "Work".to_owned() }),
        ..ModelSettings::default()
    }
}

async fn check(service: &Service, model: ModelSettings) -> ModelCheck {
    let request = service.http.post(service.url("/v1/models/check")).json(&ModelCheckRequest { model });
    request.send().await.unwrap().json().await.unwrap()
}

fn refusal(status: u16, amazon: &str, body: &Value) -> Value {
    let refusal = json!({ "status": status, "amazon": amazon, "body": body });
    let _: CloudRefusal = serde_json::from_value(refusal.clone()).unwrap();
    refusal
}
