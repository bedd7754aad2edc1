//! Broken networks, and models without a key.

use std::net::TcpListener;

use super::{doctor, refusal, report, with_data};
use crate::deskhand::program;
use crate::installation::free_port;

#[tokio::test]
async fn a_port_that_is_taken() {
    let data = tempfile::tempdir().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let command = |arguments: &[&str]| {
        let mut command = program();
        command.args(arguments).args(["--listen", &address, "--data-dir"]).arg(data.path());
        command
    };
    let found = report(&mut command(&["doctor", "--json"])).await;
    assert_eq!((found.of("listen"), found.success), (("error", "cannot_listen"), false));
    assert!(
        found.message("listen").starts_with(&format!("Cannot listen on {address}. Choose another address"))
    );
    let told = refusal(&mut command(&["up"])).await;
    assert!(told.contains(found.message("listen")), "{told}");
}

#[tokio::test]
async fn a_model_service_on_a_port_without_a_token() {
    let data = tempfile::tempdir().unwrap();
    let found = report(doctor(data.path()).args(["--model-listen", "127.0.0.1:0"])).await;
    found.is("model_listen", "error", "model_token_missing", "set AI_MODEL_TOKEN to the secret");
    let told = refusal(with_data(&["up"], data.path()).args(["--model-listen", "127.0.0.1:0"])).await;
    assert!(told.contains(found.message("model_listen")), "{told}");
}

#[tokio::test]
async fn proxies_that_are_none_or_do_not_answer() {
    let data = tempfile::tempdir().unwrap();
    for invalid in ["://", "http://", "ftp://proxy:21", "not a proxy"] {
        let found = report(doctor(data.path()).env("HTTPS_PROXY", invalid)).await;
        found.is("proxy", "error", "proxy_invalid", "HTTPS_PROXY is no address of a proxy");
    }
    let dead = format!("http://ada:secret@127.0.0.1:{}", free_port());
    let found = report(doctor(data.path()).env("http_proxy", dead)).await;
    found.is("proxy", "error", "proxy_unreachable", "(http_proxy) does not answer");
    assert!(!found.message("proxy").contains("secret"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let alive = listener.local_addr().unwrap().to_string();
    let found = report(doctor(data.path()).env("HTTP_PROXY", alive)).await;
    assert_eq!(found.of("proxy"), ("ok", "ok"), "{}", found.message("proxy"));
}

#[tokio::test]
async fn a_model_whose_server_has_no_address_or_that_has_no_key() {
    let data = tempfile::tempdir().unwrap();
    let environment =
        [("OPENAI_COMPATIBLE_BASE_URL", "http://nothing.invalid/v1"), ("OPENAI_COMPATIBLE_MODEL", "a model")];
    let found = report(doctor(data.path()).envs(environment)).await;
    found.is("name_resolution", "warning", "name_unknown", "The name nothing.invalid");
    let found = report(&mut doctor(data.path())).await;
    found.is("model", "warning", "no_model_key", "ANTHROPIC_API_KEY");
    let found = report(
        doctor(data.path())
            .env("AI_MODEL_PROVIDER", "anthropic")
            .env("ANTHROPIC_BASE_URL", "http://localhost"),
    )
    .await;
    found.is("model", "error", "model_not_configured", "ANTHROPIC_API_KEY");
}
