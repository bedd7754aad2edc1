//! Where a user is logged in: the sessions of browsers and the logins of programs, in one list.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::{TokenFamilyId, UserId};
use protocol::secret::Secret;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::credential::Credential;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::account_form;
use crate::services::accounts::{AccountError, Accounts};
use crate::services::audit::Source;
use crate::store::Connection;
use crate::store::audit::{self, AuditAction, NewAuditEntry};
use crate::store::sessions::{self, SessionRow};
use crate::store::token_families::{self, RevokeReason, TokenFamily};
use crate::store::users::{self, User};

/// The most sessions of browsers of a user. With one more, the one used least recently ends.
const MOST: i64 = 200;

/// What has logged in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionKind {
    /// A browser, with a cookie.
    Browser,
    /// A program, with tokens.
    Program,
}

/// A place where a user is logged in.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(example = json!({ "id": "0198c2c4-8a2f-7b11-8e55-0f2d9c7a4b12", "kind": "program", "label": "deskhand on workbench",
    "client": "deskhand/0.1.0", "address": "192.0.2.1", "created_at": "2026-11-30T08:15:00Z",
    "last_used_at": "2026-11-30T09:45:00Z", "expires_at": "2026-12-07T09:45:00Z", "current": false }))]
pub struct SessionView {
    /// Identifies the session.
    pub id: Uuid,
    /// What has logged in.
    pub kind: SessionKind,
    /// What the program calls itself; may be empty.
    pub label: String,
    /// The `User-Agent` of the login.
    pub client: String,
    /// The client's address, if it is known.
    pub address: Option<String>,
    /// When it logged in.
    pub created_at: DateTime<Utc>,
    /// The last use, within a minute.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is used.
    pub expires_at: DateTime<Utc>,
    /// Whether this request came from it.
    pub current: bool,
}

/// Why a session can't be ended, or a password changed. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The user has no such session.
    #[error("There is no such session.")]
    NotFound,
    /// The old password is wrong.
    #[error("The old password is wrong.")]
    OldPasswordWrong,
    /// The password can't be checked or used.
    #[error(transparent)]
    Account(AccountError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(SessionError);

impl From<AccountError> for SessionError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::WrongPassword => Self::OldPasswordWrong,
            other => Self::Account(other),
        }
    }
}

/// What somebody proves with who they are.
#[derive(Debug, Clone, Copy)]
pub enum LoginWith<'a> {
    /// A password, or the link of the first setup.
    Password,
    /// An account at the identity provider with this slug.
    Provider(&'a str),
}

/// Where users are logged in. Cheap to clone.
#[derive(Clone)]
pub struct Sessions {
    /// Postgres.
    pub database: Database,
    /// Tells what has expired.
    pub clock: Clock,
}

