//! Arguments in the forms in which models write them, from each vendor: what can mean one thing only is done, and the rest is
//! refused with the value and the right form.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, MessagesApiFake, OpenAiRules};
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use serde_json::{Value, json};

use crate::harness::{Scripted, Vendor, expect_refused_turn};

const AT: Point = Point { x: 100, y: 200 };

/// Forms of the point (100, 200).
fn points() -> Vec<Value> {
    vec![
        json!([100, 200]),
        json!([100.4, 199.6]),
        json!(["100", "200"]),
        json!([" 100 ", 200]),
        json!("[100, 200]"),
        json!("[\"100\", \"200\"]"),
        json!("(100, 200)"),
        json!("100, 200"),
        json!("100 200"),
        json!({ "x": 100, "y": 200 }),
        json!({ "x": "100", "y": "200" }),
        json!("{\"x\": 100, \"y\": 200}"),
        json!([[100, 200]]),
    ]
}

/// Forms of a number.
fn numbers(number: i32) -> Vec<Value> {
    vec![
        json!(number),
        json!(f64::from(number)),
        json!(number.to_string()),
        json!(format!(" {number} ")),
        json!(format!("{number}.0")),
    ]
}

fn click(button: Button, count: u8, modifiers: Vec<Modifier>) -> Action {
    Action::Click { button, count, at: Some(AT), modifiers }
}

fn scroll(clicks: u32) -> Action {
    Action::Scroll { direction: ScrollDirection::Down, clicks, at: Some(AT), modifiers: Vec::new() }
}

fn key(repeat: u8) -> Action {
    Action::Key { chord: "Down".to_owned(), repeat }
}

/// Calls of the computer with the actions that they mean, as Claude and the function for other models have them.
fn computer_calls() -> Vec<(&'static str, Value, Action)> {
    let mut calls = Vec::new();
    for point in points() {
        let at = || json!({ "coordinate": point });
        for (member, action) in [
            ("left_click", click(Button::Left, 1, Vec::new())),
            ("right_click", click(Button::Right, 1, Vec::new())),
            ("middle_click", click(Button::Middle, 1, Vec::new())),
            ("double_click", click(Button::Left, 2, Vec::new())),
            ("triple_click", click(Button::Left, 3, Vec::new())),
            ("mouse_move", Action::MouseMove { to: AT }),
        ] {
            calls.push((member, at(), action));
        }
        let drag = json!({ "start_coordinate": point, "coordinate": point });
        calls.push(("left_click_drag", drag, Action::Drag { from: Some(AT), to: AT, modifiers: Vec::new() }));
        let scrolled = json!({ "coordinate": point, "scroll_direction": "DOWN", "scroll_amount": 3 });
        calls.push(("scroll", scrolled, scroll(3)));
    }
    for region in [
        json!([100, 200, 300, 500]),
        json!(["100", "200", "300", "500"]),
        json!("[100, 200, 300, 500]"),
        json!([[100, 200], [300, 500]]),
        json!({ "x0": 100, "y0": 200, "x1": 300, "y1": 500 }),
    ] {
        let region_of = Region { x: 100, y: 200, width: 200, height: 300 };
        calls.push(("zoom", json!({ "region": region }), Action::Zoom { region: region_of }));
    }
    let down = |amount: &Value| json!({ "coordinate": [100, 200], "scroll_direction": "down", "scroll_amount": amount });
    for amount in numbers(5) {
        calls.push(("scroll", down(&amount), scroll(5)));
        calls.push(("key", json!({ "text": "Down", "repeat": amount }), key(5)));
        calls.push(("wait", json!({ "duration": amount }), Action::Wait { duration_ms: 5_000 }));
        let held = json!({ "text": "Down", "duration": amount });
        calls.push(("hold_key", held, Action::HoldKey { chord: "Down".to_owned(), duration_ms: 5_000 }));
    }
    // What is absent is the usual; what is too much is the most.
    calls.push(("scroll", down(&Value::Null), scroll(5)));
    calls.push(("scroll", down(&json!(300)), scroll(100)));
    calls.push(("key", json!({ "text": "Down" }), key(1)));
    calls.push(("key", json!({ "text": "Down", "repeat": "300" }), key(100)));
    calls.push(("type", json!({ "text": 42 }), Action::Type { text: "42".to_owned() }));
    let (ctrl, shift) = (Modifier::Ctrl, Modifier::Shift);
    for (keys, held) in [
        (json!({ "text": "ctrl" }), vec![ctrl]),
        (json!({ "key": "Control" }), vec![ctrl]),
        (json!({ "text": ["ctrl"] }), vec![ctrl]),
        (json!({ "text": "CTRL + shift" }), vec![ctrl, shift]),
        (json!({ "text": ["ctrl", "Shift"] }), vec![ctrl, shift]),
        (json!({ "text": "" }), Vec::new()),
    ] {
        let mut input = keys;
        input["coordinate"] = json!([100, 200]);
        calls.push(("left_click", input, click(Button::Left, 1, held)));
    }
    calls
}

