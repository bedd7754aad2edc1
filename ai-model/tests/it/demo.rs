//! The demo, through the same loop as every model.

use protocol::action::Action;
use protocol::run::{RunEvent, RunOutcome};
use protocol::transcript::{App, Tool, ToolStatus};

use crate::fake_agent::FakeAgent;
use crate::harness::{Outcome, SCREEN, Service, request, user};

async fn run(text: &str) -> (Outcome, FakeAgent) {
    let service = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let outcome = service.run(&request(&agent, vec![user(text)])).await;
    (outcome, agent)
}

const PROOF: &str = "open the terminal, type \"echo deskhand-was-here > ~/Outputs/proof.txt\", press Return";

#[tokio::test]
async fn the_proof_prompt_is_executed_in_order() {
    let (outcome, agent) = run(PROOF).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(outcome.turns().len(), 2);
    assert_eq!(outcome.calls()[0].tool, Tool::Open { app: App::Terminal, argument: None });
    assert!(outcome.results().iter().all(|result| result.status == ToolStatus::Done));
    assert!(outcome.results().iter().all(|result| result.screenshot.is_some()));
    assert_eq!(agent.opened()[0].target, "terminal");
    assert_eq!(
        agent.actions(),
        [
            Action::Type { text: "echo deskhand-was-here > ~/Outputs/proof.txt".to_owned() },
            Action::Key { chord: "Return".to_owned(), repeat: 1 },
        ]
    );
    let answer = outcome.answer();
    assert!(answer.starts_with("Done: I opened the terminal, typed \"echo"), "{answer}");
    assert!(answer.contains("pressed Return") && answer.contains("not an AI"), "{answer}");
}

#[tokio::test]
async fn programs_are_opened_by_the_desktop() {
    let (outcome, agent) = run("open the text editor at \"~/Outputs/it's.txt\", open the terminal").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    let opened = agent.opened();
    assert_eq!(
        (opened[0].target.as_str(), opened[0].argument.as_deref()),
        ("text editor", Some("~/Outputs/it's.txt"))
    );
    assert_eq!((opened[1].target.as_str(), opened[1].argument.as_deref()), ("terminal", None));
    let looks: Vec<bool> = agent
        .batches()
        .iter()
        .map(|batch| batch.actions.is_empty() && batch.capture && batch.unsettled)
        .collect();
    assert_eq!(looks, [true, true]);
}

#[tokio::test]
async fn a_program_that_cannot_be_opened_is_reported() {
    let (outcome, _) = run("open the text editor at fail, press a").await;
    let answer = outcome.answer();
    assert!(answer.contains("I couldn't open the text editor at fail: There is no such file."), "{answer}");
    assert!(answer.contains("I didn't press a."), "{answer}");
}

#[tokio::test]
async fn text_is_streamed_and_adds_up_to_the_turn() {
    let (outcome, _) = run("take a screenshot").await;
    let deltas: Vec<&str> = outcome
        .events
        .iter()
        .filter_map(|event| match event {
            RunEvent::TextDelta { turn: 1, text } => Some(text.as_str()),
            _ => None,
        })
        .collect();
    assert!(deltas.len() > 5);
    assert_eq!(deltas.concat(), outcome.answer());
}

#[tokio::test]
async fn it_reports_what_failed_and_what_was_skipped() {
    let (outcome, agent) = run("click at 5,5, type \"fail\", press Return, wait 1 second").await;
    let answer = outcome.answer();
    assert!(answer.starts_with("I clicked at 5,5."), "{answer}");
    assert!(answer.contains("I couldn't type \"fail\": The text can't be typed."), "{answer}");
    assert!(answer.contains("I didn't press Return or wait 1 s."), "{answer}");
    assert!(!answer.contains("Done"), "{answer}");
    assert_eq!(agent.actions().len(), 2);
}

