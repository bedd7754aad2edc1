//! The identities of a person: which accounts elsewhere they log in with.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::IdentityId;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use super::{IdentityProviders, Provider};
use crate::database::{DatabaseError, from_database};
use crate::services::audit::Source;
use crate::store::audit::{self, AuditAction, NewAuditEntry};
use crate::store::identities::{self, Identity};
use crate::store::users::{self, User};

/// The most identities of a person.
pub const MOST: usize = 20;

/// An account elsewhere that somebody logs in with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct IdentityView {
    /// Identifies the link.
    pub id: IdentityId,
    /// The slug of the provider; `null` if nobody can log in with it any more.
    pub provider: Option<String>,
    /// The provider's name.
    pub provider_name: String,
    /// The name of the account there; may be empty.
    pub login: String,
    /// When it was linked.
    pub linked_at: DateTime<Utc>,
    /// When somebody last logged in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Why an identity can't be unlinked. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The person has none with this id.
    #[error("There is no such identity.")]
    NotFound,
    /// Nothing else would let them in.
    #[error("You could not log in any more. Set a password first, or link another login.")]
    LastLogin,
    /// The identities could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(IdentityError);

impl IdentityProviders {
    /// The identities of a user, in the order in which they were linked.
    pub async fn identities(&self, user: &User) -> Result<Vec<IdentityView>, DatabaseError> {
        let providers = self.enabled().await?;
        let rows = identities::of_user(&mut *self.database.connection().await?, user.id).await?;
        Ok(rows.into_iter().map(|row| view(row, &providers)).collect())
    }

    /// Unlinks an identity of a user.
    ///
    /// # Errors
    /// When they have none with this id, or could not log in without it.
    pub async fn unlink(&self, user: &User, id: IdentityId, source: &Source) -> Result<(), IdentityError> {
        let providers = self.enabled().await?;
        let mut entry = source.entry(user, AuditAction::IdentityUnlinked, self.clock.now());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            // Two at once must not unlink the last two.
            let user = users::lock(conn, user.id).await?.ok_or(IdentityError::NotFound)?;
            let all = identities::of_user(conn, user.id).await?;
            let identity = all.iter().find(|row| row.id == id).ok_or(IdentityError::NotFound)?;
            let is_usable = |row: &Identity| providers.iter().any(|provider| provider.issuer == row.issuer);
            if !user.has_password && !all.iter().any(|row| row.id != id && is_usable(row)) {
                return Err(IdentityError::LastLogin);
            }
            entry.object = Some(identity.issuer.clone());
            entry.detail = json!({ "subject": identity.subject, "login": identity.login });
            identities::delete(conn, user.id, id).await?;
            audit::insert(conn, &entry).await?;
            Ok(())
        })
        .await
    }
}

fn view(row: Identity, providers: &[Provider]) -> IdentityView {
    let provider = providers.iter().find(|provider| provider.issuer == row.issuer);
    IdentityView {
        id: row.id,
        provider: provider.map(|provider| provider.slug.clone()),
        provider_name: provider.map_or(row.issuer, |provider| provider.name.clone()),
        login: row.login,
        linked_at: row.linked_at,
        last_used_at: row.last_used_at,
    }
}

/// An entry of the audit log about an identity that is linked.
pub(super) fn linked_entry(
    user: &User,
    provider: &Provider,
    identity: &Identity,
    source: &Source,
    now: DateTime<Utc>,
) -> NewAuditEntry {
    let mut entry = source.entry(user, AuditAction::IdentityLinked, now);
    entry.object = Some(identity.issuer.clone());
    entry.detail = json!({ "provider": provider.slug, "subject": identity.subject, "login": identity.login });
    entry
}
