//! Chords as models write them, from each vendor: what the desktop is asked to press, and what a person has to approve.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, MessagesApiFake, OpenAiRules};
use protocol::action::{Action, Button, Modifier, Point};
use protocol::run::RunOutcome;
use protocol::transcript::ToolStatus;
use protocol::transcript::approval::{ApprovalPolicy, Effect};
use serde_json::{Value, json};

use crate::harness::{Scripted, Vendor, expect_refused_turn};

/// Texts, and what the desktop is asked to press.
const TEXTS: [(&str, &str); 20] = [
    ("Return", "Return"),
    ("Down Down Return", "Down Down Return"),
    ("ctrl-c", "ctrl+c"),
    ("ctrl c", "ctrl+c"),
    ("Ctrl+Shift+t", "ctrl+shift+t"),
    ("CTRL + A Delete", "ctrl+a Delete"),
    ("<ctrl>c", "ctrl+c"),
    ("<Control><Shift>Escape", "ctrl+shift+Escape"),
    ("Page Down", "Page_Down"),
    ("ctrl+Page Up", "ctrl+Page_Up"),
    ("⌘+c", "super+c"),
    ("⌘⇧P", "super+shift+p"),
    ("⌘", "super"),
    ("⌃⌥⌫", "ctrl+alt+BackSpace"),
    ("⎋ ↵", "Escape Return"),
    ("Numpad5", "KP_5"),
    ("KP5", "KP_5"),
    ("ControlRight", "Control_R"),
    ("ArrowUp", "Up"),
    ("ctrl+-", "ctrl+minus"),
];

/// How a vendor's models press keys.
trait PressesKeys: Vendor {
    /// A turn that presses what these texts say, in this order.
    fn turn(texts: &[Value]) -> Value;
}

fn calls(member: &str, field: &str, texts: &[Value]) -> Value {
    let call = |text: &Value| json!({ "member": member, "input": { field: text } });
    json!({ "calls": texts.iter().map(call).collect::<Vec<_>>() })
}

impl PressesKeys for MessagesApiFake {
    fn turn(texts: &[Value]) -> Value {
        calls("key", "text", texts)
    }
}

impl PressesKeys for ChatCompletionsRules {
    fn turn(texts: &[Value]) -> Value {
        calls("key", "text", texts)
    }
}

impl PressesKeys for GeminiRules {
    fn turn(texts: &[Value]) -> Value {
        calls("hotkey", "keys", texts)
    }
}

impl PressesKeys for OpenAiRules {
    fn turn(texts: &[Value]) -> Value {
        let press = |keys: &Value| json!({ "type": "keypress", "keys": keys });
        let actions: Vec<Value> = texts.iter().map(press).collect();
        json!({ "blocks": [{ "type": "computer_call", "actions": actions }] })
    }
}

fn pressed<V: Vendor>(scripted: &Scripted<V>) -> Vec<String> {
    let chord_of = |action| match action {
        Action::Key { chord, .. } => Some(chord),
        _ => None,
    };
    scripted.agent.actions().into_iter().filter_map(chord_of).collect()
}

/// Has a model press these, and compares what the desktop is asked to press.
async fn expect_pressed<V: PressesKeys>(table: &[(Value, &str)]) {
    // Gemini's models see the screen after each call, and few screens in all.
    let turns = table.chunks(4).map(|calls| {
        let texts: Vec<Value> = calls.iter().map(|(text, _)| text.clone()).collect();
        V::turn(&texts)
    });
    let turns: Vec<Value> = turns.chain([json!({ "text": "Done." })]).collect();
    let scripted = Scripted::<V>::new(turns.into()).await;
    let outcome = scripted.run("do it").await;
    let failed: Vec<_> =
        outcome.results().into_iter().filter(|result| result.status != ToolStatus::Done).collect();
    assert!(failed.is_empty(), "{}: {failed:?}", V::PROVIDER);
    let expected: Vec<&str> = table.iter().map(|(_, expected)| *expected).collect();
    assert_eq!(pressed(&scripted), expected, "{}", V::PROVIDER);
}

#[tokio::test]
async fn texts_are_understood_from_every_vendor() {
    let table: Vec<(Value, &str)> = TEXTS.iter().map(|(text, expected)| (json!(text), *expected)).collect();
    expect_pressed::<MessagesApiFake>(&table).await;
    expect_pressed::<ChatCompletionsRules>(&table).await;
    expect_pressed::<OpenAiRules>(&table).await;
    expect_pressed::<GeminiRules>(&table).await;
}

#[tokio::test]
async fn lists_of_keys_are_pressed_together() {
    let table = [
        (json!(["CTRL", "C"]), "ctrl+c"),
        (json!(["⌘", "⇧", "P"]), "super+shift+p"),
        (json!(["ctrl+c"]), "ctrl+c"),
        (json!(["CTRL", "Page Down"]), "ctrl+Page_Down"),
        (json!(["A"]), "a"),
        (json!([" "]), "space"),
        (json!(["ENTER"]), "Return"),
        (json!(["CTRL", "+"]), "ctrl+plus"),
        // What can't be pressed together is pressed in turn.
        (json!(["Down", "Down", "Return"]), "Down Down Return"),
        (json!(["ctrl", "k", "ctrl", "s"]), "ctrl+k ctrl+s"),
        (json!(["ctrl+a", "Delete"]), "ctrl+a Delete"),
        (json!(["Down Down"]), "Down Down"),
    ];
    expect_pressed::<OpenAiRules>(&table).await;
    expect_pressed::<GeminiRules>(&table).await;
}

