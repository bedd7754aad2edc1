//! Bytes that no row needs: removed with the last row, and at the start what a service left that died in between.

use diesel_async::AsyncConnection as _;

use crate::api_error::ApiError;
use crate::state::AppState;
use crate::store::blobs;

/// Removes a blob, unless a row needs it.
///
/// # Errors
/// When the database or the disk fails.
pub async fn remove_if_unneeded(state: &AppState, sha256: &str) -> Result<(), ApiError> {
    let mut conn = state.database.connection().await?;
    conn.transaction(async |conn| {
        blobs::lock_exclusive(conn, sha256).await?;
        if !blobs::is_referenced(conn, sha256).await? {
            state.blobs.remove(sha256).await.map_err(|error| ApiError::Internal(error.into()))?;
        }
        Ok(())
    })
    .await
}

/// Removes every blob that no row needs, until shutdown.
pub async fn sweep(state: AppState) {
    let swept = state.shutdown.run_until_cancelled(sweep_all(&state)).await;
    if let Some(Err(error)) = swept {
        tracing::warn!(
            ?error,
            "blobs could not be compared with the rows that need them; the next start tries again"
        );
    }
}

async fn sweep_all(state: &AppState) -> Result<(), ApiError> {
    for digits in 0..=u8::MAX {
        let there =
            state.blobs.beginning_with(digits).await.map_err(|error| ApiError::Internal(error.into()))?;
        if there.is_empty() {
            continue;
        }
        let unneeded = {
            let mut conn = state.database.connection().await?;
            blobs::unreferenced(&mut conn, there).await?
        };
        for sha256 in unneeded {
            // It looks again, under the lock: a row may be coming just now.
            remove_if_unneeded(state, &sha256).await?;
        }
    }
    Ok(())
}
