//! Draws one trace of a file of spans.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use traces::tree::{Trace, Traces};

/// Draw a trace from a file of DESKHAND_TRACES_FILE as a tree: that of the last run, unless another one is named
#[derive(clap::Args)]
pub(crate) struct TraceCommand {
    /// The file; `-` reads standard input
    file: PathBuf,
    /// The trace of this run
    #[arg(long, value_name = "ID")]
    run: Option<String>,
    /// The trace with this id
    #[arg(long, value_name = "ID", conflicts_with = "run")]
    trace: Option<String>,
}

impl TraceCommand {
    /// Draws it on standard output.
    pub(crate) fn run(&self) -> anyhow::Result<()> {
        let text = read(&self.file)?;
        let traces = Traces::read(&text).map_err(|(line, error)| {
            anyhow::anyhow!("line {line} of {} is no OTLP in JSON: {error}", self.file.display())
        })?;
        std::io::stdout().write_all(self.choose(&traces)?.draw().as_bytes())?;
        Ok(())
    }

    fn choose<'a>(&self, traces: &'a Traces) -> anyhow::Result<&'a Trace> {
        let file = self.file.display();
        match (&self.run, &self.trace) {
            (Some(run), _) => traces.of_run(run).with_context(|| {
                format!(
                    "{file} has no trace of the run {run}; spans are written a few seconds after they end"
                )
            }),
            (None, Some(trace)) => {
                traces.with_id(trace).with_context(|| format!("{file} has no trace {trace}"))
            }
            (None, None) => traces.of_last_run().with_context(|| {
                format!(
                    "{file} has no trace of a run; name one of the others with --trace, such as {}",
                    some_id(traces)
                )
            }),
        }
    }
}

fn some_id(traces: &Traces) -> String {
    traces.all().next().map_or_else(|| "(it has none)".to_owned(), Trace::id)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("reading standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}
