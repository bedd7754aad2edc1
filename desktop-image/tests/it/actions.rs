//! Each action, by the events of a window or the content of the screen.

use std::time::Duration;

use protocol::action::{Action, Button, Modifier, Region, ScrollDirection};
use protocol::agent::actions::{ActionBatch, ActionOutcome};

use crate::agent::{TestAgent, at, decode_screenshot, eventually};
use crate::window::{BLUE, CTRL, RED, Received, SHIFT, TestWindow};

const OUTSIDE: &str = "The coordinates are outside the screen.";

fn click(button: Button, count: u8, x: i32, y: i32) -> Action {
    Action::Click { button, count, at: Some(at(x, y)), modifiers: vec![] }
}

fn key(chord: &str) -> Action {
    Action::Key { chord: chord.into(), repeat: 1 }
}

/// A button press or release without its time.
fn button(received: Received) -> (bool, u8, i16, i16, u16) {
    let Received::Button { down, button, x, y, state, .. } = received else { panic!("{received:?}") };
    (down, button, x, y, state)
}

fn pressed(received: Received) -> (bool, u32, u16) {
    let Received::Key { down, keysym, state, .. } = received else { panic!("{received:?}") };
    (down, keysym, state)
}

fn rgb(pixel: u32) -> [u8; 3] {
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

#[tokio::test]
async fn a_batch_that_others_follow_defers_the_wait_to_the_next_screenshot() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let run = async |batch: ActionBatch| {
        let response = agent.http.post(agent.url("/v1/actions")).json(&batch).send().await.unwrap();
        response.json::<protocol::agent::actions::ActionBatchResult>().await.unwrap()
    };
    let click = || vec![click(Button::Left, 1, 300, 200)];
    let hurried =
        ActionBatch { actions: click(), capture: true, more_follows: true, ..ActionBatch::default() };
    let hurried = run(hurried).await;
    assert_eq!((hurried.results[0].settle, hurried.screenshot.is_some()), (None, true));
    let look =
        |unsettled| ActionBatch { actions: vec![Action::Screenshot], unsettled, ..ActionBatch::default() };
    assert_eq!(run(look(false)).await.results[0].settle, None);
    assert!(run(look(true)).await.results[0].settle.is_some());
    let nothing = ActionBatch { capture: true, unsettled: true, ..ActionBatch::default() };
    assert!(run(nothing).await.screenshot.is_some());
}

#[tokio::test]
async fn a_screenshot_after_an_action_shows_its_effect() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let batch = ActionBatch {
        actions: vec![click(Button::Left, 1, 300, 200)],
        capture: true,
        ..ActionBatch::default()
    };
    let response = agent.http.post(agent.url("/v1/actions")).json(&batch).send().await.unwrap();
    let result: protocol::agent::actions::ActionBatchResult = response.json().await.unwrap();
    let settle = result.results[0].settle.expect("no wait was made");
    assert!(settle.settled && (50..1500).contains(&settle.waited_ms), "{settle:?}");
    assert_eq!(decode_screenshot(&result.screenshot.unwrap()).get_pixel(10, 10).0, rgb(BLUE));
}

#[tokio::test]
async fn only_the_last_action_and_screenshots_wait_for_the_screen() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let actions = vec![
        Action::MouseMove { to: at(5, 5) },
        click(Button::Left, 1, 20, 20),
        Action::Screenshot,
        Action::Screenshot,
        Action::MouseMove { to: at(9, 9) },
    ];
    let settled: Vec<bool> =
        agent.done(actions).await.results.iter().map(|result| result.settle.is_some()).collect();
    assert_eq!(settled, [false, false, true, false, true]);
}

/// Sends a batch, disconnects once `inputs` events have arrived, and waits until nothing is held any more.
async fn cancel(actions: Vec<Action>, inputs: usize) {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    agent.done(vec![Action::MouseMove { to: at(5, 5) }]).await;
    let batch = ActionBatch { actions, ..ActionBatch::default() };
    let request = agent.http.post(agent.url("/v1/actions")).json(&batch).send();
    let arrived = tokio::task::spawn_blocking(move || {
        let arrived: Vec<Received> = (0..inputs).map(|_| window.next()).collect();
        (window, arrived)
    });
    let (window, arrived) = tokio::select! {
        _ = request => panic!("the batch completed"),
        arrived = arrived => arrived.unwrap(),
    };
    assert_eq!(arrived.len(), inputs);
    // The request has been dropped, which closes its connection.
    eventually("everything is released", async || (window.held() == 0).then_some(())).await;
    let releases = (0..inputs).map(|_| window.next());
    assert!(releases.into_iter().all(|received| {
        matches!(received, Received::Key { down: false, .. } | Received::Button { down: false, .. })
    }));
    agent.done(vec![key("F9")]).await;
}

#[tokio::test]
async fn a_cancelled_request_releases_its_keys() {
    cancel(vec![Action::HoldKey { chord: "ctrl+F5".into(), duration_ms: 60_000 }], 2).await;
}

#[tokio::test]
async fn a_cancelled_request_releases_a_button_that_should_stay_down() {
    cancel(vec![Action::MouseDown { button: Button::Left }, Action::Wait { duration_ms: 60_000 }], 1).await;
}

#[tokio::test]
async fn batches_run_one_at_a_time() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let hold = |chord: &str| vec![Action::HoldKey { chord: chord.into(), duration_ms: 150 }];
    tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(agent.done(hold("F5")), agent.done(hold("F6")), agent.done(hold("F7")))
    })
    .await
    .unwrap();
    for _ in 0..3 {
        let (down, up) = (pressed(window.next()), pressed(window.next()));
        assert_eq!((down.0, up.0, down.1), (true, false, up.1), "two batches held keys at once");
    }
}
