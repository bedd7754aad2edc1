//! Keeps the home folder to a size. Few machines have disks with quotas, so the agent looks how large it is, and ends the
//! desktop when it has outgrown its limit. One that is over the limit already may be tidied up, and not grow.

mod allowance;
mod usage;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::statvfs::statvfs;
use tokio::time::Instant;

use self::allowance::Allowance;
use self::usage::DiskUsage;

/// How often the disk is looked at. It takes microseconds.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How often the folder is, when nothing but a small change of the disk calls for it.
const AT_LEAST_EVERY: Duration = Duration::from_secs(10);
/// How many times as long as looking at the folder took there has to be rest: small changes, large ones.
const REST: (u32, u32) = (200, 20);
/// The part of the limit that is a large change.
const LARGE: u64 = 64;
/// Bytes for each file that there may be: what ext4 reckons with when it makes a disk.
const BYTES_PER_FILE: u64 = 16 << 10;

/// What a home folder may take of its disk.
#[derive(Debug, Clone)]
pub struct HomeLimit {
    home: PathBuf,
    limit: DiskUsage,
}

/// Why a desktop was ended.
#[derive(Debug, thiserror::Error)]
pub enum HomeLimitError {
    /// The home folder has outgrown its limit.
    #[error("the home folder has grown to {} MB in {files} files; it may have {} MB", .bytes >> 20, .limit >> 20)]
    Outgrown {
        /// What it takes.
        bytes: u64,
        /// How many files it has.
        files: u64,
        /// Bytes that it may take.
        limit: u64,
    },
    /// It can't be told.
    #[error("the size of the home folder can't be told: {0}")]
    Unknown(#[from] io::Error),
}

impl HomeLimit {
    /// Keeps a home folder to so many bytes, and each file of this process and those that it starts too: one file is
    /// stopped by the kernel.
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn new(home: &Path, bytes: u64) -> io::Result<Self> {
        setrlimit(Resource::RLIMIT_FSIZE, bytes, bytes)?;
        Ok(Self { home: home.to_owned(), limit: DiskUsage { bytes, files: bytes / BYTES_PER_FILE } })
    }

    /// Answers once the home folder has outgrown its limit.
    pub async fn outgrown(self) -> HomeLimitError {
        let error = match self.watch().await {
            Ok(DiskUsage { bytes, files }) => {
                HomeLimitError::Outgrown { bytes, files, limit: self.limit.bytes }
            }
            Err(error) => HomeLimitError::Unknown(error),
        };
        tracing::error!(%error, "the desktop ends");
        error
    }

    /// What the folder has grown to.
    async fn watch(&self) -> io::Result<DiskUsage> {
        let mut looked = self.look().await?;
        let mut allowance = Allowance::new(self.limit, looked.found);
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            if !self.is_due(&looked)? {
                continue;
            }
            looked = self.look().await?;
            if !allowance.keeps(looked.found) {
                return Ok(looked.found);
            }
        }
    }

    async fn look(&self) -> io::Result<Looked> {
        let (home, started) = (self.home.clone(), Instant::now());
        let look = tokio::task::spawn_blocking(move || {
            // First: what is written meanwhile is looked at the next time.
            let free = free(&home)?;
            Ok((free, usage::below(&home)?))
        });
        let (free, found) = look.await.unwrap_or_else(|panicked| Err(io::Error::other(panicked)))?;
        Ok(Looked { free, found, at: Instant::now(), took: started.elapsed() })
    }

    /// Whether the folder may have grown so much that it is worth looking. What it has taken the disk has lost, though
    /// others may have given the disk something back meanwhile.
    fn is_due(&self, last: &Looked) -> io::Result<bool> {
        let free = free(&self.home)?;
        let shrunk = last.free.bytes.saturating_sub(free.bytes) >= self.limit.bytes / LARGE
            || last.free.files.saturating_sub(free.files) >= self.limit.files / LARGE;
        let rested = last.at.elapsed();
        Ok(if shrunk {
            rested >= last.took * REST.1
        } else {
            free != last.free && rested >= AT_LEAST_EVERY.max(last.took * REST.0)
        })
    }
}

/// The folder as it was looked at.
struct Looked {
    /// What its disk had left.
    free: DiskUsage,
    found: DiskUsage,
    at: Instant,
    took: Duration,
}

/// What the disk of a folder has left.
fn free(folder: &Path) -> io::Result<DiskUsage> {
    let disk = statvfs(folder)?;
    Ok(DiskUsage { bytes: disk.blocks_free() * disk.fragment_size(), files: disk.files_free() })
}
