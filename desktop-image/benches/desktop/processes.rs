//! What processes cost, as the kernel counts it.

use std::collections::HashMap;
use std::fs;

use anyhow::Context as _;

/// Ticks of processor time in a second, as `/proc` counts them.
const TICKS: f64 = 100.0;

/// A process and all that come from it.
pub(crate) fn tree(root: u32) -> anyhow::Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        if let Some(parent) = stat(pid).and_then(|fields| fields.get(1)?.parse().ok()) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut at = 0;
    while let Some(pid) = found.get(at).copied() {
        found.extend(children.remove(&pid).unwrap_or_default());
        at += 1;
    }
    Ok(found)
}

/// The fields of `/proc/PID/stat` after the name: state, parent, ...
fn stat(pid: u32) -> Option<Vec<String>> {
    let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    Some(line.rsplit_once(") ")?.1.split(' ').map(str::to_owned).collect())
}

/// Proportional set size of some processes, in MiB. One that can't be read is an error, for without it the sum would be
/// too small and nobody would know.
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

/// Seconds of processor time that some processes have used.
pub(crate) fn cpu_seconds(pids: &[u32]) -> f64 {
    let used = |pid: &u32| {
        let fields = stat(*pid)?;
        Some(fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?)
    };
    pids.iter().filter_map(used).sum::<f64>() / TICKS
}
