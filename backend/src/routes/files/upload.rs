//! Uploading files.

use axum::extract::multipart::Field;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Multipart, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use protocol::ids::UserId;
use utoipa::ToSchema;

use crate::app::AppState;
use crate::blobs::StagedBlob;
use crate::http::current_user::CurrentUser;
use crate::http::idempotency_key::IdempotencyKey;
use crate::http::json::Json;
use crate::http::problem::{ApiError, Problem};
use crate::services::files::{FileView, upload_row};
use crate::text::visible;
use crate::words::BackendReason;

/// Allowance for the multipart framing around a file, in bytes.
const FORM_OVERHEAD: u64 = 64 << 10;
/// Maximum number of fields before the file.
const MAX_OTHER_FIELDS: usize = 16;
/// Maximum length of a file name, in bytes; the usual limit of file systems.
const MAX_NAME_BYTES: usize = 255;

/// The form of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only describes the form in the OpenAPI document")]
pub(in crate::routes) struct UploadForm {
    /// The file, with its name.
    #[schema(value_type = String, format = Binary)]
    file: String,
}

/// Uploads a file.
#[utoipa::path(post, path = "/files/upload", operation_id = "upload_file", tag = "Files",
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeated call harmless, for 24 hours")),
    request_body(content = UploadForm, content_type = "multipart/form-data"), responses(
    (status = 201, body = FileView),
    (status = 400, body = Problem, description = "No multipart form, or a broken one"),
    (status = 401, body = Problem),
    (status = 413, body = Problem, description = "The file is larger than the limit"),
    (status = 422, body = Problem, description = "The form has no file, the file has no name, or an administrator's rule refuses files of its kind (`file_kind_refused`)"),
    (status = 507, body = Problem, description = "The person's quota is reached (`quota_reached`), or the server's disk is full (`disk_full`)")),
    extensions(("x-body-limit" = json!("GET /config: upload_limit_bytes"))))]
pub(in crate::routes) async fn upload(
    State(state): State<AppState>,
    CurrentUser(user): CurrentUser,
    headers: HeaderMap,
    key: IdempotencyKey,
    mut request: Request,
) -> Result<(StatusCode, Json<FileView>), ApiError> {
    let limit = state.files.upload_limit(&user).await?;
    let announced =
        headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| length > limit + FORM_OVERHEAD) {
        return Err(ApiError::file_too_large(limit));
    }
    // The limit, and as much again that is read over, so that the refusal arrives.
    let read_at_most = usize::try_from(2 * limit + FORM_OVERHEAD).unwrap_or(usize::MAX);
    DefaultBodyLimit::max(read_at_most).apply(&mut request);
    let mut form = Multipart::from_request(request, &state).await?;
    let announced = announced.unwrap_or_default().saturating_sub(FORM_OVERHEAD);
    let received = receive(&state, user.id, limit, announced, &mut form).await;
    if received.is_err() {
        discard(&mut form, limit).await;
    }
    let (name, media_type, staged) = received?;
    let call = key.call(user.id, &(&name, &media_type, &staged.sha256))?;
    let row = upload_row(user.id, name, media_type, &staged, state.clock.now());
    Ok((StatusCode::CREATED, Json(state.files.store_upload(row, &staged, &call).await?)))
}

/// Writes the file of a form to a staging file. Returns its name, its media type and its bytes.
async fn receive(
    state: &AppState,
    user_id: UserId,
    limit: u64,
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
        state.files.check_kind(&name, &[&media_type]).await?;
        let staged = state.files.receive(field, limit).await?;
        if let Some(detected) = &staged.detected_type {
            state.files.check_kind(&name, &[detected]).await?;
        }
        return Ok((name, media_type, staged));
    }
    Err(ApiError::invalid(BackendReason::FileMissing))
}

/// Reads over a field that is not the file.
async fn skip(mut field: Field<'_>) -> Result<(), ApiError> {
    let mut left = FORM_OVERHEAD;
    while let Some(chunk) = field.chunk().await? {
        left = left
            .checked_sub(chunk.len() as u64)
            .ok_or_else(|| ApiError::invalid(BackendReason::FormTooLarge))?;
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
    Err(ApiError::invalid(BackendReason::FileNameInvalid { limit: MAX_NAME_BYTES }))
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
}
