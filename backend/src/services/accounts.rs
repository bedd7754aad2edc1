//! Creates accounts, including the first administrator's, and checks credentials.

use std::time::Duration;

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use rand::Rng as _;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::auth::password::{PasswordError, Passwords};
use crate::auth::throttle::LoginThrottle;
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::locale;
use crate::services::audit::Source;
use crate::store::audit::{self, AuditAction};
use crate::store::users::{InsertUserError, NewUser, User, UserChanges};
use crate::store::{Connection, setup_tokens, users};
use crate::text::{is_username, visible};

/// Maximum number of characters of a username.
const USERNAME_LIMIT: usize = 64;

/// Maximum number of characters of other names, and of addresses.
const TEXT_LIMIT: usize = 254;

/// The data of a new account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub struct AccountForm {
    /// 1 to 64 letters and digits of one script, and `-_.+@`; unique without regard to case.
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
    /// The username is empty, too long, or could pass for another one.
    #[error(
        "Choose a username of 1 to 64 letters and digits of one script; - _ . + and @ may be among them."
    )]
    UsernameInvalid,
    /// The e-mail address is malformed.
    #[error("Give an e-mail address, such as you@example.com.")]
    EmailInvalid,
    /// The password is too short, or longer than 1,024 characters.
    #[error("Choose a password of at least 8 characters.")]
    PasswordInvalid,
    /// The time zone is not in the IANA database.
    #[error("Give a time zone of the IANA database, such as Europe/Vienna.")]
    TimeZoneInvalid,
    /// The language is no BCP 47 tag.
    #[error("Give a language as a BCP 47 tag, such as de-AT.")]
    LanguageInvalid,
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
    /// Too many logins have failed.
    #[error("Too many failed logins. Try again in {} s.", .0.as_secs().max(1))]
    Throttled(Duration),
    /// Too many passwords are being checked.
    #[error("Too many people are logging in. Try again in a moment.")]
    Busy,
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

