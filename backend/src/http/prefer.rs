//! The `Prefer: wait=SECONDS` header (RFC 7240), which delays the response until the run has ended.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

/// The longest wait granted.
const MAX_WAIT: Duration = Duration::from_secs(600);

/// How long the client is willing to wait; `None` if the header is absent.
pub struct PreferWait(pub Option<Duration>);

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
