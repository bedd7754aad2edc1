//! The bytes of a file.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _, SeekFrom};
use tokio_util::io::ReaderStream;
use utoipa::IntoParams;

use crate::app::AppState;
use crate::http::byte_range::{Selection, select};
use crate::http::owned::OwnedFile;
use crate::http::problem::{ApiError, Problem};
use crate::services::files::FileError;
use crate::store::files::FileRow;
use crate::words::BackendReason;

/// Which bytes to return.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "only describes the headers in the OpenAPI document")]
pub(in crate::routes) struct ByteParameters {
    /// A part of the file, such as `bytes=0-1023`.
    #[param(rename = "Range")]
    range: Option<String>,
    /// Return the part only of the version with this `ETag`, and another version whole.
    #[param(rename = "If-Range")]
    if_range: Option<String>,
    /// Return nothing if the file still has one of these `ETag`s.
    #[param(rename = "If-None-Match")]
    if_none_match: Option<String>,
}

/// Returns a file's bytes, as a download that browsers never render.
#[utoipa::path(get, path = "/files/{file_id}/content", operation_id = "download_file", tag = "Files",
    params(("file_id" = uuid::Uuid, Path), ByteParameters), responses(
    (status = 200, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The bytes, as the type that the file claims"),
    (status = 206, content((Vec<u8> = "application/octet-stream"), (Vec<u8> = "*/*")), description = "The requested part"),
    (status = 304, description = "The client has the current bytes"),
    (status = 401, body = Problem), (status = 404, body = Problem),
    (status = 416, body = Problem, description = "The requested part is outside the file")))]
pub(in crate::routes) async fn content(
    State(state): State<AppState>,
    OwnedFile(file): OwnedFile,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    respond(&state, &file, &headers).await
}

/// The part of a file that a request asks for, as a download that browsers never render.
pub(super) async fn respond(
    state: &AppState,
    file: &FileRow,
    headers: &HeaderMap,
) -> Result<Response, ApiError> {
    let length = file.size.cast_unsigned();
    let etag = format!("\"{}\"", file.sha256);
    let mut response = match select(headers, &etag, length) {
        Selection::NotModified => StatusCode::NOT_MODIFIED.into_response(),
        Selection::Unsatisfiable => {
            let range = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((
                range,
                ApiError::new(StatusCode::RANGE_NOT_SATISFIABLE, BackendReason::RangeOutside { length }),
            )
                .into_response());
        }
        Selection::Whole => {
            let bytes = Body::from_stream(ReaderStream::new(state.files.open(file).await?));
            ([(header::CONTENT_LENGTH, length)], bytes).into_response()
        }
        Selection::Part(part) => {
            let mut bytes = state.files.open(file).await?;
            bytes.seek(SeekFrom::Start(part.start)).await.map_err(FileError::Disk)?;
            let part_length = part.end - part.start;
            let range = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            let bytes = Body::from_stream(ReaderStream::new(bytes.take(part_length)));
            let headers = [(header::CONTENT_LENGTH, part_length.to_string()), (header::CONTENT_RANGE, range)];
            (StatusCode::PARTIAL_CONTENT, headers, bytes).into_response()
        }
    };
    describe(response.headers_mut(), file, &etag);
    Ok(response)
}

fn describe(headers: &mut HeaderMap, file: &FileRow, etag: &str) {
    let text = |text: &str| HeaderValue::from_str(text).ok();
    let media_type = text(&file.media_type).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_DISPOSITION, attachment(&file.name));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox; default-src 'none'"));
    headers.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    // Kept by this client alone, which asks each time whether it is current.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.extend(text(etag).map(|etag| (header::ETAG, etag)));
}

/// The `Content-Disposition` header with the name in UTF-8 (RFC 6266, RFC 8187).
pub(in crate::routes) fn attachment(name: &str) -> HeaderValue {
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
    fn the_name_in_the_header_is_encoded() {
        assert_eq!(attachment("a \"ü\".txt"), "attachment; filename*=UTF-8''a%20%22%C3%BC%22.txt");
    }
}
