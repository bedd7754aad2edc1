//! Approvals and questions: a person decides before a call is executed, or answers.

use protocol::action::Action;
use protocol::run::{RunEvent, RunOutcome};
use protocol::transcript::approval::{ApprovalPolicy, Decision, Effect, Verdict};
use protocol::transcript::{Answer, ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use crate::fake_agent::FakeAgent;
use crate::harness::{Claude, Outcome, SCREEN, Service, request, user};

const HALTED: &str = "Not executed: an earlier computer action in this turn failed.";

/// A conversation that spans several runs, as the backend stores it.
struct Chat {
    scripted: Claude,
    policy: ApprovalPolicy,
    transcript: Vec<TranscriptItem>,
    images: std::collections::BTreeMap<String, String>,
}

impl Chat {
    async fn new(effects: &[Effect], turns: Value) -> Self {
        let scripted = Claude::new(turns).await;
        let policy = ApprovalPolicy::Effects { effects: effects.iter().copied().collect() };
        Self { scripted, policy, transcript: vec![user("go")], images: std::collections::BTreeMap::new() }
    }

    /// Runs the transcript and adds what came of it.
    async fn run(&mut self) -> Outcome {
        let outcome = self.run_and_forget().await;
        let (items, images) = outcome.stored();
        self.transcript.extend(items);
        self.images.extend(images);
        outcome
    }

    /// Runs the transcript and discards what came of it.
    async fn run_and_forget(&self) -> Outcome {
        let mut request = request(&self.scripted.agent, self.transcript.clone());
        request.images.clone_from(&self.images);
        request.approval = self.policy.clone();
        let outcome = self.scripted.service.run(&request).await;
        self.scripted.assert_accepted();
        outcome
    }

    fn decide(&mut self, call_id: &str, verdict: Verdict) {
        self.transcript.push(TranscriptItem::Decision(Decision { call_id: call_id.to_owned(), verdict }));
    }

    fn approve(&mut self, call_id: &str) {
        self.decide(call_id, Verdict::Approve);
    }

    fn deny(&mut self, call_id: &str, reason: &str) {
        self.decide(call_id, Verdict::Deny { reason: reason.to_owned() });
    }

    /// The texts of the results in the last request.
    fn result_texts(&self) -> Vec<String> {
        let sent = self.scripted.requests().pop().unwrap().json();
        let message = sent["messages"].as_array().unwrap().last().unwrap().clone();
        let texts = message["content"].as_array().unwrap().iter().map(|block| match block["type"].as_str() {
            Some("tool_result") => block["content"][0]["text"].as_str().unwrap_or("(picture)").to_owned(),
            _ => block["text"].as_str().unwrap().to_owned(),
        });
        texts.collect()
    }
}

fn waiting_call(outcome: &Outcome) -> String {
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::ApprovalRequired, "approval_required")
    );
    outcome.end().call_id.clone().unwrap()
}

fn types_twice_and_clicks() -> Value {
    json!([
        { "calls": [
            { "member": "left_click" },
            { "member": "type", "input": { "text": "one" } },
            { "member": "type", "input": { "text": "two" } },
            { "member": "screenshot" },
        ]},
        { "text": "Done." },
    ])
}

#[tokio::test]
async fn the_run_ends_before_each_call_that_needs_approval_and_resumes_with_the_decision() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let first = chat.run().await;
    let call = waiting_call(&first);
    assert_eq!(call, first.calls()[1].call_id);
    assert_eq!(first.names()[first.names().len() - 3..], ["approval_requested", "usage_total", "finished"]);
    assert_eq!(first.statuses(), [ToolStatus::Done]);
    assert_eq!(first.facts(), r#"{"effects":["typing"]}"#);

    chat.approve(&call);
    let second = chat.run().await;
    let call = waiting_call(&second);
    assert_eq!(call, first.calls()[2].call_id);
    assert_eq!(second.names()[..2], ["call_started", "tool_started"]);
    assert_eq!(chat.scripted.requests().len(), 1, "the model was asked in the middle of its turn");

    chat.approve(&call);
    let third = chat.run().await;
    assert_eq!(third.end().outcome, RunOutcome::Succeeded);
    let texts: Vec<Action> = ["one", "two"].map(|text| Action::Type { text: text.to_owned() }).into();
    assert_eq!(chat.scripted.agent.actions()[1..3], texts);
    assert_eq!(chat.scripted.agent.actions().len(), 4);
    assert_eq!(chat.scripted.requests().len(), 2);
}

