//! The starts of desktops.

use std::sync::Arc;
use std::time::Duration;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};
use telemetry::exposition::long_wait;

/// The starts of desktops. Cheap to clone; clones share the counts.
#[derive(Debug, Clone)]
pub struct DesktopMetrics(Arc<Families>);

#[derive(Debug)]
struct Families {
    provider: &'static str,
    starts: Family<Start, Counter>,
    durations: Family<Start, Histogram, fn() -> Histogram>,
}

/// How the start of a desktop ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartOutcome {
    /// It was started.
    Started,
    /// One of the pool was taken, which ran already.
    Pooled,
    /// It could not be started.
    Failed,
}

impl StartOutcome {
    const ALL: [Self; 3] = [Self::Started, Self::Pooled, Self::Failed];

    fn label(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Pooled => "pooled",
            Self::Failed => "failed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Start {
    provider: &'static str,
    outcome: &'static str,
}

impl DesktopMetrics {
    pub(super) fn register(registry: &mut Registry, provider: &'static str) -> Self {
        let metrics = Families {
            provider,
            starts: Family::default(),
            durations: Family::new_with_constructor(long_wait),
        };
        registry.register("desktop_starts", "Starts of desktops for chats", metrics.starts.clone());
        let help = "How long a chat waited for its desktop";
        registry.register_with_unit("desktop_start", help, Unit::Seconds, metrics.durations.clone());
        for outcome in StartOutcome::ALL {
            let _from_zero = metrics.starts.get_or_create(&metrics.label(outcome));
        }
        Self(Arc::new(metrics))
    }

    /// Counts the start of a chat's desktop.
    pub fn started(&self, outcome: StartOutcome, took: Duration) {
        let start = self.0.label(outcome);
        self.0.durations.get_or_create(&start).observe(took.as_secs_f64());
        self.0.starts.get_or_create(&start).inc();
    }
}

impl Families {
    fn label(&self, outcome: StartOutcome) -> Start {
        Start { provider: self.provider, outcome: outcome.label() }
    }
}
