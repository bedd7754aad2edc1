//! Making people's accounts, the first one among them.

use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use rand::Rng as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::database::Database;
use crate::http::problem::ApiError;
use crate::store::users::{NewUser, User};
use crate::store::{Connection, setup_tokens, users};

/// A person to be, as a form or the command line gives it.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct AccountForm {
    /// 1 to 64 characters without spaces; unique without regard to case.
    pub username: String,
    /// An e-mail address; unique without regard to case.
    pub email: String,
    /// At least 8 characters.
    pub password: Secret,
    /// Given name.
    #[serde(default)]
    pub first_name: String,
    /// Family name.
    #[serde(default)]
    pub last_name: String,
}

/// Whether the account may see and make users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// It may not.
    Member,
    /// It may.
    Superuser,
}

/// Makes an account.
///
/// # Errors
/// When the form can't be used, the username or e-mail address is taken, or the database fails.
pub async fn create(
    conn: &mut Connection,
    passwords: &Passwords,
    form: AccountForm,
    rank: Rank,
    now: DateTime<Utc>,
) -> Result<User, ApiError> {
    let new = prepare(passwords, form, rank, now).await?;
    Ok(users::insert(conn, new).await?)
}

/// A fresh one-time link's token, when nobody has an account yet.
///
/// # Errors
/// When the database fails.
pub async fn new_setup_token(database: &Database, clock: &Clock) -> anyhow::Result<Option<String>> {
    let mut conn = database.connection().await?;
    let token = hex::encode(rand::rng().random::<[u8; 32]>());
    let now = clock.now();
    let issued = conn
        .transaction(async |conn| {
            if users::any(conn).await? {
                return Ok(false);
            }
            setup_tokens::replace(conn, &Sha256::digest(&token), now).await?;
            diesel::QueryResult::Ok(true)
        })
        .await?;
    Ok(issued.then_some(token))
}

/// Makes the first administrator and uses the link up.
///
/// # Errors
/// When the link is wrong or used, somebody has an account, the form can't be used, or the database fails.
pub async fn set_up(
    conn: &mut Connection,
    passwords: &Passwords,
    token: &Secret,
    form: AccountForm,
    now: DateTime<Utc>,
) -> Result<User, ApiError> {
    // Hashing takes a while, so it comes before the transaction. A wrong form does not use the link up.
    let new = prepare(passwords, form, Rank::Superuser, now).await?;
    let digest = Sha256::digest(token.expose());
    conn.transaction(async |conn| {
        if users::any(conn).await? {
            return Err(ApiError::Conflict {
                code: "already_set_up",
                detail: "The first administrator has been made already. Log in instead.".into(),
            });
        }
        if !setup_tokens::consume(conn, &digest).await? {
            return Err(ApiError::SetupTokenRefused);
        }
        Ok(users::insert(conn, new).await?)
    })
    .await
}

async fn prepare(
    passwords: &Passwords,
    form: AccountForm,
    rank: Rank,
    now: DateTime<Utc>,
) -> Result<NewUser, ApiError> {
    let form = checked(form)?;
    let password_hash =
        passwords.hash(form.password.expose().to_owned()).await.map_err(ApiError::Internal)?;
    Ok(NewUser {
        id: UserId::generate(),
        username: form.username,
        email: form.email,
        password_hash,
        first_name: form.first_name,
        last_name: form.last_name,
        is_superuser: rank == Rank::Superuser,
        created_at: now,
    })
}

fn checked(form: AccountForm) -> Result<AccountForm, ApiError> {
    let has_nul = [&form.username, &form.email, &form.first_name, &form.last_name]
        .iter()
        .any(|text| text.contains('\0') || text.chars().count() > 254);
    if has_nul {
        return Err(ApiError::invalid(
            "text_invalid",
            "A name or address is too long or contains a NUL character.",
        ));
    }
    if form.username.is_empty()
        || form.username.chars().count() > 64
        || form.username.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(ApiError::invalid(
            "username_invalid",
            "Choose a username of 1 to 64 characters without spaces.",
        ));
    }
    let email_parts = form.email.split_once('@');
    if !email_parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        || form.email.contains(char::is_whitespace)
    {
        return Err(ApiError::invalid("email_invalid", "Give an e-mail address, such as you@example.com."));
    }
    let length = form.password.expose().chars().count();
    if !(8..=1024).contains(&length) {
        return Err(ApiError::invalid("password_invalid", "Choose a password of at least 8 characters."));
    }
    Ok(form)
}