#[tokio::test]
async fn a_denied_call_gets_the_reason_and_halts_the_rest() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let call = waiting_call(&chat.run().await);
    chat.deny(&call, "Use\nthe mouse.");
    let outcome = chat.run().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.statuses(), [ToolStatus::NotExecuted; 3]);
    let denied = "Not executed: the person did not approve this. The person says: Use the mouse.";
    assert_eq!(chat.result_texts(), ["OK", denied, HALTED, HALTED]);
    assert_eq!(chat.scripted.agent.actions().len(), 1);
}

#[tokio::test]
async fn without_a_decision_it_ends_again_without_a_second_request() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let call = waiting_call(&chat.run().await);
    // Even under a policy that would no longer require it.
    chat.policy = ApprovalPolicy::Nothing;
    let again = chat.run().await;
    assert_eq!(waiting_call(&again), call);
    assert_eq!(again.names(), ["finished"]);
    assert_eq!(chat.scripted.agent.actions().len(), 1);
}

#[tokio::test]
async fn decisions_may_precede_their_requests() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let first = chat.run().await;
    chat.approve(&first.calls()[1].call_id);
    chat.deny(&first.calls()[2].call_id, "");
    let outcome = chat.run().await;
    assert_eq!(outcome.statuses(), [ToolStatus::Done, ToolStatus::NotExecuted, ToolStatus::NotExecuted]);
    assert_eq!(chat.result_texts()[2], "Not executed: the person did not approve this.");
}

#[tokio::test]
async fn an_approved_call_that_started_before_the_run_was_lost_is_not_repeated() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let call = waiting_call(&chat.run().await);
    chat.approve(&call);
    let lost = chat.run_and_forget().await;
    // The replica died right after the call had started: this is all that was stored of its run.
    let begun = lost.stored().0.into_iter().find(|item| matches!(item, TranscriptItem::CallStarted(_)));
    chat.transcript.extend(begun);
    let done_before = chat.scripted.agent.actions().len();
    let outcome = chat.run().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(
        outcome.statuses(),
        [ToolStatus::Interrupted, ToolStatus::NotExecuted, ToolStatus::NotExecuted]
    );
    assert_eq!(chat.scripted.agent.actions().len(), done_before);
}

#[tokio::test]
async fn the_start_of_an_approved_call_is_reported_before_its_result() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let call = waiting_call(&chat.run().await);
    chat.approve(&call);
    let outcome = chat.run().await;
    let Some(RunEvent::CallStarted(started)) = outcome.events.first() else { panic!("{:?}", outcome.events) };
    assert_eq!(started.call_id, call);
}

#[tokio::test]
async fn a_message_instead_of_a_decision_supersedes_the_call() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    waiting_call(&chat.run().await);
    chat.transcript.push(user("leave it"));
    let outcome = chat.run().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.statuses(), [ToolStatus::NotExecuted; 3]);
    assert!(chat.result_texts()[1].contains("wrote a message instead"), "{:?}", chat.result_texts());
    assert_eq!(chat.result_texts()[4], "leave it");
    assert_eq!(chat.scripted.agent.actions().len(), 1);
}

#[tokio::test]
async fn approvals_do_not_carry_over_to_later_turns() {
    let press = json!({ "calls": [{ "member": "key", "input": { "text": "Return" } }] });
    let mut chat = Chat::new(&[Effect::Submitting], json!([press, press, { "text": "Done." }])).await;
    let first = waiting_call(&chat.run().await);
    chat.approve(&first);
    let second = waiting_call(&chat.run().await);
    assert_ne!(first, second);
    assert_eq!(chat.scripted.agent.actions().len(), 1);
}

