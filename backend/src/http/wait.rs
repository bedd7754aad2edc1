//! `?wait=SECONDS` and the header `Prefer: wait=SECONDS` (RFC 7240), which delay the response until the run has ended.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::problem::ApiError;
use crate::http::query::Query;
use crate::words::BackendReason;

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// The longest wait that the header is granted.
const MAX_PREFERENCE: Duration = Duration::from_secs(600);
/// The longest wait that the parameter may ask for, in seconds.
const MAX_WAIT_SECONDS: u64 = 60;

/// Whether to wait.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct WaitParameter {
    /// Answer when the run has ended or needs a person, or after so many seconds. It goes before the header `Prefer`.
    #[serde(default)]
    #[param(minimum = 0, maximum = 60)]
    wait: Option<u64>,
}

/// How long the client is willing to wait.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wait {
    /// The longest wait, if the client asked for one.
    pub timeout: Option<Duration>,
    /// Whether the client asked by the header.
    is_preference: bool,
}

impl Wait {
    /// Tells the client that its preference was followed, if it stated one.
    #[must_use]
    pub fn applied(&self) -> PreferenceApplied {
        PreferenceApplied(self.timeout.filter(|_| self.is_preference))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Wait {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(WaitParameter { wait }) = Query::from_request_parts(parts, state).await?;
        match wait {
            Some(seconds) if seconds > MAX_WAIT_SECONDS => {
                Err(ApiError::invalid(BackendReason::WaitInvalid { most: MAX_WAIT_SECONDS }))
            }
            Some(seconds) => Ok(Self { timeout: Some(Duration::from_secs(seconds)), is_preference: false }),
            None => Ok(Self { timeout: preference(&parts.headers), is_preference: true }),
        }
    }
}

/// The wait that the header `Prefer` asks for.
fn preference(headers: &HeaderMap) -> Option<Duration> {
    let headers = headers.get_all("prefer").iter().filter_map(|header| header.to_str().ok());
    let seconds = headers.flat_map(|header| header.split(',')).find_map(|preference| {
        let (name, value) = preference.split_once('=')?;
        let value = value.trim().trim_matches('"');
        name.trim().eq_ignore_ascii_case("wait").then(|| value.parse::<u64>().ok())?
    });
    seconds.map(|seconds| Duration::from_secs(seconds).min(MAX_PREFERENCE))
}

/// The header that tells how long the response may have waited; absent without a preference.
pub struct PreferenceApplied(Option<Duration>);

impl IntoResponseParts for PreferenceApplied {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        if let Some(wait) = self.0 {
            let applied = HeaderValue::try_from(format!("wait={}", wait.as_secs()));
            // Digits are valid in headers.
            parts.headers_mut().extend(applied.ok().map(|applied| (PREFERENCE_APPLIED, applied)));
        }
        Ok(parts)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn wait(query: &str, prefer: Option<&str>) -> Result<Wait, ApiError> {
        let mut request = Request::post(format!("/chats{query}"));
        if let Some(prefer) = prefer {
            request = request.header("prefer", prefer);
        }
        let (mut parts, ()) = request.body(()).unwrap().into_parts();
        Wait::from_request_parts(&mut parts, &()).await
    }

    #[tokio::test]
    async fn the_parameter_goes_before_the_header() {
        let seconds =
            |wait: Wait| (wait.timeout.map(|timeout| timeout.as_secs()), wait.applied().0.is_some());
        assert_eq!(seconds(wait("", None).await.unwrap()), (None, false));
        assert_eq!(seconds(wait("?wait=0", None).await.unwrap()), (Some(0), false));
        assert_eq!(seconds(wait("?wait=60", Some("wait=5")).await.unwrap()), (Some(60), false));
        assert_eq!(seconds(wait("", Some("respond-async, wait = 5")).await.unwrap()), (Some(5), true));
        assert_eq!(seconds(wait("", Some("wait=900")).await.unwrap()), (Some(600), true));
        for bad in ["61", "-1", "soon", "", "1.5"] {
            assert!(wait(&format!("?wait={bad}"), None).await.is_err(), "{bad}");
        }
    }
}
