//! Addresses that a person chose.

use protocol::network::Network;

use super::{ended, model, public};
use crate::harness::{NOWHERE, Service, config};

#[tokio::test]
async fn a_private_address_is_not_asked() {
    let model = model().await;
    let service = Service::demo().await;
    let port = model.server().rsplit_once(':').unwrap().1.to_owned();
    for host in ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "0"] {
        let address = format!("http://{host}:{port}/v1");
        let outcome = model.run_at(&service, &address, public(&[])).await;
        assert_eq!(ended(&outcome), "address_private", "{host}");
        assert!(outcome.retry_delays().is_empty(), "asking again is of no use");
    }
    assert!(model.requests().is_empty());
    let outcome = model.run_at(&service, "http://1.1.1.1:25/", public(&[])).await;
    assert_eq!(ended(&outcome), "address_invalid.port");
    let outcome = model.run_at(&service, "ftp://1.1.1.1/", public(&[])).await;
    assert_eq!(ended(&outcome), "address_invalid.scheme");
}

#[tokio::test]
async fn an_allowed_private_server_is_asked() {
    let model = model().await;
    let service = Service::demo().await;
    let server = model.server();
    let outcome = model.run_at(&service, &model.base_url, public(&[&server])).await;
    assert_eq!(outcome.answer(), "Hello.");
    let outcome = model.run_at(&service, &model.base_url, public(&["127.0.0.1:1"])).await;
    assert_eq!(ended(&outcome), "address_private");
}

/// An address of the service's own configuration may be private; a request that names the same one has only its own
/// permissions.
#[tokio::test]
async fn the_configured_address_may_be_private() {
    let model = model().await;
    let mut request = model.request("hi");
    request.model.network = public(&[]);
    assert_eq!(model.service.run(&request).await.answer(), "Hello.");
    request.model.base_url = Some(model.base_url.parse().unwrap());
    assert_eq!(ended(&model.service.run(&request).await), "address_private");
    request.model.network = Network::Any;
    assert_ne!(ended(&model.service.run(&request).await), "address_private");
}

#[tokio::test]
async fn a_name_without_an_address_is_told() {
    let model = model().await;
    let settings =
        ["--openai-compatible-base-url=http://desk.invalid/v1", "--openai-compatible-model=qwen-vl"];
    let service = Service::start(config(NOWHERE, "", &settings)).await;
    let outcome = service.run(&model.request("hi")).await;
    assert_eq!(ended(&outcome), "network_unreachable.name");
    for fact in ["desk.invalid", "OPENAI_COMPATIBLE_BASE_URL"] {
        assert!(outcome.facts().contains(fact), "{}", outcome.facts());
    }
}
