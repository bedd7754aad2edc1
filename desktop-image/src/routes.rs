//! The HTTP API, call by call.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::rejection::{JsonRejection, QueryRejection};
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{DefaultBodyLimit, FromRequest, FromRequestParts, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Router, body::Body};
use futures_util::stream::{self, Stream, StreamExt as _};
use protocol::PROTOCOL_VERSION;
use protocol::desktop::{
    ActionBatch, ActionBatchResult, AgentHealth, FileEntry, ShellRequest, ShellResult, Window,
};
use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

use crate::actions;
use crate::api_error::ApiError;
use crate::desktop::Desktop;
use crate::files::{FileError, Watch};
use crate::live;
use crate::token::Token;

/// Bytes of a JSON body, and of a file.
const LONGEST_JSON: usize = 4 * 1024 * 1024;
const LONGEST_FILE: u64 = 4 * 1024 * 1024 * 1024;

/// All calls.
pub fn router(desktop: Arc<Desktop>, token: Token) -> Router {
    let guarded = Router::new()
        .route("/v1/actions", post(run_actions))
        .route("/v1/screenshot", get(screenshot))
        .route("/v1/shell", post(run_command))
        .route("/v1/files", get(list_files))
        .route("/v1/files/watch", get(watch_files))
        .route("/v1/files/content/{*path}", get(read_file).put(write_file))
        .route("/v1/windows", get(list_windows))
        .route("/v1/live", get(live_view))
        .fallback(no_such_call)
        .method_not_allowed_fallback(no_such_call)
        .layer(axum::middleware::from_fn_with_state(token, admit));
    Router::new()
        .route("/health", get(health))
        .merge(guarded)
        .layer(DefaultBodyLimit::max(LONGEST_JSON))
        .with_state(desktop)
}

async fn admit(State(token): State<Token>, request: Request, next: Next) -> Response {
    if token.admits(request.headers()) {
        next.run(request).await
    } else {
        ApiError::Unauthorized.into_response()
    }
}

async fn no_such_call() -> ApiError {
    ApiError::NoSuchCall
}

async fn health(State(desktop): State<Arc<Desktop>>) -> axum::Json<AgentHealth> {
    axum::Json(AgentHealth { protocol: PROTOCOL_VERSION, screen: desktop.screen.size() })
}

async fn run_actions(
    State(desktop): State<Arc<Desktop>>,
    Json(batch): Json<ActionBatch>,
) -> axum::Json<ActionBatchResult> {
    axum::Json(actions::run(&desktop, batch).await)
}

async fn screenshot(State(desktop): State<Arc<Desktop>>) -> Result<Response, ApiError> {
    let png = blocking(move || Ok(desktop.screen.screenshot()?)).await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], png.to_vec()).into_response())
}

async fn run_command(
    State(desktop): State<Arc<Desktop>>,
    Json(request): Json<ShellRequest>,
) -> Result<axum::Json<ShellResult>, ApiError> {
    Ok(axum::Json(desktop.shell.run(request).await?))
}

#[derive(Deserialize)]
struct Under {
    #[serde(default)]
    under: String,
}

async fn list_files(
    State(desktop): State<Arc<Desktop>>,
    Query(Under { under }): Query<Under>,
) -> Result<axum::Json<Vec<FileEntry>>, ApiError> {
    Ok(axum::Json(blocking(move || Ok(desktop.home.list(&under)?)).await?))
}

async fn watch_files(
    State(desktop): State<Arc<Desktop>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // It watches before the answer begins: what is completed after that is told.
    let watch = Watch::start(&desktop.home)?;
    let changes = stream::unfold(watch, |mut watch| async move {
        match watch.next().await.map(|entry| Event::default().event("change").json_data(entry)) {
            Ok(Ok(event)) => Some((Ok(event), watch)),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "could not tell a completed file");
                None
            }
            Err(error) => {
                tracing::error!(error = %error, "no longer watching for completed files");
                None
            }
        }
    });
    let changes = changes.take_until(desktop.ending.clone().cancelled_owned());
    Ok(Sse::new(changes).keep_alive(KeepAlive::default()))
}

async fn read_file(
    State(desktop): State<Arc<Desktop>>,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let (file, length) = blocking(move || Ok(desktop.home.read(&path)?)).await?;
    let body = Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), 64 * 1024));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    Ok((headers, body).into_response())
}

async fn write_file(
    State(desktop): State<Arc<Desktop>>,
    Path(path): Path<String>,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let (file, upload) = blocking(move || Ok(desktop.home.receive(&path)?)).await?;
    let mut file = tokio::fs::File::from_std(file);
    let mut chunks = body.into_data_stream();
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::BodyBroken)?;
        length += chunk.len() as u64;
        if length > LONGEST_FILE {
            return Err(ApiError::TooLarge);
        }
        file.write_all(&chunk).await.map_err(FileError::from)?;
    }
    file.flush().await.map_err(FileError::from)?;
    let file = file.into_std().await;
    blocking(move || {
        // Closed under its passing name: who watches the folder is told of the final one alone.
        drop(file);
        Ok(upload.finish()?)
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_windows(State(desktop): State<Arc<Desktop>>) -> Result<axum::Json<Vec<Window>>, ApiError> {
    Ok(axum::Json(desktop.windows.list()?))
}

#[derive(Deserialize)]
struct LiveQuery {
    #[serde(default)]
    input: bool,
}

async fn live_view(
    State(desktop): State<Arc<Desktop>>,
    Query(LiveQuery { input }): Query<LiveQuery>,
    upgrade: WebSocketUpgrade,
) -> Response {
    let role = if input { live::Role::Controls } else { live::Role::Watches };
    upgrade
        .protocols(["binary"])
        .max_message_size(live::LONGEST_MESSAGE)
        .max_frame_size(live::LONGEST_MESSAGE)
        .on_upgrade(move |socket| live::serve(desktop, socket, role))
}

/// Runs what waits for the disk or an encoder off the threads that serve connections.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, ApiError> + Send + 'static,
) -> Result<T, ApiError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
    }
}

/// A JSON body, refused in our own words.
#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(ApiError))]
struct Json<T>(T);

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        Self::Unreadable(rejection.body_text(), rejection.status())
    }
}

/// A query, refused in our own words.
#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Query), rejection(ApiError))]
struct Query<T>(T);

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::Unreadable(rejection.body_text(), rejection.status())
    }
}
