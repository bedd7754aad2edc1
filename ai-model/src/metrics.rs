//! What this service counts. Each service has metrics of its own, so that tests in one process do not share them.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};
use telemetry::exposition::{Exposition, long_wait};
use telemetry::http::HttpMetrics;
use telemetry::{process, redactions};

/// What the names of all metrics begin with. They are not those of the backend: nothing is counted twice in a sum.
const PREFIX: &str = "deskhand_ai_model";
/// What vendors that do not answer answer.
const UNREACHABLE: &str = "unreachable";

/// What this service counts. Clones share the counts.
#[derive(Debug, Clone)]
pub struct Metrics {
    /// The requests.
    pub http: HttpMetrics,
    /// The requests to vendors.
    pub vendors: VendorMetrics,
    runs: Gauge,
    registry: Arc<Registry>,
}

/// The requests to vendors. Clones share the counts.
#[derive(Debug, Clone)]
pub struct VendorMetrics {
    requests: Family<Answered, Counter>,
    durations: Family<Asked, Histogram, fn() -> Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    vendor: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    vendor: &'static str,
    answer: &'static str,
}

/// A run that is worked on. Dropping it counts it as ended.
#[derive(Debug)]
pub(crate) struct RunAtWork(Gauge);

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix(PREFIX);
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))].to_vec());
        registry.register("build", "The program", version);
        let (vendors, runs) = (VendorMetrics::default(), Gauge::default());
        registry.register("vendor_requests", "Requests to vendors, each attempt", vendors.requests.clone());
        let help = "How long vendors took until the head of the answer";
        registry.register_with_unit("vendor_answer", help, Unit::Seconds, vendors.durations.clone());
        registry.register("runs_at_work", "Runs that are worked on", runs.clone());
        Self { http: HttpMetrics::register(&mut registry), vendors, runs, registry: Arc::new(registry) }
    }
}

impl Metrics {
    /// Counts a run, until what this returns is dropped.
    pub(crate) fn run(&self) -> RunAtWork {
        self.runs.inc();
        RunAtWork(self.runs.clone())
    }

    /// All metrics as text.
    #[must_use]
    pub fn exposition(&self) -> Exposition {
        let mut process = Registry::default();
        process::register(&mut process);
        let mut now = Registry::with_prefix(PREFIX);
        redactions::register(&mut now);
        Exposition::of(&[&self.registry, &now, &process])
    }
}

impl Default for VendorMetrics {
    fn default() -> Self {
        Self { requests: Family::default(), durations: Family::new_with_constructor(long_wait) }
    }
}

impl VendorMetrics {
    /// Counts an answer to a request; `class` is that of its status.
    pub(crate) fn answered(&self, vendor: &'static str, class: &'static str, took: Duration) {
        self.durations.get_or_create(&Asked { vendor }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Answered { vendor, answer: class }).inc();
    }

    /// Counts a request that was not answered.
    pub(crate) fn unreachable(&self, vendor: &'static str) {
        self.requests.get_or_create(&Answered { vendor, answer: UNREACHABLE }).inc();
    }
}

impl Drop for RunAtWork {
    fn drop(&mut self) {
        self.0.dec();
    }
}
