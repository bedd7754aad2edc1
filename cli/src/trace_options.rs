//! Where the spans of traces go.

use std::path::PathBuf;

use redact::Lifetime;
use traces::{Export, FileSettings, Settings};

/// Where the spans of traces go: to a collector, which OpenTelemetry's own variables name, and to a file.
#[derive(clap::Args)]
pub(crate) struct TraceOptions {
    /// Write traces to this file, as JSON lines of OTLP; `deskhand trace` draws one of them
    #[arg(long, env = "DESKHAND_TRACES_FILE")]
    traces_file: Option<PathBuf>,
    /// Megabytes of traces after which the file is renamed, with `.1` at its end, and begun anew
    #[arg(long, env = "DESKHAND_TRACES_FILE_MB", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    traces_file_mb: u64,
}

impl TraceOptions {
    /// Exports to what the settings name.
    pub(crate) fn export(&self) -> anyhow::Result<Export> {
        for secret in Settings::header_values() {
            redact::process().learn(&secret, Lifetime::Program);
        }
        let path = self.traces_file.clone().filter(|path| !path.as_os_str().is_empty());
        let file = path.map(|path| FileSettings { path, limit: self.traces_file_mb << 20 });
        Ok(Export::new(Settings { collector: Settings::is_collector_named(), file })?)
    }
}
