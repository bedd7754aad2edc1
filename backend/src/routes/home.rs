//! The home folder of a chat's desktop.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::agent::files::FolderPage;
use serde::Deserialize;
use utoipa::IntoParams;

use super::files::content::attachment;
use crate::app::AppState;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::owned::OwnedChat;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::services::home::Replace;
use crate::words::BackendReason;

/// A page of a folder.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FolderQuery {
    /// The folder, relative to the home folder; empty for the home folder itself.
    #[serde(default)]
    #[param(example = "Outputs/charts")]
    path: String,
    /// Where the page before ended: its `next`.
    #[serde(default)]
    after: Option<String>,
    /// The most entries to return.
    #[serde(default = "max_page")]
    #[param(minimum = 1, maximum = 500, default = 500)]
    limit: usize,
}

fn max_page() -> usize {
    protocol::agent::files::MAX_FOLDER_PAGE
}

/// A file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FileQuery {
    /// The file, relative to the home folder.
    #[param(example = "Outputs/chart.png")]
    path: String,
}

/// Where to write a file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct NewFileQuery {
    /// The file, relative to the home folder. Missing folders are created.
    #[param(example = "Documents/list.txt")]
    path: String,
    /// Whether to take the place of a file that is there.
    #[serde(default)]
    #[param(default = false)]
    replace: bool,
}

/// Lists what is in a folder of the desktop's home folder, by name. Symbolic links are listed, and not followed. A desktop that
/// was paused or stopped as idle is resumed or started.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop/home", operation_id = "list_folder", tag = "Files",
    params(("chat_id" = uuid::Uuid, Path), FolderQuery), responses(
    (status = 200, body = FolderPage),
    (status = 400, body = Problem, description = "A parameter can't be read"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such chat, or no such folder on its desktop"),
    (status = 409, body = Problem, description = "The desktop does not run (`desktop_not_running`)"),
    (status = 422, body = Problem, description = "The path leads out of the home folder (`path_outside_home`), or a parameter is out of range"),
    (status = 503, body = Problem, description = "The desktop can't be started, or does not answer")))]
pub(super) async fn list(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Query(FolderQuery { path, after, limit }): Query<FolderQuery>,
) -> Result<Json<FolderPage>, ApiError> {
    if !(1..=max_page()).contains(&limit) {
        return Err(ApiError::invalid(BackendReason::LimitInvalid { least: 1, most: max_page() }));
    }
    Ok(Json(state.desktops.list_folder(chat.id, &path, after.as_deref(), limit).await?))
}

/// Returns a file of the desktop's home folder, as a download that browsers never render. A desktop that was paused or stopped
/// as idle is resumed or started.
#[utoipa::path(get, path = "/chats/{chat_id}/desktop/home/content", operation_id = "download_home_file", tag = "Files",
    params(("chat_id" = uuid::Uuid, Path), FileQuery), responses(
    (status = 200, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The bytes, as the type that the name suggests"),
    (status = 400, body = Problem, description = "A parameter can't be read"),
    (status = 401, body = Problem),
    (status = 404, body = Problem, description = "There is no such chat, or no such file on its desktop"),
    (status = 409, body = Problem, description = "The desktop does not run (`desktop_not_running`), or this is no ordinary file (`not_a_file`)"),
    (status = 422, body = Problem, description = "The path leads out of the home folder (`path_outside_home`)"),
    (status = 503, body = Problem, description = "The desktop can't be started, or does not answer")))]
pub(super) async fn download(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    Query(FileQuery { path }): Query<FileQuery>,
) -> Result<Response, ApiError> {
    let file = state.desktops.open_file(chat.id, &path).await?;
    let name = path.rsplit('/').next().unwrap_or_default();
    let media_type = mime_guess::from_path(name).first_or_octet_stream();
    let media_type = HeaderValue::from_str(media_type.as_ref())
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_DISPOSITION, attachment(name)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    let length = file.length.map(|length| [(header::CONTENT_LENGTH, length)]);
    Ok((headers, length, Body::from_stream(file.bytes)).into_response())
}

/// Writes the body of the request to a file of the desktop's home folder. A desktop that was paused or stopped as idle is
/// resumed or started.
#[utoipa::path(put, path = "/chats/{chat_id}/desktop/home/content", operation_id = "upload_home_file", tag = "Files",
    params(("chat_id" = uuid::Uuid, Path), NewFileQuery),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204),
    (status = 400, body = Problem, description = "A parameter can't be read, or the body broke off"),
    (status = 401, body = Problem),
    (status = 404, body = Problem),
    (status = 409, body = Problem, description = "The desktop does not run (`desktop_not_running`), something has this name (`file_exists`), or it is no ordinary file (`not_a_file`)"),
    (status = 413, body = Problem, description = "The file is larger than the limit"),
    (status = 422, body = Problem, description = "The path leads out of the home folder (`path_outside_home`), or an administrator's rule refuses files of its kind (`file_kind_refused`)"),
    (status = 503, body = Problem, description = "The desktop can't be started, or does not answer"),
    (status = 507, body = Problem, description = "The desktop's disk (`desktop_disk_full`) or the server's (`disk_full`) is full")),
    extensions(("x-body-limit" = json!("GET /config: upload_limit_bytes"))))]
pub(super) async fn upload(
    State(state): State<AppState>,
    OwnedChat(chat): OwnedChat,
    CurrentUser(user): CurrentUser,
    Query(NewFileQuery { path, replace }): Query<NewFileQuery>,
    request: Request,
) -> Result<StatusCode, ApiError> {
    let limit = state.files.upload_limit(&user).await?;
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit) {
        return Err(ApiError::file_too_large(limit));
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let claimed = mime_guess::from_path(name).first_or_octet_stream();
    state.files.check_kind(name, &[claimed.as_ref()]).await?;
    let staged = state.files.receive(request.into_body().into_data_stream(), limit).await?;
    if let Some(detected) = &staged.detected_type {
        state.files.check_kind(name, &[detected]).await?;
    }
    let replace = if replace { Replace::Allow } else { Replace::Refuse };
    state.desktops.write_file(chat.id, &path, &staged, replace).await?;
    Ok(StatusCode::NO_CONTENT)
}