#[tokio::test]
async fn one_chord_is_held() {
    let hold =
        |text: &str| json!({ "calls": [{ "member": "hold_key", "input": { "text": text, "duration": 1 } }] });
    for (text, chord) in
        [("<shift>", "shift"), ("ctrl-F5", "ctrl+F5"), ("⇧", "shift"), ("Page Down", "Page_Down")]
    {
        let scripted = Scripted::<MessagesApiFake>::new(json!([hold(text), { "text": "Done." }])).await;
        scripted.run("do it").await;
        let held = Action::HoldKey { chord: chord.to_owned(), duration_ms: 1_000 };
        assert_eq!(scripted.agent.actions()[0], held, "{text}");
    }
    let several = "Only one chord can be held, such as shift or ctrl+F5.";
    expect_refused_turn::<MessagesApiFake>(hold("Down Down"), several).await;
    expect_refused_turn::<ChatCompletionsRules>(hold("Down Down"), several).await;
    expect_refused_turn::<MessagesApiFake>(hold("Shfit"), "'Shfit' is no key; did you mean shift?").await;
}

#[tokio::test]
async fn keys_held_during_a_click_are_read_alike() {
    let click =
        |text: &Value| json!({ "member": "left_click", "input": { "coordinate": [100, 200], "text": text } });
    let (ctrl, shift) = (Modifier::Ctrl, Modifier::Shift);
    let table = [
        (json!("ctrl-shift"), vec![ctrl, shift]),
        (json!("<ctrl>"), vec![ctrl]),
        (json!("⌘⇧"), vec![Modifier::Super, shift]),
        (json!("Ctrl Shift"), vec![ctrl, shift]),
        (json!(["⌃", "Shift_R"]), vec![ctrl, shift]),
        (json!("Option"), vec![Modifier::Alt]),
        (json!(""), vec![]),
    ];
    let at = Some(Point { x: 100, y: 200 });
    let held = |modifiers: &Vec<Modifier>| Action::Click {
        button: Button::Left,
        count: 1,
        at,
        modifiers: modifiers.clone(),
    };
    let expected: Vec<Action> = table.iter().map(|(_, modifiers)| held(modifiers)).collect();
    let clicks = |scripted: Vec<Action>| -> Vec<Action> {
        scripted.into_iter().filter(|action| *action != Action::Screenshot).collect()
    };
    let calls: Vec<Value> = table.iter().map(|(text, _)| click(text)).collect();
    let scripted = Scripted::<MessagesApiFake>::new(json!([{ "calls": calls }, { "text": "Done." }])).await;
    scripted.run("do it").await;
    assert_eq!(clicks(scripted.agent.actions()), expected);

    let openai =
        |(keys, _): &(Value, Vec<Modifier>)| json!({ "type": "click", "x": 100, "y": 200, "keys": keys });
    let actions: Vec<Value> = table.iter().map(openai).collect();
    let turn = json!({ "blocks": [{ "type": "computer_call", "actions": actions }] });
    let scripted = Scripted::<OpenAiRules>::new(json!([turn, { "text": "Done." }])).await;
    scripted.run("do it").await;
    assert_eq!(clicks(scripted.agent.actions()), expected);
}

#[tokio::test]
async fn a_name_that_is_no_key_is_refused_with_those_that_are_close() {
    let many = ["Down"; 21].join(" ");
    let table = [
        ("Retrun", "'Retrun' is no key; did you mean Return?"),
        ("ctrl+Pgae_Up", "'Pgae_Up' is no key; did you mean Page_Up?"),
        ("Down Down hello_world", "'hello_world' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        ("⏚", "'⏚' is no key; names are as in X: Return, Page_Down, ctrl+s."),
        (&many, "At most 20 chords can be pressed in one call."),
        ("a+b+c+d+e+f+g+h+i", "A chord has at most 8 keys."),
    ];
    for (text, expected) in table {
        let texts = [json!(text)];
        expect_refused_turn::<MessagesApiFake>(MessagesApiFake::turn(&texts), expected).await;
        expect_refused_turn::<ChatCompletionsRules>(ChatCompletionsRules::turn(&texts), expected).await;
        expect_refused_turn::<OpenAiRules>(OpenAiRules::turn(&texts), expected).await;
        expect_refused_turn::<GeminiRules>(GeminiRules::turn(&texts), expected).await;
    }
}

/// How a run ends whose model presses this, if a person has to approve what submits.
async fn end_of<V: PressesKeys>(text: &str) -> RunOutcome {
    let scripted = Scripted::<V>::new(json!([V::turn(&[json!(text)]), { "text": "Done." }])).await;
    let mut request = scripted.request("do it");
    request.approval = ApprovalPolicy::Effects { effects: [Effect::Submitting].into() };
    let outcome = scripted.service.run(&request).await.end().outcome;
    let is_gated = outcome == RunOutcome::ApprovalRequired;
    assert_eq!(pressed(&scripted).is_empty(), is_gated, "{}: {text}", V::PROVIDER);
    outcome
}

#[tokio::test]
async fn what_submits_needs_approval_however_it_is_written() {
    let required = RunOutcome::ApprovalRequired;
    for text in ["Down Down Return", "ctrl-j", "KP_Enter", "<ctrl>Return", "⌃m", "↵", "Numpad Enter", "^M"]
    {
        assert_eq!(end_of::<MessagesApiFake>(text).await, required, "{text}");
    }
    for text in ["Down Down Return", "ctrl-m"] {
        assert_eq!(end_of::<ChatCompletionsRules>(text).await, required, "{text}");
        assert_eq!(end_of::<OpenAiRules>(text).await, required, "{text}");
        assert_eq!(end_of::<GeminiRules>(text).await, required, "{text}");
    }
    for text in ["Down Down", "ctrl-n", "⌘m"] {
        assert_eq!(end_of::<MessagesApiFake>(text).await, RunOutcome::Succeeded, "{text}");
    }
}