#[tokio::test]
async fn all_limits_keep_counting_after_a_decision() {
    let mut chat = Chat::new(&[Effect::Typing], types_twice_and_clicks()).await;
    let call = waiting_call(&chat.run().await);
    chat.approve(&call);
    let mut request = request(&chat.scripted.agent, chat.transcript.clone());
    request.images.clone_from(&chat.images);
    request.limits.max_actions = 2;
    let outcome = chat.scripted.service.run(&request).await;
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::LimitReached, "max_actions")
    );
    assert_eq!(outcome.statuses(), [ToolStatus::Done, ToolStatus::NotExecuted, ToolStatus::NotExecuted]);
}

fn asks() -> Value {
    json!([
        { "calls": [
            { "member": "left_click" },
            { "tool": "ask_user", "input": { "question": "Tea or coffee?", "choices": ["tea", "coffee"] } },
            { "member": "screenshot" },
        ]},
        { "text": "As you wish." },
    ])
}

#[tokio::test]
async fn a_question_ends_the_run_and_its_answer_reaches_the_model() {
    let mut chat = Chat::new(&[], asks()).await;
    let first = chat.run().await;
    assert_eq!(
        (first.end().outcome, first.end().code.as_str()),
        (RunOutcome::QuestionAsked, "question_asked")
    );
    assert_eq!(first.facts(), r#"{"question":"Tea or coffee?"}"#);
    let call_id = first.end().call_id.clone().unwrap();
    assert_eq!(chat.run().await.names(), ["finished"], "the question is still open");
    chat.transcript.push(TranscriptItem::Answer(Answer { call_id, text: "Cocoa, please.".to_owned() }));
    let second = chat.run().await;
    assert_eq!(second.end().outcome, RunOutcome::Succeeded);
    assert_eq!(second.statuses(), [ToolStatus::Done, ToolStatus::Done]);
    assert_eq!(chat.result_texts(), ["OK", "Cocoa, please.", "(picture)"]);
    assert_eq!(chat.scripted.agent.actions().len(), 2);
}

#[tokio::test]
async fn a_message_instead_of_an_answer_reaches_the_model_as_a_message() {
    let mut chat = Chat::new(&[], asks()).await;
    chat.run().await;
    chat.transcript.push(user("neither"));
    let outcome = chat.run().await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let answers = chat.result_texts();
    assert!(answers[1].contains("wrote a message instead"), "{answers:?}");
    assert_eq!((answers[2].as_str(), answers[3].as_str()), (HALTED, "neither"));
}

#[tokio::test]
async fn the_demo_asks_and_repeats_the_answer() {
    let service = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let mut transcript = vec![user("ask \"Which key?\" with \"a\" or \"b\", then press a")];
    let first = service.run(&request(&agent, transcript.clone())).await;
    assert_eq!(first.end().outcome, RunOutcome::QuestionAsked);
    transcript.extend(first.stored().0);
    let call_id = first.end().call_id.clone().unwrap();
    transcript.push(TranscriptItem::Answer(Answer { call_id, text: "b".to_owned() }));
    let second = service.run(&request(&agent, transcript)).await;
    assert_eq!(second.end().outcome, RunOutcome::Succeeded);
    assert!(second.answer().contains("You answered: b"), "{}", second.answer());
    assert_eq!(agent.actions().len(), 1);
}

#[tokio::test]
async fn the_demo_waits_for_approval_and_reports_a_denial() {
    let service = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let mut transcript = vec![user("press a, type \"b\\n\", press c")];
    let run = |transcript: Vec<TranscriptItem>| {
        let mut request = request(&agent, transcript);
        request.approval = ApprovalPolicy::Effects { effects: [Effect::Submitting].into() };
        request
    };
    let first = service.run(&run(transcript.clone())).await;
    transcript.extend(first.stored().0.clone());
    let verdict = Verdict::Deny { reason: "No.".to_owned() };
    transcript.push(TranscriptItem::Decision(Decision { call_id: waiting_call(&first), verdict }));
    let second = service.run(&run(transcript)).await;
    let answer = second.answer();
    assert!(answer.starts_with("I pressed a.") && answer.contains("didn't approve"), "{answer}");
    assert!(answer.contains("I didn't press c."), "{answer}");
    assert_eq!(agent.actions().len(), 1);
}
