//! Errors as clients receive them: `application/problem+json` (RFC 9457).

use axum::body::Body;
use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use utoipa::ToSchema;

use crate::access::Refusal;
use crate::providers::ModelError;

/// The header with the id of a request in our log.
const REQUEST_ID: &str = "x-request-id";

/// The body of every error.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// Always `about:blank`; see `code`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The text of the status.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do about it.
    pub detail: String,
    /// A stable error code.
    pub code: &'static str,
    /// The id of the request in our log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ApiError {
    /// The path does not exist.
    #[error("There is nothing at this address. /docs lists what there is.")]
    NoRoute,
    /// The path exists, the method doesn't.
    #[error("This address does not take this method. /docs lists what there is.")]
    MethodNotAllowed,
    /// The caller is not accepted.
    #[error("{}", refused(*.0))]
    Refused(Refusal),
    /// The body is not JSON, or has the wrong shape.
    #[error("{}", .0.body_text())]
    Unreadable(#[from] JsonRejection),
    /// The input is invalid.
    #[error("{detail}")]
    Invalid {
        /// The stable error code.
        code: &'static str,
        /// The explanation.
        detail: String,
    },
    /// The model failed.
    #[error(transparent)]
    Provider(#[from] ModelError),
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Token => "Send the token of the model service as `Authorization: Bearer`.",
        Refusal::Host => {
            "Address the model service as localhost: it runs without a token, for this machine only."
        }
    }
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::NoRoute => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::Refused(Refusal::Token) => StatusCode::UNAUTHORIZED,
            Self::Refused(Refusal::Host) => StatusCode::FORBIDDEN,
            Self::Unreadable(rejection) => rejection.status(),
            Self::Invalid { .. } => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Provider(error) => provider_status(error),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::NoRoute => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::Refused(Refusal::Token) => "unauthorized",
            Self::Refused(Refusal::Host) => "host_refused",
            Self::Unreadable(_) => "unreadable_body",
            Self::Invalid { code, .. } => code,
            Self::Provider(error) => error.code(),
        }
    }
}

/// The status that says whether the service, the vendor or the request is at fault.
fn provider_status(error: &ModelError) -> StatusCode {
    match error {
        ModelError::UnknownProvider { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        ModelError::TooLarge | ModelError::ContextWindowExceeded => StatusCode::PAYLOAD_TOO_LARGE,
        ModelError::RateLimited { .. }
        | ModelError::Overloaded { .. }
        | ModelError::SpendLimit { .. }
        | ModelError::ApiKeyMissing { .. }
        | ModelError::AddressMissing { .. }
        | ModelError::SettingMissing { .. }
        | ModelError::CredentialsUnreadable { .. }
        | ModelError::ClockSkewed { .. }
        | ModelError::ModelMissing { .. } => StatusCode::SERVICE_UNAVAILABLE,
        _ => StatusCode::BAD_GATEWAY,
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.status();
        let problem = Problem {
            kind: "about:blank",
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: self.to_string(),
            code: self.code(),
            request_id: None,
        };
        let mut response = status.into_response();
        response.extensions_mut().insert(problem);
        response
    }
}

/// Writes the body of an error, once the id of the request is known.
pub(crate) async fn name_request(
    id: Option<axum::Extension<tower_http::request_id::RequestId>>,
    mut response: Response,
) -> Response {
    let Some(mut problem) = response.extensions_mut().remove::<Problem>() else { return response };
    problem.request_id = id.and_then(|id| id.header_value().to_str().ok().map(str::to_owned));
    if let (Some(id), false) = (&problem.request_id, response.headers().contains_key(REQUEST_ID))
        && let Ok(value) = HeaderValue::from_str(id)
    {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response.headers_mut().remove(header::CONTENT_LENGTH);
    *response.body_mut() = Body::from(body);
    response
}

/// A JSON body; one that is missing or invalid is reported as a [`Problem`].
#[derive(Debug)]
pub(crate) struct ApiJson<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for ApiJson<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let axum::Json(value) = axum::Json::from_request(request, state).await?;
        Ok(Self(value))
    }
}
