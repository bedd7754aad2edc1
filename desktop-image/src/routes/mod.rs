//! The HTTP API: all routes in one place, and a file of handlers for each part of the desktop.

mod accessibility;
mod actions;
mod activity;
mod clipboard;
mod editor;
mod files;
mod live;
mod locale;
mod open;
mod process_usage;
mod range;
mod reading;
mod recordings;
mod screen;
mod shell;
mod takeovers;
mod windows;

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::AUTHORIZATION;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{delete, get, post, put};
use protocol::agent::AgentHealth;
use telemetry::access_log::AccessLog;

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::request_span::{in_span, tell_time};
use crate::http::token::Token;

/// Largest JSON body in bytes.
const MAX_JSON_BYTES: usize = 4 * 1024 * 1024;

/// All routes.
pub fn router(desktop: Arc<Desktop>, token: Token, access_log: AccessLog) -> Router {
    let guarded = Router::new()
        .route("/v1/actions", post(actions::run_actions))
        .route("/v1/screenshot", get(actions::screenshot))
        .route("/v1/screen/size", put(screen::resize_screen))
        .route("/v1/locale", put(locale::set_locale))
        .route("/v1/shell", post(shell::run_command))
        .route(
            "/v1/clipboard",
            get(clipboard::read_clipboard)
                .put(clipboard::set_clipboard)
                .layer(DefaultBodyLimit::max(clipboard::MAX_BODY_BYTES)),
        )
        .route("/v1/editor", post(editor::run_command))
        .route("/v1/files", get(files::list_files))
        .route("/v1/folder", get(files::list_folder))
        .route("/v1/files/watch", get(files::watch_files))
        .route("/v1/files/content/{*path}", get(files::read_file).put(files::write_file))
        .route("/v1/files/reading/{*path}", get(reading::read_for_model))
        .route("/v1/windows", get(windows::list_windows))
        .route("/v1/windows/{id}/focus", post(windows::focus_window))
        .route("/v1/windows/{id}/close", post(windows::close_window))
        .route("/v1/open", post(open::open))
        .route("/v1/activity", get(activity::activity))
        .route("/v1/process-usage", get(process_usage::process_usage))
        .route("/v1/accessibility", get(accessibility::accessibility_tree))
        .route("/v1/live", get(live::live_view))
        .route("/v1/takeovers/{id}/end", post(takeovers::end_takeover))
        .route("/v1/recordings", get(recordings::list_recordings).post(recordings::start_recording))
        .route("/v1/recordings/{id}", delete(recordings::delete_recording))
        .route("/v1/recordings/{id}/stop", post(recordings::stop_recording))
        .route("/v1/recordings/{id}/content", get(recordings::read_recording))
        .fallback(no_such_call)
        .method_not_allowed_fallback(no_such_call)
        .layer(axum::middleware::from_fn_with_state(token.clone(), admit));
    let of_anybody = Router::new()
        .route("/health", get(health))
        .layer(axum::middleware::from_fn_with_state(token, refuse_other_token));
    Router::new()
        .merge(of_anybody)
        .merge(guarded)
        .layer(DefaultBodyLimit::max(MAX_JSON_BYTES))
        .layer(axum::middleware::from_fn_with_state(access_log, telemetry::access_log::log))
        .layer(axum::middleware::from_fn(in_span))
        .layer(axum::middleware::from_fn(tell_time))
        .with_state(desktop)
}

async fn admit(State(token): State<Token>, request: Request, next: Next) -> Response {
    if token.admits(request.headers()) {
        next.run(request).await
    } else {
        ApiError::Unauthorized.into_response()
    }
}

/// Refuses whoever means another desktop, whose address this one may have taken over.
async fn refuse_other_token(State(token): State<Token>, request: Request, next: Next) -> Response {
    let names_another = request.headers().contains_key(AUTHORIZATION) && !token.admits(request.headers());
    if names_another { ApiError::Unauthorized.into_response() } else { next.run(request).await }
}

async fn no_such_call() -> ApiError {
    ApiError::NoSuchCall
}

async fn health(State(desktop): State<Arc<Desktop>>) -> axum::Json<AgentHealth> {
    axum::Json(AgentHealth { protocol: protocol::agent::VERSION, screen: desktop.screen.size() })
}
