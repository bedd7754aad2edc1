//! Garbage collection of blobs: a blob goes with the last row that refers to it. What a crash in between left behind is
//! removed at the next start.

use std::io;

use chrono::TimeDelta;
use diesel_async::AsyncConnection as _;
use tokio_util::sync::CancellationToken;

use super::BlobStore;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::store::blobs;

/// The age at which a blob without a row is removed: until then its row may be about to be inserted.
const GRACE_PERIOD: TimeDelta = TimeDelta::days(1);

/// Removes blobs that no row refers to.
#[derive(Clone)]
pub struct BlobCollector {
    /// Where the rows are.
    pub database: Database,
    /// Where the bytes are.
    pub blobs: BlobStore,
    /// Tells their age.
    pub clock: Clock,
    /// Ends a sweep.
    pub shutdown: CancellationToken,
}

/// Why a blob could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The rows could not be read.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// Its file could not be removed.
    #[error("removing a blob")]
    Disk(#[from] io::Error),
}

from_database!(CollectError);

impl BlobCollector {
    /// Removes a blob, unless a row refers to it. True if it was removed.
    pub async fn remove_if_unreferenced(&self, sha256: &str) -> Result<bool, CollectError> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            blobs::lock_exclusive(conn, sha256).await?;
            let unreferenced = !blobs::is_referenced(conn, sha256).await?;
            if unreferenced {
                self.blobs.remove(sha256).await?;
            }
            Ok(unreferenced)
        })
        .await
    }

    /// Removes every blob that is older than a day and that no row refers to, and returns how many. Stops at shutdown; the
    /// next sweep removes the rest.
    pub async fn sweep(&self) -> Result<usize, CollectError> {
        let mut removed = 0;
        let swept = self.sweep_all(&mut removed).await;
        if removed > 0 {
            tracing::info!(blobs.count = removed, "removed unreferenced blobs");
        }
        swept.map(|()| removed)
    }

    async fn sweep_all(&self, removed: &mut usize) -> Result<(), CollectError> {
        let before = self.clock.now() - GRACE_PERIOD;
        for prefix in 0..=u8::MAX {
            let old = self.blobs.written_before(prefix, before.into()).await?;
            if self.shutdown.is_cancelled() {
                return Ok(());
            }
            if old.is_empty() {
                continue;
            }
            let unreferenced = {
                let mut conn = self.database.connection().await?;
                blobs::unreferenced(&mut conn, old).await?
            };
            for sha256 in unreferenced {
                // Only between two blobs: a cancelled removal may still happen after its lock is released.
                if self.shutdown.is_cancelled() {
                    return Ok(());
                }
                // This checks again under the lock: the same bytes may be arriving right now.
                *removed += usize::from(self.remove_if_unreferenced(&sha256).await?);
            }
        }
        Ok(())
    }
}
