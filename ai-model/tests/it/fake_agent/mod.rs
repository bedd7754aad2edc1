//! A strict fake of the agent inside a desktop, for behavior that the real one does not show on demand.
//!
//! Reading order: `routes` is its API, `screen` executes actions and makes screenshots.

mod routes;
mod screen;

use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::http::{HeaderMap, StatusCode};
use protocol::action::{Action, Size};
use protocol::agent::AgentError;
use protocol::agent::actions::ActionBatch;
use protocol::agent::open::OpenRequest;
use protocol::editor::EditorCommand;
use protocol::run::DesktopAccess;
use protocol::secret::Secret;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinSet;

use crate::harness::LIMIT;

const TOKEN: &str = "the desktop's token";
/// Typing this text never ends.
pub(crate) const HANGS: &str = "hang";
/// Typing this text fails.
pub(crate) const FAILS: &str = "fail";

/// Pressing this key changes nothing on the screen.
pub(crate) const SHOWS_NOTHING: &str = "F13";

#[derive(Clone)]
pub(crate) struct FakeAgent {
    inner: Arc<Inner>,
    address: std::net::SocketAddr,
    _tasks: Arc<JoinSet<()>>,
}

struct Inner {
    screen: Size,
    recorded: Mutex<Recorded>,
    changed: Notify,
}

#[derive(Default)]
struct Recorded {
    actions: Vec<Action>,
    batches: Vec<ActionBatch>,
    commands: Vec<String>,
    opened: Vec<OpenRequest>,
    edits: Vec<EditorCommand>,
    dropped: u32,
}

type Refusal = (StatusCode, Json<AgentError>);

impl FakeAgent {
    pub(crate) async fn start(screen: Size) -> Self {
        let inner = Arc::new(Inner { screen, recorded: Mutex::default(), changed: Notify::new() });
        let router = routes::router(inner.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, address, _tasks: Arc::new(tasks) }
    }

    pub(crate) fn access(&self) -> DesktopAccess {
        let url = format!("http://{}", self.address).parse().unwrap();
        DesktopAccess { url, socket: None, token: Secret::new(TOKEN), screen: self.inner.screen }
    }

    pub(crate) fn actions(&self) -> Vec<Action> {
        self.inner.recorded.lock().unwrap().actions.clone()
    }

    pub(crate) fn commands(&self) -> Vec<String> {
        self.inner.recorded.lock().unwrap().commands.clone()
    }

    pub(crate) fn batches(&self) -> Vec<ActionBatch> {
        self.inner.recorded.lock().unwrap().batches.clone()
    }

    pub(crate) fn opened(&self) -> Vec<OpenRequest> {
        self.inner.recorded.lock().unwrap().opened.clone()
    }

    pub(crate) fn edits(&self) -> Vec<EditorCommand> {
        self.inner.recorded.lock().unwrap().edits.clone()
    }

    /// Waits until this action has arrived.
    pub(crate) async fn wait_for(&self, action: &Action) {
        self.until(|recorded| recorded.actions.contains(action)).await;
    }

    /// Waits until a hanging call is dropped.
    pub(crate) async fn wait_for_drop(&self) {
        self.until(|recorded| recorded.dropped > 0).await;
    }

    async fn until(&self, condition: impl Fn(&Recorded) -> bool) {
        let wait = async {
            loop {
                let changed = self.inner.changed.notified();
                if condition(&self.inner.recorded.lock().unwrap()) {
                    return;
                }
                changed.await;
            }
        };
        tokio::time::timeout(LIMIT, wait).await.expect("the agent did not see it in time");
    }
}

impl Inner {
    fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let given = headers.get("authorization").and_then(|value| value.to_str().ok());
        if given == Some(&format!("Bearer {TOKEN}")) {
            return Ok(());
        }
        let error = AgentError { code: "unauthorized".to_owned(), message: "wrong token".to_owned() };
        Err((StatusCode::UNAUTHORIZED, Json(error)))
    }

    fn record(&self, change: impl FnOnce(&mut Recorded)) {
        change(&mut self.recorded.lock().unwrap());
        self.changed.notify_waiters();
    }
}
