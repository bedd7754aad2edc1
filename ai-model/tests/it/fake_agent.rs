//! A strict fake of the agent inside a desktop, for behavior that the real one does not show on demand.

use std::collections::HashMap;
use std::io::Cursor;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::action::{Action, Point, Region, Size};
use protocol::agent::AgentError;
use protocol::agent::actions::{
    ActionBatch, ActionBatchResult, ActionOutcome, ActionResult, Screenshot, ScreenshotOptions,
};
use protocol::agent::open::{OpenRequest, OpenResult};
use protocol::agent::shell::{ShellRequest, ShellResult};
use protocol::agent::windows::Window;
use protocol::editor::{EditorCommand, EditorImage, EditorOutcome, EditorResult};
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
    /// Encoding an image is slow, and there are few shades.
    painted: Mutex<HashMap<String, String>>,
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
        let inner = Arc::new(Inner {
            screen,
            recorded: Mutex::default(),
            painted: Mutex::default(),
            changed: Notify::new(),
        });
        let router = Router::new()
            .route("/v1/actions", post(actions))
            .route("/v1/shell", post(shell))
            .route("/v1/open", post(open))
            .route("/v1/editor", post(edit))
            .with_state(inner.clone());
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { inner, address, _tasks: Arc::new(tasks) }
    }

    pub(crate) fn access(&self) -> DesktopAccess {
        let url = format!("http://{}", self.address).parse().unwrap();
        DesktopAccess { url, token: Secret::new(TOKEN), screen: self.inner.screen }
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

    fn note(&self, change: impl FnOnce(&mut Recorded)) {
        change(&mut self.recorded.lock().unwrap());
        self.changed.notify_waiters();
    }

    fn is_on_screen(&self, point: Point) -> bool {
        let inside = |value: i32, limit: u32| u32::try_from(value).is_ok_and(|value| value < limit);
        inside(point.x, self.screen.width) && inside(point.y, self.screen.height)
    }

    /// An image whose shade depends on the number of earlier actions, in the requested size and format.
    fn image(&self, region: Option<Region>, options: ScreenshotOptions) -> Screenshot {
        let size = match (region, options.size) {
            (None, None) => self.screen,
            (None, Some(size)) => size,
            (Some(region), None) => Size { width: region.width, height: region.height },
            (Some(region), Some(frame)) => fitted(region, frame),
        };
        let steps = self.recorded.lock().unwrap().actions.iter().filter(|action| acts(action)).count();
        let shade = u8::try_from(steps * 16 % 256).unwrap();
        let media_type = options.format.media_type();
        let mut painted = self.painted.lock().unwrap();
        let data = painted
            .entry(format!("{shade} {}x{} {media_type}", size.width, size.height))
            .or_insert_with(|| flat_image(shade, size, media_type))
            .clone();
        Screenshot { media_type: media_type.to_owned(), size, region, data }
    }

    async fn act(&self, action: &Action, options: ScreenshotOptions) -> ActionResult {
        let started = Instant::now();
        self.note(|recorded| recorded.actions.push(action.clone()));
        let _guard = DropGuard { inner: self, armed: is_type(action, HANGS) };
        if is_type(action, HANGS) {
            std::future::pending::<()>().await;
        }
        let off_screen = points(action).into_iter().any(|point| !self.is_on_screen(point));
        let failure = if off_screen {
            Some("The point is outside the screen.")
        } else {
            is_type(action, FAILS).then_some("The text can't be typed.")
        };
        let looks = failure.is_none() && matches!(action, Action::Screenshot | Action::Zoom { .. });
        let region = if let Action::Zoom { region } = action { Some(*region) } else { None };
        ActionResult {
            outcome: failure
                .map_or(ActionOutcome::Done, |message| ActionOutcome::Failed { message: message.to_owned() }),
            screenshot: looks.then(|| self.image(region, options)),
            cursor: matches!(action, Action::CursorPosition).then_some(Point { x: 640, y: 400 }),
            elapsed_ms: u64::try_from(started.elapsed().as_millis()).unwrap(),
            settle: None,
        }
    }
}

fn flat_image(shade: u8, size: Size, media_type: &str) -> String {
    let image = image::RgbImage::from_pixel(size.width, size.height, image::Rgb([shade, 40, 80]));
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, image::ImageFormat::from_mime_type(media_type).unwrap()).unwrap();
    BASE64_STANDARD.encode(bytes.into_inner())
}

