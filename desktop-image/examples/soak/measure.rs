//! What a process has and holds, as `/proc` tells.

use std::collections::HashMap;
use std::fs;

use anyhow::Context as _;

/// Files, threads and memory of the agent, and what runs below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Figures {
    pub(crate) files: usize,
    pub(crate) threads: usize,
    /// Kilobytes.
    pub(crate) resident: u64,
    /// Kilobytes of its own, as against those of programs and libraries, which agents share.
    pub(crate) anonymous: u64,
    /// Kilobytes, what is shared counted in proportion; it depends on how many agents run.
    pub(crate) proportional: u64,
    /// Processes below the agent.
    pub(crate) processes: usize,
    /// Those of them that have ended and were not waited for.
    pub(crate) zombies: usize,
}

/// The figures of a process as they are now.
pub(crate) fn figures(pid: u32) -> anyhow::Result<Figures> {
    let entries =
        |folder: &str| Ok::<_, std::io::Error>(fs::read_dir(format!("/proc/{pid}/{folder}"))?.count());
    let memory = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let kilobytes = |name: &str| {
        let line = memory.lines().find_map(|line| line.strip_prefix(name)).context("no such figure")?;
        Ok::<u64, anyhow::Error>(line.trim().trim_end_matches(" kB").parse()?)
    };
    let states = below(pid)?;
    Ok(Figures {
        files: entries("fd")?,
        threads: entries("task")?,
        resident: kilobytes("Rss:")?,
        anonymous: kilobytes("Anonymous:")?,
        proportional: kilobytes("Pss:")?,
        processes: states.len(),
        zombies: states.iter().filter(|state| **state == 'Z').count(),
    })
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
