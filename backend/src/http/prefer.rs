//! The `Prefer: wait=SECONDS` header (RFC 7240), which delays the response until the run has ended.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponseParts, ResponseParts};

const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
/// The longest wait granted.
const MAX_WAIT: Duration = Duration::from_secs(600);

/// How long the client is willing to wait; `None` if the header is absent.
pub struct PreferWait(pub Option<Duration>);

/// Tells the client that its preference was followed.
pub struct PreferenceApplied(pub Option<Duration>);

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

impl<S: Sync> FromRequestParts<S> for PreferWait {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let headers = parts.headers.get_all("prefer").iter().filter_map(|header| header.to_str().ok());
        let seconds = headers.flat_map(|header| header.split(',')).find_map(|preference| {
            let (name, value) = preference.split_once('=')?;
            let value = value.trim().trim_matches('"');
            name.trim().eq_ignore_ascii_case("wait").then(|| value.parse::<u64>().ok())?
        });
        Ok(Self(seconds.map(|seconds| Duration::from_secs(seconds).min(MAX_WAIT))))
    }
}
