//! The person's time zone and language.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use protocol::locale::Locale;

use crate::desktop::Desktop;
use crate::http::api_error::ApiError;
use crate::http::extract::Json;

pub(super) async fn set_locale(
    State(desktop): State<Arc<Desktop>>,
    Json(locale): Json<Locale>,
) -> Result<StatusCode, ApiError> {
    desktop.locale.set(&locale).await?;
    Ok(StatusCode::NO_CONTENT)
}
