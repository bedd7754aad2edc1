//! A short run of the soak test; `make soak` runs the long one.

use std::path::Path;

#[path = "../../examples/soak/actions.rs"]
mod actions;
#[path = "../../examples/soak/desktop.rs"]
mod desktop;
#[path = "../../examples/soak/measure.rs"]
mod measure;
#[path = "../../examples/soak/run.rs"]
mod run;

#[tokio::test]
async fn random_actions_and_cancelled_requests_leak_nothing() {
    let agent = Path::new(env!("CARGO_BIN_EXE_desktop-agent"));
    let report = run::run(agent, 200, 1).await.unwrap();
    assert!(report.verdict().is_ok(), "{:?}\n{report}", report.verdict());
}
