//! How many secrets this process has removed from what it says.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::registry::Registry;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// Adds what was removed until now to a registry.
pub fn register(registry: &mut Registry) {
    let removed = Family::<Kind, Counter>::default();
    for (kind, count) in redact::process().counts().all() {
        removed.get_or_create(&Kind { kind }).inc_by(count);
    }
    registry.register("redactions", "Secrets removed from the log", removed);
}
