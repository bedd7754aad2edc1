//! A Qt program that logs its events.

use std::cell::Cell;
use std::path::PathBuf;

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};
use serde::Deserialize;

use super::{Desk, Kind, Row, check_rows, click, drag, hold_key, key, part, repeated, scroll, typed};
use crate::agent::{at, eventually};

const BUTTONS: [Button; 3] = [Button::Left, Button::Middle, Button::Right];
/// Qt's values for them.
const QT_BUTTONS: [u8; 3] = [1, 4, 2];
const MODIFIERS: [(Modifier, &str); 4] = [
    (Modifier::Shift, "shift"),
    (Modifier::Ctrl, "ctrl"),
    (Modifier::Alt, "alt"),
    (Modifier::Super, "super"),
];
/// Qt's code of the key F8, which marks the end of events.
const F8: u32 = 0x0100_0037;

pub(super) const ROWS: &[Row<Events>] = &[
    Row { kinds: &[Kind::Screenshot, Kind::Zoom], check: |qt| Box::pin(screenshots_show_its_colours(qt)) },
    Row { kinds: &[Kind::MouseMove, Kind::CursorPosition], check: |qt| Box::pin(moves_arrive(qt)) },
    Row { kinds: &[Kind::Click], check: |qt| Box::pin(clicks_count(qt)) },
    Row { kinds: &[Kind::Click], check: |qt| Box::pin(clicks_carry_modifiers(qt)) },
    Row { kinds: &[Kind::Drag], check: |qt| Box::pin(a_drag_moves_in_steps(qt)) },
    Row { kinds: &[Kind::Drag], check: |qt| Box::pin(a_drag_drops(qt)) },
    Row { kinds: &[Kind::MouseDown, Kind::MouseUp], check: |qt| Box::pin(buttons_stay_down(qt)) },
    Row { kinds: &[Kind::Scroll], check: |qt| Box::pin(the_wheel_turns(qt)) },
    Row { kinds: &[Kind::Type], check: |qt| Box::pin(text_is_typed(qt)) },
    Row { kinds: &[Kind::Key], check: |qt| Box::pin(chords_arrive(qt)) },
    Row { kinds: &[Kind::HoldKey, Kind::Wait], check: |qt| Box::pin(a_key_is_held(qt)) },
];

#[tokio::test]
async fn every_action_arrives_in_a_qt_program() {
    let qt = Events::open().await;
    check_rows(&qt, &qt.desk, ROWS).await;
}

/// A Qt event; fields that its kind lacks are empty.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) x: i32,
    pub(super) y: i32,
    screen_x: i32,
    screen_y: i32,
    pub(super) button: u8,
    pub(super) buttons: u8,
    delta_x: i32,
    delta_y: i32,
    pub(super) key: u32,
    pub(super) text: String,
    modifiers: Vec<String>,
    /// Milliseconds of the X server's clock.
    time: u64,
}

pub(super) struct Events {
    pub(super) desk: Desk,
    log: PathBuf,
    /// How much of the log has been read.
    read: Cell<usize>,
    region: Region,
}

impl Events {
    pub(super) async fn open() -> Self {
        let desk = Desk::start();
        std::fs::write(desk.agent.home.join("events.py"), include_str!("events.py")).unwrap();
        let region = desk.agent.open("/usr/bin/python3 ~/events.py ~/events.log", "events.py").await.region;
        let log = desk.agent.home.join("events.log");
        let qt = Self { desk, log, read: Cell::new(0), region };
        qt.events(vec![Action::MouseMove { to: qt.at(10, 10) }]).await;
        qt
    }

    /// A point of the window, in screen coordinates.
    pub(super) fn at(&self, x: i32, y: i32) -> Point {
        at(self.region.x + x, self.region.y + y)
    }

    /// Runs actions; returns their events.
    pub(super) async fn events(&self, actions: Vec<Action>) -> Vec<Event> {
        self.desk.done_and(actions, key("F8")).await;
        self.up_to_the_mark().await
    }

    /// The events up to the mark, which has been sent.
    pub(super) async fn up_to_the_mark(&self) -> Vec<Event> {
        let mut events = Vec::new();
        let marked = async || {
            events.extend(self.so_far());
            events.iter().any(|event: &Event| event.key == F8 && event.kind == "keyup").then_some(())
        };
        eventually("the mark is there", marked).await;
        events.retain(|event| event.key != F8);
        events
    }

