//! What the agent's own process uses. Its memory is closed to others, and with it what `/proc` tells them, so it tells
//! this itself.

use std::io;

use serde::{Deserialize, Serialize};

/// Files, threads and memory of the agent, without the programs of the desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessUsage {
    /// Open file descriptors.
    pub files: usize,
    /// Threads.
    pub threads: usize,
    /// Memory in RAM, in kilobytes.
    pub resident_kb: u64,
    /// The part of it that is no file's, and so no other process's, in kilobytes.
    pub anonymous_kb: u64,
    /// Memory in RAM with what is shared divided among those who share it, in kilobytes.
    pub proportional_kb: u64,
}

impl ProcessUsage {
    /// As it is now. It takes some milliseconds.
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
