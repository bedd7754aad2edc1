//! Memory and CPU time of processes.

use std::fs;

use anyhow::Context as _;

use crate::support::process_tree::{ProcessStat, descendants};

/// Clock ticks per second in `/proc`.
const TICKS: f64 = 100.0;

/// A process and all its descendants.
pub(crate) fn tree(root: u32) -> anyhow::Result<Vec<u32>> {
    let descendants = descendants(root)?;
    Ok(std::iter::once(root).chain(descendants.iter().map(|process| process.pid)).collect())
}

/// Total proportional set size of processes in MiB. One that can't be read is an error, since the sum would be too
/// small.
pub(crate) fn memory_mib(pids: &[u32]) -> anyhow::Result<f64> {
    let pss = |pid: &u32| {
        let path = format!("/proc/{pid}/smaps_rollup");
        let rollup = fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"));
        let figure = line.with_context(|| format!("no Pss in {path}"))?;
        Ok(figure.trim().trim_end_matches(" kB").parse::<f64>()?)
    };
    let sizes: anyhow::Result<Vec<f64>> = pids.iter().map(pss).collect();
    Ok(sizes?.iter().sum::<f64>() / 1024.0)
}

/// Total CPU time of processes in seconds.
pub(crate) fn cpu_seconds(pids: &[u32]) -> f64 {
    let ticks =
        pids.iter().filter_map(|pid| ProcessStat::read(*pid)).map(|process| process.ticks).sum::<u64>();
    ticks as f64 / TICKS
}
