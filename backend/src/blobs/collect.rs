//! Bytes that no row needs: removed with the last row, and at the start what a service left that died in between.

use std::io;

use chrono::TimeDelta;
use diesel_async::AsyncConnection as _;
use tokio_util::sync::CancellationToken;

use super::BlobStore;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::store::blobs;

/// How long bytes may be without a row before a start removes them.
const UNNEEDED_FOR: TimeDelta = TimeDelta::days(1);

/// Removes blobs that no row needs.
#[derive(Clone)]
pub struct BlobCollector {
    /// Where the rows are.
    pub database: Database,
    /// Where the bytes are.
    pub blobs: BlobStore,
    /// Tells how old they are.
    pub clock: Clock,
    /// Ends a sweep.
    pub shutdown: CancellationToken,
}

/// Why a blob could not be removed.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Whether a row needs it could not be read.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// Its file could not be found or removed.
    #[error("removing a blob")]
    Disk(#[from] io::Error),
}

from_database!(CollectError);

impl BlobCollector {
    /// Removes a blob, unless a row needs it. True when none did.
    ///
    /// # Errors
    /// When the database or the disk fails.
    pub async fn remove_if_unneeded(&self, sha256: &str) -> Result<bool, CollectError> {
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            blobs::lock_exclusive(conn, sha256).await?;
            let unneeded = !blobs::is_referenced(conn, sha256).await?;
            if unneeded {
                self.blobs.remove(sha256).await?;
            }
            Ok(unneeded)
        })
        .await
    }

    /// Removes every blob that is older than a day and that no row needs, until shutdown. Gives how many.
    ///
    /// # Errors
    /// When the database or the disk fails; what is left is removed by the next sweep.
    pub async fn sweep(&self) -> Result<usize, CollectError> {
        let mut removed = 0;
        let swept = self.sweep_all(&mut removed).await;
        if removed > 0 {
            tracing::info!(blobs.count = removed, "removed blobs that no row needs");
        }
        swept.map(|()| removed)
    }

    async fn sweep_all(&self, removed: &mut usize) -> Result<(), CollectError> {
        let before = self.clock.now() - UNNEEDED_FOR;
        for digits in 0..=u8::MAX {
            let old = self.blobs.beginning_with(digits, before.into()).await?;
            if self.shutdown.is_cancelled() {
                return Ok(());
            }
            if old.is_empty() {
                continue;
            }
            let unneeded = {
                let mut conn = self.database.connection().await?;
                blobs::unreferenced(&mut conn, old).await?
            };
            for sha256 in unneeded {
                // Between two blobs: a removal that is broken off may come true after its lock is gone.
                if self.shutdown.is_cancelled() {
                    return Ok(());
                }
                // It looks again, under the lock: the same bytes may be coming just now.
                *removed += usize::from(self.remove_if_unneeded(&sha256).await?);
            }
        }
        Ok(())
    }
}
