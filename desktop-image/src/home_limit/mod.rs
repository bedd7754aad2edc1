//! Keeps the home folder to a size. Few machines have disks with quotas, so the agent looks how large it is, and ends the
//! desktop when it has outgrown its limit. One that is over the limit already may be tidied up, and not grow.

#![expect(unsafe_code, reason = "a signal can only be ignored so")]

mod allowance;
mod usage;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::statvfs::statvfs;
use tokio::sync::oneshot;

use self::allowance::Allowance;
use self::usage::DiskUsage;

/// How often the free space is read. It takes microseconds.
const DISK_POLL_INTERVAL: Duration = Duration::from_secs(1);
/// How often the folder is scanned after small changes of the free space.
const SCAN_INTERVAL: Duration = Duration::from_secs(10);
/// Least pause between scans, as a multiple of the last scan's duration: after small changes, after large ones.
const MIN_PAUSE: (u32, u32) = (200, 20);
/// A change is large from this fraction of the limit (1/64).
const LARGE_CHANGE: u64 = 64;
/// Bytes for each file that there may be: what ext4 reckons with when it makes a disk.
const BYTES_PER_FILE: u64 = 16 << 10;

/// What a home folder may take of its disk.
#[derive(Debug, Clone)]
pub struct HomeLimit {
    home: PathBuf,
    limit: DiskUsage,
}

/// Why a desktop was ended: its home folder has outgrown its limit.
#[derive(Debug, thiserror::Error)]
#[error("the home folder has grown to {} MB in {files} files; it may have {} MB", .bytes >> 20, .limit >> 20)]
pub struct HomeOutgrown {
    /// Bytes that it takes.
    pub bytes: u64,
    /// How many files it has.
    pub files: u64,
    /// Bytes that it may take.
    pub limit: u64,
}

impl HomeLimit {
    /// Limits a home folder, and by the kernel each file that this process and its children write.
    pub fn new(home: &Path, bytes: u64) -> io::Result<Self> {
        // SAFETY: no handler is installed, and none is replaced that anything relies on.
        // Ignored here and in whatever is started from here: writing fails then, and does not end who writes.
        unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) }?;
        setrlimit(Resource::RLIMIT_FSIZE, bytes, bytes)?;
        Ok(Self { home: home.to_owned(), limit: DiskUsage { bytes, files: bytes / BYTES_PER_FILE } })
    }

    /// Watches from a thread of its own, so that it goes on when the desktop's programs leave none to be had. It answers
    /// when the folder has outgrown its limit, and lives as long as the process.
    pub fn watch(self) -> io::Result<oneshot::Receiver<HomeOutgrown>> {
        let (sender, outgrown) = oneshot::channel();
        std::thread::Builder::new().name("home-limit".into()).spawn(move || {
            let DiskUsage { bytes, files } = self.outgrown();
            // Nobody listens when the desktop ends anyway.
            let _ = sender.send(HomeOutgrown { bytes, files, limit: self.limit.bytes });
        })?;
        Ok(outgrown)
    }

    /// What the folder has grown to, once it is too much.
    #[expect(clippy::disallowed_methods, reason = "a disk tells nobody that it fills")]
    fn outgrown(&self) -> DiskUsage {
        let mut allowance = None;
        let mut last_scan = None;
        loop {
            if last_scan.as_ref().is_none_or(|last_scan| self.is_due(last_scan)) {
                let scan = self.scan();
                let allowance = allowance.get_or_insert_with(|| Allowance::new(self.limit, scan.found));
                if !allowance.keeps(scan.found) {
                    return scan.found;
                }
                last_scan = Some(scan);
            }
            std::thread::sleep(DISK_POLL_INTERVAL);
        }
    }

    fn scan(&self) -> Scan {
        let started = Instant::now();
        // Read first: what is written meanwhile is found by the next scan.
        let free = free(&self.home);
        let found = usage::below(&self.home);
        Scan { free, found, at: Instant::now(), took: started.elapsed() }
    }

    /// Whether the folder may have grown so much that it is worth looking. What it has taken the disk has lost, though
    /// others may have given the disk something back meanwhile.
    fn is_due(&self, last: &Scan) -> bool {
        let free = free(&self.home);
        let shrunk = last.free.bytes.saturating_sub(free.bytes) >= self.limit.bytes / LARGE_CHANGE
            || last.free.files.saturating_sub(free.files) >= self.limit.files / LARGE_CHANGE;
        let rested = last.at.elapsed();
        if shrunk {
            rested >= last.took * MIN_PAUSE.1
        } else {
            free != last.free && rested >= SCAN_INTERVAL.max(last.took * MIN_PAUSE.0)
        }
    }
}

/// A scan of the folder.
struct Scan {
    /// What its disk had left.
    free: DiskUsage,
    found: DiskUsage,
    at: Instant,
    took: Duration,
}

/// The free space of a folder's disk; zero when it can't be read, which leads to a scan.
fn free(folder: &Path) -> DiskUsage {
    let free = statvfs(folder)
        .map(|disk| DiskUsage { bytes: disk.blocks_free() * disk.fragment_size(), files: disk.files_free() });
    free.unwrap_or_default()
}
