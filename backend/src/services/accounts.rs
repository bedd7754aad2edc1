//! Creates accounts, including the first administrator's, and checks credentials.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use rand::Rng as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::store::users::{InsertUserError, NewUser, User};
use crate::store::{Connection, setup_tokens, users};

/// The data of a new account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct AccountForm {
    /// 1 to 64 characters without spaces; unique without regard to case.
    pub username: String,
    /// E-mail address; unique without regard to case.
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

/// Why an account can't be created, or logged in to. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A field is too long or contains NUL.
    #[error("A name or address is too long or contains a NUL character.")]
    TextInvalid,
    /// The username is empty, too long, or contains spaces.
    #[error("Choose a username of 1 to 64 characters without spaces.")]
    UsernameInvalid,
    /// The e-mail address is malformed.
    #[error("Give an e-mail address, such as you@example.com.")]
    EmailInvalid,
    /// The password is too short, or longer than 1,024 characters.
    #[error("Choose a password of at least 8 characters.")]
    PasswordInvalid,
    /// Another account has the username.
    #[error("This username is taken. Choose another.")]
    UsernameTaken,
    /// Another account has the e-mail address.
    #[error("This e-mail address already has an account.")]
    EmailTaken,
    /// An account already exists.
    #[error("Setup is already done. Log in instead.")]
    AlreadySetUp,
    /// The setup token is wrong or has been used.
    #[error("This link is not valid any more. Start Deskhand again to get a new one.")]
    SetupTokenRefused,
    /// The username or the password is wrong.
    #[error("Wrong username or password.")]
    WrongCredentials,
    /// The accounts could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// Hashing or checking the password failed, or a policy could not be encoded.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(AccountError);

impl From<InsertUserError> for AccountError {
    fn from(error: InsertUserError) -> Self {
        match error {
            InsertUserError::UsernameTaken => Self::UsernameTaken,
            InsertUserError::EmailTaken => Self::EmailTaken,
            InsertUserError::Database(error) => error.into(),
        }
    }
}

/// Whether an account may list and create users.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rank {
    /// A normal account.
    Member,
    /// An administrator.
    Superuser,
}

/// Creates an account.
///
/// # Errors
/// When the form is invalid, or the username or e-mail address is taken.
pub async fn create(
    conn: &mut Connection,
    passwords: &Passwords,
    form: AccountForm,
    rank: Rank,
    now: DateTime<Utc>,
) -> Result<User, AccountError> {
    let new = prepare(passwords, form, rank, now).await?;
    Ok(users::insert(conn, new).await?)
}

/// Issues a new setup token, replacing the previous one. `None` if an account exists.
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

/// Creates the first administrator and consumes the setup token.
///
/// # Errors
/// When the token is wrong or used, an account exists, or the form is invalid.
pub async fn set_up(
    conn: &mut Connection,
    passwords: &Passwords,
    token: &Secret,
    form: AccountForm,
    now: DateTime<Utc>,
) -> Result<User, AccountError> {
    // Hash before the transaction, because it is slow. An invalid form does not consume the token.
    let new = prepare(passwords, form, Rank::Superuser, now).await?;
    let digest = Sha256::digest(token.expose());
    conn.transaction(async |conn| {
        if users::any(conn).await? {
            return Err(AccountError::AlreadySetUp);
        }
        if !setup_tokens::consume(conn, &digest).await? {
            return Err(AccountError::SetupTokenRefused);
        }
        Ok(users::insert(conn, new).await?)
    })
    .await
}

/// The user with these credentials.
///
/// # Errors
/// When the username or the password is wrong.
pub async fn authenticate(
    database: &Database,
    passwords: &Passwords,
    username: &str,
    password: &Secret,
) -> Result<User, AccountError> {
    // Postgres text can't hold NUL, so no username contains it.
    if username.contains('\0') {
        return Err(AccountError::WrongCredentials);
    }
    let found = {
        let mut conn = database.connection().await?;
        users::find_with_password(&mut conn, username).await?
    };
    let (user, hash) = found.unzip();
    let is_right = passwords.verify(password.expose().to_owned(), hash).await?;
    user.filter(|_| is_right).ok_or(AccountError::WrongCredentials)
}

/// Sets the default approval policy of the user's chats; `None` requires no approvals.
pub async fn set_approval(
    conn: &mut Connection,
    user_id: UserId,
    policy: Option<ApprovalPolicy>,
) -> Result<User, AccountError> {
    let policy = policy.map(serde_json::to_value).transpose().context("encoding an approval policy")?;
    Ok(users::set_approval(conn, user_id, policy).await?)
}

async fn prepare(
    passwords: &Passwords,
    form: AccountForm,
    rank: Rank,
    now: DateTime<Utc>,
) -> Result<NewUser, AccountError> {
    let form = checked(form)?;
    let password_hash = passwords.hash(form.password.expose().to_owned()).await?;
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

fn checked(form: AccountForm) -> Result<AccountForm, AccountError> {
    let has_nul = [&form.username, &form.email, &form.first_name, &form.last_name]
        .iter()
        .any(|text| text.contains('\0') || text.chars().count() > 254);
    if has_nul {
        return Err(AccountError::TextInvalid);
    }
    if form.username.is_empty()
        || form.username.chars().count() > 64
        || form.username.chars().any(|c| c.is_whitespace() || c.is_control())
    {
        return Err(AccountError::UsernameInvalid);
    }
    let email_parts = form.email.split_once('@');
    if !email_parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty())
        || form.email.contains(char::is_whitespace)
    {
        return Err(AccountError::EmailInvalid);
    }
    let length = form.password.expose().chars().count();
    if !(8..=1024).contains(&length) {
        return Err(AccountError::PasswordInvalid);
    }
    Ok(form)
}
