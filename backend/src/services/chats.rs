//! Deleting a chat with all that belongs to it.

use diesel_async::AsyncConnection as _;
use protocol::ids::ChatId;

use crate::api_error::ApiError;
use crate::state::AppState;
use crate::store::{blobs, chats};

/// Deletes a chat: its run is stopped, its desktop removed with the home folder, then rows and blobs.
///
/// # Errors
/// When the desktop can't be removed or the database fails; calling again goes on.
pub async fn delete(state: &AppState, chat_id: ChatId) -> Result<(), ApiError> {
    state.supervisor.abandon_chat(chat_id).await;
    state.desktops.remove(chat_id).await?;
    let mut conn = state.database.connection().await?;
    let hashes = conn
        .transaction(async |conn| {
            let hashes = blobs::of_chat(conn, chat_id).await?;
            chats::delete(conn, chat_id).await?;
            diesel::QueryResult::Ok(hashes)
        })
        .await?;
    drop(conn);
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
