//! The caller's files.

pub(super) mod archive;
pub(super) mod content;
pub(super) mod links;
pub(super) mod rules;
pub(super) mod upload;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::AppState;
use crate::http::accept::NamesJson;
use crate::http::current_user::CurrentUser;
use crate::http::json::Json;
use crate::http::owned::OwnedFile;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::services::files::FileView;

/// Lists the caller's files, newest first.
#[utoipa::path(get, path = "/files", operation_id = "list_files", tag = "Files", params(PageParameters), responses(
    (status = 200, body = Vec<FileView>, headers(("Link", description = "The next page, if there is one: `<?...>; rel=next`"))),
    (status = 401, body = Problem),
    (status = 422, body = Problem, description = "A parameter is out of range")))]
pub(super) async fn list(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    request: PageRequest,
) -> Result<Response, ApiError> {
    let files = state.files.list(user.id, request.page()?).await?;
    Ok(request.answer(files, |file| file.id))
}

/// Returns a file: its metadata if `Accept` names JSON, else its bytes as `GET /files/{file_id}/content` does.
#[utoipa::path(get, path = "/files/{file_id}", operation_id = "get_file", tag = "Files",
    params(("file_id" = uuid::Uuid, Path), content::ByteParameters), responses(
    (status = 200, content((FileView = "application/json"), (Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The metadata, or the bytes as the type that the file claims"),
    (status = 206, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The requested part"),
    (status = 304, description = "The client has the current bytes"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 416, body = Problem, description = "The requested part is outside the file")))]
pub(super) async fn get(
    State(state): State<AppState>,
    NamesJson(names_json): NamesJson,
    OwnedFile(file): OwnedFile,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let mut response = if names_json {
        Json(FileView::from(file)).into_response()
    } else {
        content::respond(&state, &file, &headers).await?
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Deletes a file. The copy on a desktop stays.
#[utoipa::path(delete, path = "/files/{file_id}", operation_id = "delete_file", tag = "Files", params(("file_id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete(
    State(state): State<AppState>,
    OwnedFile(file): OwnedFile,
) -> Result<StatusCode, ApiError> {
    state.files.delete(&file).await?;
    Ok(StatusCode::NO_CONTENT)
}
