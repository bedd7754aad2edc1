//! Where requests of the model service go, and what is told of servers that do not answer.

mod certificates;
mod own_addresses;
mod proxies;
mod servers;

use std::path::Path;
use std::process::Command;

use ai_model::fakes::ChatCompletionsRules;
use protocol::network::Network;
use protocol::run::ModelSettings;
use protocol::secret::Secret;
use serde_json::json;

use crate::harness::{Outcome, Scripted, Service};
use crate::measure::Process;

/// A model that answers "Hello.", and a desktop.
type Model = Scripted<ChatCompletionsRules>;

async fn model() -> Model {
    Model::new(json!([{ "text": "Hello." }])).await
}

impl Model {
    /// `HOST:PORT` of the model.
    fn server(&self) -> String {
        let url: url::Url = self.base_url.parse().unwrap();
        format!("{}:{}", url.host_str().unwrap(), url.port().unwrap())
    }

    /// A run whose request names an address of its own.
    async fn run_at(&self, service: &Service, address: &str, network: Network) -> Outcome {
        let mut request = self.request("hi");
        request.model = ModelSettings {
            provider: Some("openai-compatible".to_owned()),
            model: Some("qwen-vl".to_owned()),
            api_key: Some(Secret::new("test-key")),
            base_url: Some(address.parse().unwrap()),
            network,
            ..ModelSettings::default()
        };
        service.run(&request).await
    }
}

fn public(allowed: &[&str]) -> Network {
    Network::Public { allowed: allowed.iter().map(|server| server.parse().unwrap()).collect() }
}

/// What a run ended with: the code, and its variant.
fn ended(outcome: &Outcome) -> String {
    let end = outcome.end();
    let variant = end.facts.as_ref().and_then(|facts| facts.get(protocol::reason::VARIANT));
    match variant {
        Some(protocol::reason::Fact::Text(variant)) => format!("{}.{variant}", end.code),
        _ => end.code.clone(),
    }
}

/// A model service in a process of its own: proxies and trusted certificates are settings of a process.
struct OtherProcess {
    service: Service,
    _process: Process,
}

impl OtherProcess {
    fn start(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_model-service")));
        for proxy in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(proxy).env_remove(proxy.to_lowercase());
        }
        command.env_remove("SSL_CERT_FILE").env_remove("SSL_CERT_DIR").env("AI_MODEL_RETRY_DELAY_MS", "1");
        let process = Process::start(command.envs(variables.iter().copied())).unwrap();
        let address = process.line.strip_prefix("http://").unwrap().parse().unwrap();
        Self { service: Service::at(address), _process: process }
    }
}
