//! Bytes that no row needs: removed with the last row, and at the start what a service left that died in between.

use chrono::TimeDelta;
use diesel_async::AsyncConnection as _;

use crate::app::AppState;
use crate::http::problem::ApiError;
use crate::store::blobs;

/// How long bytes may be without a row before a start removes them.
const UNNEEDED_FOR: TimeDelta = TimeDelta::days(1);

/// Removes a blob, unless a row needs it. True when none did.
///
/// # Errors
/// When the database or the disk fails.
pub async fn remove_if_unneeded(state: &AppState, sha256: &str) -> Result<bool, ApiError> {
    let mut conn = state.database.connection().await?;
    conn.transaction(async |conn| {
        blobs::lock_exclusive(conn, sha256).await?;
        let unneeded = !blobs::is_referenced(conn, sha256).await?;
        if unneeded {
            state.blobs.remove(sha256).await.map_err(|error| ApiError::Internal(error.into()))?;
        }
        Ok(unneeded)
    })
    .await
}

/// Removes every blob that is older than a day and that no row needs, until shutdown.
pub async fn sweep(state: AppState) {
    let mut removed = 0;
    if let Err(error) = sweep_all(&state, &mut removed).await {
        tracing::warn!(?error, "blobs could not be compared with their rows; the next start tries again");
    }
    if removed > 0 {
        tracing::info!(blobs.count = removed, "removed blobs that no row needs");
    }
}

async fn sweep_all(state: &AppState, removed: &mut usize) -> Result<(), ApiError> {
    let before = state.clock.now() - UNNEEDED_FOR;
    for digits in 0..=u8::MAX {
        let old = state.blobs.beginning_with(digits, before.into()).await;
        let old = old.map_err(|error| ApiError::Internal(error.into()))?;
        if state.shutdown.is_cancelled() {
            return Ok(());
        }
        if old.is_empty() {
            continue;
        }
        let unneeded = {
            let mut conn = state.database.connection().await?;
            blobs::unreferenced(&mut conn, old).await?
        };
        for sha256 in unneeded {
            // Between two blobs: a removal that is broken off may come true after its lock is gone.
            if state.shutdown.is_cancelled() {
                return Ok(());
            }
            // It looks again, under the lock: the same bytes may be coming just now.
            *removed += usize::from(remove_if_unneeded(state, &sha256).await?);
        }
    }
    Ok(())
}
