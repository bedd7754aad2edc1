//! The steps of a person in control, as the agent reports them.

use protocol::action::{Button, Modifier, ScrollDirection};
use protocol::ids::TakeoverId;
use protocol::takeover::{PersonStep, PersonSteps};
use serde_json::json;
use xkeysym::key;

use crate::agent::{TestAgent, at, eventually};
use crate::viewer::{TIGHT_PNG, Viewer};
use crate::window::{Received, TestWindow};

async fn in_control(agent: &TestAgent, id: TakeoverId) -> Viewer {
    Viewer::connect(agent, &format!("?input=true&takeover={id}"), &[TIGHT_PNG]).await
}

async fn end(agent: &TestAgent, id: TakeoverId) -> PersonSteps {
    let answer = agent.post(&format!("/v1/takeovers/{id}/end"), &json!({})).await;
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

fn clicked(button: Button, x: i32, y: i32, modifiers: Vec<Modifier>) -> PersonStep {
    PersonStep::Clicked { button, count: 1, at: at(x, y), modifiers }
}

fn pressed(chord: &str) -> PersonStep {
    PersonStep::Pressed { chord: chord.to_owned(), times: 1 }
}

#[tokio::test]
async fn steps_are_reported_in_order_and_without_typed_text() {
    let agent = TestAgent::start();
    let _window = TestWindow::open(&agent);
    let id = TakeoverId::generate();
    let mut viewer = in_control(&agent, id).await;
    for (buttons, x, y) in [(0, 5, 5), (1, 30, 40), (0, 31, 40), (4, 50, 60), (0, 50, 60)] {
        viewer.pointer(buttons, x, y).await;
    }
    for (buttons, x, y) in [(1, 10, 10), (1, 90, 10), (0, 90, 80), (16, 90, 80), (0, 90, 80), (16, 90, 80)] {
        viewer.pointer(buttons, x, y).await;
    }
    viewer.pointer(0, 90, 80).await;
    for keysym in "secret".chars().map(u32::from).chain([key::Return]) {
        viewer.key(true, keysym).await;
        viewer.key(false, keysym).await;
    }
    viewer.key(true, key::Control_L).await;
    viewer.key(true, key::s).await;
    viewer.key(false, key::s).await;
    viewer.pointer(1, 20, 20).await;
    viewer.pointer(0, 20, 20).await;
    viewer.key(false, key::Control_L).await;
    viewer.send([&[6, 0, 0, 0, 0, 0, 0, 6][..], b"secret"].concat()).await;
    // The update means that the input before it has been handled.
    viewer.update(false).await;
    let reported = end(&agent, id).await;
    let steps = [
        clicked(Button::Left, 30, 40, vec![]),
        clicked(Button::Right, 50, 60, vec![]),
        PersonStep::Dragged { button: Button::Left, from: at(10, 10), to: at(90, 80) },
        PersonStep::Scrolled { direction: ScrollDirection::Down, clicks: 2, at: at(90, 80) },
        PersonStep::Typed { characters: 6 },
        pressed("Return"),
        pressed("ctrl+s"),
        clicked(Button::Left, 20, 20, vec![Modifier::Ctrl]),
        PersonStep::Copied { characters: 6 },
    ];
    assert_eq!(reported, PersonSteps { steps: steps.into(), left_out: 0 });
    assert!(!serde_json::to_string(&reported).unwrap().contains("secret"));
    assert_eq!(end(&agent, id).await, reported, "the same when asked again");
}

#[tokio::test]
async fn after_the_end_nothing_is_held_and_input_is_dropped() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let id = TakeoverId::generate();
    let mut viewer = in_control(&agent, id).await;
    viewer.pointer(1, 30, 40).await;
    viewer.key(true, key::Control_L).await;
    assert!(matches!(window.next(), Received::Button { down: true, .. }));
    assert!(matches!(window.next(), Received::Key { down: true, .. }));
    let reported = end(&agent, id).await;
    assert_eq!(window.held(), 0, "something is still held down");
    assert_eq!(reported.steps, [clicked(Button::Left, 30, 40, vec![Modifier::Ctrl])]);
    assert!(viewer.is_disconnected().await);
    let refused = tokio_tungstenite::connect_async(crate::viewer::request(
        agent.port(),
        &format!("?input=true&takeover={id}"),
    ));
    let (mut socket, _) = refused.await.unwrap();
    use futures_util::StreamExt as _;
    eventually("it is let go", async || match socket.next().await {
        Some(Ok(message)) if !message.is_close() => None,
        _ => Some(()),
    })
    .await;
    assert_eq!(end(&agent, id).await, reported);
}

#[tokio::test]
async fn a_reconnected_viewer_continues_the_same_takeover() {
    let agent = TestAgent::start();
    let window = TestWindow::open(&agent);
    let id = TakeoverId::generate();
    let mut viewer = in_control(&agent, id).await;
    viewer.key(true, key::a).await;
    assert!(matches!(window.next(), Received::Key { down: true, .. }));
    // The connection breaks while the key is down.
    drop(viewer);
    eventually("the key is released", async || (window.held() == 0).then_some(())).await;
    let mut viewer = in_control(&agent, id).await;
    for keysym in [key::b, key::Tab] {
        viewer.key(true, keysym).await;
        viewer.key(false, keysym).await;
    }
    // A watching viewer is not recorded.
    let mut watching = Viewer::connect(&agent, &format!("?takeover={id}"), &[TIGHT_PNG]).await;
    watching.key(true, key::Escape).await;
    watching.update(false).await;
    viewer.update(false).await;
    assert_eq!(end(&agent, id).await.steps, [PersonStep::Typed { characters: 2 }, pressed("Tab")]);
    watching.update(false).await;
}
