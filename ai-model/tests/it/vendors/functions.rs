//! Our own tools, which the models of every vendor call as functions.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use protocol::editor::EditorCommand;
use protocol::run::RunOutcome;
use protocol::transcript::{Answer, ToolStatus, TranscriptItem};
use serde_json::{Value, json};

use super::transcript;
use crate::harness::{Scripted, Vendor};

fn call(name: &str, input: Value) -> Value {
    let mut call = json!({ "tool": name });
    call["input"] = input;
    json!({ "calls": [call] })
}

/// A file is created, then the person is asked, and the answer reaches the model.
async fn edits_and_asks<V: Vendor>() {
    let create = json!({ "command": "create", "path": "~/a", "file_text": "x\n" });
    let scripted = Scripted::<V>::new(json!([
        call("editor", create),
        call("ask_user", json!({ "question": "Tea or coffee?", "choices": ["tea", "coffee"] })),
        { "text": "As you wish." },
    ]))
    .await;
    let asked = scripted.run("go").await;
    assert_eq!(
        (asked.end().outcome, asked.facts().as_str()),
        (RunOutcome::QuestionAsked, r#"{"question":"Tea or coffee?"}"#)
    );
    let written = EditorCommand::Create { path: "~/a".to_owned(), file_text: "x\n".to_owned() };
    assert_eq!(scripted.agent.edits(), [written]);
    let mut items = transcript("go", &asked, usize::MAX);
    let call_id = asked.end().call_id.clone().unwrap();
    items.push(TranscriptItem::Answer(Answer { call_id, text: "Cocoa, please.".to_owned() }));
    let answered = scripted.resume(items, &asked).await;
    scripted.assert_accepted();
    assert_eq!(answered.answer(), "As you wish.");
    assert_eq!(answered.results()[0].status, ToolStatus::Done);
    let sent = &scripted.requests()[2].body;
    assert!(sent.contains("Cocoa, please."), "{sent}");
}

/// A long output is shortened once it is old.
async fn shortens_old_texts<V: Vendor>(step: Value, steps: usize) {
    let long = "word ".repeat(1000);
    let mut turns = vec![json!({ "calls": [{ "bash": format!("echo {long}") }] })];
    turns.extend(vec![json!({ "calls": [step] }); steps]);
    turns.push(json!({ "text": "Done." }));
    let scripted = Scripted::<V>::new(Value::Array(turns)).await;
    let outcome = scripted.run("go").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{}", outcome.facts());
    // The command is part of the call, which is sent back verbatim.
    let words = |number: usize| scripted.requests()[number].body.matches("word ").count();
    assert!(words(1) > 1_900, "{}", words(1));
    assert!((1_100..1_300).contains(&words(steps + 1)), "{}", words(steps + 1));
}

#[tokio::test]
async fn openais_models_edit_files_and_ask_the_person() {
    edits_and_asks::<OpenAiRules>().await;
}

#[tokio::test]
async fn googles_models_edit_files_and_ask_the_person() {
    edits_and_asks::<GeminiRules>().await;
}

#[tokio::test]
async fn all_other_models_edit_files_and_ask_the_person() {
    edits_and_asks::<ChatCompletionsRules>().await;
}

#[tokio::test]
async fn long_texts_are_shortened_together_with_the_images_after_them() {
    let moves = json!({ "member": "move", "input": { "x": 1, "y": 1 } });
    shortens_old_texts::<GeminiRules>(moves, 18).await;
    let moves = json!({ "member": "mouse_move", "input": { "coordinate": [1, 1] } });
    shortens_old_texts::<ChatCompletionsRules>(moves, 7).await;
}
