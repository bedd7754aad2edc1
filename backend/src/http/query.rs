//! Query parameters whose rejections are problems (RFC 9457).

use axum::extract::FromRequestParts;
use axum::extract::rejection::QueryRejection;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::http::problem::ApiError;

/// The query parameters of a request.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let query = axum::extract::Query::from_request_parts(parts, state).await;
        let axum::extract::Query(parameters) = query.map_err(unreadable)?;
        Ok(Self(parameters))
    }
}

fn unreadable(rejection: QueryRejection) -> ApiError {
    ApiError::Unreadable { status: rejection.status(), detail: format!("{}.", rejection.body_text()) }
}
