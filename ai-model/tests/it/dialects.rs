//! Every member of the toolset and every action of the single tool reaches the agent.

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use protocol::transcript::{Tool, ToolStatus};
use serde_json::{Value, json};

use crate::harness::Claude;

fn at(x: i32, y: i32) -> Point {
    Point { x, y }
}

fn click(button: Button, count: u8) -> Action {
    Action::Click { button, count, at: Some(at(10, 20)), modifiers: Vec::new() }
}

/// Each call with the action that it stands for.
fn calls_and_actions() -> Vec<(&'static str, Value, Action)> {
    let coordinate = json!({ "coordinate": [10, 20] });
    vec![
        ("screenshot", json!({}), Action::Screenshot),
        (
            "zoom",
            json!({ "region": [100, 50, 300, 150] }),
            Action::Zoom { region: Region { x: 100, y: 50, width: 200, height: 100 } },
        ),
        ("left_click", coordinate.clone(), click(Button::Left, 1)),
        ("right_click", coordinate.clone(), click(Button::Right, 1)),
        ("middle_click", coordinate.clone(), click(Button::Middle, 1)),
        ("double_click", coordinate.clone(), click(Button::Left, 2)),
        ("triple_click", coordinate.clone(), click(Button::Left, 3)),
        (
            "left_click",
            json!({ "text": "ctrl+shift" }),
            Action::Click {
                button: Button::Left,
                count: 1,
                at: None,
                modifiers: vec![Modifier::Ctrl, Modifier::Shift],
            },
        ),
        (
            "left_click_drag",
            json!({ "start_coordinate": [1, 2], "coordinate": [10, 20], "text": "alt" }),
            Action::Drag { from: Some(at(1, 2)), to: at(10, 20), modifiers: vec![Modifier::Alt] },
        ),
        ("mouse_move", coordinate, Action::MouseMove { to: at(10, 20) }),
        ("left_mouse_down", json!({}), Action::MouseDown { button: Button::Left }),
        ("left_mouse_up", json!({}), Action::MouseUp { button: Button::Left }),
        ("cursor_position", json!({}), Action::CursorPosition),
        (
            "scroll",
            json!({ "scroll_direction": "down", "scroll_amount": 5, "coordinate": [10, 20], "text": "super" }),
            Action::Scroll {
                direction: ScrollDirection::Down,
                clicks: 5,
                at: Some(at(10, 20)),
                modifiers: vec![Modifier::Super],
            },
        ),
        ("type", json!({ "text": "héllo\nworld" }), Action::Type { text: "héllo\nworld".to_owned() }),
        ("key", json!({ "text": "ctrl+s" }), Action::Key { chord: "ctrl+s".to_owned(), repeat: 1 }),
        ("key", json!({ "text": "Down", "repeat": 7 }), Action::Key { chord: "Down".to_owned(), repeat: 7 }),
        (
            "hold_key",
            json!({ "text": "shift", "duration": 0.25 }),
            Action::HoldKey { chord: "shift".to_owned(), duration_ms: 250 },
        ),
        ("wait", json!({ "duration": 1 }), Action::Wait { duration_ms: 1000 }),
    ]
}

async fn all_reach_the_agent(model: &str) {
    let vocabulary = calls_and_actions();
    let calls: Vec<Value> =
        vocabulary.iter().map(|(member, input, _)| json!({ "member": member, "input": input })).collect();
    let scripted = Claude::with_model(model, json!([{ "calls": calls }, { "text": "Done." }])).await;
    let outcome = scripted.run("everything").await;
    let expected: Vec<Action> = vocabulary.into_iter().map(|(_, _, action)| action).collect();
    assert_eq!(scripted.agent.actions(), expected);
    assert!(outcome.results().iter().all(|result| result.status == ToolStatus::Done));
}

#[tokio::test]
async fn every_member_of_the_toolset_reaches_the_agent() {
    all_reach_the_agent("claude-opus-5-5").await;
}

#[tokio::test]
async fn every_action_of_the_single_tool_reaches_the_agent() {
    all_reach_the_agent("claude-opus-4-7").await;
}

#[tokio::test]
async fn the_pointer_is_reported_in_the_models_pixels() {
    let screen = protocol::action::Size { width: 1920, height: 1080 };
    let turns = json!([{ "calls": [{ "member": "cursor_position" }] }, { "text": "Done." }]);
    let scripted = Claude::with_screen("claude-opus-4-6", screen, turns).await;
    scripted.run("where").await;
    let sent = scripted.requests()[1].json();
    assert_eq!(sent["messages"][2]["content"][0]["content"][0]["text"], "X=485, Y=303");
}

#[tokio::test]
async fn an_invalid_call_is_an_error_and_never_reaches_the_desktop() {
    let nonsense = [
        ("moonwalk", json!({})),
        ("left_click", json!({ "coordinate": [-1, 5] })),
        ("left_click", json!({ "coordinate": "10,20,30" })),
        ("left_click", json!({ "text": "hyper" })),
        ("mouse_move", json!({})),
        ("zoom", json!({ "region": [10, 10, 10, 20] })),
        ("zoom", json!({ "region": [0, 0, 1281, 20] })),
        ("scroll", json!({ "scroll_direction": "sideways", "scroll_amount": 1 })),
        ("scroll", json!({ "scroll_direction": "up", "scroll_amount": 0 })),
        ("key", json!({ "text": "a", "repeat": 0 })),
        ("wait", json!({ "duration": 301 })),
        ("wait", json!({ "duration": -1 })),
        ("type", json!({})),
    ];
    let mut turns: Vec<Value> = nonsense
        .iter()
        .map(|(member, input)| json!({ "calls": [{ "member": member, "input": input }] }))
        .collect();
    turns.push(json!({ "calls": [{ "member": "type", "input_text": "{\"text\": \"ab" }] }));
    turns.push(json!({ "text": "Done." }));
    let scripted = Claude::new(Value::from(turns)).await;
    let outcome = scripted.run("nonsense").await;
    assert_eq!(outcome.results().len(), nonsense.len() + 1);
    for (call, result) in outcome.calls().iter().zip(outcome.results()) {
        assert!(matches!(call.tool, Tool::Invalid { .. }), "{call:?}");
        assert_eq!(result.status, ToolStatus::Failed);
    }
    assert_eq!(scripted.agent.actions(), []);
}
