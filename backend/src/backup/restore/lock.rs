//! One restore at a time.

use std::fs::{File, TryLockError};
use std::path::Path;

use anyhow::Context as _;

/// Held by the process that restores into a data folder. The kernel releases it when that ends.
pub(super) struct RestoreLock {
    _folder: File,
}

impl RestoreLock {
    /// Takes the lock of a data folder.
    pub(super) fn take(data_dir: &Path) -> anyhow::Result<Self> {
        let folder = File::open(data_dir).with_context(|| format!("opening {}", data_dir.display()))?;
        match folder.try_lock() {
            Ok(()) => Ok(Self { _folder: folder }),
            Err(TryLockError::WouldBlock) => {
                anyhow::bail!("A restore into {} is under way. Wait until it has ended", data_dir.display())
            }
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("locking {}", data_dir.display()))
            }
        }
    }
}
