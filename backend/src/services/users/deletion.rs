//! Deleting a user with all their data. The account is gone at once; what fails of the rest is tried again.

use std::time::Duration;

use diesel_async::AsyncConnection as _;
use protocol::ids::{ChatId, UserId};
use serde_json::json;

use super::{UserError, Users};
use crate::clock::Clock;
use crate::database::Database;
use crate::services::audit::Actor;
use crate::services::logins;
use crate::store::audit::{self, AuditAction};
use crate::store::token_families::RevokeReason;
use crate::store::{blobs, chats, identities, users};

/// Interval of [`Users::catch_up`].
pub const CATCH_UP_EVERY: Duration = Duration::from_secs(60);

/// Deletes an account: nobody finds it any more, its logins have ended, and its names and identities are free. Its data goes with
/// [`Users::finish_deletions`].
///
/// # Errors
/// When there is no such user, or nobody could administer the installation any more.
pub async fn mark(database: &Database, clock: &Clock, id: UserId, by: &Actor) -> Result<(), UserError> {
    let now = clock.now();
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        let superusers = users::lock_superusers(conn).await?;
        let user = users::lock(conn, id).await?.ok_or(UserError::NotFound)?;
        if superusers == [id] {
            return Err(UserError::LastSuperuser);
        }
        users::mark_deleted(conn, id, now).await?;
        identities::delete_of_user(conn, id).await?;
        logins::end_all(conn, id, RevokeReason::Administered, now).await?;
        let mut entry = by.entry(AuditAction::UserDeleted, user.username, now);
        entry.detail = json!({ "id": id, "email": user.email });
        audit::insert(conn, &entry).await?;
        Ok(())
    })
    .await?;
    tracing::info!(user.id = %id, "deleted a user");
    Ok(())
}

impl Users {
    /// Deletes a user. The account is gone once this succeeds, even if some of its data is left for
    /// [`Users::finish_deletions`].
    ///
    /// # Errors
    /// When there is no such user, or nobody could administer the installation any more.
    pub async fn delete(&self, id: UserId, by: &Actor) -> Result<(), UserError> {
        mark(&self.database, &self.clock, id, by).await?;
        if let Err(error) = self.delete_data(id).await {
            tracing::warn!(user.id = %id, ?error, "could not delete all data of a user; it is tried again");
        }
        Ok(())
    }

    /// Deletes what is left of deleted users. A failure with one does not affect the others.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn finish_deletions(&self) -> Result<(), UserError> {
        let marked = {
            let mut conn = self.database.connection().await?;
            users::marked_deleted(&mut conn).await?
        };
        for id in marked {
            if let Err(error) = self.delete_data(id).await {
                tracing::warn!(user.id = %id, ?error, "could not delete all data of a user; it is tried again");
            }
        }
        Ok(())
    }

    /// Deletes a user's chats with their desktops, their files, and then their row.
    async fn delete_data(&self, id: UserId) -> Result<(), UserError> {
        let chats = {
            let mut conn = self.database.connection().await?;
            chats::ids_of_user(&mut conn, id).await?
        };
        for chat in chats {
            self.delete_chat(chat).await;
        }
        let hashes = {
            let mut conn = self.database.connection().await?;
            // The desktop of a chat is known by its row only, so the chats have to go first, one by one.
            if !chats::ids_of_user(&mut conn, id).await?.is_empty() {
                return Err(UserError::ChatsLeft);
            }
            let hashes = blobs::of_user(&mut conn, id).await?;
            users::delete(&mut conn, id).await?;
            hashes
        };
        for sha256 in hashes {
            self.blobs.remove_if_unreferenced(&sha256).await?;
        }
        Ok(())
    }

    /// Deletes a chat. Once its row is gone, sweeps delete what is left of its desktop and its blobs.
    async fn delete_chat(&self, id: ChatId) {
        if let Err(error) = self.chats.delete(id).await {
            tracing::warn!(chat.id = %id, ?error, "could not delete a chat of a deleted user");
        }
    }
}
