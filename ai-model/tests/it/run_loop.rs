//! The loop: limits, cancelling, and the loss of the desktop.

use std::net::Ipv4Addr;

use futures_util::StreamExt as _;
use protocol::action::{Action, Button};
use protocol::run::{RunEvent, RunLimits, RunOutcome};
use protocol::transcript::ToolStatus;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::{Duration, Instant, timeout};

use crate::fake_agent::HANGS;
use crate::harness::{Claude, LIMIT, request, user};

fn click_forever() -> serde_json::Value {
    let click = json!({ "calls": [{ "member": "left_click" }, { "member": "screenshot" }] });
    json!([click, click, click, click, click, click])
}

#[tokio::test]
async fn turns_are_limited() {
    let scripted = Claude::new(click_forever()).await;
    let mut request = scripted.request("click");
    request.limits = RunLimits { max_turns: 2, ..RunLimits::default() };
    let outcome = scripted.service.run(&request).await;
    assert_eq!(outcome.end().outcome, RunOutcome::LimitReached);
    assert_eq!(outcome.end().code, "max_turns");
    assert!(outcome.facts().contains('2'));
    assert_eq!(scripted.requests().len(), 2);
}

#[tokio::test]
async fn actions_are_limited_and_every_call_has_a_result() {
    let scripted = Claude::new(click_forever()).await;
    let mut request = scripted.request("click");
    request.limits = RunLimits { max_actions: 3, ..RunLimits::default() };
    let outcome = scripted.service.run(&request).await;
    assert_eq!(outcome.end().outcome, RunOutcome::LimitReached);
    assert_eq!(outcome.end().code, "max_actions");
    assert_eq!(scripted.agent.actions().len(), 3);
    let last = outcome.results().pop().unwrap().clone();
    assert_eq!(last.status, ToolStatus::NotExecuted);
    assert_eq!(outcome.results().len(), outcome.calls().len());
}

#[tokio::test]
async fn closing_the_stream_cancels_the_call_in_flight() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "type", "input": { "text": HANGS } }, { "member": "left_click" }] },
        { "text": "Done." },
    ]))
    .await;
    let mut events = scripted.service.stream(&scripted.request("type")).await;
    while let Some(event) = events.next().await {
        if matches!(event, RunEvent::ToolStarted(_)) {
            break;
        }
    }
    scripted.agent.wait_for(&Action::Type { text: HANGS.to_owned() }).await;
    let cancelled = Instant::now();
    drop(events);
    scripted.agent.wait_for_drop().await;
    assert!(cancelled.elapsed() < Duration::from_secs(1));
    assert_eq!(scripted.agent.actions().len(), 1);
    assert_eq!(scripted.requests().len(), 1);
}

#[tokio::test]
async fn closing_the_stream_releases_a_held_button() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "left_mouse_down" }, { "member": "type", "input": { "text": HANGS } }] },
    ]))
    .await;
    let events = scripted.service.stream(&scripted.request("drag")).await;
    scripted.agent.wait_for(&Action::Type { text: HANGS.to_owned() }).await;
    drop(events);
    scripted.agent.wait_for(&Action::MouseUp { button: Button::Left }).await;
}

#[tokio::test]
async fn a_button_held_at_the_end_is_released() {
    let scripted =
        Claude::new(json!([{ "calls": [{ "member": "left_mouse_down" }] }, { "text": "Done." }])).await;
    scripted.run("press").await;
    assert_eq!(scripted.agent.actions().pop(), Some(Action::MouseUp { button: Button::Left }));
}

#[tokio::test]
async fn a_button_that_was_released_is_not_released_again() {
    let turns = json!([
        { "calls": [{ "member": "left_mouse_down" }, { "member": "left_mouse_up" }] },
        { "text": "Done." },
    ]);
    let scripted = Claude::new(turns).await;
    scripted.run("press").await;
    assert_eq!(scripted.agent.actions().len(), 2);
}

#[tokio::test]
async fn stopping_the_service_ends_its_runs() {
    let scripted = Claude::new(json!([{ "text": "A long", "faults": { "hang_after": 2 } }])).await;
    let mut events = scripted.service.stream(&scripted.request("hi")).await;
    assert!(matches!(events.next().await, Some(RunEvent::TurnStarted { turn: 0 })));
    scripted.service.shutdown.cancel();
    let rest: Vec<RunEvent> = timeout(LIMIT, events.collect()).await.unwrap();
    assert!(!rest.iter().any(|event| matches!(event, RunEvent::Finished(_))));
}

#[tokio::test]
async fn a_lost_desktop_ends_the_run_and_every_call_has_a_result() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "left_click" }, { "member": "screenshot" }] },
    ]))
    .await;
    // A free port: nothing listens there.
    let gone = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap();
    let mut request = scripted.request("click");
    request.desktop.url = format!("http://{gone}").parse().unwrap();
    let outcome = scripted.service.run(&request).await;
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::Failed, "desktop_unreachable")
    );
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted]);
}

#[tokio::test]
async fn a_run_that_was_lost_after_its_last_turn_only_reports_its_end() {
    let scripted = Claude::new(json!([{ "text": "All done." }])).await;
    let first = scripted.run("hi").await;
    let mut transcript = vec![user("hi")];
    transcript.extend(first.stored().0);
    let again = scripted.service.run(&request(&scripted.agent, transcript)).await;
    assert_eq!(again.names(), ["finished"]);
    assert_eq!(again.end().outcome, RunOutcome::Succeeded);
    assert_eq!(scripted.requests().len(), 1);
}
