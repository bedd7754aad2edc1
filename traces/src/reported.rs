//! Says in the log when spans begin to be lost on their way, and when they arrive again: once each.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

/// An exporter whose failures are logged once.
#[derive(Debug)]
pub(crate) struct Reported<E> {
    exporter: E,
    /// Where it sends spans.
    destination: &'static str,
    is_failing: AtomicBool,
}

impl<E> Reported<E> {
    pub(crate) fn new(exporter: E, destination: &'static str) -> Self {
        Self { exporter, destination, is_failing: AtomicBool::new(false) }
    }
}

impl<E: SpanExporter> SpanExporter for Reported<E> {
    /// Never fails: the processor would log each batch.
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        match self.exporter.export(batch).await {
            Ok(()) => {
                if self.is_failing.swap(false, Ordering::Relaxed) {
                    tracing::info!(destination = self.destination, "traces arrive again");
                }
            }
            Err(error) => {
                if self.is_failing.swap(true, Ordering::Relaxed) {
                    tracing::debug!(destination = self.destination, %error, spans, "spans were lost");
                } else {
                    tracing::warn!(destination = self.destination, %error, spans, "traces do not arrive; spans are lost until they do");
                }
            }
        }
        Ok(())
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
