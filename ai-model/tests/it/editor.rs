//! The text editor.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::editor::EditorCommand;
use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::json;

use crate::harness::{Claude, request, user};

const NAME: &str = "str_replace_based_edit_tool";

#[tokio::test]
async fn commands_reach_the_agent_as_the_model_wrote_them() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "tool": NAME, "input": { "command": "create", "path": "a.txt", "file_text": "x\n" } },
            { "tool": NAME, "input": { "command": "view", "path": "a.txt", "view_range": [1, -1] } },
            { "tool": NAME, "input": { "command": "str_replace", "path": "a.txt", "old_str": "x", "new_str": "y" } },
            { "tool": NAME, "input": { "command": "insert", "path": "a.txt", "insert_line": 0, "insert_text": "z" } },
            { "tool": "str_replace_editor", "input": { "command": "insert", "path": "a.txt", "insert_line": 0, "new_str": "w" } },
            { "tool": "str_replace_editor", "input": { "command": "undo_edit", "path": "a.txt" } },
        ]},
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("edit").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.results());
    assert!(outcome.results().iter().all(|result| result.text == "edited"));
    let insert = |text: &str| EditorCommand::Insert {
        path: "a.txt".to_owned(),
        insert_line: 0,
        insert_text: text.to_owned(),
    };
    let edits = scripted.agent.edits();
    assert_eq!(edits[0], EditorCommand::Create { path: "a.txt".to_owned(), file_text: "x\n".to_owned() });
    let EditorCommand::View { view_range, max_characters, .. } = &edits[1] else { panic!("{edits:?}") };
    assert_eq!((*view_range, *max_characters), (Some([1, -1]), Some(16_000)));
    assert_eq!(edits[3..5], [insert("z"), insert("w")]);
    assert_eq!(edits[5], EditorCommand::UndoEdit { path: "a.txt".to_owned() });
}

#[tokio::test]
async fn a_failure_is_an_error_and_halts_the_rest() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "tool": NAME, "input": { "command": "view", "path": "fail" } },
            { "member": "screenshot" },
        ]},
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("edit").await;
    let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
    assert_eq!(statuses, [ToolStatus::Failed, ToolStatus::NotExecuted]);
    assert_eq!(outcome.results()[0].text, "There is no such file.");
}

#[tokio::test]
async fn a_call_without_a_required_field_is_an_error_that_names_it() {
    let scripted = Claude::new(json!([
        { "calls": [{ "tool": NAME, "input": { "command": "explode", "path": "a" } }] },
        { "text": "Done." },
    ]))
    .await;
    let outcome = scripted.run("edit").await;
    assert!(
        outcome.results()[0].text.contains("view, create, str_replace, insert or undo_edit, not \"explode\"")
    );
    assert!(scripted.agent.edits().is_empty());
}

#[tokio::test]
async fn a_viewed_image_is_shown_at_its_own_size() {
    let view = json!({ "tool": NAME, "input": { "command": "view", "path": "a.png" } });
    let scripted =
        Claude::new(json!([{ "calls": [view, { "member": "screenshot" }] }, { "text": "Nice." }])).await;
    let outcome = scripted.run("look").await;
    assert!(outcome.results()[0].shown_to_model);
    let sent = scripted.requests()[1].json();
    let data = sent["messages"][2]["content"][0]["content"][0]["source"]["data"].clone();
    let bytes = BASE64_STANDARD.decode(data.as_str().unwrap()).unwrap();
    let image = image::load_from_memory(&bytes).unwrap();
    assert_eq!((image.width(), image.height()), (100, 50));
}

#[tokio::test]
async fn edits_are_encoded_for_a_model_of_another_dialect() {
    let turns = json!([
        { "calls": [{ "tool": NAME, "input": { "command": "create", "path": "a", "file_text": "" } }] },
        { "text": "Done." },
        { "text": "I see." },
    ]);
    let scripted = Claude::new(turns).await;
    let first = scripted.run("edit").await;
    let mut transcript = vec![user("edit")];
    transcript.extend(first.stored().0);
    transcript.push(user("and?"));
    let mut next = request(&scripted.agent, transcript);
    next.model.model = Some("claude-opus-4-7".to_owned());
    assert_eq!(scripted.service.run(&next).await.end().outcome, RunOutcome::Succeeded);
    scripted.assert_accepted();
    let sent = scripted.requests().pop().unwrap().json();
    assert_eq!(sent["messages"][1]["content"][0]["name"], NAME);
    assert_eq!(sent["messages"][1]["content"][0]["input"]["command"], "create");
}
