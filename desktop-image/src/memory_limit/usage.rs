//! Measures the memory of the desktop's programs: their own, and shared memory of every kind, which stays when no
//! program uses it.

use std::collections::HashMap;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use nix::sys::statvfs::statvfs;
use nix::unistd::{Pid, SysconfVar, sysconf};

use crate::processes;

/// How often the open files of programs are looked through for files without a name. It takes milliseconds.
const OPEN_FILES_INTERVAL: Duration = Duration::from_secs(2);
/// Bytes of the blocks that `stat` counts.
const BLOCK: u64 = 512;
/// The columns of `/proc/sysvipc/shm` with resident and swapped bytes.
const SYSV_BYTES: [usize; 2] = [14, 15];

/// Measures memory.
#[derive(Debug)]
pub(super) struct MemoryMeter {
    page: u64,
    in_memory: Vec<PathBuf>,
    nameless_files: u64,
    looked_through: Option<Instant>,
}

/// The memory of a program.
#[derive(Debug)]
pub(super) struct ProgramMemory {
    pub(super) pid: Pid,
    /// Its own, without what it shares.
    pub(super) bytes: u64,
}

/// The result of a measurement.
#[derive(Debug)]
pub(super) struct MemoryUsage {
    pub(super) total: u64,
    pub(super) programs: Vec<ProgramMemory>,
}

impl MemoryMeter {
    pub(super) fn new(in_memory: Vec<PathBuf>) -> Self {
        let page = sysconf(SysconfVar::PAGE_SIZE).ok().flatten().and_then(|page| page.try_into().ok());
        Self { page: page.unwrap_or(4096), in_memory, nameless_files: 0, looked_through: None }
    }

    /// The memory in use, or more: what processes share since a fork counts for each. Takes a millisecond.
    pub(super) fn estimate(&mut self) -> u64 {
        let pids = processes::descendants();
        if self.looked_through.is_none_or(|at| at.elapsed() >= OPEN_FILES_INTERVAL) {
            self.nameless_files = nameless_files(&pids);
            self.looked_through = Some(Instant::now());
        }
        let programs: u64 = pids.into_iter().map(|pid| self.private(pid)).sum();
        programs + self.shared()
    }

    /// The memory in use. Takes milliseconds.
    pub(super) fn measure(&mut self) -> MemoryUsage {
        let pids = processes::descendants();
        self.nameless_files = nameless_files(&pids);
        let programs: Vec<_> = pids
            .into_iter()
            .map(|pid| ProgramMemory { pid, bytes: proportional(pid).unwrap_or_else(|| self.private(pid)) })
            .collect();
        let total = programs.iter().map(|program| program.bytes).sum::<u64>() + self.shared();
        MemoryUsage { total, programs }
    }

    /// Resident memory of a process that is backed by no file; zero if it is gone.
    fn private(&self, pid: Pid) -> u64 {
        let pages = fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
        let mut fields = pages.split_ascii_whitespace().skip(1).map_while(|field| field.parse::<u64>().ok());
        let (resident, shared) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        resident.saturating_sub(shared) * self.page
    }

    /// Files in memory, with and without a name, and System V segments.
    fn shared(&self) -> u64 {
        let folders = self.in_memory.iter().filter_map(|folder| statvfs(folder).ok());
        let named: u64 =
            folders.map(|disk| (disk.blocks() - disk.blocks_free()) * disk.fragment_size()).sum();
        named + self.nameless_files + system_v()
    }
}

impl ProgramMemory {
    /// The name of the program.
    pub(super) fn name(&self) -> String {
        let name = fs::read_to_string(format!("/proc/{}/comm", self.pid)).unwrap_or_default();
        name.trim_end().chars().filter(|c| !c.is_control()).collect()
    }
}

/// Anonymous memory of a process, what it shares since a fork divided among the sharers; `None` for a process that does
/// not let itself be read, such as those of a browser's sandbox.
fn proportional(pid: Pid) -> Option<u64> {
    let map = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let kilobytes = |name: &str| {
        let line = map.lines().find_map(|line| line.strip_prefix(name))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok()
    };
    Some((kilobytes("Pss_Anon:")? + kilobytes("SwapPss:").unwrap_or_default()) << 10)
}

