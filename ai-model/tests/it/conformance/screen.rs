//! The same on a real screen.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::RgbImage;
use image::imageops::{FilterType, crop_imm, grayscale, resize};
use protocol::action::Size;
use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::{Value, json};

use crate::harness::{Claude, Outcome};
use crate::real_desktop::Desktop;

/// A run on a real desktop whose requests the fake accepted.
async fn run(scripted: &Claude, desktop: &Desktop) -> Outcome {
    let outcome = scripted.service.run(&desktop.request("act")).await;
    scripted.assert_accepted();
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.results());
    outcome
}

/// The results of the last turn's calls in the last request.
fn answers(scripted: &Claude) -> Vec<Value> {
    let sent = scripted.requests().pop().unwrap().json();
    let message = sent["messages"].as_array().unwrap().last().unwrap().clone();
    message["content"].as_array().unwrap().clone()
}

fn image(base64: &str) -> RgbImage {
    let bytes = BASE64_STANDARD.decode(base64).unwrap();
    image::load_from_memory(&bytes).unwrap().into_rgb8()
}

/// How much the brightness of an image differs from another of the same content, in the area of the desktop's menu.
fn difference(image: &RgbImage, other: &RgbImage) -> u64 {
    let other = resize(other, image.width(), image.height(), FilterType::CatmullRom);
    let menu = |image| grayscale(&crop_imm(image, 105, 80, 220, 182).to_image());
    let (image, other) = (menu(image), menu(&other));
    let values = image.as_raw().iter().zip(other.as_raw());
    values.map(|(value, other)| u64::from(value.abs_diff(*other))).sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_call_has_one_result_in_order_and_the_last_one_shows_the_screen() {
    let scripted = Claude::new(json!([
        { "calls": [
            { "member": "mouse_move", "input": { "coordinate": [200, 300] } },
            { "member": "cursor_position" },
            { "bash": "pwd" },
            { "member": "screenshot" },
            { "member": "right_click", "input": { "coordinate": [640, 400] } },
        ]},
        { "text": "Done." },
    ]))
    .await;
    let outcome = run(&scripted, &Desktop::start()).await;
    let answers = answers(&scripted);
    let ids: Vec<&str> = answers.iter().map(|answer| answer["tool_use_id"].as_str().unwrap()).collect();
    let called: Vec<&str> = outcome.calls().iter().map(|call| call.call_id.as_str()).collect();
    assert_eq!(ids, called);
    let toolsets: Vec<Option<&str>> = answers.iter().map(|answer| answer["toolset_name"].as_str()).collect();
    assert_eq!(toolsets, [Some("computer"), Some("computer"), None, Some("computer"), Some("computer")]);
    assert_eq!(answers[1]["content"], json!([{ "type": "text", "text": "X=200, Y=300" }]));
    assert_eq!(answers[3]["content"][0]["type"], "image");
    // The menu of the desktop is in the additional image of the last result, and not in the one before it.
    assert_eq!(answers[4]["content"][0]["text"], "OK");
    let data =
        |answer: &Value, part: usize| answer["content"][part]["source"]["data"].as_str().unwrap().to_owned();
    assert_ne!(image(&data(&answers[3], 0)), image(&data(&answers[4], 1)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failure_halts_the_rest_with_the_prescribed_text_and_without_an_image() {
    let failing = [
        json!({ "member": "key", "input": { "text": "Retrun" } }),
        json!({ "member": "left_click", "input": { "coordinate": [1280, 800] } }),
        json!({ "member": "zoom", "input": { "region": [0, 0, 1281, 10] } }),
    ];
    let desktop = Desktop::start();
    for fails in failing {
        let scripted = Claude::new(json!([
            { "calls": [
                { "member": "mouse_move", "input": { "coordinate": [10, 20] } },
                fails,
                { "bash": "touch ~/Outputs/never" },
                { "member": "mouse_move", "input": { "coordinate": [600, 600] } },
            ]},
            { "text": "It failed." },
        ]))
        .await;
        let outcome = run(&scripted, &desktop).await;
        let statuses: Vec<ToolStatus> = outcome.results().iter().map(|result| result.status).collect();
        let (done, failed, not) = (ToolStatus::Done, ToolStatus::Failed, ToolStatus::NotExecuted);
        assert_eq!(statuses, [done, failed, not, not]);
        let answers = answers(&scripted);
        for answer in &answers[1..] {
            assert_eq!(answer["is_error"], true);
            let parts = answer["content"].as_array().unwrap();
            assert!(parts.len() == 1 && parts[0]["type"] == "text", "{answer}");
        }
        for answer in &answers[2..] {
            let halted = "Not executed: an earlier computer action in this turn failed.";
            assert_eq!(answer["content"][0]["text"], halted);
        }
        assert!(!desktop.home.join("Outputs/never").exists());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zoom_shows_the_screens_native_pixels() {
    let screen = Size { width: 1920, height: 1080 };
    let scripted = Claude::with_screen(
        "claude-opus-4-6",
        screen,
        json!([
            { "calls": [{ "member": "right_click", "input": { "coordinate": [400, 300] } }] },
            { "calls": [{ "member": "zoom", "input": { "region": [364, 273, 728, 546] } }] },
            { "text": "Done." },
        ]),
    )
    .await;
    let desktop = Desktop::with_screen(screen);
    let outcome = run(&scripted, &desktop).await;
    let pixels = desktop.pixels(&scripted.service.http).await;
    // 1456 pixels of the model are 1920 of the screen.
    let native = crop_imm(&pixels, 480, 360, 480, 360).to_image();
    // The model gets it as large as the screenshot size allows.
    let shown = outcome.results()[1].screenshot.clone().unwrap();
    assert_eq!((shown.size.width, shown.size.height), (1092, 819));
    let sent = answers(&scripted)[0]["content"][0]["source"]["data"].as_str().unwrap().to_owned();
    assert_eq!(outcome.stored().1[&shown.sha256], sent);
    let zoomed = image(&sent);
    let whole = resize(&pixels, 1456, 819, FilterType::CatmullRom);
    let shrunk = crop_imm(&whole, 364, 273, 364, 273).to_image();
    let (to_native, to_shrunk) = (difference(&zoomed, &native), difference(&zoomed, &shrunk));
    assert!(to_native * 2 < to_shrunk, "{to_native} and {to_shrunk}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_editor_edits_files_of_the_desktop() {
    let edit = |input: Value| json!({ "tool": "str_replace_based_edit_tool", "input": input });
    let path = "~/Outputs/notes.txt";
    let scripted = Claude::new(json!([
        { "calls": [
            edit(json!({ "command": "create", "path": path, "file_text": "one\ntwo\n" })),
            edit(json!({ "command": "str_replace", "path": path, "old_str": "two", "new_str": "zwei" })),
            edit(json!({ "command": "insert", "path": path, "insert_line": 2, "insert_text": "three\n" })),
            edit(json!({ "command": "view", "path": path, "view_range": [2, -1] })),
            { "bash": "cat ~/Outputs/notes.txt" },
            edit(json!({ "command": "str_replace", "path": path, "old_str": "absent", "new_str": "" })),
        ]},
        { "text": "Done." },
    ]))
    .await;
    let desktop = Desktop::start();
    let outcome = run(&scripted, &desktop).await;
    assert_eq!(desktop.text_of("Outputs/notes.txt").await, "one\nzwei\nthree\n");
    let results = outcome.results();
    assert!(results[3].text.contains("zwei") && !results[3].text.contains("one"), "{}", results[3].text);
    assert_eq!(results[4].text, "one\nzwei\nthree");
    assert_eq!(results[5].status, ToolStatus::Failed);
}
