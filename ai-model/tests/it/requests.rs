//! Snapshots of the requests to each vendor. Vendors cache requests by their prefix: changing a single byte of a tool's
//! description or the order of fields costs every open conversation its cache.

use std::collections::BTreeMap;
use std::io::Cursor;

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, OpenAiRules};
use ai_model::images::name_of;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{ImageFormat, Rgb, RgbImage};
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection, Size};
use protocol::editor::EditorCommand;
use protocol::locale::Locale;
use protocol::run::RunRequest;
use protocol::takeover::{PersonStep, PersonSteps};
use protocol::transcript::{
    Answer, App, AssistantBlock, AssistantTurn, ScreenshotRef, Takeover, TokenUsage, Tool, ToolCall,
    ToolResult, ToolStatus, TranscriptItem, TurnCost, UserMessage,
};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{Claude, SCREEN, Scripted, Vendor};

/// A longer text without a space is an encoded image.
const LONGEST_WORD: usize = 500;

/// A request for a snapshot: a digest of its exact bytes, and its JSON without image data.
fn shown(body: &str) -> String {
    let mut json: Value = serde_json::from_str(body).unwrap();
    shorten(&mut json);
    format!("sha256 {}\n{:#}", hex::encode(Sha256::digest(body)), json)
}

fn shorten(value: &mut Value) {
    match value {
        Value::String(text) if text.len() > LONGEST_WORD && !text.contains(' ') => {
            *text = format!("{} ... ({} characters)", &text[..40], text.len());
        }
        Value::Array(items) => items.iter_mut().for_each(shorten),
        Value::Object(fields) => fields.values_mut().for_each(shorten),
        _ => {}
    }
}

#[track_caller]
fn check(name: &str, shown: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

fn image(size: Size, shade: u8) -> (ScreenshotRef, String) {
    let pixels = RgbImage::from_pixel(size.width, size.height, Rgb([shade, 40, 80]));
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, ImageFormat::Png).unwrap();
    let data = BASE64_STANDARD.encode(bytes.into_inner());
    let sha256 = name_of(&data).unwrap();
    (ScreenshotRef { sha256, media_type: "image/png".to_owned(), size }, data)
}

/// Every tool, and every action of the computer.
fn tools() -> Vec<Tool> {
    let at = Some(Point { x: 640, y: 200 });
    let to = Point { x: 1279, y: 799 };
    let click = |button, count, modifiers| Action::Click { button, count, at, modifiers };
    let actions = [
        Action::Screenshot,
        Action::Zoom { region: Region { x: 0, y: 0, width: 640, height: 200 } },
        Action::MouseMove { to },
        click(Button::Left, 1, vec![]),
        click(Button::Left, 2, vec![Modifier::Ctrl, Modifier::Shift]),
        click(Button::Left, 3, vec![]),
        click(Button::Middle, 1, vec![]),
        click(Button::Right, 1, vec![Modifier::Alt, Modifier::Super]),
        Action::Drag { from: at, to, modifiers: vec![] },
        Action::MouseDown { button: Button::Left },
        Action::MouseUp { button: Button::Left },
        Action::CursorPosition,
        Action::Scroll { direction: ScrollDirection::Down, clicks: 5, at, modifiers: vec![] },
        Action::Type { text: "hello\n".to_owned() },
        Action::Key { chord: "ctrl+s".to_owned(), repeat: 1 },
        Action::Key { chord: "Tab".to_owned(), repeat: 3 },
        Action::HoldKey { chord: "shift".to_owned(), duration_ms: 1_500 },
        Action::Wait { duration_ms: 2_000 },
    ];
    let path = || "~/notes.txt".to_owned();
    let edits = [
        EditorCommand::View { path: "~/chart.png".to_owned(), view_range: None, max_characters: None },
        EditorCommand::View { path: path(), view_range: Some([1, -1]), max_characters: None },
        EditorCommand::Create { path: path(), file_text: "one\n".to_owned() },
        EditorCommand::StrReplace { path: path(), old_str: "one".to_owned(), new_str: "two".to_owned() },
        EditorCommand::Insert { path: path(), insert_line: 0, insert_text: "zero\n".to_owned() },
        EditorCommand::UndoEdit { path: path() },
    ];
    let others = [
        Tool::Shell { command: Some("ls ~".to_owned()), restart: false },
        Tool::Shell { command: None, restart: true },
        Tool::Open { app: App::Terminal, argument: None },
        Tool::Open { app: App::Browser, argument: Some("https://example.org/it's".to_owned()) },
        Tool::Open { app: App::TextEditor, argument: Some("~/notes.txt".to_owned()) },
        Tool::Open { app: App::FileManager, argument: None },
        Tool::Ask {
            question: "Tea or coffee?".to_owned(),
            choices: vec!["tea".to_owned(), "coffee".to_owned()],
        },
        Tool::Ask { question: "Go on?".to_owned(), choices: vec![] },
        Tool::Invalid { name: "fly".to_owned(), problem: "There is no such tool.".to_owned() },
    ];
    let actions = actions.into_iter().map(|action| Tool::Computer { action });
    let edits = edits.into_iter().map(|edit| Tool::Editor { edit });
    actions.chain(edits).chain(others).collect()
}

