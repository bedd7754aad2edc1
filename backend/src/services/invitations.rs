//! Invitations: links by which people register.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::InvitationId;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::account_form::{self, FormError};
use crate::services::accounts::random_token;
use crate::services::audit::Actor;
use crate::store::Page;
use crate::store::audit::{self, AuditAction};
use crate::store::invitations::{self, Invitation, NewInvitation};
use crate::store::users::UserRole;

/// How long an invitation lasts unless its creator says otherwise.
const USUAL_LIFETIME: TimeDelta = TimeDelta::days(7);
/// How long it may last.
pub const LONGEST_LIFETIME: TimeDelta = TimeDelta::days(365);
/// How many people it may be for.
pub const MOST_USES: i32 = 1000;
/// The number of invitations there may be at once.
pub const MOST_INVITATIONS: i64 = 1000;

/// Whom to invite.
#[derive(Debug)]
pub struct InvitationForm {
    /// Only who has this address may register.
    pub email: Option<String>,
    /// What the accounts may do.
    pub role: UserRole,
    /// When it expires; in a week by default.
    pub expires_at: Option<DateTime<Utc>>,
    /// How many people may register.
    pub uses: i32,
}

/// Why an invitation can't be created or deleted. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    /// The e-mail address is malformed.
    #[error(transparent)]
    Form(#[from] FormError),
    /// It would expire in the past or too late.
    #[error("An invitation can expire within the next {} days.", LONGEST_LIFETIME.num_days())]
    ExpiryInvalid,
    /// It is for nobody or for too many.
    #[error("An invitation can be for 1 to {MOST_USES} people.")]
    UsesInvalid,
    /// There are too many.
    #[error("There are {MOST_INVITATIONS} invitations already. Delete those that are not needed.")]
    TooMany,
    /// There is none with this id.
    #[error("There is no such invitation.")]
    NotFound,
    /// The invitations could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(InvitationError);

/// The operations on invitations. Cheap to clone.
#[derive(Clone)]
pub struct Invitations {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
}

impl Invitations {
    /// Creates an invitation. Also returns its token, which nobody sees again.
    ///
    /// # Errors
    /// When the form can't be used, or there are too many invitations.
    pub async fn create(
        &self,
        form: InvitationForm,
        by: &Actor,
    ) -> Result<(Invitation, String), InvitationError> {
        let InvitationForm { email, role, expires_at, uses } = form;
        email.as_deref().map(account_form::check_email).transpose()?;
        let now = self.clock.now();
        let expires_at = expires_at.unwrap_or(now + USUAL_LIFETIME);
        if expires_at <= now || expires_at > now + LONGEST_LIFETIME {
            return Err(InvitationError::ExpiryInvalid);
        }
        if !(1..=MOST_USES).contains(&uses) {
            return Err(InvitationError::UsesInvalid);
        }
        let token = random_token();
        let new = NewInvitation {
            id: InvitationId::generate(),
            token_sha256: Sha256::digest(&token).to_vec(),
            email,
            role,
            uses,
            created_by: by.id(),
            created_at: now,
            expires_at,
        };
        let mut entry = by.entry(AuditAction::InvitationCreated, new.id.to_string(), now);
        entry.detail =
            json!({ "email": new.email, "role": new.role, "uses": new.uses, "expires_at": new.expires_at });
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if invitations::count(conn).await? >= MOST_INVITATIONS {
                return Err(InvitationError::TooMany);
            }
            let invitation = invitations::insert(conn, new).await?;
            audit::insert(conn, &entry).await?;
            Ok((invitation, token))
        })
        .await
    }

    /// Invitations, newest first.
    pub async fn list(&self, page: Page<InvitationId>) -> Result<Vec<Invitation>, InvitationError> {
        let mut conn = self.database.connection().await?;
        Ok(invitations::list(&mut conn, page).await?)
    }

    /// Deletes an invitation. Accounts that were created with it stay.
    ///
    /// # Errors
    /// When there is none with this id.
    pub async fn delete(&self, id: InvitationId, by: &Actor) -> Result<(), InvitationError> {
        let entry = by.entry(AuditAction::InvitationDeleted, id.to_string(), self.clock.now());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if !invitations::delete(conn, id).await? {
                return Err(InvitationError::NotFound);
            }
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }
}
