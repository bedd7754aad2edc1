//! Ten thousand random characters in four kinds of programs with three layouts: none may be wrong.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use protocol::action::Action;

use super::random_text::random_text;
use super::reading_xterm;
use crate::agent::{TestAgent, eventually};

const LAYOUTS: [&str; 3] = ["us", "de", "fr"];
/// For each program; a third for each layout.
const CHARACTERS: usize = 10_000;

/// Reads what a program has received.
trait Received {
    async fn text(&self, agent: &TestAgent) -> Option<String>;
}

/// A file that the program writes.
struct Written(PathBuf);

impl Received for Written {
    async fn text(&self, _: &TestAgent) -> Option<String> {
        Some(std::fs::read_to_string(&self.0).ok()?.replace('\r', "\n"))
    }
}

/// A file that the program saves on Ctrl+S.
struct Saved(PathBuf);

impl Received for Saved {
    async fn text(&self, agent: &TestAgent) -> Option<String> {
        agent.done(vec![Action::Key { chord: "ctrl+s".into(), repeat: 1 }]).await;
        Some(std::fs::read_to_string(&self.0).ok()?.trim_end().to_owned())
    }
}

/// What a page has posted to its server.
struct Posted(Arc<Mutex<String>>);

impl Received for Posted {
    async fn text(&self, _: &TestAgent) -> Option<String> {
        Some(self.0.lock().unwrap().clone())
    }
}

/// Types the text in three parts with three layouts, and compares what arrived.
async fn check(agent: &TestAgent, seed: u64, received: impl Received) {
    let mut expected = String::new();
    for (seed, layout) in (seed..).zip(LAYOUTS) {
        agent.shell(&format!("setxkbmap {layout}")).await;
        let text = random_text(seed, CHARACTERS / LAYOUTS.len());
        agent.done(vec![Action::Type { text: text.clone() }]).await;
        expected.push_str(&text);
        let arrived = async || {
            let text = received.text(agent).await?;
            (text.chars().count() >= expected.chars().count()).then_some(text)
        };
        let arrived = eventually("all characters have arrived", arrived).await;
        compare(layout, &arrived, &expected);
    }
}

fn compare(layout: &str, arrived: &str, expected: &str) {
    let differs = |(index, (a, b)): (usize, (char, char))| (a != b).then_some((index, a, b));
    let first = arrived.chars().zip(expected.chars()).enumerate().find_map(differs);
    assert_eq!(first, None, "layout {layout}: (place, arrived, expected)");
    assert_eq!(arrived.chars().count(), expected.chars().count(), "layout {layout}");
}

#[tokio::test]
async fn ten_thousand_random_characters_arrive_in_a_terminal() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    check(&agent, 100, Written(file)).await;
}

#[tokio::test]
async fn ten_thousand_random_characters_arrive_in_a_gtk_program() {
    let agent = TestAgent::start();
    agent.open("mousepad ~/note.txt", "Mousepad").await;
    check(&agent, 200, Saved(agent.home.join("note.txt"))).await;
}

#[tokio::test]
async fn ten_thousand_random_characters_arrive_in_a_qt_program() {
    let agent = TestAgent::start();
    let program = agent.home.join("edit.py");
    std::fs::write(&program, include_str!("edit.py")).unwrap();
    agent.open("python3 ~/edit.py ~/note.txt", "edit.py").await;
    check(&agent, 300, Written(agent.home.join("note.txt"))).await;
}

#[tokio::test]
async fn ten_thousand_random_characters_arrive_in_the_browser() {
    let agent = TestAgent::start();
    let posted = Arc::new(Mutex::new(String::new()));
    let note = async |State(posted): State<Arc<Mutex<String>>>, text: String| *posted.lock().unwrap() = text;
    let page = Html(include_str!("edit.html"));
    let router = axum::Router::new()
        .route("/", get(move || async move { page }))
        .route("/text", post(note))
        .with_state(Arc::clone(&posted));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut server = tokio::task::JoinSet::new();
    server.spawn(async move { axum::serve(listener, router).await });
    agent.shell(&format!("x-www-browser http://{address}/ >/dev/null 2>&1 &")).await;
    let ready = async || {
        let windows = agent.windows().await;
        windows.iter().any(|window| window.focused && window.title.starts_with("ready")).then_some(())
    };
    eventually("the page has the focus", ready).await;
    check(&agent, 400, Posted(posted)).await;
}
