//! Metrics as text, in the format of OpenMetrics 1.0, which Prometheus reads.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// The media type of the text.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Metrics as text.
#[derive(Debug)]
pub struct Exposition(String);

impl Exposition {
    /// Writes all metrics of some registries, whose names have to differ.
    #[must_use]
    pub fn of(registries: &[&Registry]) -> Self {
        let mut text = String::new();
        let written = registries.iter().try_for_each(|registry| encode_registry(&mut text, registry));
        // Writing to a string does not fail.
        let _ = written.and_then(|()| encode_eof(&mut text));
        Self(text)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl IntoResponse for Exposition {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, CONTENT_TYPE)], self.0).into_response()
    }
}

/// A histogram of waits in seconds, from what nobody notices to minutes.
#[must_use]
pub fn long_wait() -> Histogram {
    Histogram::new([0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0, 180.0])
}

/// A histogram of the times that requests take, in seconds.
#[must_use]
pub fn short_wait() -> Histogram {
    Histogram::new([0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0])
}