#[tokio::test]
async fn a_say_waits_for_the_commands_before_it() {
    let (outcome, _) = run("say \"one\", press a, say \"two\", press b, say \"three\"").await;
    let texts: Vec<String> =
        outcome.turns().iter().map(|turn| serde_json::to_string(&turn.content[0]).unwrap()).collect();
    assert_eq!(texts.len(), 3);
    assert!(texts[0].contains("one") && !texts[0].contains("two"));
    assert!(texts[1].contains("two"));
    assert!(texts[2].contains("three") && texts[2].contains("Done: I pressed a and pressed b."));
}

#[tokio::test]
async fn a_failure_skips_later_says() {
    let (outcome, _) = run("type \"fail\", say \"it worked\"").await;
    assert!(!outcome.answer().contains("it worked"), "{}", outcome.answer());
}

#[tokio::test]
async fn a_command_shows_its_output() {
    let (outcome, agent) = run("run `echo hello there`").await;
    assert_eq!(agent.commands(), ["echo hello there"]);
    assert!(outcome.answer().contains("hello there"), "{}", outcome.answer());
}

#[tokio::test]
async fn small_talk_is_answered_with_what_the_demo_is_and_can_do() {
    for text in ["hi", "book me a flight to Rome", "What's the weather like?"] {
        let (outcome, agent) = run(text).await;
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
        let answer = outcome.answer();
        assert!(answer.contains("not an AI") && answer.contains("ANTHROPIC_API_KEY"), "{answer}");
        assert!(answer.contains("open the terminal"), "{answer}");
        assert_eq!(agent.actions(), []);
    }
}

#[tokio::test]
async fn an_unknown_statement_stops_the_whole_request() {
    let (outcome, agent) = run("take a screenshot, foo").await;
    let answer = outcome.answer();
    assert!(answer.starts_with("I didn't understand \"foo\", so I did nothing."), "{answer}");
    assert!(answer.contains("I can:"), "{answer}");
    assert_eq!(agent.actions(), []);
}

#[tokio::test]
async fn a_second_request_starts_over_with_ids_of_its_own() {
    let service = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let first = service.run(&request(&agent, vec![user("press a")])).await;
    let mut transcript = vec![user("press a")];
    transcript.extend(first.stored().0);
    transcript.push(user("press b, press c"));
    let second = service.run(&request(&agent, transcript)).await;
    let ids: Vec<&str> = second.calls().iter().map(|call| call.call_id.as_str()).collect();
    assert_eq!(ids, ["demo_1", "demo_2"]);
    assert!(second.answer().contains("pressed b and pressed c"));
}

#[tokio::test]
async fn an_interrupted_request_is_reported_and_not_repeated() {
    let service = Service::demo().await;
    let agent = FakeAgent::start(SCREEN).await;
    let whole = service.run(&request(&agent, vec![user(PROOF)])).await;
    let mut transcript = vec![user(PROOF)];
    transcript.extend(whole.stored().0.into_iter().take(2));
    let done_before = agent.actions().len();
    let resumed = service.run(&request(&agent, transcript)).await;
    assert_eq!(agent.actions().len(), done_before);
    let answer = resumed.answer();
    assert!(answer.starts_with("I opened the terminal."), "{answer}");
    assert!(answer.contains("Interrupted") && answer.contains("I didn't press Return."), "{answer}");
}

#[tokio::test]
async fn files_are_edited_and_their_content_is_shown() {
    let (outcome, agent) =
        run("write \"hello\\n\" into a.txt, read a.txt, replace \"hello\" with \"bye\" in a.txt").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded);
    assert_eq!(agent.edits().len(), 3);
    let answer = outcome.answer();
    assert!(answer.contains("I wrote a.txt, read a.txt, and replaced \"hello\" in a.txt."), "{answer}");
    assert!(answer.contains("In `a.txt`:\n\n```\nedited\n```"), "{answer}");
}

#[tokio::test]
async fn a_missing_file_is_reported() {
    let (outcome, _) = run("read fail, press a").await;
    let answer = outcome.answer();
    assert!(answer.contains("I couldn't read fail: There is no such file."), "{answer}");
}
