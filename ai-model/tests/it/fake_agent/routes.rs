//! The API of the agent.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use axum::{Json, Router};
use protocol::action::{Region, Size};
use protocol::agent::AgentError;
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ScreenshotOptions};
use protocol::agent::open::{OpenRequest, OpenResult};
use protocol::agent::shell::{ShellRequest, ShellResult};
use protocol::agent::windows::Window;
use protocol::editor::{EditorCommand, EditorImage, EditorOutcome, EditorResult};

use super::{FAILS, Inner, Refusal};

pub(super) fn router(inner: Arc<Inner>) -> Router {
    Router::new()
        .route("/v1/actions", post(actions))
        .route("/v1/shell", post(shell))
        .route("/v1/open", post(open))
        .route("/v1/editor", post(edit))
        .with_state(inner)
}

async fn actions(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(batch): Json<ActionBatch>,
) -> Result<Json<ActionBatchResult>, Refusal> {
    inner.check(&headers)?;
    inner.record(|recorded| recorded.batches.push(batch.clone()));
    let mut results = Vec::new();
    for action in &batch.actions {
        results.push(inner.act(action, batch.screenshot).await);
    }
    let screenshot = batch.capture.then(|| inner.image(None, batch.screenshot));
    Ok(Json(ActionBatchResult { results, screenshot, notices: Vec::new() }))
}

/// Knows `echo TEXT`, `exit N` and `notice TEXT`.
async fn shell(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(request): Json<ShellRequest>,
) -> Result<Json<ShellResult>, Refusal> {
    inner.check(&headers)?;
    let command = request.command.unwrap_or_default();
    inner.record(|recorded| recorded.commands.push(command.clone()));
    let output = command.strip_prefix("echo ").map(|words| format!("{words}\n")).unwrap_or_default();
    let exit_code = command.strip_prefix("exit ").map_or(0, |code| code.parse().unwrap());
    let notice = command.strip_prefix("notice ").map(str::to_owned);
    let notices = notice.into_iter().collect();
    Ok(Json(ShellResult { output, exit_code: Some(exit_code), timed_out: false, notices }))
}

/// Opens anything except what [`FAILS`].
async fn open(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Json(request): Json<OpenRequest>,
) -> Result<Json<OpenResult>, Refusal> {
    inner.check(&headers)?;
    inner.record(|recorded| recorded.opened.push(request.clone()));
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
    inner.record(|recorded| recorded.edits.push(command.clone()));
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
