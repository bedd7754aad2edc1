//! Recordings of the screen.

use std::io::SeekFrom;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use protocol::agent::recording::{Recording, RecordingRequest};
use protocol::ids::RecordingId;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};
use tokio_util::io::ReaderStream;

use super::range::Part;
use crate::blocking::blocking;
use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;
use crate::recording::{RecordingError, Video};

pub(super) async fn start_recording(
    State(desktop): State<Arc<Desktop>>,
    Json(request): Json<RecordingRequest>,
) -> Result<(StatusCode, axum::Json<Recording>), ApiError> {
    let recording = blocking(move || desktop.recordings.start(request)).await?;
    Ok((StatusCode::CREATED, axum::Json(recording)))
}

pub(super) async fn list_recordings(
    State(desktop): State<Arc<Desktop>>,
) -> Result<axum::Json<Vec<Recording>>, ApiError> {
    Ok(axum::Json(blocking(move || desktop.recordings.list()).await?))
}

pub(super) async fn stop_recording(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<String>,
) -> Result<axum::Json<Recording>, ApiError> {
    let recordings = Arc::clone(&desktop.recordings);
    Ok(axum::Json(recordings.stop(known(&id)?).await?))
}

pub(super) async fn read_recording(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let id = known(&id)?;
    let video = blocking(move || desktop.recordings.video(id)).await?;
    // A growing file changes at its start too, so no part of it may be cached.
    let caching = if video.grows { "no-store" } else { "private, no-cache" };
    let mut response = answer(video, Part::asked_for(&headers)).await?;
    let headers = response.headers_mut();
    headers.insert(header::ACCEPT_RANGES, header::HeaderValue::from_static("bytes"));
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(caching));
    Ok(response)
}

pub(super) async fn delete_recording(
    State(desktop): State<Arc<Desktop>>,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    if let Ok(id) = id.parse() {
        blocking(move || desktop.recordings.remove(id)).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// An invalid id is not found.
fn known(id: &str) -> Result<RecordingId, RecordingError> {
    id.parse().map_err(|_| RecordingError::NotFound)
}

/// The whole video or the requested part.
async fn answer(video: Video, part: Option<Part>) -> Result<Response, ApiError> {
    let length = video.length;
    let (status, start, end) = match part.map(|part| part.within(length)) {
        None => (StatusCode::OK, 0, length),
        Some(Some((start, end))) => (StatusCode::PARTIAL_CONTENT, start, end),
        Some(None) => {
            let none = [(header::CONTENT_RANGE, format!("bytes */{length}"))];
            return Ok((none, ApiError::NoSuchRange).into_response());
        }
    };
    let mut file = tokio::fs::File::from_std(video.file);
    file.seek(SeekFrom::Start(start)).await?;
    let body = Body::from_stream(ReaderStream::with_capacity(file.take(end - start), 64 * 1024));
    let headers =
        [(header::CONTENT_TYPE, "video/mp4".to_owned()), (header::CONTENT_LENGTH, (end - start).to_string())];
    let mut response = (status, headers, body).into_response();
    if status == StatusCode::PARTIAL_CONTENT {
        let range = format!("bytes {start}-{}/{length}", end - 1);
        let range = header::HeaderValue::from_str(&range).map_err(std::io::Error::other)?;
        response.headers_mut().insert(header::CONTENT_RANGE, range);
    }
    Ok(response)
}
