//! Logins of programs: access tokens, refreshed with refresh tokens that are used once.
//!
//! Each login is a family of tokens. Whoever uses a refresh token a second time, or somebody before them, has stolen it, so
//! the family ends. A program may ask twice at once, or miss the answer: for a moment the last token used gives the same
//! successor again.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::TokenFamilyId;
use protocol::secret::Secret;
use serde_json::json;
use uuid::Uuid;

use crate::auth::access_token::AccessTokens;
use crate::auth::opaque_token::{OpaqueToken, TokenKind};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::audit::Source;
use crate::store::Connection;
use crate::store::audit::{self, AuditAction};
use crate::store::refresh_tokens::{self, RefreshToken};
use crate::store::token_families::{self, RevokeReason, TokenFamily};
use crate::store::users::User;
use crate::text::visible;

/// How long the last refresh token used gives the same successor again.
const GRACE: TimeDelta = TimeDelta::seconds(10);
/// The most logins of a user. With one more, the one used least recently ends.
const MOST: i64 = 2000;
/// The precision of the last use.
const NOTE_USE_EVERY: TimeDelta = TimeDelta::seconds(60);
/// The most characters of a label.
pub const LABEL_LIMIT: usize = 100;

/// Why a login can't go on.
#[derive(Debug, thiserror::Error)]
pub enum LoginError {
    /// The refresh token is unknown or has expired, or its login has ended.
    #[error("This refresh token is not valid any more. Log in again.")]
    RefreshInvalid,
    /// The refresh token was used before.
    #[error("This refresh token was used before, so the login has ended. Log in again.")]
    RefreshReused,
    /// The label is too long.
    #[error("A label has at most {LABEL_LIMIT} characters.")]
    LabelTooLong,
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A token could not be made or signed.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(LoginError);

/// The tokens of a login.
#[derive(Debug)]
pub struct Tokens {
    /// Who is logged in.
    pub user: User,
    /// Authenticates requests.
    pub access_token: String,
    /// How long it is valid.
    pub expires_in: TimeDelta,
    /// Gets the next tokens.
    pub refresh_token: Secret,
    /// How long it is valid.
    pub refresh_expires_in: TimeDelta,
}

/// The logins of programs. Cheap to clone.
#[derive(Clone)]
pub struct ProgramLogins {
    /// Postgres.
    pub database: Database,
    /// Tells what has expired.
    pub clock: Clock,
    /// Issues access tokens.
    pub access_tokens: AccessTokens,
    /// How long a refresh token is valid.
    pub refresh_lifetime: TimeDelta,
}

/// What became of a refresh token. Also the failures change something, which is to be committed.
enum Refreshed {
    Next { family: TokenFamilyId, user: Box<User>, token: OpaqueToken, expires_at: DateTime<Utc> },
    Invalid,
    Reused,
}

impl ProgramLogins {
    /// Logs a program of an authenticated user in. `label` is what it calls itself.
    ///
    /// # Errors
    /// When the label is too long.
    pub async fn open(&self, user: User, label: &str, source: &Source) -> Result<Tokens, LoginError> {
        let label = visible(label);
        if label.chars().count() > LABEL_LIMIT {
            return Err(LoginError::LabelTooLong);
        }
        let now = self.clock.now();
        let (token, expires_at) = (OpaqueToken::generate(TokenKind::Refresh)?, now + self.refresh_lifetime);
        let family = TokenFamily {
            id: TokenFamilyId::generate(),
            user_id: user.id,
            label,
            client: source.client.clone(),
            address: source.address_text(),
            created_at: now,
            last_used_at: now,
            expires_at,
            revoked_at: None,
        };
        let mut entry = source.entry(&user, AuditAction::LoggedIn, now);
        entry.object = Some(family.id.to_string());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            token_families::insert(conn, &family).await?;
            refresh_tokens::insert(conn, &row(&token, family.id, None, now, expires_at)).await?;
            token_families::revoke_surplus(conn, user.id, MOST, now).await?;
            audit::insert(conn, &entry).await
        })
        .await?;
        self.tokens(user, family.id, &token, self.refresh_lifetime)
    }

    /// Gets the next tokens of a login.
    ///
    /// # Errors
    /// When the token is not valid, or was used before, which ends the login.
    pub async fn refresh(&self, token: &Secret, source: &Source) -> Result<Tokens, LoginError> {
        let token =
            OpaqueToken::parse(TokenKind::Refresh, token.expose()).ok_or(LoginError::RefreshInvalid)?;
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let refreshed = conn.transaction(async |conn| self.use_once(conn, &token, source, now).await).await?;
        drop(conn);
        match refreshed {
            Refreshed::Next { family, user, token, expires_at } => {
                self.tokens(*user, family, &token, expires_at - now)
            }
            Refreshed::Invalid => Err(LoginError::RefreshInvalid),
            Refreshed::Reused => Err(LoginError::RefreshReused),
        }
    }

    async fn use_once(
        &self,
        conn: &mut Connection,
        token: &OpaqueToken,
        source: &Source,
        now: DateTime<Utc>,
    ) -> Result<Refreshed, LoginError> {
        let Some(family) = refresh_tokens::family(conn, &token.sha256()).await? else {
            return Ok(Refreshed::Invalid);
        };
        // Concurrent uses of the family wait here, and see what the one before has done.
        let family = token_families::lock(conn, family).await?.filter(|family| family.revoked_at.is_none());
        let Some(family) = family else { return Ok(Refreshed::Invalid) };
        let (Some(row), Some((user, _))) = (
            refresh_tokens::find(conn, &token.sha256()).await?.filter(|row| row.expires_at > now),
            token_families::find_user(conn, family.id, now).await?,
        ) else {
            return Ok(Refreshed::Invalid);
        };
        let Some(used_at) = row.used_at else {
            return self.succeed(conn, token, &row, user, source, now).await;
        };
        let again = row.successor_sealed.as_deref().filter(|_| now - used_at <= GRACE);
        if let Some(successor) = again.and_then(|sealed| token.open_successor(sealed))
            && refresh_tokens::has_unused_successor(conn, row.id).await?
        {
            return Ok(Refreshed::Next {
                family: family.id,
                user: Box::new(user),
                token: successor,
                expires_at: family.expires_at,
            });
        }
        self.end_reused(conn, &family, &user, source, now).await?;
        Ok(Refreshed::Reused)
    }

    /// Gives the successor of an unused token.
    async fn succeed(
        &self,
        conn: &mut Connection,
        token: &OpaqueToken,
        used: &RefreshToken,
        user: User,
        source: &Source,
        now: DateTime<Utc>,
    ) -> Result<Refreshed, LoginError> {
        let successor = OpaqueToken::generate(TokenKind::Refresh)?;
        let (family, expires_at) = (used.family_id, now + self.refresh_lifetime);
        refresh_tokens::mark_used(conn, used, &token.seal_successor(&successor)?, now).await?;
        refresh_tokens::insert(conn, &row(&successor, family, Some(used.id), now, expires_at)).await?;
        token_families::extend(conn, family, source.address_text().as_deref(), now, expires_at).await?;
        Ok(Refreshed::Next { family, user: Box::new(user), token: successor, expires_at })
    }

    async fn end_reused(
        &self,
        conn: &mut Connection,
        family: &TokenFamily,
        user: &User,
        source: &Source,
        now: DateTime<Utc>,
    ) -> Result<(), LoginError> {
        token_families::revoke(conn, user.id, family.id, RevokeReason::Reused, now).await?;
        // Whoever sent the token may not be the user.
        let mut entry = source.stranger_entry(AuditAction::RefreshReused, now);
        entry.object = Some(family.id.to_string());
        entry.detail = json!({ "user_id": user.id, "username": user.username, "label": family.label });
        audit::insert(conn, &entry).await?;
        tracing::warn!(user.id = %user.id, login.id = %family.id, "a refresh token was used again; the login has ended");
        Ok(())
    }

    /// Ends the login that a refresh token belongs to, also if the token was used before. Succeeds if there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_by_token(&self, token: &Secret, source: &Source) -> Result<(), LoginError> {
        let Some(token) = OpaqueToken::parse(TokenKind::Refresh, token.expose()) else { return Ok(()) };
        let mut conn = self.database.connection().await?;
        let Some(family) = refresh_tokens::family(&mut conn, &token.sha256()).await? else { return Ok(()) };
        let Some((user, _)) = token_families::find_user(&mut conn, family, self.clock.now()).await? else {
            return Ok(());
        };
        drop(conn);
        self.close(&user, family, source).await
    }

    /// Ends a login of a user.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close(&self, user: &User, family: TokenFamilyId, source: &Source) -> Result<(), LoginError> {
        let now = self.clock.now();
        let mut entry = source.entry(user, AuditAction::LoggedOut, now);
        entry.object = Some(family.to_string());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if token_families::revoke(conn, user.id, family, RevokeReason::Logout, now).await? {
                audit::insert(conn, &entry).await?;
            }
            Ok(())
        })
        .await
    }

    /// The user of a login, which is used, if it has not ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn user(&self, family: TokenFamilyId) -> Result<Option<User>, DatabaseError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let found = token_families::find_user(&mut conn, family, now).await?;
        if found.as_ref().is_some_and(|(_, family)| family.last_used_at <= now - NOTE_USE_EVERY) {
            token_families::note_use(&mut conn, family, now).await?;
        }
        Ok(found.map(|(user, _)| user))
    }

    fn tokens(
        &self,
        user: User,
        family: TokenFamilyId,
        token: &OpaqueToken,
        refresh_expires_in: TimeDelta,
    ) -> Result<Tokens, LoginError> {
        Ok(Tokens {
            access_token: self.access_tokens.issue(user.id, family)?,
            expires_in: self.access_tokens.lifetime,
            refresh_token: token.secret().clone(),
            refresh_expires_in,
            user,
        })
    }
}

fn row(
    token: &OpaqueToken,
    family_id: TokenFamilyId,
    parent_id: Option<Uuid>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> RefreshToken {
    RefreshToken {
        id: Uuid::now_v7(),
        family_id,
        parent_id,
        sha256: token.sha256().to_vec(),
        successor_sealed: None,
        issued_at: now,
        expires_at,
        used_at: None,
    }
}
