//! Garbage collection of blobs. A blob is deleted with the last row that refers to it; a periodic sweep deletes what a
//! crash left behind.

use std::io;
use std::time::Duration;

use chrono::TimeDelta;
use diesel_async::AsyncConnection as _;
use tokio_util::sync::CancellationToken;

use super::BlobStore;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::store::blobs;

/// The minimum age at which a sweep deletes a blob: the row of a younger one may not be committed yet.
/// Transactions take at most a minute.
const GRACE_PERIOD: TimeDelta = TimeDelta::minutes(10);
/// Interval of the sweeps. Each lists all blobs.
pub const SWEEP_EVERY: Duration = Duration::from_secs(10 * 60);

/// Deletes blobs that no row refers to. Cheap to clone.
#[derive(Clone)]
pub struct BlobCollector {
    /// Holds the rows.
    pub database: Database,
    /// Holds the bytes.
    pub blobs: BlobStore,
    /// Tells the age of blobs.
    pub clock: Clock,
    /// Interrupts a sweep.
    pub shutdown: CancellationToken,
}

/// Why a blob could not be deleted.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The rows could not be read.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// Its file could not be deleted.
    #[error("removing a blob")]
    Disk(#[from] io::Error),
}

from_database!(CollectError);

impl BlobCollector {
    /// Shares the handles.
    #[must_use]
    pub fn new(database: &Database, blobs: &BlobStore, clock: &Clock, shutdown: &CancellationToken) -> Self {
        Self {
            database: database.clone(),
            blobs: blobs.clone(),
            clock: clock.clone(),
            shutdown: shutdown.clone(),
        }
    }

    /// Deletes a blob unless a row refers to it, or a backup is being made that may need it; a sweep deletes it later then.
    /// Returns whether it was deleted.
    pub async fn remove_if_unreferenced(&self, sha256: &str) -> Result<bool, CollectError> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if !blobs::may_delete(conn).await? {
                return Ok(false);
            }
            blobs::lock_exclusive(conn, sha256).await?;
            let unreferenced = !blobs::is_referenced(conn, sha256).await?;
            if unreferenced {
                self.blobs.remove(sha256).await?;
            }
            Ok(unreferenced)
        })
        .await
    }

    /// Deletes all blobs that are older than the grace period and that no row refers to; returns how many. Stops on
    /// shutdown; the next sweep continues.
    pub async fn sweep(&self) -> Result<usize, CollectError> {
        let mut removed = 0;
        let swept = self.sweep_all(&mut removed).await;
        if removed > 0 {
            tracing::info!(blobs.count = removed, "removed unreferenced blobs");
        }
        swept.map(|()| removed)
    }

    async fn sweep_all(&self, removed: &mut usize) -> Result<(), CollectError> {
        self.blobs.remove_abandoned().await?;
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
                // Only between blobs: cancelling a deletion would release its lock while the deletion may
                // still happen.
                if self.shutdown.is_cancelled() {
                    return Ok(());
                }
                // Checks again under the lock, because the same bytes may just have been stored.
                *removed += usize::from(self.remove_if_unreferenced(&sha256).await?);
            }
        }
        Ok(())
    }
}
