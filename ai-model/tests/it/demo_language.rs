//! The demo's language, as a table.

use ai_model::providers::demo::{Misunderstanding, Step, parse};
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use protocol::editor::EditorCommand;
use protocol::transcript::{App, Tool};

fn act(action: Action) -> Step {
    Step::Do(Tool::Computer { action })
}

fn typed(text: &str) -> Step {
    act(Action::Type { text: text.to_owned() })
}

fn key(chord: &str, repeat: u8) -> Step {
    act(Action::Key { chord: chord.to_owned(), repeat })
}

fn open(app: App, argument: Option<&str>) -> Step {
    Step::Do(Tool::Open { app, argument: argument.map(str::to_owned) })
}

fn run(command: &str) -> Step {
    Step::Do(Tool::Shell { command: Some(command.to_owned()), restart: false })
}

fn at(x: i32, y: i32) -> Point {
    Point { x, y }
}

fn click(button: Button, count: u8) -> Step {
    act(Action::Click { button, count, at: Some(at(100, 200)), modifiers: Vec::new() })
}

fn wait(duration_ms: u64) -> Step {
    act(Action::Wait { duration_ms })
}

#[track_caller]
fn parses_to(request: &str, expected: &[Step]) {
    assert_eq!(parse(request).as_deref(), Ok(expected), "{request}");
}

#[test]
fn opening_programs() {
    parses_to("open the terminal", &[open(App::Terminal, None)]);
    parses_to("Please open a terminal window.", &[open(App::Terminal, None)]);
    parses_to("start the text editor", &[open(App::TextEditor, None)]);
    parses_to("open the file manager at ~/Outputs", &[open(App::FileManager, Some("~/Outputs"))]);
    parses_to(
        "open the browser at https://example.com/a?b=c,d.",
        &[open(App::Browser, Some("https://example.com/a?b=c,d"))],
    );
}

#[test]
fn quoted_addresses_keep_their_commas() {
    parses_to(
        "open the browser at \"https://example.com/a,b\"",
        &[open(App::Browser, Some("https://example.com/a,b"))],
    );
}

#[test]
fn the_proof_prompt() {
    parses_to(
        "open the terminal, type \"echo deskhand-was-here > ~/Outputs/proof.txt\", press Return",
        &[open(App::Terminal, None), typed("echo deskhand-was-here > ~/Outputs/proof.txt"), key("Return", 1)],
    );
}

