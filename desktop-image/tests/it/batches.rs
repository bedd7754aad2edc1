//! Batches of actions: when they wait for the screen, cancellation, and their order.

use std::time::Duration;

use protocol::action::{Action, Button};
use protocol::agent::actions::ActionBatch;

use crate::actions::{click, key, pressed, rgb};
use crate::agent::{TestAgent, at, decode_screenshot, eventually};
use crate::window::{BLUE, Received, TestWindow};

#[tokio::test]
async fn a_batch_that_others_follow_defers_the_wait_to_the_next_screenshot() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let run = async |batch: ActionBatch| agent.run_batch(&batch).await.unwrap();
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
    let result = agent.run_batch(&batch).await.unwrap();
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
