//! Measures a long run on a real desktop, with the fake of the Messages API. `make bench-run` builds what it needs.
//!
//! `cargo run --release -p ai-model --features fake --example long_run -- 300`

mod measure;

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use measure::{Programs, Report};

/// Measures a long scripted run: request sizes, cached share, peak memory of the model service.
#[derive(Debug, Parser)]
struct Arguments {
    /// Turns of the model
    #[arg(default_value_t = 300)]
    steps: usize,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Arguments { steps } = Arguments::parse();
    let programs = std::env::current_exe()?;
    let folder = programs.ancestors().nth(2).context("the folder of the programs")?;
    let program = |name: &str| -> PathBuf { folder.join(name) };
    let programs = Programs {
        fake: program("messages-api-fake"),
        service: program("model-service"),
        agent: program("desktop-agent"),
    };
    let report = measure::run(&programs, steps).await?;
    tell(&report)?;
    ensure!(report.end.code == "end_turn", "the run ended with {:?}", report.end);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn tell(report: &Report) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
    writeln!(out, "request  pictures  MiB sent  input tokens  read  transcript MiB  service peak MiB")?;
    let every = (report.requests.len() / 12).max(1);
    for (index, (request, moment)) in report.requests.iter().zip(&report.moments).enumerate() {
        if index % every != 0 && index + 1 != report.requests.len() {
            continue;
        }
        let usage = request.usage;
        let read = usage.cache_read_input_tokens as f64 / usage.total().max(1) as f64;
        writeln!(
            out,
            "{:7}  {:8}  {:8.2}  {:12}  {:3.0} %  {:14.1}  {:16.1}",
            index + 1,
            request.images,
            mib(request.bytes),
            usage.total(),
            read * 100.0,
            mib(moment.transcript),
            mib(moment.peak_memory),
        )?;
    }
    let largest = report.requests.iter().map(|request| request.bytes).max().unwrap_or(0);
    let sent: usize = report.requests.iter().map(|request| request.bytes).sum();
    let dropped = report.requests.iter().filter(|request| request.dropped_thinking > 0).count();
    let summed_up = report.requests.iter().filter(|request| request.compacted).count();
    writeln!(out, "largest request {:.1} MiB; all {:.0} MiB", mib(largest), mib(sent))?;
    writeln!(out, "cached share {:.1} %", report.cached_share * 100.0)?;
    writeln!(out, "summed up {summed_up} times; {dropped} requests with thinking dropped")?;
    writeln!(out, "model service: {:.1} MiB before the run", mib(report.idle_memory))?;
    Ok(())
}
