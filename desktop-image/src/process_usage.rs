//! Resource usage of the agent itself. The agent is not dumpable, so other processes can't read its `/proc` entries,
//! and it reports its usage itself.

use std::io;

use serde::{Deserialize, Serialize};

/// Files, threads and memory of the agent, without the desktop's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessUsage {
    /// Open file descriptors.
    pub files: usize,
    /// Threads.
    pub threads: usize,
    /// Resident memory in kilobytes.
    pub resident_kb: u64,
    /// Anonymous resident memory in kilobytes.
    pub anonymous_kb: u64,
    /// Proportional set size in kilobytes: shared memory is divided among the processes that share it.
    pub proportional_kb: u64,
}

impl ProcessUsage {
    /// The current usage. Takes some milliseconds.
    pub fn now() -> io::Result<Self> {
        let entries = |folder: &str| Ok::<_, io::Error>(std::fs::read_dir(folder)?.count());
        let memory = std::fs::read_to_string("/proc/self/smaps_rollup")?;
        let kilobytes = |name: &str| {
            let line = memory.lines().find_map(|line| line.strip_prefix(name));
            let figure = line.and_then(|line| line.trim().trim_end_matches(" kB").parse().ok());
            figure.ok_or_else(|| io::Error::other(format!("no {name} in /proc/self/smaps_rollup")))
        };
        Ok(Self {
            files: entries("/proc/self/fd")?,
            threads: entries("/proc/self/task")?,
            resident_kb: kilobytes("Rss:")?,
            anonymous_kb: kilobytes("Anonymous:")?,
            proportional_kb: kilobytes("Pss:")?,
        })
    }
}
