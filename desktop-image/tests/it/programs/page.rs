//! A page in the browser that sends its events in order to the test, over a WebSocket.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::response::Html;
use axum::routing::get;
use protocol::action::{Action, Point};
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinSet;

use super::{Desk, key};
use crate::agent::{LIMIT, at, eventually};

/// Moves that mark the end of events go to positions from here on, where the page is empty.
const MARKS: i32 = 430;

/// A message of the page.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum PageMessage {
    Event(Event),
    Answer { value: Value },
}

/// A DOM event; fields that its kind lacks are empty.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Event {
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) detail: u32,
    pub(super) button: u8,
    pub(super) buttons: u8,
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) screen_x: i32,
    pub(super) screen_y: i32,
    pub(super) key: String,
    pub(super) code: String,
    pub(super) repeat: bool,
    pub(super) delta_x: f64,
    pub(super) delta_y: f64,
    pub(super) modifiers: Vec<String>,
    /// Milliseconds of the page's clock.
    pub(super) time: f64,
    pub(super) target: String,
}

pub(super) struct Page {
    pub(super) desk: Desk,
    heard: RefCell<UnboundedReceiver<PageMessage>>,
    questions: UnboundedSender<String>,
    /// The page's top left corner on the screen.
    origin: Cell<Point>,
    marks: Cell<i32>,
    _server: JoinSet<()>,
}

impl Page {
    pub(super) async fn open() -> Self {
        let desk = Desk::start();
        let (heard, hears) = unbounded_channel();
        let (questions, asked) = unbounded_channel();
        let (server, port) = serve(heard, asked).await;
        desk.agent.open(&format!("x-www-browser http://127.0.0.1:{port}/"), "Chromium").await;
        let (heard, origin) = (RefCell::new(hears), Cell::new(at(0, 0)));
        let page = Self { desk, heard, questions, origin, marks: Cell::new(0), _server: server };
        page.next("open").await;
        page.calibrate().await;
        page
    }

    /// Finds the page's position by a move to a known point, once the page receives moves.
    async fn calibrate(&self) {
        let mut x = 300;
        let moved = async || {
            x += 1;
            let moved = self.move_to(at(x, 500));
            tokio::time::timeout(Duration::from_millis(500), moved).await.ok()
        };
        let moved = eventually("the page gets a move", moved).await;
        self.origin.set(at(moved.screen_x - moved.x, moved.screen_y - moved.y));
    }

    /// A point of the page, in screen coordinates.
    pub(super) fn at(&self, x: i32, y: i32) -> Point {
        at(self.origin.get().x + x, self.origin.get().y + y)
    }

    async fn hear(&self) -> PageMessage {
        let heard = tokio::time::timeout(
            LIMIT,
            std::future::poll_fn(|context| self.heard.borrow_mut().poll_recv(context)),
        );
        heard.await.expect("the page says nothing").expect("the page is gone")
    }

    /// The next event of a kind; skips others.
    pub(super) async fn next(&self, kind: &str) -> Event {
        loop {
            if let PageMessage::Event(event) = self.hear().await
                && event.kind == kind
            {
                return event;
            }
        }
    }

    /// Moves the pointer to a point on the screen; returns the page's event.
    pub(super) async fn move_to(&self, to: Point) -> Event {
        self.desk.done(vec![Action::MouseMove { to }]).await;
        loop {
            let moved = self.next("mousemove").await;
            if at(moved.screen_x, moved.screen_y) == to {
                return moved;
            }
        }
    }

    /// Runs actions that turn the wheel; returns the events until it has scrolled this many pixels. The browser merges
    /// wheel events, and other events overtake them.
    pub(super) async fn turns(&self, actions: Vec<Action>, pixels: f64) -> Vec<Event> {
        let mut turns = self.events(actions, &["wheel"]).await;
        while turns.iter().map(|turn| turn.delta_x.abs() + turn.delta_y.abs()).sum::<f64>() < pixels {
            turns.push(self.next("wheel").await);
        }
        turns
    }

    /// Runs actions; returns their events of some kinds. Two marks end them, a move to a new position and a key, since
    /// mouse and key events overtake each other in the browser.
    pub(super) async fn events(&self, mut actions: Vec<Action>, kinds: &[&str]) -> Vec<Event> {
        let mark = MARKS + self.marks.get() % 100;
        self.marks.set(self.marks.get() + 1);
        self.desk.note(&actions);
        actions.extend([Action::MouseMove { to: self.at(MARKS, mark) }, key("F8")]);
        self.desk.agent.done(actions).await;
        let (mut events, mut moved, mut pressed) = (Vec::new(), false, false);
        while !(moved && pressed) {
            let PageMessage::Event(event) = self.hear().await else { continue };
            match (event.kind.as_str(), event.key.as_str()) {
                ("mousemove", _) if event.x == MARKS => moved |= event.y == mark,
                (kind, "F8") => pressed |= kind == "keyup",
                (kind, _) if kinds.contains(&kind) => events.push(event),
                _ => {}
            }
        }
        events
    }

    /// Evaluates an expression in the page.
    pub(super) async fn ask(&self, expression: &str) -> Value {
        self.questions.send(expression.to_owned()).unwrap();
        loop {
            if let PageMessage::Answer { value } = self.hear().await {
                return value;
            }
        }
    }
}

async fn serve(heard: UnboundedSender<PageMessage>, asked: UnboundedReceiver<String>) -> (JoinSet<()>, u16) {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked = std::sync::Arc::new(tokio::sync::Mutex::new(asked));
    let socket = get(async move |upgrade: WebSocketUpgrade| {
        upgrade.on_upgrade(async move |socket| {
            let mut asked = asked.lock().await;
            converse(socket, &heard, &mut asked).await;
        })
    });
    let router =
        Router::new().route("/", get(async || Html(include_str!("page.html")))).route("/socket", socket);
    let mut server = JoinSet::new();
    server.spawn(async move { axum::serve(listener, router).await.unwrap() });
    (server, port)
}

/// Exchanges messages with the page until it is closed or the test ends.
async fn converse(
    mut socket: WebSocket,
    heard: &UnboundedSender<PageMessage>,
    asked: &mut UnboundedReceiver<String>,
) {
    loop {
        tokio::select! {
            said = socket.recv() => {
                let Some(Ok(Message::Text(said))) = said else { return };
                if heard.send(serde_json::from_str(&said).unwrap()).is_err() {
                    return;
                }
            }
            question = asked.recv() => {
                let Some(question) = question else { return };
                if socket.send(Message::text(question)).await.is_err() {
                    return;
                }
            }
        }
    }
}
