//! Each action, by the events of a window or the content of the screen.

use protocol::action::{Action, Button, Modifier, Region, ScrollDirection};
use protocol::agent::actions::ActionOutcome;

use crate::agent::{TestAgent, at, decode_screenshot};
use crate::window::{CTRL, RED, Received, SHIFT, TestWindow};

const OUTSIDE: &str = "The coordinates are outside the screen.";

pub(crate) fn click(button: Button, count: u8, x: i32, y: i32) -> Action {
    Action::Click { button, count, at: Some(at(x, y)), modifiers: vec![] }
}

pub(crate) fn key(chord: &str) -> Action {
    Action::Key { chord: chord.into(), repeat: 1 }
}

/// A button press or release without its time.
fn button(received: Received) -> (bool, u8, i16, i16, u16) {
    let Received::Button { down, button, x, y, state, .. } = received else { panic!("{received:?}") };
    (down, button, x, y, state)
}

pub(crate) fn pressed(received: Received) -> (bool, u32, u16) {
    let Received::Key { down, keysym, state, .. } = received else { panic!("{received:?}") };
    (down, keysym, state)
}

pub(crate) fn rgb(pixel: u32) -> [u8; 3] {
    let [_, rgb @ ..] = pixel.to_be_bytes();
    rgb
}

#[tokio::test]
async fn clicks_arrive_at_the_position_and_as_often_as_requested() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    for (which, number, count) in [(Button::Left, 1, 1), (Button::Middle, 2, 2), (Button::Right, 3, 3)] {
        agent.done(vec![click(which, count, 30, 40)]).await;
        let held = 0x80 << number;
        for _ in 0..count {
            assert_eq!(button(window.next()), (true, number, 30, 40, 0));
            assert_eq!(button(window.next()), (false, number, 30, 40, held));
        }
    }
    let here = Action::Click {
        button: Button::Left,
        count: 1,
        at: None,
        modifiers: vec![Modifier::Shift, Modifier::Ctrl],
    };
    agent.done(vec![Action::MouseMove { to: at(50, 60) }, here]).await;
    let clicked: Vec<Received> = (0..6).map(|_| window.next()).collect();
    assert_eq!(button(clicked[2]), (true, 1, 50, 60, SHIFT | CTRL));
    assert_eq!(window.held(), 0);
}

#[tokio::test]
async fn a_drag_moves_in_steps_while_the_button_is_down() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![Action::Drag { from: Some(at(20, 20)), to: at(140, 80), modifiers: vec![] }]).await;
    let mut steps = 0;
    let mut down = false;
    loop {
        match window.next_of_any_kind() {
            Received::Motion { .. } => steps += u32::from(down),
            Received::Button { down: true, button: 1, x: 20, y: 20, .. } => down = true,
            Received::Button { down: false, button: 1, x: 140, y: 80, .. } => break,
            other => panic!("{other:?}"),
        }
    }
    assert!(down && steps >= 5, "{steps} steps");
}

#[tokio::test]
async fn a_button_stays_down_until_it_is_released() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(10, 10) }, Action::MouseDown { button: Button::Left }]).await;
    assert_eq!(button(window.next()), (true, 1, 10, 10, 0));
    let failed = agent.run(vec![Action::MouseMove { to: at(9, 9) }, key("nonsense")]).await;
    assert!(matches!(failed.results[1].outcome, ActionOutcome::Failed { .. }));
    assert_eq!(window.so_far(), [], "a failed batch released the button");
    agent.done(vec![Action::MouseUp { button: Button::Left }]).await;
    assert_eq!(button(window.next()), (false, 1, 9, 9, 0x100));
}

#[tokio::test]
async fn the_wheel_turns_in_four_directions() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let directions =
        [ScrollDirection::Up, ScrollDirection::Down, ScrollDirection::Left, ScrollDirection::Right];
    for (direction, number) in directions.into_iter().zip(4..) {
        agent
            .done(vec![Action::Scroll { direction, clicks: 3, at: Some(at(5, 6)), modifiers: vec![] }])
            .await;
        for _ in 0..3 {
            let (down, which, x, y, _) = button(window.next());
            assert_eq!((down, which, x, y), (true, number, 5, 6));
            window.next();
        }
    }
    assert_eq!(window.so_far(), []);
}

