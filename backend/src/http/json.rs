//! JSON bodies whose rejections are problems (RFC 9457).

use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::value::RawValue;

use crate::http::problem::ApiError;

/// A JSON response body, or a request body, which must be an object.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let axum::Json(body) = axum::Json::<Box<RawValue>>::from_request(request, state).await?;
        // An array would be taken for an object whose fields have these values.
        if !body.get().starts_with('{') {
            let detail = "Send a JSON object.".to_owned();
            return Err(ApiError::Unreadable { status: StatusCode::UNPROCESSABLE_ENTITY, detail });
        }
        let axum::Json(body) = axum::Json::from_bytes(body.get().as_bytes())?;
        Ok(Self(body))
    }
}

/// A request body that is a JSON object or a form, as its `Content-Type` says.
#[derive(Debug)]
pub struct JsonOrForm<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonOrForm<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|media_type| media_type.to_str().ok());
        let is_form = media_type.is_some_and(|media_type| {
            let essence = media_type.split(';').next().unwrap_or_default().trim();
            essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
        });
        if is_form {
            let axum::Form(body) = axum::Form::from_request(request, state).await?;
            return Ok(Self(body));
        }
        let Json(body) = Json::from_request(request, state).await?;
        Ok(Self(body))
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// Distinguishes `null` (`Some(None)`) from a missing field (`None`). For `#[serde(deserialize_with)]`.
///
/// # Errors
/// When the value has another type.
pub fn nullable<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
