//! Files of the home folder.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream::{self, Stream, StreamExt as _};
use protocol::agent::files::{FileEntry, FolderPage, MAX_FOLDER_PAGE};
use serde::Deserialize;
use tokio::io::AsyncWriteExt as _;
use tokio_util::io::ReaderStream;

use crate::blocking::blocking;
use crate::desktop::Desktop;
use crate::files::{FileError, Upload, Watch};
use crate::http::api_error::ApiError;
use crate::http::extract::Query;

/// Largest upload in bytes.
const MAX_FILE_BYTES: u64 = 4 * 1024 * 1024 * 1024;

#[derive(Deserialize)]
pub(super) struct Under {
    #[serde(default)]
    under: String,
}

pub(super) async fn list_files(
    State(desktop): State<Arc<Desktop>>,
    Query(Under { under }): Query<Under>,
) -> Result<axum::Json<Vec<FileEntry>>, ApiError> {
    Ok(axum::Json(blocking(move || desktop.home.list(&under)).await?))
}

#[derive(Deserialize)]
pub(super) struct PageOfFolder {
    #[serde(default)]
    path: String,
    #[serde(default)]
    after: Option<String>,
    #[serde(default = "max_folder_page")]
    limit: usize,
}

fn max_folder_page() -> usize {
    MAX_FOLDER_PAGE
}

pub(super) async fn list_folder(
    State(desktop): State<Arc<Desktop>>,
    Query(PageOfFolder { path, after, limit }): Query<PageOfFolder>,
) -> Result<axum::Json<FolderPage>, ApiError> {
    let limit = limit.clamp(1, MAX_FOLDER_PAGE);
    Ok(axum::Json(blocking(move || desktop.home.folder(&path, after.as_deref(), limit)).await?))
}

pub(super) async fn watch_files(
    State(desktop): State<Arc<Desktop>>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    // The watch starts before the response, so that files completed after it are reported.
    let watch = Watch::start(&desktop.home)?;
    let changes = stream::unfold(watch, |mut watch| async move {
        match watch.next().await.map(|entry| Event::default().event("change").json_data(entry)) {
            Ok(Ok(event)) => Some((Ok(event), watch)),
            Ok(Err(error)) => {
                tracing::error!(error = %error, "could not report a completed file");
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

pub(super) async fn read_file(
    State(desktop): State<Arc<Desktop>>,
    Path(path): Path<String>,
) -> Result<Response, ApiError> {
    let (file, length) = blocking(move || desktop.home.read(&path)).await?;
    let body = Body::from_stream(ReaderStream::with_capacity(tokio::fs::File::from_std(file), 64 * 1024));
    let headers = [
        (header::CONTENT_TYPE, "application/octet-stream".to_owned()),
        (header::CONTENT_LENGTH, length.to_string()),
    ];
    Ok((headers, body).into_response())
}

/// Writes a body to a file that has no name yet.
async fn receive(
    desktop: &Arc<Desktop>,
    path: String,
    chunks: &mut BodyDataStream,
) -> Result<(tokio::fs::File, Upload), ApiError> {
    let home = desktop.home.clone();
    let (file, upload) = blocking(move || home.receive(&path)).await?;
    let mut file = tokio::fs::File::from_std(file);
    let mut length = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| ApiError::BodyBroken)?;
        length += chunk.len() as u64;
        if length > MAX_FILE_BYTES {
            return Err(ApiError::TooLarge);
        }
        file.write_all(&chunk).await.map_err(FileError::from)?;
    }
    file.flush().await.map_err(FileError::from)?;
    Ok((file, upload))
}

/// Whether to replace a file that is there.
#[derive(Deserialize)]
pub(super) struct Replacing {
    #[serde(default = "yes")]
    replace: bool,
}

fn yes() -> bool {
    true
}

pub(super) async fn write_file(
    State(desktop): State<Arc<Desktop>>,
    Path(path): Path<String>,
    Query(Replacing { replace }): Query<Replacing>,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let mut chunks = body.into_data_stream();
    let received = receive(&desktop, path, &mut chunks).await;
    if let Err(ApiError::File(_)) = received {
        // A sender whose connection is closed before it has sent everything may never read the reason.
        let mut left = MAX_FILE_BYTES;
        while let (Some(Ok(chunk)), true) = (chunks.next().await, left > 0) {
            left = left.saturating_sub(chunk.len() as u64);
        }
    }
    let (file, upload) = received?;
    let file = file.into_std().await;
    blocking(move || {
        // Close it under its temporary name, so that watchers report only the final one.
        drop(file);
        if replace { upload.finish() } else { upload.finish_new() }
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