#[tokio::test]
async fn chords_are_pressed_in_order_and_released_in_reverse() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let (control, shift, t) = (xkeysym::key::Control_L, xkeysym::key::Shift_L, xkeysym::key::t);
    agent.done(vec![Action::Key { chord: "CTRL+Shift+T".into(), repeat: 2 }]).await;
    for _ in 0..2 {
        let received: Vec<_> = (0..6).map(|_| pressed(window.next())).collect();
        let expected = [
            (true, control, 0),
            (true, shift, CTRL),
            (true, t, CTRL | SHIFT),
            (false, t, CTRL | SHIFT),
            (false, shift, CTRL | SHIFT),
            (false, control, CTRL),
        ];
        assert_eq!(received, expected);
    }
    agent.done(vec![key("Page_Down"), key("enter"), key("XF86Launch9")]).await;
    for keysym in [xkeysym::key::Page_Down, xkeysym::key::Return, 0x1008_ff49] {
        assert_eq!(pressed(window.next()), (true, keysym, 0));
        assert_eq!(pressed(window.next()), (false, keysym, 0));
    }
}

#[tokio::test]
async fn several_chords_are_pressed_one_after_the_other_and_repeated_together() {
    use xkeysym::key::{Control_L, Delete, Down, Return, a};
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let press = |keysym, state| [(true, keysym, state), (false, keysym, state)];
    agent.done(vec![Action::Key { chord: "Down Down Return".into(), repeat: 2 }]).await;
    let received: Vec<_> = (0..12).map(|_| pressed(window.next())).collect();
    assert_eq!(received, [Down, Down, Return, Down, Down, Return].map(|keysym| press(keysym, 0)).concat());

    agent.done(vec![key("ctrl-a Delete")]).await;
    let received: Vec<_> = (0..6).map(|_| pressed(window.next())).collect();
    let ctrl_a = [(true, Control_L, 0), (true, a, CTRL), (false, a, CTRL), (false, Control_L, CTRL)];
    assert_eq!(received, [&ctrl_a[..], &press(Delete, 0)].concat());
    assert_eq!(window.held(), 0);
    assert_eq!(window.so_far(), []);
}

/// Keys that the layout lacks are bound to spare ones, all of a sequence at once.
#[tokio::test]
async fn keys_that_the_layout_lacks_are_pressed_in_a_sequence() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    for text in ["é", "ü", "é ü 漢 é", "ж+ü 漢"] {
        agent.done(vec![key(text)]).await;
        let written: Vec<char> = text.chars().filter(|letter| letter.is_alphabetic()).collect();
        let downs = std::iter::from_fn(|| Some(pressed(window.next())))
            .filter(|(down, ..)| *down)
            .map(|(_, keysym, _)| keysym);
        let expected: Vec<u32> = written.iter().copied().map(chords::keysym_of).collect();
        assert_eq!(downs.take(written.len()).collect::<Vec<_>>(), expected, "{text}");
    }
    assert_eq!(window.held(), 0);
}

/// A sign that stands for a modifier is that modifier, and is never typed.
#[tokio::test]
async fn signs_of_keys_are_the_keys() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![key("⌘+c"), key("↵")]).await;
    let downs: Vec<u32> = (0..6)
        .map(|_| pressed(window.next()))
        .filter(|(down, ..)| *down)
        .map(|(_, keysym, _)| keysym)
        .collect();
    assert_eq!(downs, [xkeysym::key::Super_L, xkeysym::key::c, xkeysym::key::Return]);
    let unknown = agent.run(vec![key("⏚")]).await;
    let message = "'⏚' is no key; names are as in X: Return, Page_Down, ctrl+s.".to_owned();
    assert_eq!(unknown.results[0].outcome, ActionOutcome::Failed { message });
    assert_eq!(window.so_far(), []);
}

#[tokio::test]
async fn a_key_is_held_for_the_requested_time() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![Action::HoldKey { chord: "F5".into(), duration_ms: 300 }]).await;
    let Received::Key { down: true, time: from, .. } = window.next() else { panic!("no key went down") };
    let Received::Key { down: false, time: to, .. } = window.next() else { panic!("no key came up") };
    assert!((290..2000).contains(&(to - from)), "held for {} ms", to - from);
}

