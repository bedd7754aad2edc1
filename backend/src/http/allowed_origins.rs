//! Lets pages of the origins that the settings name use the API from a browser.

use std::sync::Arc;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::CorsLayer;

use crate::config::origins::AllowedOrigin;

/// The methods of the API.
const METHODS: [Method; 6] =
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE];
/// What requests may have besides what browsers always send.
const REQUEST_HEADERS: [HeaderName; 11] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::RANGE,
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("prefer"),
    HeaderName::from_static("x-api-key"),
    HeaderName::from_static("x-request-id"),
    HeaderName::from_static("x-user-token"),
];
/// What pages may read of responses besides what they always may.
const RESPONSE_HEADERS: [HeaderName; 8] = [
    header::ACCEPT_RANGES,
    header::CONTENT_DISPOSITION,
    header::CONTENT_RANGE,
    header::ETAG,
    header::LINK,
    header::RETRY_AFTER,
    HeaderName::from_static("preference-applied"),
    HeaderName::from_static("x-request-id"),
];

/// The origins whose pages may use the API. Cheap to clone.
#[derive(Debug, Clone)]
pub struct AllowedOrigins(pub Arc<[AllowedOrigin]>);

impl AllowedOrigins {
    /// Whether pages with this `Origin` may use the API.
    #[must_use]
    pub fn contains(&self, origin: &HeaderValue) -> bool {
        self.0.iter().any(|allowed| allowed.as_str() == origin)
    }

    /// The layer that tells browsers so; `None` if no other origin is allowed.
    #[must_use]
    pub fn cors(&self) -> Option<CorsLayer> {
        let origins: Vec<HeaderValue> =
            self.0.iter().filter_map(|origin| origin.as_str().parse().ok()).collect();
        let layer = CorsLayer::new()
            .allow_credentials(true)
            .allow_methods(METHODS)
            .allow_headers(REQUEST_HEADERS)
            .expose_headers(RESPONSE_HEADERS);
        (!origins.is_empty()).then(|| layer.allow_origin(origins))
    }
}
