//! Focusing and closing windows.

use std::time::{Duration, Instant};

use protocol::action::Action;
use protocol::agent::windows::Window;
use serde_json::{Value, json};

use crate::agent::{TestAgent, eventually};

async fn ask(agent: &TestAgent, id: u32, what: &str) -> (u16, Value) {
    let response = agent.post(&format!("/v1/windows/{id}/{what}"), &json!({})).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

/// Focuses a window and checks that the answer equals the list.
async fn focus(agent: &TestAgent, id: u32) {
    let (status, body) = ask(agent, id, "focus").await;
    assert_eq!(status, 200, "{body}");
    // The window manager may still be telling others.
    let is_on_top = async || {
        let top = agent.windows().await.into_iter().next();
        top.filter(|top| top.id == id && top.focused && !top.minimized)
    };
    eventually("it is on top", is_on_top).await;
    assert_eq!((body["id"].as_u64(), body["focused"].as_bool()), (Some(id.into()), Some(true)));
}

/// Opens a terminal that writes what it reads to a file.
async fn terminal(agent: &TestAgent, name: &str) -> Window {
    let before: Vec<u32> = agent.windows().await.into_iter().map(|window| window.id).collect();
    let script = format!("stty raw -echo; touch {name}; exec cat > {name}");
    agent.shell(&format!("xterm -T {name} -geometry 90x30+0+0 -e sh -c '{script}' >/dev/null 2>&1 &")).await;
    let opened = async || {
        let new = |window: &Window| window.focused && !before.contains(&window.id);
        agent.windows().await.into_iter().find(new).filter(|_| agent.home.join(name).exists())
    };
    eventually("the terminal is open", opened).await
}

async fn typed_text_goes_to(agent: &TestAgent, name: &str) {
    let read = || std::fs::read_to_string(agent.home.join(name)).unwrap();
    let expected = read() + "typed. ";
    agent.done(vec![Action::Type { text: "typed. ".into() }]).await;
    let arrived = async || (read() == expected).then_some(());
    eventually(&format!("the text is in {name}"), arrived).await;
}

#[tokio::test]
async fn a_covered_window_comes_to_the_front_and_gets_what_is_typed() {
    let agent = TestAgent::start();
    let (below, above) = (terminal(&agent, "below").await, terminal(&agent, "above").await);
    typed_text_goes_to(&agent, "above").await;
    focus(&agent, below.id).await;
    typed_text_goes_to(&agent, "below").await;
    focus(&agent, above.id).await;
    typed_text_goes_to(&agent, "above").await;
    focus(&agent, above.id).await;
}

#[tokio::test]
async fn a_minimised_window_comes_back() {
    let agent = TestAgent::start();
    let (hidden, _other) = (terminal(&agent, "hidden").await, terminal(&agent, "other").await);
    focus(&agent, hidden.id).await;
    crate::x_client::XClient::connect(&agent).minimise(hidden.id);
    let minimised =
        async || agent.windows().await.into_iter().find(|window| window.id == hidden.id && window.minimized);
    eventually("the window is minimised", minimised).await;
    focus(&agent, hidden.id).await;
    typed_text_goes_to(&agent, "hidden").await;
}

#[tokio::test]
async fn a_window_behind_a_dialog_is_reported() {
    let agent = TestAgent::start();
    let editor = agent.open("mousepad", "Mousepad").await;
    agent.done(vec![Action::Type { text: "unsaved".into() }]).await;
    let (status, body) = ask(&agent, editor.id, "close").await;
    assert_eq!((status, &body["closed"]), (200, &json!(false)));
    let question = body["question"]["id"].as_u64().expect("the editor asks whether to save");
    let asked = async || agent.windows().await.into_iter().find(|w| w.focused && u64::from(w.id) == question);
    let question = eventually("the question has the focus", asked).await;
    let (status, body) = ask(&agent, editor.id, "focus").await;
    assert_eq!((status, &body["code"]), (409, &json!("not_focused")));
    assert!(body["message"].as_str().unwrap().contains(&question.title), "{body}");
}

#[tokio::test]
async fn a_closed_window_is_gone_and_unknown_ones_are_rejected() {
    let agent = TestAgent::start();
    let window = agent.open("xterm", "XTerm").await;
    let asked = Instant::now();
    let (status, body) = ask(&agent, window.id, "close").await;
    assert_eq!(status, 200, "{body}");
    if body == json!({ "closed": true }) {
        let left = agent.windows().await;
        assert!(left.is_empty(), "{left:?}");
    } else {
        // A machine under load may not get round to the program for as long as the agent waits.
        assert!(asked.elapsed() >= Duration::from_secs(3), "{body}");
    }
    eventually("the window is closed", async || agent.windows().await.is_empty().then_some(())).await;
    let response = agent.post("/v1/windows/first/focus", &json!({})).await;
    assert_eq!(response.status(), 400);
    assert_eq!(response.json::<Value>().await.unwrap()["code"], "invalid_request");
    for what in ["focus", "close"] {
        let (status, body) = ask(&agent, window.id, what).await;
        assert_eq!((status, &body["code"]), (404, &json!("not_found")), "{what}");
        assert!(body["message"].as_str().unwrap().contains(&window.id.to_string()), "{body}");
    }
}
