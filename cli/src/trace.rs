//! Draws one trace of files of spans.

use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use traces::tree::{Trace, Traces};

/// Draw a trace from files of DESKHAND_TRACES_FILE as a tree: that of the last run, unless another one is named
#[derive(clap::Args)]
pub(crate) struct TraceCommand {
    /// The files, such as those of each service; `-` reads standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
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
        let mut traces = Traces::default();
        for file in &self.files {
            let read = Traces::read(&read(file)?).map_err(|(line, error)| {
                anyhow::anyhow!("line {line} of {} is no OTLP in JSON: {error}", file.display())
            })?;
            traces.extend(read);
        }
        std::io::stdout().write_all(self.choose(&traces)?.draw().as_bytes())?;
        Ok(())
    }

    fn choose<'a>(&self, traces: &'a Traces) -> anyhow::Result<&'a Trace> {
        let names: Vec<String> = self.files.iter().map(|file| file.display().to_string()).collect();
        let (file, have) = (names.join(" and "), if names.len() == 1 { "has" } else { "have" });
        match (&self.run, &self.trace) {
            (Some(run), _) => traces.of_run(run).with_context(|| {
                format!(
                    "{file} {have} no trace of the run {run}; spans are written a few seconds after they end"
                )
            }),
            (None, Some(trace)) => {
                traces.with_id(trace).with_context(|| format!("{file} {have} no trace {trace}"))
            }
            (None, None) => traces.of_last_run().with_context(|| {
                format!(
                    "{file} {have} no trace of a run; name one of the others with --trace, such as {}",
                    some_id(traces)
                )
            }),
        }
    }
}

fn some_id(traces: &Traces) -> String {
    traces.all().next().map_or_else(|| "(there are none)".to_owned(), Trace::id)
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("reading standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}