/// The largest size within `frame` with the aspect ratio of `region`.
fn fitted(region: Region, frame: Size) -> Size {
    let by_width = region.height * frame.width / region.width;
    if by_width <= frame.height {
        return Size { width: frame.width, height: by_width.max(1) };
    }
    Size { width: (region.width * frame.height / region.height).max(1), height: frame.height }
}

/// Records that the caller dropped a hanging call.
struct DropGuard<'a> {
    inner: &'a Inner,
    armed: bool,
}

impl Drop for DropGuard<'_> {
    fn drop(&mut self) {
        if self.armed {
            self.inner.note(|recorded| recorded.dropped += 1);
        }
    }
}

fn is_type(action: &Action, wanted: &str) -> bool {
    matches!(action, Action::Type { text } if text == wanted)
}

fn acts(action: &Action) -> bool {
    let looks = matches!(
        action,
        Action::Screenshot | Action::Zoom { .. } | Action::CursorPosition | Action::Wait { .. }
    );
    !looks && !matches!(action, Action::Key { chord, .. } if chord == SHOWS_NOTHING)
}

fn points(action: &Action) -> Vec<Point> {
    match action {
        Action::Click { at, .. } | Action::Scroll { at, .. } => at.iter().copied().collect(),
        Action::MouseMove { to } => vec![*to],
        Action::Drag { from, to, .. } => from.iter().copied().chain([*to]).collect(),
        _ => Vec::new(),
    }
}

async fn actions(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(batch): Json<ActionBatch>,
) -> Result<Json<ActionBatchResult>, Refusal> {
    inner.check(&headers)?;
    inner.note(|recorded| recorded.batches.push(batch.clone()));
    let mut results = Vec::new();
    for action in &batch.actions {
        results.push(inner.act(action, batch.screenshot).await);
    }
    let screenshot = batch.capture.then(|| inner.image(None, batch.screenshot));
    Ok(Json(ActionBatchResult { results, screenshot }))
}

/// Knows `echo TEXT` and `exit N`.
async fn shell(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(request): Json<ShellRequest>,
) -> Result<Json<ShellResult>, Refusal> {
    inner.check(&headers)?;
    let command = request.command.unwrap_or_default();
    inner.note(|recorded| recorded.commands.push(command.clone()));
    let output = command.strip_prefix("echo ").map(|words| format!("{words}\n")).unwrap_or_default();
    let exit_code = command.strip_prefix("exit ").map_or(0, |code| code.parse().unwrap());
    Ok(Json(ShellResult { output, exit_code: Some(exit_code), timed_out: false }))
}

/// Opens anything except what [`FAILS`].
async fn open(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(request): Json<OpenRequest>,
) -> Result<Json<OpenResult>, Refusal> {
    inner.check(&headers)?;
    inner.note(|recorded| recorded.opened.push(request.clone()));
    if request.argument.as_deref() == Some(FAILS) {
        let error = AgentError { code: "not_found".to_owned(), message: "There is no such file.".to_owned() };
        return Err((StatusCode::NOT_FOUND, Json(error)));
    }
    let region = Region { x: 10, y: 10, width: 600, height: 400 };
    let (title, app) = (request.target.clone(), request.target.clone());
    let window = Some(Window { id: 1, title, app, region, focused: true, minimized: false });
    Ok(Json(OpenResult { application: request.target, opened: request.argument, window }))
}

/// Shows an image of 100 by 50 pixels for every view, fails at [`FAILS`], and otherwise succeeds.
async fn edit(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(command): Json<EditorCommand>,
) -> Result<Json<EditorResult>, Refusal> {
    inner.check(&headers)?;
    inner.note(|recorded| recorded.edits.push(command.clone()));
    let (mut outcome, mut text, mut image) = (EditorOutcome::Done, "edited".to_owned(), None);
    match &command {
        EditorCommand::View { path, .. } if path.ends_with(".png") => {
            let size = Size { width: 100, height: 50 };
            let whole = Region { x: 0, y: 0, width: size.width, height: size.height };
            let shown = inner.image(Some(whole), ScreenshotOptions::default());
            text.clear();
            image = Some(EditorImage { media_type: shown.media_type, size, data: shown.data });
        }
        EditorCommand::View { path, .. } if path == FAILS => {
            text.clear();
            outcome = EditorOutcome::Failed { message: "There is no such file.".to_owned() };
        }
        _ => {}
    }
    Ok(Json(EditorResult { outcome, text, image }))
}