/// The result of a call, with the image of its kind.
fn result(call: &ToolCall, images: &mut BTreeMap<String, String>) -> ToolResult {
    let mut keep = |size, shade| {
        let (reference, data) = image(size, shade);
        images.insert(reference.sha256.clone(), data);
        Some(reference)
    };
    let (status, text, screenshot) = match &call.tool {
        Tool::Computer { action: Action::Screenshot } => (ToolStatus::Done, "", keep(SCREEN, 1)),
        Tool::Computer { action: Action::Zoom { .. } } => {
            (ToolStatus::Done, "", keep(Size { width: 640, height: 200 }, 2))
        }
        Tool::Computer { action: Action::CursorPosition } => (ToolStatus::Done, "X=640, Y=200", None),
        Tool::Computer { action: Action::Wait { .. } } => (ToolStatus::Done, "OK", keep(SCREEN, 3)),
        Tool::Editor { edit: EditorCommand::View { view_range: None, .. } } => {
            (ToolStatus::Done, "", keep(Size { width: 100, height: 50 }, 4))
        }
        Tool::Editor { edit: EditorCommand::UndoEdit { .. } } => {
            (ToolStatus::Interrupted, "Interrupted.", None)
        }
        Tool::Shell { command: Some(_), .. } => (ToolStatus::Done, "notes.txt", None),
        Tool::Ask { choices, .. } if !choices.is_empty() => (ToolStatus::Done, "tea", None),
        Tool::Ask { .. } => (ToolStatus::NotExecuted, "Not executed.", None),
        Tool::Invalid { problem, .. } => (ToolStatus::Failed, problem.as_str(), None),
        _ => (ToolStatus::Done, "OK", None),
    };
    ToolResult {
        call_id: call.call_id.clone(),
        status,
        text: text.to_owned(),
        shown_to_model: screenshot.is_some(),
        screenshot,
        elapsed_ms: 1,
    }
}

/// A conversation with one item of each kind, so far with another provider.
fn transcript(images: &mut BTreeMap<String, String>) -> Vec<TranscriptItem> {
    let message = |text: &str, attachments: &[&str]| {
        TranscriptItem::UserMessage(UserMessage {
            text: text.to_owned(),
            attachments: attachments.iter().map(|path| (*path).to_owned()).collect(),
            shown: Vec::new(),
            extra_data: (!attachments.is_empty()).then(|| json!({ "ticket": 17, "note": "```\nGo away" })),
            locale: (!attachments.is_empty()).then(|| Locale {
                time_zone: "Europe/Vienna".to_owned(),
                language: Some("de-AT".to_owned()),
            }),
        })
    };
    let turn = |content: Vec<AssistantBlock>| {
        TranscriptItem::AssistantTurn(AssistantTurn {
            provider: "demo".to_owned(),
            model: "demo".to_owned(),
            raw: "[]".to_owned(),
            content,
            stop_reason: "tool_use".to_owned(),
            usage: TokenUsage::default(),
            cost: TurnCost::default(),
            connection: None,
        })
    };
    let text = |text: &str| AssistantBlock::Text { text: text.to_owned() };
    let call = |(index, tool)| ToolCall { call_id: format!("demo_{index}"), tool, confirmation: None };
    let calls: Vec<ToolCall> = tools().into_iter().enumerate().map(call).collect();
    let mut items = vec![message("Try everything.", &["Uploads/list.csv"])];
    let blocks = calls.iter().cloned().map(AssistantBlock::ToolCall);
    let thinking = AssistantBlock::Thinking { text: "Hm.".to_owned() };
    items.push(turn([thinking, text("I begin.")].into_iter().chain(blocks).collect()));
    let asked = calls.iter().find(|call| matches!(call.tool, Tool::Ask { .. })).unwrap();
    items.push(TranscriptItem::Answer(Answer { call_id: asked.call_id.clone(), text: "tea".to_owned() }));
    items.extend(calls.iter().map(|call| TranscriptItem::ToolResult(result(call, images))));
    items.push(turn(vec![text("That was all.")]));
    let (left, data) = image(SCREEN, 5);
    images.insert(left.sha256.clone(), data);
    let at = Point { x: 640, y: 200 };
    let steps = vec![
        PersonStep::Clicked { button: Button::Left, count: 2, at, modifiers: vec![Modifier::Ctrl] },
        PersonStep::Typed { characters: 12 },
    ];
    let did = Some(PersonSteps { steps, left_out: 1 });
    items.push(TranscriptItem::Takeover(Takeover { did, screenshot: Some(left) }));
    items.push(message("Go on.", &[]));
    items
}

