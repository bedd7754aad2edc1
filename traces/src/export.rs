//! Where spans go. They wait in bounded queues, one for each destination, and are lost when those are full: neither a slow
//! collector nor a slow disk holds up the work.

use std::path::PathBuf;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_otlp::{ExporterBuildError, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tokio::runtime::Handle;
use tokio_util::task::TaskTracker;

use crate::collector::Client;
use crate::file::FileExporter;
use crate::reported::Reported;
use crate::span::Tracer;

/// The name of the agents in desktops.
const AGENTS: &str = "deskhand-agent";
/// The name of what makes the spans.
const SCOPE: &str = "deskhand";
/// The variables with the address of a collector.
const ENDPOINT_VARIABLES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// The variables with what is sent along, which may be a key: `name=value,name=value`.
const HEADERS_VARIABLES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "OTEL_EXPORTER_OTLP_HEADERS"];
/// The variables with the time that a request to it may take, in milliseconds.
const TIMEOUT_VARIABLES: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", "OTEL_EXPORTER_OTLP_TIMEOUT"];
/// The time that a request to it may take as a rule.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// The variable with the name of the service.
const NAME_VARIABLE: &str = "OTEL_SERVICE_NAME";
/// How long the last spans may take once the program stops.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Where spans go; nowhere by default.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// To the collector that OpenTelemetry's variables name.
    pub collector: bool,
    /// To a file.
    pub file: Option<FileSettings>,
}

/// A file for spans.
#[derive(Debug, Clone)]
pub struct FileSettings {
    /// The file.
    pub path: PathBuf,
    /// How long it gets in bytes, before it replaces the one before it.
    pub limit: u64,
}

/// Why spans can't be exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The client can't be set up.
    #[error("could not set up the client for the collector of traces")]
    Client(#[from] reqwest::Error),
    /// The variables can't be used.
    #[error("the settings OTEL_EXPORTER_OTLP_... can't be used: {0}")]
    Settings(#[from] ExporterBuildError),
}

/// Exports the spans of this process's services.
#[derive(Debug)]
pub struct Export {
    settings: Settings,
    agents: Option<SdkTracerProvider>,
    providers: Vec<SdkTracerProvider>,
}

impl Settings {
    /// Whether OpenTelemetry's variables name a collector.
    #[must_use]
    pub fn is_collector_named() -> bool {
        ENDPOINT_VARIABLES.iter().any(|name| variable(name).is_some())
    }

    /// The values of the headers that OpenTelemetry's variables name. They may be keys.
    #[must_use]
    pub fn header_values() -> Vec<String> {
        let headers =
            HEADERS_VARIABLES.iter().filter_map(|name| variable(name)).collect::<Vec<_>>().join(",");
        headers.split(',').filter_map(|header| Some(header.split_once('=')?.1.trim().to_owned())).collect()
    }

    fn is_off(&self) -> bool {
        !self.collector && self.file.is_none()
    }
}

impl Export {
    /// Exports to what the settings name. Call it on the runtime.
    ///
    /// # Errors
    /// When the settings can't be used.
    pub fn new(settings: Settings) -> Result<Self, ExportError> {
        let mut export = Self { settings, agents: None, providers: Vec::new() };
        if !export.settings.is_off() {
            export.agents = Some(export.provider(AGENTS.to_owned())?);
        }
        Ok(export)
    }

    /// What makes the spans of a service. `OTEL_SERVICE_NAME` names the first one, which is the program's main one.
    ///
    /// # Errors
    /// When the settings can't be used.
    pub fn tracer(&mut self, service: &'static str) -> Result<Tracer, ExportError> {
        let Some(agents) = self.agents.clone() else { return Ok(Tracer::default()) };
        let chosen = variable(NAME_VARIABLE).filter(|_| self.providers.len() == 1);
        let provider = self.provider(chosen.unwrap_or_else(|| service.to_owned()))?;
        Ok(Tracer::new(provider.tracer(SCOPE), agents.tracer(SCOPE)))
    }

    /// Sends the last spans, for two seconds at most.
    pub async fn shut_down(self) {
        let flushes = TaskTracker::new();
        for provider in self.providers {
            flushes.spawn_blocking(move || {
                if let Err(error) = provider.shutdown_with_timeout(FLUSH_TIMEOUT) {
                    tracing::warn!(%error, "the last spans may be lost");
                }
            });
        }
        flushes.close();
        // A second thread of a provider begins after the first one's time.
        let _ = tokio::time::timeout(FLUSH_TIMEOUT + FLUSH_TIMEOUT / 4, flushes.wait()).await;
    }

    fn provider(&mut self, service: String) -> Result<SdkTracerProvider, ExportError> {
        let resource = Resource::builder()
            .with_service_name(service)
            .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
            .build();
        // The sampler and the sizes of the queues are OpenTelemetry's variables.
        let mut builder = SdkTracerProvider::builder().with_resource(resource);
        if let Some(FileSettings { path, limit }) = &self.settings.file {
            let exporter = FileExporter::new(path.clone(), *limit);
            builder = builder.with_batch_exporter(Reported::new(exporter, "file"));
        }
        if self.settings.collector {
            let exporter = opentelemetry_otlp::SpanExporter::builder()
                .with_http()
                .with_http_client(Client::new(timeout(), Handle::current())?)
                .build()?;
            builder = builder.with_batch_exporter(Reported::new(exporter, "collector"));
        }
        let provider = builder.build();
        self.providers.push(provider.clone());
        Ok(provider)
    }
}

fn timeout() -> Duration {
    let told = TIMEOUT_VARIABLES.iter().find_map(|name| variable(name)?.parse().ok());
    told.map_or(DEFAULT_TIMEOUT, Duration::from_millis)
}

/// A variable of the environment that is not empty.
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
