//! A desktop that takes no time of its own: it answers every action immediately with one of a few images.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use protocol::action::{Action, Size};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome, ActionResult, Screenshot};
use protocol::run::DesktopAccess;
use protocol::secret::Secret;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::stopwatch::Stopwatch;
use crate::transcript::{SCREEN, image};

/// The number of different screens, so that each differs from the one before.
const SCREENS: u64 = 8;

#[derive(Clone)]
struct Shared {
    watch: Stopwatch,
    screens: Arc<Vec<Screenshot>>,
    turn: Arc<AtomicUsize>,
    hangs: UnboundedSender<Hang>,
}

/// The progress of a call that is never answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hang {
    /// It arrived.
    Began,
    /// The caller dropped it.
    Dropped(std::time::Instant),
}

/// A desktop that is served by a thread of its own.
pub(crate) struct Desktop {
    pub(crate) access: DesktopAccess,
    pub(crate) watch: Stopwatch,
    pub(crate) hangs: UnboundedReceiver<Hang>,
}

impl Desktop {
    pub(crate) fn start() -> anyhow::Result<Self> {
        let watch = Stopwatch::default();
        let screens = (0..SCREENS).map(|seed| Screenshot {
            media_type: "image/png".to_owned(),
            size: SCREEN,
            region: None,
            data: image(1_000_000 + seed),
        });
        let (sender, hangs) = unbounded_channel();
        let shared = Shared {
            watch: watch.clone(),
            screens: Arc::new(screens.collect()),
            turn: Arc::default(),
            hangs: sender,
        };
        let router = Router::new().route("/v1/actions", post(actions)).with_state(shared);
        let url = serve(router)?;
        let access = DesktopAccess {
            socket: None,
            url: url.parse().context("an address")?,
            token: Secret::new("token"),
            screen: Size { ..SCREEN },
        };
        Ok(Self { access, watch, hangs })
    }
}

/// Serves on a thread of its own until the process ends. Returns the address.
pub(crate) fn serve(router: Router) -> anyhow::Result<String> {
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async { axum::serve(TcpListener::from_std(listener)?, router).await })
    });
    Ok(url)
}

async fn actions(State(shared): State<Shared>, body: Bytes) -> impl IntoResponse {
    let time = shared.watch.start();
    let batch: ActionBatch = serde_json::from_slice(&body).unwrap_or_default();
    if matches!(batch.actions.first(), Some(Action::Type { text }) if text == "hang") {
        let _told = shared.hangs.send(Hang::Began);
        let _dropped = TellDrop(shared.hangs.clone());
        std::future::pending::<()>().await;
    }
    let turn = shared.turn.fetch_add(1, Ordering::Relaxed);
    let screen = shared.screens[turn % shared.screens.len()].clone();
    let looks = matches!(batch.actions.first(), Some(Action::Screenshot));
    let result = ActionResult {
        outcome: ActionOutcome::Done,
        screenshot: looks.then(|| screen.clone()),
        cursor: None,
        elapsed_ms: 0,
        settle: None,
    };
    let answer = ActionBatchResult {
        results: vec![result],
        screenshot: batch.capture.then_some(screen),
        notices: Vec::new(),
    };
    let answer = serde_json::to_vec(&answer).unwrap_or_default();
    drop(time);
    ([(CONTENT_TYPE, "application/json")], answer)
}

struct TellDrop(UnboundedSender<Hang>);

impl Drop for TellDrop {
    fn drop(&mut self) {
        let _told = self.0.send(Hang::Dropped(std::time::Instant::now()));
    }
}
