//! One-time links by which people set a new password.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use sha2::{Digest as _, Sha256};

use crate::auth::password::PasswordError;
use crate::database::{DatabaseError, from_database};
use crate::services::account_form::{self, FormError};
use crate::services::accounts::{Accounts, random_token};
use crate::services::audit::{Actor, Source};
use crate::services::logins;
use crate::store::audit::{self, AuditAction};
use crate::store::password_links::{self, PasswordLink};
use crate::store::token_families::RevokeReason;
use crate::store::users::{self, User};

/// How long a link can be used.
pub const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// A link as it is shown, once.
pub struct IssuedLink {
    /// The token in the link.
    pub token: String,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Why a link can't be issued or used. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum PasswordLinkError {
    /// There is no such user.
    #[error("There is no such user.")]
    NoSuchUser,
    /// The link is wrong, used, replaced or expired.
    #[error("This link is not valid any more. Ask an administrator for a new one.")]
    Refused,
    /// Too many links were tried.
    #[error("Too many attempts. Try again in {} s.", .0.as_secs().max(1))]
    Throttled(Duration),
    /// The new password can't be used.
    #[error(transparent)]
    Form(#[from] FormError),
    /// The password could not be hashed.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The links could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(PasswordLinkError);

/// Issues a link for a user, which replaces an earlier one.
///
/// # Errors
/// When there is no such user.
pub async fn issue(
    accounts: &Accounts,
    user_id: UserId,
    by: &Actor,
) -> Result<IssuedLink, PasswordLinkError> {
    let now = accounts.clock.now();
    let (token, expires_at) = (random_token(), now + LIFETIME);
    let token_sha256 = Sha256::digest(&token).to_vec();
    let mut conn = accounts.database.connection().await?;
    conn.transaction(async |conn| {
        let user = users::lock(conn, user_id).await?.ok_or(PasswordLinkError::NoSuchUser)?;
        let link = PasswordLink { user_id, token_sha256, created_at: now, expires_at };
        password_links::replace(conn, &link).await?;
        audit::insert(conn, &by.entry(AuditAction::PasswordLinkCreated, user.username, now)).await?;
        Ok::<_, PasswordLinkError>(())
    })
    .await?;
    tracing::info!(user.id = %user_id, "issued a link for a new password");
    Ok(IssuedLink { token, expires_at })
}

/// Sets a new password by a link, which is used up, and ends all logins of its user.
///
/// # Errors
/// When the link or the password can't be used, or too many links were tried.
pub async fn redeem(
    accounts: &Accounts,
    token: &Secret,
    password: &Secret,
    source: &Source,
) -> Result<User, PasswordLinkError> {
    let attempt = accounts.throttle.link_attempt(source.address).map_err(PasswordLinkError::Throttled)?;
    let (digest, now) = (Sha256::digest(token.expose()), accounts.clock.now());
    // Hashing is slow, and anybody may call this: look at the link first, and keep no connection meanwhile.
    if !password_links::exists(&mut *accounts.database.connection().await?, &digest, now).await? {
        return Err(PasswordLinkError::Refused);
    }
    attempt.retract();
    // A password that can't be used does not use the link up.
    account_form::check_password(password)?;
    let hash = accounts.passwords.hash(password.expose().to_owned()).await?;
    let mut conn = accounts.database.connection().await?;
    let user = conn
        .transaction(async |conn| {
            let user_id = password_links::consume(conn, &digest, now).await?;
            let user_id = user_id.ok_or(PasswordLinkError::Refused)?;
            let user = users::set_password(conn, user_id, &hash).await?.ok_or(PasswordLinkError::Refused)?;
            logins::end_all(conn, user_id, RevokeReason::PasswordChanged, now).await?;
            audit::insert(conn, &source.entry(&user, AuditAction::PasswordLinkUsed, now)).await?;
            Ok::<_, PasswordLinkError>(user)
        })
        .await?;
    tracing::info!(user.id = %user.id, "a user has set a new password by a link");
    Ok(user)
}
