//! Deleting a chat with all that belongs to it.

use diesel_async::AsyncConnection as _;
use protocol::ids::ChatId;

use crate::api_error::ApiError;
use crate::state::AppState;
use crate::store::{blobs, chats, desktops, runs};

/// Deletes a chat: its runs are stopped, its rows deleted, then its desktop with the home folder, then its blobs.
/// Once the rows are gone nothing can bring the rest back; what a crash leaves of it is removed at the next start.
///
/// # Errors
/// When the database, the desktop's provider or the disk fails.
pub async fn delete(state: &AppState, chat_id: ChatId) -> Result<(), ApiError> {
    let mut conn = state.database.connection().await?;
    runs::cancel_undriven(&mut conn, chat_id, state.clock.now()).await?;
    drop(conn);
    state.supervisor.abandon_chat(chat_id).await;
    let mut conn = state.database.connection().await?;
    let (desktop, hashes) = conn
        .transaction(async |conn| {
            let desktop = desktops::find_by_chat(conn, chat_id).await?;
            let hashes = blobs::of_chat(conn, chat_id).await?;
            chats::delete(conn, chat_id).await?;
            diesel::QueryResult::Ok((desktop, hashes))
        })
        .await?;
    drop(conn);
    if let Some(desktop) = desktop {
        state.desktops.remove(chat_id, desktop.id).await?;
    }
    for sha256 in hashes {
        remove_blob_if_unreferenced(state, &sha256).await?;
    }
    Ok(())
}

/// Removes a blob that no row needs any more.
///
/// # Errors
/// When the database or the disk fails.
pub async fn remove_blob_if_unreferenced(state: &AppState, sha256: &str) -> Result<(), ApiError> {
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
