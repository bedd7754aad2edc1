//! Actions and screenshots.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use protocol::action::{Region, Size};
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ScreenshotFormat, ScreenshotOptions};
use serde::Deserialize;

use crate::actions;
use crate::blocking::blocking;
use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::{Json, Query};
use crate::screen;

pub(super) async fn run_actions(
    State(desktop): State<Arc<Desktop>>,
    Json(batch): Json<ActionBatch>,
) -> Result<axum::Json<ActionBatchResult>, ApiError> {
    screen::check(batch.screenshot)?;
    Ok(axum::Json(actions::run(&desktop, batch).await))
}

/// The region, size and format of a screenshot. Region and size are optional, but must be complete.
#[derive(Deserialize)]
pub(super) struct ScreenshotQuery {
    x: Option<i32>,
    y: Option<i32>,
    width: Option<u32>,
    height: Option<u32>,
    scaled_width: Option<u32>,
    scaled_height: Option<u32>,
    format: Option<FormatName>,
    quality: Option<u8>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FormatName {
    Png,
    Jpeg,
    Webp,
}

/// The default JPEG quality.
const DEFAULT_QUALITY: u8 = 75;

impl ScreenshotQuery {
    fn region(&self) -> Result<Option<Region>, ApiError> {
        match (self.x, self.y, self.width, self.height) {
            (None, None, None, None) => Ok(None),
            (Some(x), Some(y), Some(width), Some(height)) => Ok(Some(Region { x, y, width, height })),
            _ => Err(ApiError::Incomplete("x, y, width and height")),
        }
    }

    fn options(&self) -> Result<ScreenshotOptions, ApiError> {
        let size = match (self.scaled_width, self.scaled_height) {
            (None, None) => None,
            (Some(width), Some(height)) => Some(Size { width, height }),
            _ => return Err(ApiError::Incomplete("scaled_width and scaled_height")),
        };
        let format = match self.format {
            None | Some(FormatName::Png) => ScreenshotFormat::Png,
            Some(FormatName::Webp) => ScreenshotFormat::Webp,
            Some(FormatName::Jpeg) => {
                ScreenshotFormat::Jpeg { quality: self.quality.unwrap_or(DEFAULT_QUALITY) }
            }
        };
        Ok(ScreenshotOptions { size, format })
    }
}

pub(super) async fn screenshot(
    State(desktop): State<Arc<Desktop>>,
    Query(query): Query<ScreenshotQuery>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let (region, options) = (query.region()?, query.options()?);
    screen::check(options)?;
    let (shown, run) = (Arc::clone(&desktop.screen), desktop.run);
    let screenshot = blocking(move || match region {
        Some(region) => shown.zoom(region, options),
        None => shown.screenshot(options),
    })
    .await?;
    let content_type = (header::CONTENT_TYPE, screenshot.format.media_type().to_owned());
    if region.is_some() {
        return Ok(([content_type], screenshot.bytes.to_vec()).into_response());
    }
    let tag = format!("\"{run:x}-{}\"", screenshot.state);
    if headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes()) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(([content_type, (header::ETAG, tag)], screenshot.bytes.to_vec()).into_response())
}