fn system_v() -> u64 {
    let segments = fs::read_to_string("/proc/sysvipc/shm").unwrap_or_default();
    segments.lines().skip(1).map(segment_bytes).sum()
}

fn segment_bytes(line: &str) -> u64 {
    let fields: Vec<&str> = line.split_ascii_whitespace().collect();
    SYSV_BYTES.iter().filter_map(|column| fields.get(*column)?.parse::<u64>().ok()).sum()
}

/// Files of `memfd_create`, which are in no folder.
fn nameless_files(pids: &[Pid]) -> u64 {
    let mut files = HashMap::new();
    for pid in pids {
        for open in fs::read_dir(format!("/proc/{pid}/fd")).into_iter().flatten().flatten() {
            let is_nameless = fs::read_link(open.path())
                .is_ok_and(|path| path.as_os_str().as_bytes().starts_with(b"/memfd:"));
            let metadata = is_nameless.then(|| fs::metadata(open.path()).ok()).flatten();
            files.extend(metadata.map(|file| ((file.dev(), file.ino()), file.blocks() * BLOCK)));
        }
    }
    files.values().sum()
}

#[cfg(test)]
mod tests {
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};

    use super::*;

    const MIB: u64 = 1 << 20;

    /// A Python program that waits for the end of its input, which comes when this is dropped.
    struct Waiting(Child);

    impl Waiting {
        fn start(program: &str) -> Self {
            let program = format!("import os\n{program}\nprint('ready', flush=True)\nos.read(0, 1)");
            let mut command = Command::new("python3");
            command.args(["-c", &program]).stdin(Stdio::piped()).stdout(Stdio::piped());
            let mut waiting = Self(command.spawn().unwrap());
            let mut line = String::new();
            BufReader::new(waiting.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
            assert_eq!(line, "ready\n");
            waiting
        }

        fn pid(&self) -> Pid {
            Pid::from_raw(self.0.id().cast_signed())
        }
    }

    impl Drop for Waiting {
        fn drop(&mut self) {
            drop(self.0.stdin.take());
            self.0.wait().unwrap();
        }
    }

    /// The memory that a program takes beyond that of an idle one, in MiB: its own, and files without a name.
    fn taken_by(program: &str) -> (u64, u64) {
        let mut meter = MemoryMeter::new(Vec::new());
        let (idle, busy) = (Waiting::start(""), Waiting::start(program));
        let of = |program: &Waiting| proportional(program.pid()).unwrap();
        let private = of(&busy).saturating_sub(of(&idle)) / MIB;
        assert!(meter.private(busy.pid()) >= meter.private(idle.pid()));
        assert!(meter.estimate() / MIB >= private);
        (private, nameless_files(&[idle.pid(), busy.pid()]) / MIB)
    }

    #[test]
    fn memory_of_every_kind_is_counted() {
        let (private, nameless) = taken_by("a = b'x' * (64 << 20)");
        assert!((63..=66).contains(&private) && nameless == 0, "{private} {nameless}");
        let (private, nameless) =
            taken_by("f = os.memfd_create('m'); [os.write(f, b'x' * (1 << 20)) for _ in range(64)]");
        assert!(private <= 4 && nameless == 64, "{private} {nameless}");
        let (private, _) = taken_by("a = b'x' * (64 << 20); os.fork() or os._exit(bool(os.read(0, 1)))");
        assert!((24..=66).contains(&private), "shared since the fork: {private}");
    }

    #[test]
    fn segments_are_read_from_their_table() {
        let line = "         0          3  1600    67108864  4711  4712      2  1000  1000  1000  1000 1 2 3   33554432     4096";
        assert_eq!(segment_bytes(line), (32 << 20) + 4096);
        assert_eq!(segment_bytes("nonsense"), 0);
    }
}
