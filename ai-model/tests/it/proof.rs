//! The main job on a real desktop: the proof prompt with the demo and with the fake of Claude.

use ai_model::fakes::{Fake as _, MessagesApiFake, Script};
use protocol::run::RunOutcome;
use tokio::task::JoinSet;

use crate::harness::{Service, config, serve_fake};
use crate::real_desktop::Desktop;

const PROMPT: &str = "open the terminal, type \"echo deskhand-was-here > ~/Outputs/proof.txt\", press Return";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_demo_leaves_its_proof_on_a_real_desktop() {
    let service = Service::demo().await;
    let desktop = Desktop::start();
    let outcome = service.run(&desktop.request(PROMPT)).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.results());
    assert_eq!(desktop.text_of("Outputs/proof.txt").await, "deskhand-was-here\n");
    assert!(outcome.answer().starts_with("Done:"), "{}", outcome.answer());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claudes_fake_leaves_its_proof_on_a_real_desktop() {
    let script: Script = serde_json::from_str(include_str!("../scripts/proof.json")).unwrap();
    let fake = MessagesApiFake::new(script);
    let mut tasks = JoinSet::new();
    let url = serve_fake(&fake, &mut tasks).await;
    let service = Service::start(config(&url, "test-key", &[])).await;
    let desktop = Desktop::start();
    let outcome = service.run(&desktop.request(PROMPT)).await;
    for request in fake.requests() {
        assert_eq!(request.summary.rejection, "");
    }
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.results());
    assert_eq!(desktop.text_of("Outputs/proof.txt").await, "deskhand-was-here\n");
}
