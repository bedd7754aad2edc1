//! The resource usage of the agent, and the number of processes below it.

use std::io;

use desktop_agent::process_usage::ProcessUsage;

use crate::support::process_tree::{ProcessStat, descendants};

/// Files, threads and memory of the agent, and the processes below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) agent: ProcessUsage,
    /// Number of processes below the agent, zombies included.
    pub(crate) processes: usize,
    pub(crate) zombies: usize,
}

impl Figures {
    /// The figures of an agent with this usage and pid.
    pub(crate) fn of(agent: ProcessUsage, pid: u32) -> io::Result<Self> {
        let processes = descendants(pid)?;
        let zombies = processes.iter().filter(|process| ProcessStat::is_zombie(process)).count();
        Ok(Self { agent, processes: processes.len(), zombies })
    }
}
