//! The caller's files.

use axum::body::Body;
use axum::extract::multipart::{Field, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use protocol::ids::UserId;
use tokio_util::io::ReaderStream;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::blobs::StagedBlob;
use crate::http::accept::NamesJson;
use crate::http::current_user::CurrentUser;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::json::Json;
use crate::http::owned::OwnedFile;
use crate::http::page::{PageParameters, PageRequest};
use crate::http::problem::{ApiError, Problem};
use crate::services::files::{FileView, upload_row};
use crate::text::visible;

/// Allowance for the multipart framing around a file, in bytes.
const FORM_OVERHEAD: u64 = 64 << 10;
/// Maximum number of fields before the file.
const MAX_OTHER_FIELDS: usize = 16;
/// Maximum length of a file name, in bytes; the usual limit of file systems.
const MAX_NAME_BYTES: usize = 255;

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
pub(super) struct UploadForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

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

/// Uploads a file.
#[utoipa::path(post, path = "/files/upload", operation_id = "upload_file", tag = "Files",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless, for 24 hours")),
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = FileView),
    (status = 400, body = Problem, description = "No multipart form, or a broken one"),
    (status = 401, body = Problem),
    (status = 413, body = Problem, description = "The file is larger than the limit"),
    (status = 422, body = Problem, description = "The form has no file, or the file has no name"),
    (status = 507, body = Problem, description = "The person's quota is reached (`quota_reached`), or the server's disk is full (`disk_full`)")),
    extensions(("x-body-limit" = json!("GET /config: upload_limit_bytes"))))]
pub(super) async fn upload(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    headers: HeaderMap,
    key: IdempotencyKey,
    form: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<FileView>), ApiError> {
    let limit = state.upload_limit;
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit + FORM_OVERHEAD) {
        return Err(ApiError::FileTooLarge { limit });
    }
    let mut form = form?;
    let announced = announced.unwrap_or_default().saturating_sub(FORM_OVERHEAD);
    let received = receive(&state, user.id, announced, &mut form).await;
    if received.is_err() {
        discard(&mut form, limit).await;
    }
    let (name, media_type, staged) = received?;
    let call = key.call(user.id, &(&name, &media_type, &staged.sha256))?;
    let row = upload_row(user.id, name, media_type, &staged, state.clock.now());
    Ok((StatusCode::CREATED, Json(state.files.store_upload(row, &staged, &call).await?)))
}

/// Returns a file: its metadata if `Accept` names JSON, else its bytes as `GET /files/{file_id}/content` does.
#[utoipa::path(get, path = "/files/{file_id}", operation_id = "get_file", tag = "Files", params(("file_id" = uuid::Uuid, Path)), responses(
    (status = 200, content((FileView = "application/json"), (Vec<u8> = "application/octet-stream"))),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn get(
    State(state): State<AppState>,
    NamesJson(names_json): NamesJson,
    file: OwnedFile,
) -> Result<Response, ApiError> {
    let mut response = if names_json {
        Json(FileView::from(file.0)).into_response()
    } else {
        content(State(state), file).await?
    };
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept"));
    Ok(response)
}

/// Returns a file's bytes, as a download that browsers never render.
#[utoipa::path(get, path = "/files/{file_id}/content", operation_id = "download_file", tag = "Files", params(("file_id" = uuid::Uuid, Path)), responses(
    (status = 200, body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 401, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn content(
    State(state): State<AppState>,
    OwnedFile(file): OwnedFile,
) -> Result<Response, ApiError> {
    let blob = state.files.open(&file).await?;
    let media_type = HeaderValue::from_str(&file.media_type)
        .unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let headers = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, attachment(&file.name)),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'")),
    ];
    Ok((headers, Body::from_stream(ReaderStream::new(blob))).into_response())
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

/// Writes the file of a form to a staging file. Returns its name, its media type and its bytes.
async fn receive(
    state: &AppState,
    user_id: UserId,
    announced: u64,
    form: &mut Multipart,
) -> Result<(String, String, StagedBlob), ApiError> {
    state.files.check_room(user_id, announced).await?;
    for _ in 0..=MAX_OTHER_FIELDS {
        let Some(field) = form.next_field().await? else { break };
        if field.name() != Some("file") {
            skip(field).await?;
            continue;
        }
        let name = file_name(field.file_name())?;
        let media_type = match field.content_type() {
            Some(media_type) => media_type.to_owned(),
            None => mime_guess::from_path(&name).first_or_octet_stream().to_string(),
        };
        return Ok((name, media_type, state.files.receive(field).await?));
    }
    Err(ApiError::invalid("file_missing", "Send the file as a field of the form, named `file`."))
}

/// Reads over a field that is not the file.
async fn skip(mut field: Field<'_>) -> Result<(), ApiError> {
    let mut left = FORM_OVERHEAD;
    while let Some(chunk) = field.chunk().await? {
        left = left.checked_sub(chunk.len() as u64).ok_or_else(|| {
            ApiError::invalid("form_too_large", "A field of the form other than `file` is too large.")
        })?;
    }
    Ok(())
}

/// Reads on for at most `limit` bytes: a client whose connection is closed before it has sent everything may never read
/// the answer.
async fn discard(form: &mut Multipart, limit: u64) {
    let mut left = limit;
    while let Ok(Some(mut field)) = form.next_field().await {
        while let Ok(Some(chunk)) = field.chunk().await {
            left = left.saturating_sub(chunk.len() as u64);
            if left == 0 {
                return;
            }
        }
    }
}

/// The file name without folders, which some browsers send along.
fn file_name(sent: Option<&str>) -> Result<String, ApiError> {
    let sent = sent.unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default();
    let name = visible(sent);
    let is_usable = !matches!(name.as_str(), "" | "." | "..")
        && name.len() <= MAX_NAME_BYTES
        && !sent.chars().any(char::is_control);
    if is_usable {
        return Ok(name);
    }
    Err(ApiError::invalid(
        "file_name_invalid",
        "Give the file a name of 1 to 255 bytes without control characters.",
    ))
}

/// The `Content-Disposition` header with the name in UTF-8 (RFC 6266, RFC 8187).
fn attachment(name: &str) -> HeaderValue {
    let mut encoded = String::from("attachment; filename*=UTF-8''");
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    HeaderValue::from_str(&encoded).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_removed_from_names_and_bad_names_refused() {
        assert_eq!(file_name(Some("a.txt")).unwrap(), "a.txt");
        assert_eq!(file_name(Some("invoice\u{202e}fdp.exe")).unwrap(), "invoicefdp.exe");
        assert_eq!(file_name(Some("../../etc/passwd")).unwrap(), "passwd");
        assert_eq!(file_name(Some(r"C:\Users\me\a b.txt")).unwrap(), "a b.txt");
        for bad in [None, Some(""), Some(".."), Some("a/"), Some("a\nb"), Some("nul\0")] {
            assert!(file_name(bad).is_err(), "{bad:?}");
        }
        assert!(file_name(Some(&"ä".repeat(128))).is_err());
    }

    #[test]
    fn the_name_in_the_header_is_encoded() {
        assert_eq!(attachment("a \"ü\".txt"), "attachment; filename*=UTF-8''a%20%22%C3%BC%22.txt");
    }
}