impl From<PasswordError> for AccountError {
    fn from(error: PasswordError) -> Self {
        match error {
            PasswordError::Busy => Self::Busy,
            PasswordError::Internal(error) => Self::Internal(error),
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

/// What a password was found to be.
enum Checked {
    Right(User),
    /// The user whose password it is not, if there is one.
    Wrong(Option<User>),
}

/// The operations on accounts. Cheap to clone.
#[derive(Clone)]
pub struct Accounts {
    /// Postgres.
    pub database: Database,
    /// Hashes and checks passwords.
    pub passwords: Passwords,
    /// Counts failed logins.
    pub throttle: LoginThrottle,
    /// Supplies creation times.
    pub clock: Clock,
}

impl Accounts {
    /// The operations, with the usual limits.
    #[must_use]
    pub fn new(database: Database, clock: Clock) -> Self {
        Self { database, passwords: Passwords::default(), throttle: LoginThrottle::new(clock.clone()), clock }
    }

    /// Creates an account.
    ///
    /// # Errors
    /// When the form is invalid, or the username or e-mail address is taken.
    pub async fn create(&self, form: AccountForm, rank: Rank) -> Result<User, AccountError> {
        let new = self.prepare(form, rank).await?;
        let mut conn = self.database.connection().await?;
        Ok(users::insert(&mut conn, new).await?)
    }

    /// Creates the first administrator and consumes the setup token.
    ///
    /// # Errors
    /// When the token is wrong or used, an account exists, or the form is invalid.
    pub async fn set_up(&self, token: &Secret, form: AccountForm) -> Result<User, AccountError> {
        let digest = Sha256::digest(token.expose());
        // Hashing is slow, and anybody may call this: look at the token first, and keep no connection meanwhile.
        require_setup_token(&mut *self.database.connection().await?, &digest).await?;
        // An invalid form does not consume the token.
        let new = self.prepare(form, Rank::Superuser).await?;
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            require_setup_token(conn, &digest).await?;
            if !setup_tokens::consume(conn, &digest).await? {
                return Err(AccountError::SetupTokenRefused);
            }
            Ok(users::insert(conn, new).await?)
        })
        .await
    }

    /// The user with this name or e-mail address, and this password.
    ///
    /// # Errors
    /// When the username or the password is wrong, or too many logins have failed.
    pub async fn authenticate(
        &self,
        username: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<User, AccountError> {
        // No account has such a name, and Postgres could not even look for the second.
        if username.chars().count() > TEXT_LIMIT || username.contains('\0') {
            return Err(AccountError::WrongCredentials);
        }
        let address = source.address;
        let attempt = self.throttle.attempt(username, address).map_err(|wait| {
            tracing::warn!(user.name = ?username, client.address = ?address, "refused a login after too many failures");
            AccountError::Throttled(wait)
        })?;
        match self.with_password(username, password).await {
            Ok(Checked::Right(user)) => {
                attempt.succeeded();
                Ok(user)
            }
            Ok(Checked::Wrong(user)) => {
                tracing::warn!(user.name = ?username, client.address = ?address, "a login failed");
                self.record_failure(user, source).await?;
                Err(AccountError::WrongCredentials)
            }
            Err(error) => {
                attempt.retract();
                Err(error)
            }
        }
    }

    /// Refuses a password that nobody may choose.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn check_new_password(&self, password: &Secret) -> Result<(), AccountError> {
        check_length(password)
    }

    /// What is typed as a name that nobody has may be a password, so it is not recorded.
    async fn record_failure(&self, user: Option<User>, source: &Source) -> Result<(), AccountError> {
        let mut entry = source.stranger_entry(AuditAction::LoginFailed, self.clock.now());
        entry.object = user.map(|user| user.username);
        let mut conn = self.database.connection().await?;
        Ok(audit::insert(&mut conn, &entry).await?)
    }

    /// Compares the password with that of the user with this name or e-mail address.
    async fn with_password(&self, username: &str, password: &Secret) -> Result<Checked, AccountError> {
        let found = {
            let mut conn = self.database.connection().await?;
            users::find_with_password(&mut conn, username).await?
        };
        let (user, hash) = found.unzip();
        let is_right = self.passwords.verify(password.expose().to_owned(), hash).await?;
        Ok(match user {
            Some(user) if is_right => Checked::Right(user),
            user => Checked::Wrong(user),
        })
    }

    async fn prepare(&self, form: AccountForm, rank: Rank) -> Result<NewUser, AccountError> {
        let form = checked(form)?;
        let password_hash = self.passwords.hash(form.password.expose().to_owned()).await?;
        Ok(NewUser {
            id: UserId::generate(),
            username: form.username,
            email: form.email,
            password_hash,
            first_name: form.first_name,
            last_name: form.last_name,
            is_superuser: rank == Rank::Superuser,
            created_at: self.clock.now(),
        })
    }
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

/// Fails if an account exists or the token is not the current one.
async fn require_setup_token(conn: &mut Connection, digest: &[u8]) -> Result<(), AccountError> {
    if users::any(conn).await? {
        return Err(AccountError::AlreadySetUp);
    }
    if !setup_tokens::exists(conn, digest).await? {
        return Err(AccountError::SetupTokenRefused);
    }
    Ok(())
}

/// Changes to a user's profile and settings; `None` leaves one unchanged, `Some(None)` removes it.
#[derive(Debug, Default)]
pub struct SettingsChanges {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The default approval policy of the user's chats; none requires no approvals.
    pub approval: Option<Option<ApprovalPolicy>>,
    /// The chosen time zone.
    pub time_zone: Option<Option<String>>,
    /// The chosen language.
    pub language: Option<Option<String>>,
    /// The browser's time zone.
    pub detected_time_zone: Option<Option<String>>,
    /// The browser's language.
    pub detected_language: Option<Option<String>>,
}

/// Changes a user's profile and settings.
///
/// # Errors
/// When a name, an address, a time zone or a language is invalid, or the e-mail address is taken.
pub async fn change_settings(
    database: &Database,
    user: User,
    changes: SettingsChanges,
) -> Result<User, AccountError> {
    let policy = changes.approval.map(|policy| policy.map(serde_json::to_value).transpose()).transpose();
    check_texts(
        &[&changes.first_name, &changes.last_name, &changes.email]
            .map(|text| text.as_deref().unwrap_or_default()),
    )?;
    changes.email.as_deref().map_or(Ok(()), check_email)?;
    let changes = UserChanges {
        first_name: changes.first_name.map(|name| visible(&name)),
        last_name: changes.last_name.map(|name| visible(&name)),
        email: changes.email,
        approval: policy.context("encoding an approval policy")?,
        time_zone: known(changes.time_zone, locale::time_zone, AccountError::TimeZoneInvalid)?,
        language: known(changes.language, locale::language, AccountError::LanguageInvalid)?,
        detected_time_zone: known(
            changes.detected_time_zone,
            locale::time_zone,
            AccountError::TimeZoneInvalid,
        )?,
        detected_language: known(changes.detected_language, locale::language, AccountError::LanguageInvalid)?,
    };
    if changes == UserChanges::default() {
        return Ok(user);
    }
    Ok(users::change(&mut *database.connection().await?, user.id, changes).await?)
}

/// The new value in its usual spelling.
fn known(
    change: Option<Option<String>>,
    spell: fn(&str) -> Option<String>,
    otherwise: AccountError,
) -> Result<Option<Option<String>>, AccountError> {
    match change {
        Some(Some(value)) => spell(&value).map(|value| Some(Some(value))).ok_or(otherwise),
        unchanged => Ok(unchanged),
    }
}

fn check_texts(texts: &[&str]) -> Result<(), AccountError> {
    let is_invalid = |text: &&str| text.contains('\0') || text.chars().count() > TEXT_LIMIT;
    if texts.iter().any(is_invalid) { Err(AccountError::TextInvalid) } else { Ok(()) }
}

fn check_email(email: &str) -> Result<(), AccountError> {
    let parts = email.split_once('@');
    let has_both = parts.is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
    if has_both && !email.contains(char::is_whitespace) { Ok(()) } else { Err(AccountError::EmailInvalid) }
}

fn check_length(password: &Secret) -> Result<(), AccountError> {
    let length = password.expose().chars().count();
    if (8..=1024).contains(&length) { Ok(()) } else { Err(AccountError::PasswordInvalid) }
}

fn checked(form: AccountForm) -> Result<AccountForm, AccountError> {
    check_texts(&[&form.username, &form.email, &form.first_name, &form.last_name])?;
    if form.username.is_empty()
        || form.username.chars().count() > USERNAME_LIMIT
        || !is_username(&form.username)
    {
        return Err(AccountError::UsernameInvalid);
    }
    check_email(&form.email)?;
    check_length(&form.password)?;
    let [first_name, last_name] = [&form.first_name, &form.last_name].map(|name| visible(name));
    Ok(AccountForm { first_name, last_name, ..form })
}