    /// The events so far that have not been read.
    pub(super) fn so_far(&self) -> Vec<Event> {
        let all = std::fs::read_to_string(&self.log).unwrap();
        let fresh = &all[self.read.get()..];
        let whole = &fresh[..fresh.rfind('\n').map_or(0, |end| end + 1)];
        self.read.set(self.read.get() + whole.len());
        whole.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The compared parts of a mouse event.
fn mouse(event: &Event) -> (&str, (i32, i32), u8, u8) {
    (&event.kind, (event.x, event.y), event.button, event.buttons)
}

/// The compared parts of a key event.
fn stroke(event: &Event) -> (&str, &str, String) {
    (&event.kind, &event.text, event.modifiers.join("+"))
}

async fn screenshots_show_its_colours(qt: &Events) {
    qt.events(vec![Action::MouseMove { to: qt.at(420, 20) }]).await;
    let colours = [[0xc0, 0x10, 0x20], [0x10, 0xc0, 0x20], [0x20, 0x10, 0xc0], [0xd0, 0xd0, 0x10]];
    let expected = image::RgbImage::from_fn(400, 400, |x, y| {
        image::Rgb(colours[usize::from(x >= 200) + 2 * usize::from(y >= 200)])
    });
    let all = Region { width: 400, height: 400, ..qt.region };
    assert!(qt.desk.zoom(all).await == expected, "the zoom does not show the colours");
    assert!(part(&qt.desk.screenshot().await, all) == expected, "the screenshot does not show the colours");
    // It answers pings, so a screenshot does not wait longer than needed.
    let moved = qt.desk.done(vec![Action::MouseMove { to: qt.at(420, 21) }]).await;
    assert!(moved.results[0].settle.unwrap().settled, "{:?}", moved.results[0]);
    // Around the corner where all four colours meet.
    let middle = Region { x: qt.at(199, 0).x, y: qt.at(0, 199).y, width: 2, height: 2 };
    assert_eq!(qt.desk.zoom(middle).await.into_raw(), colours.concat());
}

async fn moves_arrive(qt: &Events) {
    qt.events(vec![]).await;
    for (x, y) in [(0, 0), (399, 399), (17, 251)] {
        let events = qt.events(vec![Action::MouseMove { to: qt.at(x, y) }]).await;
        assert_eq!(events.iter().map(mouse).collect::<Vec<_>>(), [("move", (x, y), 0, 0)]);
        assert_eq!(qt.desk.cursor().await, at(events[0].screen_x, events[0].screen_y));
    }
}

async fn clicks_count(qt: &Events) {
    let (mut clicks, mut expected) = (Vec::new(), Vec::new());
    for (number, button) in (0..).zip(BUTTONS) {
        let held = QT_BUTTONS[number];
        for count in 1..=3 {
            let place = (30 + 100 * i32::try_from(number).unwrap(), 100 * i32::from(count));
            clicks.push(click(button, count, qt.at(place.0, place.1), &[]));
            expected.push(("move", place, 0, 0));
            for time in 1..=count {
                // Qt calls every second press a double click.
                expected.push((if time == 2 { "double" } else { "press" }, place, held, held));
                expected.push(("release", place, held, 0));
            }
        }
    }
    let mut events = qt.events(clicks).await;
    let menus = events.iter().filter(|event| event.kind == "menu").count();
    events.retain(|event| event.kind != "menu");
    assert_eq!((events.iter().map(mouse).collect::<Vec<_>>(), menus), (expected, 1 + 2 + 3));
    let here = Action::Click { button: Button::Left, count: 1, at: None, modifiers: vec![] };
    let events = qt.events(vec![Action::MouseMove { to: qt.at(7, 9) }, here]).await;
    assert_eq!(mouse(&events[1]), ("press", (7, 9), 1, 1));
}

async fn clicks_carry_modifiers(qt: &Events) {
    let (mut clicks, mut expected) = (Vec::new(), Vec::new());
    for (number, button) in (0..).zip(BUTTONS) {
        for ((modifier, name), row) in MODIFIERS.into_iter().zip(0..) {
            // With Super and these buttons the window manager moves and resizes windows.
            if modifier == Modifier::Super && button != Button::Middle {
                continue;
            }
            clicks.push(click(button, 1, qt.at(30 + 100 * number, 30 + 90 * row), &[modifier]));
            expected.extend(["press", "release"].map(|kind| (kind.to_owned(), name.to_owned())));
        }
    }
    let events = qt.events(clicks).await;
    let presses = events.iter().filter(|event| ["press", "release"].contains(&event.kind.as_str()));
    let got: Vec<_> = presses.map(|event| (event.kind.clone(), event.modifiers.join("+"))).collect();
    assert_eq!(got, expected);
    let keys = |kind| events.iter().filter(|event| event.kind == kind).count();
    assert_eq!((keys("keydown"), keys("keyup")), (expected.len() / 2, expected.len() / 2));
}

async fn a_drag_moves_in_steps(qt: &Events) {
    let (from, to) = ((30, 140), (390, 20));
    for (begin, modifiers) in
        [(Some(qt.at(from.0, from.1)), vec![]), (None, vec![Modifier::Ctrl, Modifier::Shift])]
    {
        let names = if modifiers.is_empty() { "" } else { "shift+ctrl" };
        let start = Action::MouseMove { to: qt.at(from.0, from.1) };
        let go = Action::Drag { from: begin, to: qt.at(to.0, to.1), modifiers };
        let mut events = qt.events(vec![start, go]).await;
        events.retain(|event| event.key == 0);
        let (first, rest) = events[1..].split_first().unwrap();
        let (last, moves) = rest.split_last().unwrap();
        assert_eq!((mouse(first), first.modifiers.join("+").as_str()), (("press", from, 1, 1), names));
        assert_eq!((mouse(last), last.modifiers.join("+").as_str()), (("release", to, 1, 0), names));
        assert!(moves.len() >= 4 && moves.iter().all(|event| event.kind == "move" && event.buttons == 1));
        assert!(moves.windows(2).all(|pair| pair[0].x < pair[1].x && pair[0].y >= pair[1].y));
    }
}

async fn a_drag_drops(qt: &Events) {
    qt.desk.done(vec![drag(qt.at(500, 100), qt.at(500, 300))]).await;
    let dropped = async || qt.so_far().into_iter().find(|event| event.kind == "drop");
    assert_eq!(eventually("the item is dropped", dropped).await.text, "an item");
}

async fn buttons_stay_down(qt: &Events) {
    let go = |x, y| Action::MouseMove { to: qt.at(x, y) };
    for (button, held) in BUTTONS.into_iter().zip(QT_BUTTONS) {
        let mut events = qt.events(vec![go(50, 60), Action::MouseDown { button }, go(51, 62)]).await;
        events.retain(|event| event.kind != "menu");
        let expected =
            [("move", (50, 60), 0, 0), ("press", (50, 60), held, held), ("move", (51, 62), 0, held)];
        assert_eq!(events.iter().map(mouse).collect::<Vec<_>>(), expected);
        let events = qt.events(vec![Action::MouseUp { button }]).await;
        assert_eq!(events.iter().map(mouse).collect::<Vec<_>>(), [("release", (51, 62), held, 0)]);
    }
}

async fn the_wheel_turns(qt: &Events) {
    use ScrollDirection::{Down, Left, Right, Up};
    let directions = [(Up, (0, 120)), (Down, (0, -120)), (Left, (120, 0)), (Right, (-120, 0))];
    let (mut actions, mut expected) = (Vec::new(), Vec::new());
    for (direction, turned) in directions {
        actions.push(scroll(direction, 3, qt.at(100, 120), &[]));
        expected.extend(vec![(turned, (100, 120), String::new()); 3]);
    }
    for (modifier, name) in MODIFIERS {
        actions.push(scroll(Up, 1, qt.at(70, 80), &[modifier]));
        // Qt swaps the wheel's axes while Alt is held.
        let turned = if modifier == Modifier::Alt { (120, 0) } else { (0, 120) };
        expected.push((turned, (70, 80), name.to_owned()));
    }
    let events = qt.events(actions).await;
    let wheel = events.iter().filter(|event| event.kind == "wheel");
    let got: Vec<_> = wheel
        .map(|event| ((event.delta_x, event.delta_y), (event.x, event.y), event.modifiers.join("+")))
        .collect();
    assert_eq!(got, expected);
}

async fn text_is_typed(qt: &Events) {
    let text = "Ab ß€ 日本 👍\tend";
    let events = qt.events(vec![typed(text)]).await;
    for kind in ["keydown", "keyup"] {
        let of_kind = events.iter().filter(|event| event.kind == kind);
        assert_eq!(of_kind.map(|event| event.text.as_str()).collect::<String>(), text);
    }
}

async fn chords_arrive(qt: &Events) {
    let events = qt.events(vec![key("ctrl+shift+k")]).await;
    let expected = [
        ("keydown", "", "ctrl"),
        ("keydown", "", "shift+ctrl"),
        ("keydown", "\x0b", "shift+ctrl"),
        ("keyup", "\x0b", "shift+ctrl"),
        ("keyup", "", "ctrl"),
        ("keyup", "", ""),
    ];
    let expected = expected.map(|(kind, text, modifiers)| (kind, text, modifiers.to_owned()));
    assert_eq!(events.iter().map(stroke).collect::<Vec<_>>(), expected);
    let events = qt.events(vec![repeated("x", 5), key("KP_7")]).await;
    let got: Vec<_> = events.iter().map(stroke).collect();
    let one = |text| [("keydown", text, String::new()), ("keyup", text, String::new())];
    assert_eq!(got, [one("x"), one("x"), one("x"), one("x"), one("x"), one("7")].concat());
}

async fn a_key_is_held(qt: &Events) {
    let hold = vec![hold_key("alt+j", 900), Action::Wait { duration_ms: 300 }, key("q")];
    let events = qt.events(hold).await;
    let of_j =
        |kind| events.iter().filter(|event| event.kind == kind && event.text == "j").collect::<Vec<_>>();
    let (down, up) = (of_j("keydown"), of_j("keyup"));
    assert!(down.len() > 2 && down.len() == up.len(), "{events:?}");
    assert!(down.iter().all(|event| event.modifiers == ["alt"]));
    let held = up[up.len() - 1].time - down[0].time;
    assert!(held >= 895, "held for {held} ms");
    let after = events.iter().find(|event| event.text == "q").unwrap().time - up[up.len() - 1].time;
    assert!(after >= 295, "waited for {after} ms");
}
