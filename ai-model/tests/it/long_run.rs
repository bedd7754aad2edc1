//! A long run on a real desktop, each part in a process of its own, and a run whose process is killed.

use std::path::PathBuf;

use futures_util::StreamExt as _;
use protocol::action::Action;
use protocol::run::{RunEvent, RunOutcome};
use protocol::transcript::{ToolStatus, TranscriptItem};
use serde_json::json;

use crate::fake_agent::HANGS;
use crate::harness::{Claude, SCREEN};
use crate::measure::{self, Programs};
use crate::real_desktop::agent_program;

const STEPS: usize = 40;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forty_steps_stay_small_in_requests_and_memory_and_cached() {
    let programs = Programs {
        fake: PathBuf::from(env!("CARGO_BIN_EXE_messages-api-fake")),
        service: PathBuf::from(env!("CARGO_BIN_EXE_model-service")),
        agent: agent_program(),
    };
    let report = measure::run(&programs, STEPS).await.unwrap();
    assert_eq!(report.end.outcome, RunOutcome::Succeeded, "{:?}", report.end);
    // The fake rejects thinking whose prefix has changed, so each request only appended to the one before.
    for request in &report.requests {
        assert_eq!((request.status, request.rejection.as_str(), request.dropped_thinking), (200, "", 0));
    }
    assert_eq!(report.requests.len(), STEPS + 1);
    for pair in report.requests.windows(2) {
        assert!(pair[1].bytes - pair[0].bytes < 600 << 10, "a step added {:?}", pair);
        assert!(pair[1].usage.cache_read_input_tokens >= pair[0].usage.total() - pair[0].usage.input_tokens);
    }
    assert!(report.cached_share > 0.9, "{}", report.cached_share);
    let (early, late) = (report.moments[STEPS / 4], report.moments[STEPS]);
    let grown = late.peak_memory - early.peak_memory;
    let transcript = late.transcript - early.transcript;
    assert!(early.peak_memory < report.idle_memory + early.transcript * 3 + (24 << 20), "{early:?}");
    // The text of a request is freed; the transcript stays. The slack is the allocator's.
    assert!(grown < transcript * 3 / 2 + (6 << 20), "{grown} bytes for a transcript of {transcript}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_whose_process_is_killed_is_resumed_by_another_without_repetition() {
    let script = json!({ "turns": [
        { "thinking": "I click, then type.", "calls": [
            { "member": "left_click", "input": { "coordinate": [5, 5] } },
            { "member": "type", "input": { "text": HANGS } },
            { "member": "key", "input": { "text": "Return" } },
        ]},
        { "thinking": "It was interrupted.", "calls": [{ "member": "screenshot" }] },
        { "text": "I have looked, and all is well." },
    ]});
    let vendor = Claude::with(&script, SCREEN, &["--anthropic-model", "claude-opus-5-5"]).await;
    let program = PathBuf::from(env!("CARGO_BIN_EXE_model-service"));
    let first = measure::service(&program, &vendor.base_url).unwrap();
    let mut request = vendor.request("click and type");
    let response =
        vendor.service.http.post(format!("{}/v1/runs", first.line)).json(&request).send().await.unwrap();
    let mut events = event_stream::events(response.bytes_stream(), usize::MAX);
    let mut started = 0;
    while started < 2 {
        let event = events.next().await.unwrap().unwrap();
        match serde_json::from_str(&event.data).unwrap() {
            RunEvent::AssistantTurn(turn) => request.transcript.push(TranscriptItem::AssistantTurn(turn)),
            RunEvent::ToolResult(result) => request.transcript.push(TranscriptItem::ToolResult(result)),
            RunEvent::Image { sha256, data, .. } => {
                request.images.insert(sha256, data);
            }
            RunEvent::ToolStarted(_) => started += 1,
            _ => {}
        }
    }
    let typed = Action::Type { text: HANGS.to_owned() };
    vendor.agent.wait_for(&typed).await;
    drop(first);
    let second = measure::service(&program, &vendor.base_url).unwrap();
    let response =
        vendor.service.http.post(format!("{}/v1/runs", second.line)).json(&request).send().await.unwrap();
    let text = response.text().await.unwrap();
    let events: Vec<RunEvent> = text
        .lines()
        .filter_map(|line| line.strip_prefix("data: "))
        .map(|data| serde_json::from_str(data).unwrap())
        .collect();
    let outcome = crate::harness::Outcome { events };
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted, ToolStatus::Done]);
    vendor.assert_accepted();
    let actions = vendor.agent.actions();
    assert_eq!(actions.iter().filter(|action| matches!(action, Action::Click { .. })).count(), 1);
    assert_eq!(actions.iter().filter(|action| **action == typed).count(), 1);
    assert!(!actions.iter().any(|action| matches!(action, Action::Key { .. })));
    let answers = vendor.requests()[1].json()["messages"][2]["content"].clone();
    assert_eq!(answers.as_array().unwrap().len(), 3, "every call is answered: {answers}");
}