/// Has a model make these calls in one turn, and compares what the desktop is asked to do.
async fn expect_done<V: Vendor>(calls: Vec<Value>, expected: Vec<Action>) {
    let turn = json!({ "calls": calls });
    let scripted = Scripted::<V>::new(json!([turn, { "text": "Done." }])).await;
    let outcome = scripted.run("do it").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{}: {}", V::PROVIDER, outcome.facts());
    let failed: Vec<_> =
        outcome.results().into_iter().filter(|result| result.status != ToolStatus::Done).collect();
    assert!(failed.is_empty(), "{}: {failed:?}", V::PROVIDER);
    let looked = |action: &Action| *action == Action::Screenshot;
    let done: Vec<Action> = scripted.agent.actions().into_iter().filter(|action| !looked(action)).collect();
    assert_eq!(done, expected, "{}", V::PROVIDER);
}

/// Has a model make this call, which must be refused with this text and do nothing.
async fn expect_refused<V: Vendor>(call: Value, expected: &str) {
    expect_refused_turn::<V>(json!({ "calls": [call] }), expected).await;
}

#[tokio::test]
async fn computer_calls_are_understood_in_every_form() {
    let (calls, expected): (Vec<Value>, Vec<Action>) = computer_calls()
        .into_iter()
        .map(|(member, input, action)| (json!({ "member": member, "input": input }), action))
        .unzip();
    expect_done::<MessagesApiFake>(calls.clone(), expected.clone()).await;
    expect_done::<ChatCompletionsRules>(calls, expected).await;
}

#[tokio::test]
async fn arguments_of_functions_may_be_encoded_twice() {
    let (calls, expected): (Vec<Value>, Vec<Action>) = computer_calls()
        .into_iter()
        .map(|(member, mut input, action)| {
            input["action"] = member.to_uppercase().replace('_', "-").into();
            let twice = json!(input.to_string()).to_string();
            (json!({ "tool": "computer", "input_text": twice }), action)
        })
        .unzip();
    expect_done::<ChatCompletionsRules>(calls, expected).await;
}

#[tokio::test]
async fn the_actions_of_openai_are_understood_in_every_form() {
    let scripted = |actions: Vec<Value>| json!([{ "blocks": [{ "type": "computer_call", "actions": actions }] }, { "text": "Done." }]);
    let mut actions = Vec::new();
    let mut expected = Vec::new();
    let mut add = |action: Value, meant: Action| {
        actions.push(action);
        expected.push(meant);
    };
    for (x, y) in numbers(100).into_iter().zip(numbers(200)) {
        let ctrl = vec![Modifier::Ctrl];
        add(json!({ "type": "click", "button": "LEFT", "x": x, "y": y }), click(Button::Left, 1, Vec::new()));
        add(json!({ "type": "click", "x": x, "y": y, "keys": "CTRL" }), click(Button::Left, 1, ctrl.clone()));
        add(
            json!({ "type": "double_click", "x": x, "y": y, "keys": ["Ctrl"] }),
            click(Button::Left, 2, ctrl),
        );
        add(json!({ "type": "move", "x": x, "y": y }), Action::MouseMove { to: AT });
        add(json!({ "type": "scroll", "x": x, "y": y, "scroll_y": "300" }), scroll(3));
        let path = json!([{ "x": x, "y": y }, { "x": x, "y": y }]);
        let dragged = Action::Drag { from: Some(AT), to: AT, modifiers: Vec::new() };
        add(json!({ "type": "drag", "path": path.to_string() }), dragged.clone());
        add(json!({ "type": "drag", "path": [[x, y], "100,200"] }), dragged);
    }
    add(
        json!({ "type": "keypress", "keys": "ctrl+s" }),
        Action::Key { chord: "ctrl+s".to_owned(), repeat: 1 },
    );
    add(
        json!({ "type": "keypress", "keys": "[\"CTRL\", \"S\"]" }),
        Action::Key { chord: "ctrl+s".to_owned(), repeat: 1 },
    );
    add(json!({ "type": "type", "text": 42 }), Action::Type { text: "42".to_owned() });
    let scripted = Scripted::<OpenAiRules>::new(scripted(actions)).await;
    let outcome = scripted.run("do it").await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{}", outcome.facts());
    assert_eq!(
        scripted
            .agent
            .actions()
            .into_iter()
            .filter(|action| *action != Action::Screenshot)
            .collect::<Vec<_>>(),
        expected
    );
}