#[tokio::test]
async fn coordinates_outside_the_screen_are_rejected_and_stop_the_batch() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(7, 8) }]).await;
    let wide = Region { x: 1000, y: 0, width: 25, height: 10 };
    let outside = [
        click(Button::Left, 1, 1024, 0),
        click(Button::Left, 1, 0, 700),
        click(Button::Left, 1, -1, 5),
        Action::MouseMove { to: at(i32::MAX, i32::MIN) },
        Action::Scroll { direction: ScrollDirection::Up, clicks: 1, at: Some(at(5, 701)), modifiers: vec![] },
        Action::Drag { from: Some(at(5, 5)), to: at(1024, 5), modifiers: vec![] },
        Action::Drag { from: Some(at(-5, 5)), to: at(5, 5), modifiers: vec![] },
        Action::Zoom { region: wide },
        Action::Zoom { region: Region { width: 0, ..wide } },
    ];
    for action in outside {
        let result = agent.run(vec![action.clone(), click(Button::Left, 1, 5, 5), Action::Screenshot]).await;
        let message = OUTSIDE.to_owned();
        assert_eq!(result.results[0].outcome, ActionOutcome::Failed { message }, "{action:?}");
        for skipped in &result.results[1..] {
            assert_eq!(skipped.outcome, ActionOutcome::Skipped);
            assert!(skipped.screenshot.is_none());
        }
    }
    assert_eq!(window.so_far(), []);
    let place = agent.done(vec![Action::CursorPosition]).await.results[0].cursor;
    assert_eq!(place, Some(at(7, 8)), "a refused action moved the pointer");
}

#[tokio::test]
async fn values_out_of_range_are_rejected() {
    let agent = TestAgent::start();
    let scroll =
        |clicks| Action::Scroll { direction: ScrollDirection::Up, clicks, at: None, modifiers: vec![] };
    let refused = [
        click(Button::Left, 0, 5, 5),
        click(Button::Left, 4, 5, 5),
        scroll(0),
        scroll(101),
        Action::Key { chord: "a".into(), repeat: 0 },
        Action::Key { chord: "a".into(), repeat: 101 },
        key(""),
        key("no+such+key"),
        key(&["Down"; 21].join(" ")),
        Action::HoldKey { chord: "Down Down".into(), duration_ms: 1 },
        Action::HoldKey { chord: "a".into(), duration_ms: 300_001 },
        Action::Wait { duration_ms: 300_001 },
        Action::Type { text: "bell \u{7}".into() },
    ];
    for action in refused {
        let result = agent.run(vec![action.clone()]).await;
        assert!(matches!(result.results[0].outcome, ActionOutcome::Failed { .. }), "{action:?}");
    }
}

#[tokio::test]
async fn screenshots_show_the_screen_with_the_pointer() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let region = Region { x: 390, y: 290, width: 20, height: 20 };
    let result = agent
        .done(vec![Action::MouseMove { to: at(200, 150) }, Action::Screenshot, Action::Zoom { region }])
        .await;
    let whole = decode_screenshot(result.results[1].screenshot.as_ref().unwrap());
    assert_eq!(whole.dimensions(), (1024, 700));
    assert_eq!(whole.get_pixel(399, 299).0, rgb(RED));
    assert_ne!(whole.get_pixel(400, 299).0, rgb(RED));
    let near = (200..216).flat_map(|x| (150..170).map(move |y| (x, y)));
    let drawn = near.filter(|(x, y)| whole.get_pixel(*x, *y).0 != rgb(RED)).count();
    assert!(drawn > 20, "the pointer is not in the screenshot");
    let zoomed = result.results[2].screenshot.as_ref().unwrap();
    assert_eq!(zoomed.region, Some(region));
    let zoomed = decode_screenshot(zoomed);
    assert_eq!((zoomed.dimensions(), zoomed.get_pixel(9, 9).0), ((20, 20), rgb(RED)));
    assert_ne!(zoomed.get_pixel(10, 9).0, rgb(RED));
    let direct = agent.get("/v1/screenshot").await.bytes().await.unwrap();
    assert_eq!(image::load_from_memory(&direct).unwrap().into_rgb8(), whole);
    drop(window);
}