impl Sessions {
    /// Where a user is logged in, the place used last first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        user_id: UserId,
        current: &Credential,
    ) -> Result<Vec<SessionView>, DatabaseError> {
        let now = self.clock.now();
        let mut conn = self.database.connection().await?;
        let browsers = sessions::list(&mut conn, user_id, now).await?;
        let programs = token_families::list(&mut conn, user_id, now).await?;
        let browsers = browsers.into_iter().map(|row| browser(row, current));
        let mut all: Vec<_> = browsers.chain(programs.into_iter().map(|row| program(row, current))).collect();
        all.sort_by_key(|session| std::cmp::Reverse(session.last_used_at));
        Ok(all)
    }

    /// Notes that a browser has logged in, and ends the sessions that are too many.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn opened(
        &self,
        user: &User,
        with: LoginWith<'_>,
        source: &Source,
    ) -> Result<(), DatabaseError> {
        let mut entry = source.entry(user, AuditAction::LoggedIn, self.clock.now());
        if let LoginWith::Provider(slug) = with {
            entry.detail = json!({ "provider": slug });
        }
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            sessions::delete_surplus(conn, user.id, MOST - 1).await?;
            audit::insert(conn, &entry).await
        })
        .await?;
        Ok(())
    }

    /// Ends a session of a browser.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_browser(&self, user: &User, id: &str, source: &Source) -> Result<(), DatabaseError> {
        let entry = source.entry(user, AuditAction::LoggedOut, self.clock.now());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            sessions::delete(conn, id).await?;
            audit::insert(conn, &entry).await
        })
        .await?;
        Ok(())
    }

    /// Ends a session or a login of a user.
    ///
    /// # Errors
    /// When the user has none with this id.
    pub async fn end(&self, user: &User, id: Uuid, source: &Source) -> Result<(), SessionError> {
        let now = self.clock.now();
        let mut entry = source.entry(user, AuditAction::SessionEnded, now);
        entry.object = Some(id.to_string());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let family = TokenFamilyId(id);
            if !sessions::delete_of_user(conn, user.id, id).await?
                && !token_families::revoke(conn, user.id, family, RevokeReason::Ended, now).await?
            {
                return Err(SessionError::NotFound);
            }
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }

    /// Ends all sessions and logins of a user. API tokens stay.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_all(&self, user: &User, source: &Source) -> Result<(), DatabaseError> {
        let now = self.clock.now();
        let entry = source.entry(user, AuditAction::LoggedOutEverywhere, now);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            end_others(conn, user.id, None, RevokeReason::LogoutEverywhere, entry, now).await
        })
        .await?;
        Ok(())
    }

    /// Changes the password of a user, who proves to know the old one if they have one, and ends all their other sessions and
    /// logins.
    ///
    /// # Errors
    /// When the old password is wrong, too many were wrong before, or the new one can't be used.
    pub async fn change_password(
        &self,
        accounts: &Accounts,
        user: &User,
        (old, new): (Option<&Secret>, &Secret),
        current: &Credential,
        source: &Source,
    ) -> Result<(), SessionError> {
        let hash = {
            account_form::check_password(new).map_err(AccountError::from)?;
            if user.has_password {
                let old = old.ok_or(SessionError::OldPasswordWrong)?;
                accounts.confirm(user, old, source).await?;
            }
            accounts.passwords.hash(new.expose().to_owned()).await.map_err(AccountError::from)?
        };
        let now = self.clock.now();
        let entry = source.entry(user, AuditAction::PasswordChanged, now);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            users::set_password(conn, user.id, &hash).await?;
            end_others(conn, user.id, Some(current), RevokeReason::PasswordChanged, entry, now).await
        })
        .await?;
        Ok(())
    }
}

/// Ends all sessions and logins of a user but one, and records why.
async fn end_others(
    conn: &mut Connection,
    user_id: UserId,
    keep: Option<&Credential>,
    reason: RevokeReason,
    mut entry: NewAuditEntry,
    now: DateTime<Utc>,
) -> diesel::QueryResult<()> {
    let (session, family) = match keep {
        Some(Credential::Session(id)) => (Some(id.as_str()), None),
        Some(Credential::TokenFamily(id)) => (None, Some(*id)),
        Some(Credential::ApiToken(_)) | None => (None, None),
    };
    let browsers = sessions::delete_others(conn, user_id, session).await?;
    let programs = token_families::revoke_others(conn, user_id, family, reason, now).await?;
    entry.detail = json!({ "ended_sessions": browsers + programs });
    audit::insert(conn, &entry).await
}

fn browser(row: SessionRow, current: &Credential) -> SessionView {
    SessionView {
        id: row.public_id,
        kind: SessionKind::Browser,
        label: String::new(),
        client: row.client,
        address: row.address,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        current: *current == Credential::Session(row.id),
    }
}

fn program(row: TokenFamily, current: &Credential) -> SessionView {
    SessionView {
        id: row.id.0,
        kind: SessionKind::Program,
        label: row.label,
        client: row.client,
        address: row.address,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
        expires_at: row.expires_at,
        current: *current == Credential::TokenFamily(row.id),
    }
}
