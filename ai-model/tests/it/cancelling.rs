//! Closing the stream on a real desktop: what is held down is released, and nothing more is executed. The X server
//! confirms it.

use futures_util::StreamExt as _;
use protocol::run::{RunEvent, RunOutcome};
use protocol::transcript::{ToolStatus, TranscriptItem};
use serde_json::json;

use crate::harness::{Claude, Service, user};
use crate::real_desktop::{Desktop, Held};

const NOTHING: Held = Held { keys: 0, buttons: 0 };

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_held_key_is_released_when_the_stream_is_closed() {
    let (service, desktop) = (Service::demo().await, Desktop::start());
    let events = service.stream(&desktop.request("hold shift for 100 seconds, type \"never\"")).await;
    desktop.until("the key goes down", |held| held.keys == 1).await;
    drop(events);
    desktop.until("the key comes up", |held| *held == NOTHING).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_held_since_an_earlier_call_is_released_too() {
    let (service, desktop) = (Service::demo().await, Desktop::start());
    let prompt = "move to 300,300, mouse down right, mouse down, hold ctrl+shift for 100 seconds";
    let events = service.stream(&desktop.request(prompt)).await;
    // The masks of the first and the third button.
    desktop.until("all go down", |held| *held == Held { keys: 2, buttons: 0x0100 | 0x0400 }).await;
    drop(events);
    desktop.until("all come up", |held| *held == NOTHING).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_button_held_during_a_turn_of_the_model_is_released_too() {
    let scripted = Claude::new(json!([
        { "calls": [{ "member": "left_mouse_down" }] },
        { "text": "A long", "faults": { "hang_after": 2 } },
    ]))
    .await;
    let desktop = Desktop::start();
    let mut events = scripted.service.stream(&desktop.request("go")).await;
    while !matches!(events.next().await, Some(RunEvent::TurnStarted { turn: 1 })) {}
    assert_eq!(desktop.held(), Held { keys: 0, buttons: 0x0100 });
    drop(events);
    desktop.until("it comes up", |held| *held == NOTHING).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_limit_releases_what_is_held() {
    let (service, desktop) = (Service::demo().await, Desktop::start());
    let mut request = desktop.request("mouse down, hold shift for 100 seconds");
    request.limits.max_wall_time_ms = 3_000;
    let outcome = service.run(&request).await;
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::LimitReached, "max_wall_time")
    );
    desktop.until("all come up", |held| *held == NOTHING).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_batch_is_repaired_and_types_nothing_twice() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "bash": "echo one >> ~/Outputs/log.txt" },
            { "member": "hold_key", "input": { "text": "shift", "duration": 100 } },
            { "bash": "echo two >> ~/Outputs/log.txt" },
        ]},
        { "calls": [{ "bash": "echo three >> ~/Outputs/log.txt" }] },
        { "text": "Done." },
    ]))
    .await;
    let desktop = Desktop::start();
    let mut stored = vec![user("go")];
    let mut events = scripted.service.stream(&desktop.request("go")).await;
    while let Some(event) = events.next().await {
        match event {
            RunEvent::AssistantTurn(turn) => stored.push(TranscriptItem::AssistantTurn(turn)),
            RunEvent::ToolResult(result) => {
                stored.push(TranscriptItem::ToolResult(result));
                break;
            }
            _ => {}
        }
    }
    desktop.until("the key goes down", |held| held.keys == 1).await;
    drop(events);
    desktop.until("the key comes up", |held| *held == NOTHING).await;
    let resumed = scripted.service.run(&desktop.run_of(stored)).await;
    scripted.assert_accepted();
    assert_eq!(resumed.end().outcome, RunOutcome::Succeeded);
    let statuses: Vec<ToolStatus> = resumed.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted, ToolStatus::Done]);
    assert_eq!(desktop.text_of("Outputs/log.txt").await, "one\nthree\n");
}
