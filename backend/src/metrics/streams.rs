//! The connections that stay open: WebSockets and event streams.

use std::sync::Arc;

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

/// A kind of connection that stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StreamKind {
    /// The WebSocket of a browser's tab.
    Socket,
    /// The WebSocket of a live view.
    LiveView,
    /// Server-sent events.
    Events,
}

impl StreamKind {
    fn label(self) -> Kind {
        Kind {
            kind: match self {
                Self::Socket => "socket",
                Self::LiveView => "live_view",
                Self::Events => "sse",
            },
        }
    }
}

/// The connections that stay open. Cheap to clone; clones share the counts.
#[derive(Debug, Clone)]
pub struct StreamMetrics(Arc<Families>);

#[derive(Debug, Default)]
struct Families {
    web_sockets: Family<Kind, Counter>,
    event_streams: Counter,
    open: Family<Kind, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Kind {
    kind: &'static str,
}

/// An open connection. Dropping it counts it as closed.
#[derive(Debug)]
pub struct OpenStream {
    metrics: StreamMetrics,
    kind: Kind,
}

impl StreamMetrics {
    pub(super) fn register(registry: &mut Registry) -> Self {
        let metrics = Families::default();
        registry.register("ws_connections", "WebSockets opened", metrics.web_sockets.clone());
        registry.register(
            "sse_connections",
            "Streams of server-sent events opened",
            metrics.event_streams.clone(),
        );
        registry.register("open_streams", "WebSockets and event streams open now", metrics.open.clone());
        for kind in [StreamKind::Socket, StreamKind::LiveView] {
            let _from_zero = metrics.web_sockets.get_or_create(&kind.label());
        }
        for kind in [StreamKind::Socket, StreamKind::LiveView, StreamKind::Events] {
            let _from_zero = metrics.open.get_or_create(&kind.label());
        }
        Self(Arc::new(metrics))
    }

    /// Counts a connection, until what this returns is dropped.
    #[must_use]
    pub fn open(&self, kind: StreamKind) -> OpenStream {
        let label = kind.label();
        match kind {
            StreamKind::Events => self.0.event_streams.inc(),
            StreamKind::Socket | StreamKind::LiveView => self.0.web_sockets.get_or_create(&label).inc(),
        };
        self.0.open.get_or_create(&label).inc();
        OpenStream { metrics: self.clone(), kind: label }
    }
}

impl Drop for OpenStream {
    fn drop(&mut self) {
        self.metrics.0.open.get_or_create(&self.kind).dec();
    }
}
