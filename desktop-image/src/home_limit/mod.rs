//! Limits the size of the home folder. Few machines have disk quotas, so the agent measures the folder and ends the
//! desktop when it exceeds its limit. A folder that already exceeds it at the start may shrink but not grow.

#![expect(unsafe_code, reason = "ignoring a signal is unsafe in nix")]

mod allowance;
mod usage;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{SigHandler, Signal, signal};
use nix::sys::statvfs::statvfs;
use tokio::sync::oneshot;

use self::allowance::Allowance;
use self::usage::DiskUsage;

/// How often the free space is read, which takes microseconds.
const DISK_POLL_INTERVAL: Duration = Duration::from_secs(1);
/// Least time between scans after small changes of the free space.
const SCAN_INTERVAL: Duration = Duration::from_secs(10);
/// Least pause between scans as a multiple of the last scan's duration, after small and after large changes.
const MIN_PAUSE: (u32, u32) = (200, 20);
/// A change is large from 1/64 of the limit on.
const LARGE_CHANGE: u64 = 64;
/// Bytes of the limit per allowed file: the default ratio of ext4.
const BYTES_PER_FILE: u64 = 16 << 10;

/// The limit on the disk usage of a home folder.
#[derive(Debug, Clone)]
pub struct HomeLimit {
    home: PathBuf,
    limit: DiskUsage,
    size: HomeSize,
}

/// The disk usage of a home folder when it was last measured.
#[derive(Debug, Clone, Default)]
pub struct HomeSize(Arc<OnceLock<AtomicU64>>);

impl HomeSize {
    /// In bytes; `None` if it was never measured.
    #[must_use]
    pub fn bytes(&self) -> Option<u64> {
        self.0.get().map(|bytes| bytes.load(Ordering::Relaxed))
    }

    fn set(&self, bytes: u64) {
        self.0.get_or_init(AtomicU64::default).store(bytes, Ordering::Relaxed);
    }
}

/// The home folder has exceeded its limit.
#[derive(Debug, thiserror::Error)]
#[error("the home folder has grown to {} MB in {files} files; the limit is {} MB", .bytes >> 20, .limit >> 20)]
pub struct HomeOutgrown {
    /// Its disk usage in bytes.
    pub bytes: u64,
    /// Its number of files.
    pub files: u64,
    /// The limit in bytes.
    pub limit: u64,
}

impl HomeLimit {
    /// Limits a home folder and, through `RLIMIT_FSIZE`, each file that this process and its children write.
    pub fn new(home: &Path, bytes: u64) -> io::Result<Self> {
        // SAFETY: this installs no handler and replaces none. Ignoring the signal, which children inherit, makes a
        // write beyond the limit fail instead of killing the writer.
        unsafe { signal(Signal::SIGXFSZ, SigHandler::SigIgn) }?;
        setrlimit(Resource::RLIMIT_FSIZE, bytes, bytes)?;
        Ok(Self {
            home: home.to_owned(),
            limit: DiskUsage { bytes, files: bytes / BYTES_PER_FILE },
            size: HomeSize::default(),
        })
    }

    /// The size of the folder, once it is watched.
    #[must_use]
    pub fn size(&self) -> HomeSize {
        self.size.clone()
    }

    /// Watches on a dedicated thread, which still works when the desktop's programs have used up all threads. Completes
    /// when the folder exceeds its limit.
    pub fn watch(self) -> io::Result<oneshot::Receiver<HomeOutgrown>> {
        let (sender, outgrown) = oneshot::channel();
        std::thread::Builder::new().name("home-limit".into()).spawn(move || {
            let DiskUsage { bytes, files } = self.outgrown();
            // The receiver is dropped when the desktop shuts down.
            let _ = sender.send(HomeOutgrown { bytes, files, limit: self.limit.bytes });
        })?;
        Ok(outgrown)
    }

    /// Waits until the folder exceeds its limit and returns its usage.
    #[expect(clippy::disallowed_methods, reason = "there are no events for disk usage")]
    fn outgrown(&self) -> DiskUsage {
        let mut allowance = None;
        let mut last_scan = None;
        loop {
            if last_scan.as_ref().is_none_or(|last_scan| self.is_due(last_scan)) {
                let scan = self.scan();
                self.size.set(scan.found.bytes);
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
        // Read this first, so that writes during this scan lead to another one.
        let free = free(&self.home);
        let found = usage::below(&self.home);
        Scan { free, found, at: Instant::now(), took: started.elapsed() }
    }

    /// Whether the folder may have grown enough for another scan. What it has taken is missing from the disk's free
    /// space, although others may have freed some.
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

/// The result of a scan.
struct Scan {
    /// The free space of its disk.
    free: DiskUsage,
    found: DiskUsage,
    at: Instant,
    took: Duration,
}

/// The free space of a folder's disk; zero if it can't be read, which leads to a scan.
fn free(folder: &Path) -> DiskUsage {
    let free = statvfs(folder)
        .map(|disk| DiskUsage { bytes: disk.blocks_free() * disk.fragment_size(), files: disk.files_free() });
    free.unwrap_or_default()
}
