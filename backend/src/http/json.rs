//! JSON bodies whose rejections are problems (RFC 9457).

use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error as _};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::http::problem::ApiError;
use crate::words::BackendReason;

/// A JSON response body, or a request body, which must be an object.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let axum::Json(body) =
            <axum::Json<Box<RawValue>> as FromRequest<S>>::from_request(request, state).await?;
        // An array would be taken for an object whose fields have these values.
        if !body.get().starts_with('{') {
            return Err(ApiError::invalid(BackendReason::NoObject));
        }
        let axum::Json(body) = axum::Json::from_bytes(body.get().as_bytes())?;
        Ok(Self(body))
    }
}

/// A request without a media type has no body.
impl<T: DeserializeOwned, S: Send + Sync> OptionalFromRequest<S> for Json<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Option<Self>, ApiError> {
        if !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(None);
        }
        <Self as FromRequest<S>>::from_request(request, state).await.map(Some)
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

/// An object inside a body, or `null`. For `#[serde(deserialize_with)]`: an array would be taken for an object whose fields
/// have these values.
///
/// # Errors
/// When the value has another type.
pub fn object<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    let object = Option::<Map<String, Value>>::deserialize(deserializer)?;
    object.map(|object| T::deserialize(Value::Object(object)).map_err(D::Error::custom)).transpose()
}

/// Like [`object`], and distinguishes `null` (`Some(None)`) from a missing field (`None`).
///
/// # Errors
/// When the value has another type.
pub fn nullable_object<'de, T, D>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    T: DeserializeOwned,
    D: Deserializer<'de>,
{
    object(deserializer).map(Some)
}