#[test]
fn quotes_and_escapes() {
    parses_to(r#"type "a \"b\" c""#, &[typed(r#"a "b" c"#)]);
    parses_to(r#"type "line\nnext\tcell""#, &[typed("line\nnext\tcell")]);
    parses_to(r#"type "C:\dir""#, &[typed(r"C:\dir")]);
    parses_to(r#"type "echo "hello" > f", press Return"#, &[typed(r#"echo "hello" > f"#), key("Return", 1)]);
    parses_to(r#"type "then, and. now", press a"#, &[typed("then, and. now"), key("a", 1)]);
    parses_to("type 'say \"hi\"'", &[typed("say \"hi\"")]);
    parses_to("type \"it's\"", &[typed("it's")]);
    parses_to("type “smart”, press a", &[typed("smart"), key("a", 1)]);
    parses_to("run `echo \"a\\n\"` and say \"b\"", &[run("echo \"a\\n\""), Step::Say("b".to_owned())]);
    parses_to("type \"never closed", &[typed("never closed")]);
}

#[test]
fn keys() {
    parses_to("press Return", &[key("Return", 1)]);
    parses_to("press enter", &[key("Return", 1)]);
    parses_to("press the escape key twice", &[key("Escape", 2)]);
    parses_to("press ctrl+s 3 times", &[key("ctrl+s", 3)]);
    parses_to("press Ctrl + Shift + T", &[key("ctrl+shift+t", 1)]);
    parses_to("press down down return", &[key("Down Down Return", 1)]);
    parses_to("press page down", &[key("Page_Down", 1)]);
    parses_to("press alt+F4", &[key("alt+F4", 1)]);
    parses_to(
        "hold shift for 2 seconds",
        &[act(Action::HoldKey { chord: "shift".to_owned(), duration_ms: 2000 })],
    );
}

#[test]
fn the_mouse() {
    parses_to("click at 100,200", &[click(Button::Left, 1)]);
    parses_to("click at 100, 200, press a", &[click(Button::Left, 1), key("a", 1)]);
    parses_to("click right at 100,200", &[click(Button::Right, 1)]);
    parses_to("right-click at 100,200", &[click(Button::Right, 1)]);
    parses_to("double click at (100,200)", &[click(Button::Left, 2)]);
    parses_to("click triple at 100,200", &[click(Button::Left, 3)]);
    parses_to("middle click 100,200", &[click(Button::Middle, 1)]);
    parses_to("move the mouse to 100,200", &[act(Action::MouseMove { to: at(100, 200) })]);
    parses_to(
        "click with ctrl+shift",
        &[act(Action::Click {
            button: Button::Left,
            count: 1,
            at: None,
            modifiers: vec![Modifier::Ctrl, Modifier::Shift],
        })],
    );
    parses_to(
        "drag from 1,2 to 3,4",
        &[act(Action::Drag { from: Some(at(1, 2)), to: at(3, 4), modifiers: Vec::new() })],
    );
    parses_to(
        "mouse down, move to 3,4, mouse up",
        &[
            act(Action::MouseDown { button: Button::Left }),
            act(Action::MouseMove { to: at(3, 4) }),
            act(Action::MouseUp { button: Button::Left }),
        ],
    );
    parses_to("where is the pointer?", &[act(Action::CursorPosition)]);
}

#[test]
fn other_buttons_of_the_mouse() {
    parses_to("mouse down right", &[act(Action::MouseDown { button: Button::Right })]);
    parses_to("mouse up middle", &[act(Action::MouseUp { button: Button::Middle })]);
}

fn edit(edit: EditorCommand) -> Step {
    Step::Do(Tool::Editor { edit })
}

fn view(path: &str, view_range: Option<[i64; 2]>) -> Step {
    edit(EditorCommand::View { path: path.to_owned(), view_range, max_characters: None })
}

#[test]
fn files() {
    let create = |path: &str, text: &str| {
        edit(EditorCommand::Create { path: path.to_owned(), file_text: text.to_owned() })
    };
    parses_to("write \"a\\n\" into ~/a.txt", &[create("~/a.txt", "a\n")]);
    parses_to("create ~/a.txt with \"a, b and c\", press a", &[create("~/a.txt", "a, b and c"), key("a", 1)]);
    parses_to("create \"a b.txt\"", &[create("a b.txt", "")]);
    parses_to("read /etc/hostname.", &[view("/etc/hostname", None)]);
    parses_to("read lines 2 to 5 of a", &[view("a", Some([2, 5]))]);
    parses_to("read lines 2 to end of a", &[view("a", Some([2, -1]))]);
    let replace = |old: &str, new: &str| EditorCommand::StrReplace {
        path: "a".to_owned(),
        old_str: old.to_owned(),
        new_str: new.to_owned(),
    };
    parses_to("replace \"x\" with \"y\" in a", &[edit(replace("x", "y"))]);
    parses_to("replace \"x\" in a", &[edit(replace("x", ""))]);
    let insert = |insert_line| EditorCommand::Insert {
        path: "a".to_owned(),
        insert_line,
        insert_text: "x".to_owned(),
    };
    parses_to("insert \"x\" into a after line 3", &[edit(insert(3))]);
    parses_to("insert \"x\" into a", &[edit(insert(0))]);
    parses_to("undo the last edit of a", &[edit(EditorCommand::UndoEdit { path: "a".to_owned() })]);
    parses_to("undo a", &[edit(EditorCommand::UndoEdit { path: "a".to_owned() })]);
}

#[test]
fn questions() {
    let ask = |choices: &[&str]| {
        Step::Do(Tool::Ask {
            question: "Go on?".to_owned(),
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        })
    };
    parses_to("ask \"Go on?\"", &[ask(&[])]);
    parses_to(
        "ask \"Go on?\" with \"yes\" or \"no\" or \"later\", press a",
        &[ask(&["yes", "no", "later"]), key("a", 1)],
    );
}

#[test]
fn restarting_the_shell() {
    parses_to("restart the shell", &[Step::Do(Tool::Shell { command: None, restart: true })]);
}

#[test]
fn scrolling() {
    let scroll = |direction, clicks, at| act(Action::Scroll { direction, clicks, at, modifiers: Vec::new() });
    parses_to("scroll down", &[scroll(ScrollDirection::Down, 3, None)]);
    parses_to("scroll up 10", &[scroll(ScrollDirection::Up, 10, None)]);
    parses_to("scroll left 2 times at 100,200", &[scroll(ScrollDirection::Left, 2, Some(at(100, 200)))]);
}

#[test]
fn waiting_and_screenshots() {
    parses_to("wait 2 seconds", &[wait(2000)]);
    parses_to("wait for 0.5 s", &[wait(500)]);
    parses_to("wait a second", &[wait(1000)]);
    parses_to("wait 200ms", &[wait(200)]);
    parses_to("wait 2.5", &[wait(2500)]);
    parses_to("take a screenshot", &[act(Action::Screenshot)]);
    parses_to("look at the screen", &[act(Action::Screenshot)]);
    let region = Region { x: 10, y: 20, width: 300, height: 100 };
    parses_to("zoom from 10,20 to 310,120", &[act(Action::Zoom { region })]);
}

#[test]
fn statements_have_many_separators() {
    let expected = [key("a", 1), key("b", 1), key("c", 1), key("d", 1), key("e", 1), key("f", 1)];
    parses_to("press a, press b; press c\npress d. Then press e and press f.", &expected);
    parses_to(
        "First press a, then press b, and press c and then press d. Now press e, finally press f!",
        &expected,
    );
}

#[track_caller]
fn expect_hint(request: &str, statement: &str, expected: &str) {
    match parse(request) {
        Err(Misunderstanding::Statement { statement: found, hint: Some(hint) }) => {
            assert_eq!(found, statement);
            assert!(hint.contains(expected), "{hint}");
        }
        other => panic!("{request}: {other:?}"),
    }
}

#[test]
fn mistakes_get_a_hint() {
    expect_hint("open the pod bay doors", "open the pod bay doors", "the terminal, the browser");
    expect_hint("type hello", "type hello", "in quotes");
    expect_hint("press a, press hello", "press hello", "don't know the key \"hello\"");
    expect_hint("click at the button", "click at the button", "two numbers");
    expect_hint("wait for ever", "wait for ever", "how long");
    expect_hint("wait 301 seconds", "wait 301 seconds", "0 to 300");
    expect_hint("scroll sideways", "scroll sideways", "scroll down 5");
    expect_hint("drag from 1,2", "drag from 1,2", "where to");
    expect_hint("zoom from 10,10 to 5,5", "zoom from 10,10 to 5,5", "upper left");
    expect_hint("press a 101 times", "press a 101 times", "1 to 100");
    expect_hint("take a screenshot quickly", "take a screenshot quickly", "\"quickly\"");
    expect_hint("ask what", "ask what", "in quotes");
    expect_hint("ask \"?\" with a", "ask \"?\" with a", "in quotes");
    expect_hint("replace \"a\" with \"b\"", "replace \"a\" with \"b\"", "in which file");
    expect_hint("insert \"a\"", "insert \"a\"", "into which file");
    expect_hint("insert \"a\" into b after line c", "insert \"a\" into b after line c", "as a number");
    expect_hint("read", "read", "read lines 1 to 20");
    expect_hint("restart everything", "restart everything", "the shell");
    expect_hint("open the terminal at ~", "open the terminal at ~", "without a place");
}

#[test]
fn unknown_statements_differ_from_mistakes() {
    assert_eq!(parse("hi"), Err(Misunderstanding::NoStatement));
    assert_eq!(parse(""), Err(Misunderstanding::NoStatement));
    assert_eq!(parse("write me a poem, then sing"), parse("write me a poem, then sing"));
    let foo = Misunderstanding::Statement { statement: "foo".to_owned(), hint: None };
    assert_eq!(parse("press a, foo"), Err(foo));
}

#[test]
fn every_example_of_the_documentation_is_parsed() {
    let page = include_str!("../../../docs/demo-language.md");
    let examples: Vec<&str> = page
        .lines()
        .skip_while(|line| *line != "```text")
        .skip(1)
        .take_while(|line| *line != "```")
        .collect();
    assert!(examples.len() > 15);
    for example in examples {
        assert!(parse(example).is_ok(), "{example}: {:?}", parse(example));
    }
}
