//! API tokens: what programs authenticate with for good.

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::{ApiTokenId, UserId};
use protocol::secret::Secret;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::auth::opaque_token::{OpaqueToken, TokenKind};
use crate::auth::scope::Scope;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::audit::Source;
use crate::store::api_tokens::{self, ApiToken};
use crate::store::audit::{self, AuditAction};
use crate::store::users::User;
use crate::text::visible;

/// The most tokens of a user.
pub const MOST: i64 = 100;
/// The most characters of a name.
pub const NAME_LIMIT: usize = 100;
/// How many characters of a token tell it from others.
const PREFIX_LEN: usize = 11;
/// How long tokens that have ended are kept, for the record.
pub const KEPT_FOR: TimeDelta = TimeDelta::days(30);
/// The precision of the last use.
const NOTE_USE_EVERY: TimeDelta = TimeDelta::seconds(60);

/// Why a token can't be created or revoked. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ApiTokenError {
    /// The name is empty or too long.
    #[error("Give the token a name of 1 to {NAME_LIMIT} characters.")]
    NameInvalid,
    /// No scope is given.
    #[error("Choose at least one scope.")]
    NoScope,
    /// It would have expired already.
    #[error("`expires_at` has to be in the future.")]
    ExpiryPast,
    /// Only superusers may have it.
    #[error("Only a superuser may create a token with the scope `admin`.")]
    AdminRefused,
    /// The user has too many.
    #[error("You have {MOST} tokens, and can't have more. Revoke some first.")]
    TooMany,
    /// The user has no such token.
    #[error("There is no such token.")]
    NotFound,
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// The token could not be made.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ApiTokenError);

/// An API token, without the token itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "id": "0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12", "name": "nightly backup", "prefix": "dh_6f0c1a2b",
    "scopes": ["chats:read", "files:read"], "created_at": "2026-11-30T08:15:00Z", "expires_at": "2027-11-30T08:15:00Z",
    "last_used_at": null }))]
pub struct ApiTokenView {
    /// Identifies the token.
    pub id: ApiTokenId,
    /// What the user calls it.
    pub name: String,
    /// How the token begins.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it becomes invalid; `null`: never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The last use, within a minute; `null`: it was not used yet.
    pub last_used_at: Option<DateTime<Utc>>,
}

impl From<ApiToken> for ApiTokenView {
    fn from(token: ApiToken) -> Self {
        let scopes = scopes(&token);
        let ApiToken { id, name, prefix, created_at, expires_at, last_used_at, .. } = token;
        Self { id, name, prefix, scopes, created_at, expires_at, last_used_at }
    }
}

/// What a token may do. A scope that this version does not know allows nothing.
#[must_use]
pub fn scopes(token: &ApiToken) -> Vec<Scope> {
    token.scopes.iter().filter_map(|name| Scope::named(name)).collect()
}

/// A token to create.
#[derive(Debug)]
pub struct NewApiToken {
    /// What the user calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// When it becomes invalid; `None`: never.
    pub expires_at: Option<DateTime<Utc>>,
}

/// The operations on API tokens. Cheap to clone.
#[derive(Clone)]
pub struct ApiTokens {
    /// Postgres.
    pub database: Database,
    /// Tells what has expired.
    pub clock: Clock,
}

impl ApiTokens {
    /// Creates a token. Returns it, which nobody can read again.
    ///
    /// # Errors
    /// When the form is invalid, or the user has too many tokens.
    pub async fn create(
        &self,
        user: &User,
        new: NewApiToken,
        source: &Source,
    ) -> Result<(ApiTokenView, Secret), ApiTokenError> {
        let now = self.clock.now();
        let new = checked(&new, user, now)?;
        let token = OpaqueToken::generate(TokenKind::Api)?;
        let row = ApiToken {
            id: ApiTokenId::generate(),
            user_id: user.id,
            name: new.name,
            sha256: token.sha256().to_vec(),
            prefix: token.secret().expose().chars().take(PREFIX_LEN).collect(),
            scopes: new.scopes.iter().map(|scope| scope.as_str().to_owned()).collect(),
            created_at: now,
            expires_at: new.expires_at,
            last_used_at: None,
            revoked_at: None,
        };
        let mut entry = source.entry(user, AuditAction::TokenCreated, now);
        entry.object = Some(row.id.to_string());
        entry.detail = json!({ "name": row.name, "scopes": row.scopes, "expires_at": row.expires_at });
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if api_tokens::count_locked(conn, user.id).await? >= MOST {
                return Err(ApiTokenError::TooMany);
            }
            api_tokens::insert(conn, &row).await?;
            Ok(audit::insert(conn, &entry).await?)
        })
        .await?;
        Ok((row.into(), token.secret().clone()))
    }

    /// The tokens of a user, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, user_id: UserId) -> Result<Vec<ApiTokenView>, DatabaseError> {
        let tokens = api_tokens::list(&mut *self.database.connection().await?, user_id).await?;
        Ok(tokens.into_iter().map(ApiTokenView::from).collect())
    }

    /// Revokes a token of a user, at once.
    ///
    /// # Errors
    /// When the user has no such token.
    pub async fn revoke(&self, user: &User, id: ApiTokenId, source: &Source) -> Result<(), ApiTokenError> {
        let now = self.clock.now();
        let mut entry = source.entry(user, AuditAction::TokenRevoked, now);
        entry.object = Some(id.to_string());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let name = api_tokens::revoke(conn, user.id, id, now).await?.ok_or(ApiTokenError::NotFound)?;
            entry.detail = json!({ "name": name });
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }

    /// The user of a token, its id and what it may do; `None` if it is not valid.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn authenticate(
        &self,
        token: &str,
    ) -> Result<Option<(User, ApiTokenId, Vec<Scope>)>, DatabaseError> {
        let Some(token) = OpaqueToken::parse(TokenKind::Api, token) else { return Ok(None) };
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let Some((row, user)) = api_tokens::find_by_sha256(&mut conn, &token.sha256(), now).await? else {
            return Ok(None);
        };
        if row.last_used_at.is_none_or(|used_at| used_at <= now - NOTE_USE_EVERY) {
            api_tokens::note_use(&mut conn, row.id, now).await?;
        }
        Ok(Some((user, row.id, scopes(&row))))
    }
}

fn checked(new: &NewApiToken, user: &User, now: DateTime<Utc>) -> Result<NewApiToken, ApiTokenError> {
    let name = visible(&new.name).trim().to_owned();
    if name.is_empty() || name.chars().count() > NAME_LIMIT {
        return Err(ApiTokenError::NameInvalid);
    }
    if new.scopes.is_empty() {
        return Err(ApiTokenError::NoScope);
    }
    if new.expires_at.is_some_and(|expires_at| expires_at <= now) {
        return Err(ApiTokenError::ExpiryPast);
    }
    if new.scopes.contains(&Scope::Admin) && !user.is_superuser {
        return Err(ApiTokenError::AdminRefused);
    }
    let scopes = Scope::ALL.iter().copied().filter(|scope| new.scopes.contains(scope)).collect();
    Ok(NewApiToken { name, scopes, expires_at: new.expires_at })
}
