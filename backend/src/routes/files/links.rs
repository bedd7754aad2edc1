//! Download links for people without an account.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use protocol::ids::FileId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::content::{ByteParameters, respond};
use crate::app::AppState;
use crate::http::json::Json;
use crate::http::own_address::OwnAddress;
use crate::http::owned::OwnedFile;
use crate::http::problem::{ApiError, Problem};
use crate::http::query::Query;
use crate::words::BackendReason;

/// A link to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "expires_in": 86400 }))]
pub(in crate::routes) struct NewLink {
    /// For how many seconds it is valid.
    #[serde(default = "an_hour")]
    #[schema(minimum = 60, maximum = 2_592_000, default = 3600)]
    expires_in: i64,
}

fn an_hour() -> i64 {
    3600
}

/// A download link. Whoever has it can download the file, without an account.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({ "url": "https://desk.example.org/api/v1/files/01a2271f-f1a8-74bd-b20d-51a7dc902664/linked?expires=1796000000&signature=q83vEjRWeJA", "expires_at": "2026-11-30T12:00:00Z" }))]
pub(in crate::routes) struct Link {
    /// The address, at the public address of the installation if that is set.
    url: String,
    /// Until when it is valid.
    expires_at: DateTime<Utc>,
}

/// What makes a link valid.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::routes) struct LinkSignature {
    /// When the link expires, in seconds since 1970.
    expires: i64,
    /// The signature.
    signature: String,
}

/// Makes a link with which anybody can download the file until it expires. The link ends before if the file is deleted, or its
/// links are.
#[utoipa::path(post, path = "/files/{file_id}/links", operation_id = "create_file_link", tag = "Files",
    params(("file_id" = uuid::Uuid, Path)), request_body = NewLink, responses(
    (status = 201, body = Link),
    (status = 400, body = Problem, description = "Malformed JSON"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 422, body = Problem, description = "A link can't be valid for that long")))]
pub(in crate::routes) async fn create(
    State(state): State<AppState>,
    OwnedFile(file): OwnedFile,
    OwnAddress(base): OwnAddress,
    Json(NewLink { expires_in }): Json<NewLink>,
) -> Result<(StatusCode, Json<Link>), ApiError> {
    let link = state.files.create_link(file.id, expires_in).await?;
    let url = format!("{base}api/v1/{}", link.address);
    Ok((StatusCode::CREATED, Json(Link { url, expires_at: link.expires_at })))
}

/// Ends all links to the file.
#[utoipa::path(delete, path = "/files/{file_id}/links", operation_id = "delete_file_links", tag = "Files",
    params(("file_id" = uuid::Uuid, Path)), responses(
    (status = 204), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(in crate::routes) async fn delete(
    State(state): State<AppState>,
    OwnedFile(file): OwnedFile,
) -> Result<StatusCode, ApiError> {
    state.files.end_links(file.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Returns the bytes of a file to whoever has a link to it.
#[utoipa::path(get, path = "/files/{file_id}/linked", operation_id = "download_linked_file", tag = "Files", security(()),
    params(("file_id" = uuid::Uuid, Path), LinkSignature, ByteParameters), responses(
    (status = 200, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The bytes, as the type that the file claims"),
    (status = 206, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The requested part"),
    (status = 304, description = "The client has the current bytes"),
    (status = 400, body = Problem, description = "The address is not whole"),
    (status = 404, body = Problem, description = "There is no such link, or it was ended"),
    (status = 410, body = Problem, description = "The link has expired"),
    (status = 416, body = Problem, description = "The requested part is outside the file")))]
pub(in crate::routes) async fn download(
    State(state): State<AppState>,
    Path(file_id): Path<String>,
    Query(LinkSignature { expires, signature }): Query<LinkSignature>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let file_id: FileId = file_id.parse().map_err(|_| ApiError::not_found(BackendReason::NoLink))?;
    let file = state.files.linked(file_id, expires, &signature).await?;
    respond(&state, &file, &headers).await
}
