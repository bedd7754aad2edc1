//! Runs whose caller acknowledges stored events: no call is executed before its start is stored.

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use protocol::action::Action;
use protocol::run::{RequestLine, RunEvent, RunOutcome, RunRequest};
use protocol::transcript::{ToolStatus, TranscriptItem};
use serde_json::json;
use tokio::sync::mpsc;

use crate::fake_agent::FakeAgent;
use crate::harness::{Claude, Outcome, SCREEN, Service, request, user};

/// A run whose events are acknowledged one by one.
pub(crate) struct Acknowledging {
    lines: mpsc::UnboundedSender<Vec<u8>>,
    events: BoxStream<'static, RunEvent>,
    pub(crate) seen: Vec<RunEvent>,
}

impl Acknowledging {
    pub(crate) async fn start(service: &Service, request: &RunRequest) -> Self {
        let (lines, body) = mpsc::unbounded_channel();
        lines.send(serde_json::to_vec(request).unwrap()).unwrap();
        Self { lines, events: service.acknowledged(body).await, seen: Vec::new() }
    }

    pub(crate) fn acknowledge(&self) {
        self.send(&RequestLine::Taken(self.seen.len() as u64));
    }

    pub(crate) fn send(&self, line: &RequestLine) {
        // After the end nobody receives lines.
        let _ = self.lines.send(serde_json::to_vec(line).unwrap());
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> RunEvent {
        self.events.next().await.expect("the run ended early")
    }

    /// Acknowledges events until a call starts; its start is not acknowledged.
    pub(crate) async fn until_call_started(&mut self) {
        while !matches!(self.seen.last(), Some(RunEvent::CallStarted(_))) {
            let event = self.next().await;
            self.seen.push(event);
        }
    }

    /// Acknowledges all events.
    pub(crate) async fn until_finished(mut self) -> Outcome {
        self.acknowledge();
        while !matches!(self.seen.last(), Some(RunEvent::Finished(_))) {
            let event = self.next().await;
            self.seen.push(event);
            self.acknowledge();
        }
        Outcome { events: self.seen }
    }
}

fn presses(agent: &FakeAgent) -> String {
    let keys = agent.actions().into_iter().filter_map(|action| match action {
        Action::Key { chord, .. } => Some(chord),
        _ => None,
    });
    keys.collect()
}

/// The transcript of a run that was lost once its first call had started. It ends with that start.
async fn lost_at_first_call(service: &Service, agent: &FakeAgent) -> Vec<TranscriptItem> {
    let message = user("press a, press b");
    let mut lost = Acknowledging::start(service, &request(agent, vec![message.clone()])).await;
    lost.until_call_started().await;
    let mut stored = Outcome { events: std::mem::take(&mut lost.seen) }.stored().0;
    assert!(matches!(stored.last(), Some(TranscriptItem::CallStarted(_))));
    stored.insert(0, message);
    stored
}

#[tokio::test]
async fn a_call_waits_until_its_start_is_stored() {
    let (service, agent) = (Service::demo().await, FakeAgent::start(SCREEN).await);
    let mut run = Acknowledging::start(&service, &request(&agent, vec![user("press a, press b")])).await;
    run.until_call_started().await;
    // Meanwhile another run completes.
    service.run(&request(&agent, vec![user("press x, press y, press z")])).await;
    assert_eq!(presses(&agent), "xyz");
    let outcome = run.until_finished().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(presses(&agent), "xyzab");
    let started = outcome.names().iter().filter(|name| *name == "call_started").count();
    assert_eq!(started, 2);
}

#[tokio::test]
async fn the_model_is_asked_only_once_the_start_of_the_turn_is_acknowledged_if_the_caller_wants_that() {
    let scripted = Claude::new(json!([{ "calls": [{ "member": "left_click" }] }, { "text": "Done." }])).await;
    let mut request = scripted.request("go");
    request.limits.acknowledged_turns = true;
    let mut waiting = Acknowledging::start(&scripted.service, &request).await;
    assert!(matches!(waiting.next().await, RunEvent::TurnStarted { turn: 0 }));
    // Meanwhile another run completes.
    let other = Acknowledging::start(&scripted.service, &request).await.until_finished().await;
    assert_eq!(other.end().outcome, RunOutcome::Succeeded);
    assert_eq!(scripted.requests().len(), 2, "only the other run has asked");
    scripted.assert_accepted();
}

#[tokio::test]
async fn a_call_whose_start_was_not_stored_is_executed() {
    let (service, agent) = (Service::demo().await, FakeAgent::start(SCREEN).await);
    let mut stored = lost_at_first_call(&service, &agent).await;
    stored.pop();
    let run = Acknowledging::start(&service, &request(&agent, stored)).await;
    let outcome = run.until_finished().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.results().iter().filter(|it| it.status == ToolStatus::Done).count(), 2);
    assert_eq!(presses(&agent), "ab");
}

#[tokio::test]
async fn a_call_whose_start_was_stored_is_not_repeated_and_the_screen_is_shown() {
    let (service, agent) = (Service::demo().await, FakeAgent::start(SCREEN).await);
    let stored = lost_at_first_call(&service, &agent).await;
    let outcome = Acknowledging::start(&service, &request(&agent, stored)).await.until_finished().await;
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|it| it.status).collect();
    assert_eq!(statuses, [ToolStatus::Interrupted, ToolStatus::NotExecuted]);
    let shown = outcome.results()[0].clone();
    assert!(shown.shown_to_model && shown.screenshot.is_some(), "{shown:?}");
    assert_eq!(presses(&agent), "");
}

#[tokio::test]
async fn a_caller_that_disconnects_ends_its_run() {
    let (service, agent) = (Service::demo().await, FakeAgent::start(SCREEN).await);
    let mut run = Acknowledging::start(&service, &request(&agent, vec![user("press a")])).await;
    run.until_call_started().await;
    drop(run.lines);
    assert!(run.events.next().await.is_none());
    assert_eq!(presses(&agent), "");
}