fn with_everything(mut request: RunRequest) -> RunRequest {
    request.transcript = transcript(&mut request.images);
    request
}

/// The last request of a run that takes a screenshot and runs a command.
async fn last_request<V: Vendor>(look: Value) -> String {
    let scripted =
        Scripted::<V>::new(json!([look, { "calls": [{ "bash": "echo hi" }] }, { "text": "Done." }])).await;
    scripted.service.run(&with_everything(scripted.request(""))).await;
    scripted.assert_accepted();
    scripted.requests().pop().unwrap().body
}

/// A run with a model of Anthropic's, whose request declares its tools.
async fn claude(model: &str) -> Claude {
    let look = json!({ "text": "I look.", "calls": [{ "member": "screenshot" }, { "bash": "echo hi" }] });
    let scripted = Claude::with_model(model, json!([look, { "text": "Done." }])).await;
    scripted.service.run(&with_everything(scripted.request(""))).await;
    scripted
}

#[tokio::test]
async fn anthropic_is_sent_the_same_bytes() {
    let scripted = claude("claude-opus-5-5").await;
    scripted.assert_accepted();
    check("anthropic", &shown(&scripted.requests().pop().unwrap().body));
}

#[tokio::test]
async fn anthropics_older_models_are_sent_the_same_bytes() {
    let mut all = String::new();
    for model in ["claude-opus-4-7", "claude-sonnet-4-5", "claude-3-7-sonnet", "claude-3-5-sonnet"] {
        let scripted = claude(model).await;
        let body = scripted.requests().pop().unwrap().body;
        let json: Value = serde_json::from_str(&body).unwrap();
        all.push_str(&format!("{model} sha256 {}\n{:#}\n", hex::encode(Sha256::digest(body)), json["tools"]));
    }
    check("anthropic_older", &all);
}

#[tokio::test]
async fn openai_is_sent_the_same_bytes() {
    let look = json!({ "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] });
    check("openai", &shown(&last_request::<OpenAiRules>(look).await));
}

#[tokio::test]
async fn openais_older_model_is_declared_the_same_tools() {
    let scripted =
        Scripted::<OpenAiRules>::with_model("computer-use-preview", json!([{ "text": "Done." }])).await;
    scripted.run("hi").await;
    check("openai_older", &shown(&scripted.requests()[0].body));
}

#[tokio::test]
async fn gemini_is_sent_the_same_bytes() {
    let look = json!({ "calls": [{ "member": "take_screenshot", "input": {} }] });
    check("gemini", &shown(&last_request::<GeminiRules>(look).await));
}

#[tokio::test]
async fn geminis_older_model_is_declared_the_same_tools() {
    let model = "gemini-2.5-computer-use-preview-10-2025";
    let scripted = Scripted::<GeminiRules>::with_model(model, json!([{ "text": "Done." }])).await;
    scripted.run("hi").await;
    check("gemini_older", &shown(&scripted.requests()[0].body));
}

#[tokio::test]
async fn servers_with_chat_completions_are_sent_the_same_bytes() {
    let look = json!({ "calls": [{ "member": "screenshot", "input": {} }] });
    check("chat_completions", &shown(&last_request::<ChatCompletionsRules>(look).await));
}
