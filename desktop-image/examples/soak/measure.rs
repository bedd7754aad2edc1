//! What the agent has and holds, as it tells, and what runs below it, as `/proc` tells.

use std::collections::HashMap;
use std::fs;

use desktop_agent::process_usage::ProcessUsage;

/// Files, threads and memory of the agent, and what runs below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) agent: ProcessUsage,
    /// Processes below the agent.
    pub(crate) processes: usize,
    /// Those of them that have ended and were not waited for.
    pub(crate) zombies: usize,
}

impl Figures {
    /// Of an agent that uses this, and what runs below its process now.
    pub(crate) fn of(agent: ProcessUsage, pid: u32) -> anyhow::Result<Self> {
        let states = below(pid)?;
        let zombies = states.iter().filter(|state| **state == 'Z').count();
        Ok(Self { agent, processes: states.len(), zombies })
    }
}

/// The states of all processes below one.
fn below(root: u32) -> anyhow::Result<Vec<char>> {
    let mut children: HashMap<u32, Vec<(u32, char)>> = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        // It may have ended meanwhile.
        let Some((parent, state)) =
            fs::read_to_string(format!("/proc/{pid}/stat")).ok().as_deref().and_then(parent_and_state)
        else {
            continue;
        };
        children.entry(parent).or_default().push((pid, state));
    }
    let (mut found, mut open) = (Vec::new(), vec![root]);
    while let Some(pid) = open.pop() {
        for (child, state) in children.remove(&pid).unwrap_or_default() {
            open.push(child);
            found.push(state);
        }
    }
    Ok(found)
}

fn parent_and_state(stat: &str) -> Option<(u32, char)> {
    // The name before may hold anything.
    let mut fields = stat.get(stat.rfind(')')? + 2..)?.split(' ');
    let state = fields.next()?.chars().next()?;
    Some((fields.next()?.parse().ok()?, state))
}
