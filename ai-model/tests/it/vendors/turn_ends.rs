//! How turns of servers with the Chat Completions API end. What servers send is in `tests/recordings`.

use protocol::run::RunOutcome;
use serde_json::json;

use super::openai_compatible::{Compatible, act};

#[tokio::test]
async fn every_finish_reason_is_handled() {
    for (reason, code, requests) in [
        ("stop", "end_turn", 1),
        ("eos", "end_turn", 1),
        ("length", "end_turn", 2),
        ("model_length", "end_turn", 2),
        ("content_filter", "refusal", 1),
        ("error", "end_turn", 2),
    ] {
        let scripted =
            Compatible::new(json!([{ "text": "So", "stop_reason": reason }, { "text": "Done." }])).await;
        let outcome = scripted.run("hi").await;
        assert_eq!((outcome.end().code.as_str(), scripted.requests().len()), (code, requests), "{reason}");
    }
}

#[tokio::test]
async fn a_cut_off_call_is_dropped() {
    let cut = json!({ "member": "type", "input_text": "{\"action\":\"type\",\"text\":\"rm -r" });
    let scripted = Compatible::new(json!([
        { "stop_reason": "length", "calls": [act("left_click", json!({})), cut] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("act").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(scripted.agent.actions().len(), 1);
}
