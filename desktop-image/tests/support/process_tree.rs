//! Reads processes from `/proc`.

use std::collections::HashMap;
use std::fs;
use std::io;

/// A process as `/proc/PID/stat` describes it.
#[derive(Debug, Clone)]
pub(crate) struct ProcessStat {
    pub(crate) pid: u32,
    pub(crate) name: String,
    /// A letter: `Z` is a zombie.
    pub(crate) state: char,
    pub(crate) parent: u32,
    /// CPU time of the process itself, in clock ticks.
    pub(crate) ticks: u64,
    /// Start time, in clock ticks since boot. It tells apart processes with the same pid.
    pub(crate) started: u64,
}

impl ProcessStat {
    /// `None` if the process is gone.
    pub(crate) fn read(pid: u32) -> Option<Self> {
        let line = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name may contain any character, including parentheses.
        let (head, fields) = line.rsplit_once(") ")?;
        let fields: Vec<&str> = fields.split_ascii_whitespace().collect();
        let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
        Some(Self {
            pid,
            name: head.split_once('(')?.1.to_owned(),
            state: fields.first()?.chars().next()?,
            parent: fields.get(1)?.parse().ok()?,
            ticks: number(11)? + number(12)?,
            started: number(19)?,
        })
    }

    pub(crate) fn is_zombie(&self) -> bool {
        self.state == 'Z'
    }
}

/// All descendants of a process.
pub(crate) fn descendants(root: u32) -> io::Result<Vec<ProcessStat>> {
    let mut children: HashMap<u32, Vec<ProcessStat>> = HashMap::new();
    for entry in fs::read_dir("/proc")?.flatten() {
        let pid = entry.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(process) = pid.and_then(ProcessStat::read) {
            children.entry(process.parent).or_default().push(process);
        }
    }
    let (mut found, mut open) = (Vec::new(), vec![root]);
    while let Some(parent) = open.pop() {
        let children = children.remove(&parent).unwrap_or_default();
        open.extend(children.iter().map(|child| child.pid));
        found.extend(children);
    }
    Ok(found)
}
