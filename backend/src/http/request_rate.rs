//! Refuses requests of the API that come too fast: 429 with `Retry-After`. A request is counted once: for the person who
//! has logged in, else for the address it comes from.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use protocol::ids::UserId;

use crate::app::AppState;
use crate::auth::request_rate::Caller;
use crate::http::client::Client;
use crate::http::problem::ApiError;

/// Marks a request that has been counted, or does not count.
#[derive(Clone)]
struct Counted;

/// Middleware: counts requests without a login. Others are counted when their caller is known.
pub async fn limit(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let is_free = !request.uri().path().starts_with("/api/") || is_cheap(&request);
    if is_free || !has_credentials(&request) {
        let client = request.extensions().get::<Client>();
        let address = client.and_then(|client| client.address).filter(|_| !is_free);
        if let Some(address) = address
            && let Err(retry_after) = state.request_rates.count(Caller::at(address))
        {
            return ApiError::too_many_requests(retry_after).into_response();
        }
        request.extensions_mut().insert(Counted);
    }
    next.run(request).await
}

/// Counts a request of somebody who has logged in, or whose login is not valid.
///
/// # Errors
/// When there were too many.
pub(super) fn count(parts: &mut Parts, state: &AppState, user: Option<UserId>) -> Result<(), ApiError> {
    if parts.extensions.get::<Counted>().is_some() {
        return Ok(());
    }
    parts.extensions.insert(Counted);
    let address = parts.extensions.get::<Client>().and_then(|client| client.address);
    let Some(caller) = user.map(Caller::User).or_else(|| address.map(Caller::at)) else { return Ok(()) };
    state.request_rates.count(caller).map_err(ApiError::too_many_requests)
}

/// Monitoring, and the screenshots of a chat, of which a browser loads many at once and none twice.
fn is_cheap(request: &Request) -> bool {
    let path = request.uri().path();
    let is_monitoring =
        ["/health", "/health/live", "/health/ready", "/status"].iter().any(|end| path.ends_with(end));
    request.method() == Method::GET && (is_monitoring || path.contains("/screenshots/"))
}

fn has_credentials(request: &Request) -> bool {
    let headers = request.headers();
    [header::AUTHORIZATION.as_str(), header::COOKIE.as_str(), "x-api-key", "x-user-token"]
        .iter()
        .any(|name| headers.contains_key(*name))
}