#[tokio::test]
async fn the_functions_of_gemini_are_understood_in_every_form() {
    let at = Some(Point { x: 640, y: 200 });
    let call = |name: &str, args: Value| json!({ "member": name, "input": args });
    let clicked = |button, count| Action::Click { button, count, at, modifiers: Vec::new() };
    for ((x, y), seconds) in numbers(500).into_iter().zip(numbers(250)).zip(numbers(5)) {
        let clicks = Action::Scroll { direction: ScrollDirection::Up, clicks: 4, at, modifiers: Vec::new() };
        let scrolled = json!({ "x": x, "y": y, "direction": "UP", "magnitude_in_wheel_clicks": "4" });
        let (calls, expected) = [
            (call("click", json!({ "x": x, "y": y })), clicked(Button::Left, 1)),
            (call("double_click", json!({ "x": x, "y": y })), clicked(Button::Left, 2)),
            (call("right_click", json!({ "X": x, "Y": y })), clicked(Button::Right, 1)),
            (call("scroll", scrolled), clicks),
            (call("wait", json!({ "seconds": seconds })), Action::Wait { duration_ms: 5_000 }),
            (
                call("type", json!({ "text": "ls", "press_enter": "true" })),
                Action::Type { text: "ls\n".to_owned() },
            ),
            (
                call("hotkey", json!({ "keys": "[\"ctrl\", \"s\"]" })),
                Action::Key { chord: "ctrl+s".to_owned(), repeat: 1 },
            ),
        ]
        .into_iter()
        .unzip();
        expect_done::<GeminiRules>(calls, expected).await;
    }
}

#[tokio::test]
async fn what_is_unclear_is_refused_with_the_value_and_the_right_form() {
    let computer = [
        (
            "left_click",
            json!({ "coordinate": [1280, 800] }),
            "'coordinate' [1280, 800] is outside the screen of 1280 x 800.",
        ),
        ("left_click", json!({ "coordinate": [100] }), "'coordinate' must be [x, y], not [100]."),
        ("left_click", json!({ "coordinate": "" }), "'coordinate' must be [x, y], not \"\"."),
        ("left_click", json!({ "coordinate": ["a", 1] }), "'coordinate' must be [x, y], not [\"a\",1]."),
        (
            "left_click",
            json!({ "coordinate": [100, 200], "text": 5 }),
            "'text' must be keys to hold, of shift, ctrl, alt and super, not 5.",
        ),
        ("left_click", json!({ "coordinate": [100, 200], "key": { "a": 1 } }), "'key' must be keys to hold"),
        ("left_click", json!({ "coordinate": [100, 200], "text": ["ctrl", "q"] }), "not [\"ctrl\",\"q\"]."),
        ("mouse_move", json!({}), "'coordinate' is missing; it must be [x, y]."),
        ("zoom", json!({ "region": [5, 5, 5, 9] }), "not [5, 5, 5, 9]."),
        (
            "scroll",
            json!({ "scroll_direction": "down", "scroll_amount": 0 }),
            "'scroll_amount' must be 1 to 100, not 0.",
        ),
        (
            "scroll",
            json!({ "scroll_direction": "down", "scroll_amount": -3 }),
            "'scroll_amount' must be 1 to 100, not -3.",
        ),
        (
            "scroll",
            json!({ "scroll_direction": "in" }),
            "'scroll_direction' must be up, down, left or right, not \"in\".",
        ),
        ("key", json!({ "text": "a", "repeat": 0 }), "'repeat' must be 1 to 100, not 0."),
        ("wait", json!({ "duration": 301 }), "'duration' must be 0 to 300 seconds, not 301."),
        ("wait", json!({ "duration": "a while" }), "not \"a while\"."),
        ("type", json!({ "text": { "a": 1 } }), "'text' must be a text, not {\"a\":1}."),
    ];
    for (member, input, expected) in computer {
        let call = json!({ "member": member, "input": input });
        expect_refused::<MessagesApiFake>(call.clone(), expected).await;
        expect_refused::<ChatCompletionsRules>(call, expected).await;
    }
    let gemini = |name: &str, args: Value| json!({ "member": name, "input": args });
    expect_refused::<GeminiRules>(
        gemini("click", json!({ "x": 1001, "y": 1 })),
        "'x' must be 0 to 999, not 1001.",
    )
    .await;
    expect_refused::<GeminiRules>(gemini("click", json!({ "y": 1 })), "'x' is missing; it must be 0 to 999.")
        .await;
    expect_refused::<GeminiRules>(
        gemini("wait", json!({ "seconds": 301 })),
        "'seconds' must be 0 to 300, not 301.",
    )
    .await;
}

#[tokio::test]
async fn the_other_functions_are_understood_in_every_form() {
    let calls = json!([
        { "tool": "shell", "input": { "restart": "True" } },
        { "tool": "shell", "input_text": json!(json!({ "command": "ls" }).to_string()).to_string() },
        { "tool": "open", "input": { "app": "Text-Editor" } },
        { "tool": "editor", "input": { "command": "view", "path": "~/a", "view_range": "[1, 2]" } },
        { "tool": "editor", "input": { "command": "INSERT", "path": "~/a", "insertLine": "0", "new_str": "x" } },
    ]);
    let turns = json!([{ "calls": calls }, { "text": "Done." }]);
    let scripted = Scripted::<ChatCompletionsRules>::new(turns.clone()).await;
    let outcome = scripted.run("do it").await;
    assert_eq!(outcome.statuses(), [ToolStatus::Done; 5], "{:?}", outcome.results());
    let scripted = Scripted::<OpenAiRules>::new(turns).await;
    assert_eq!(scripted.run("do it").await.statuses(), [ToolStatus::Done; 5]);
}
