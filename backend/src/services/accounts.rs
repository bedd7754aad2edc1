//! Creates accounts, including the first administrator's, and checks credentials.

use std::time::Duration;

use anyhow::Context as _;
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use protocol::transcript::approval::ApprovalPolicy;
use rand::Rng as _;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::auth::password::{PasswordError, Passwords};
use crate::auth::throttle::{Attempt, LoginThrottle};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::locale;
use crate::services::account_form::{self, AccountForm, FormError, TEXT_LIMIT};
use crate::services::audit::{Actor, Source};
use crate::store::audit::{self, AuditAction};
use crate::store::model_choice::ModelChoice;
use crate::store::users::{NewUser, User, UserChanges, UserRole, WriteUserError};
use crate::store::{Connection, setup_tokens, users};
use crate::vault::VaultError;

/// Why an account can't be created, or logged in to. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A field can't be used.
    #[error(transparent)]
    Form(#[from] FormError),
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
    /// The password that confirms an action is wrong.
    #[error("Wrong password.")]
    WrongPassword,
    /// The account has no password that could confirm an action.
    #[error("Your account has no password. Set one on your account page first.")]
    NoPassword,
    /// The password is right, and the account has a second factor.
    #[error("Enter the code of your authenticator app, or a recovery code.")]
    SecondFactorRequired,
    /// The code is wrong, or was used before.
    #[error(
        "This code is wrong, too old, or used already. Enter the next one, and check that the clock of your device is right."
    )]
    SecondFactorWrong,
    /// Too many codes of the second factor were wrong.
    #[error("Too many wrong codes. Use a recovery code, or try again in {} s.", .0.as_secs().max(1))]
    CodesThrottled(Duration),
    /// A superuser has disabled the account.
    #[error("This account is disabled. Ask an administrator of this installation.")]
    Disabled,
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

impl From<WriteUserError> for AccountError {
    fn from(error: WriteUserError) -> Self {
        match error {
            WriteUserError::UsernameTaken => Self::UsernameTaken,
            WriteUserError::EmailTaken => Self::EmailTaken,
            WriteUserError::Database(error) => error.into(),
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

impl From<VaultError> for AccountError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Database(error) => Self::Database(error),
            other => Self::Internal(other.into()),
        }
    }
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
    pub async fn create(&self, form: AccountForm, role: UserRole, by: &Actor) -> Result<User, AccountError> {
        let new = self.prepare(form, role).await?;
        let mut entry = by.entry(AuditAction::UserCreated, &new.username, new.created_at);
        entry.detail = json!({ "is_superuser": new.is_superuser });
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let user = users::insert(conn, new).await?;
            audit::insert(conn, &entry).await?;
            Ok(user)
        })
        .await
    }

    /// Creates the first administrator and consumes the setup token.
    ///
    /// # Errors
    /// When the token is wrong or used, an account exists, or the form is invalid.
    pub async fn set_up(
        &self,
        token: &Secret,
        form: AccountForm,
        source: &Source,
    ) -> Result<User, AccountError> {
        let digest = Sha256::digest(token.expose());
        // Hashing is slow, and anybody may call this: look at the token first, and keep no connection meanwhile.
        require_setup_token(&mut *self.database.connection().await?, &digest).await?;
        // An invalid form does not consume the token.
        let new = self.prepare(form, UserRole::Superuser).await?;
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            require_setup_token(conn, &digest).await?;
            if !setup_tokens::consume(conn, &digest).await? {
                return Err(AccountError::SetupTokenRefused);
            }
            let user = users::insert(conn, new).await?;
            let mut entry = source.entry(&user, AuditAction::UserCreated, user.created_at);
            entry.object = Some(user.username.clone());
            entry.detail = json!({ "is_superuser": true });
            audit::insert(conn, &entry).await?;
            Ok(user)
        })
        .await
    }

    /// The user with this name or e-mail address, and this password. It does not suffice to log in: the account may have a second
    /// factor. The attempt counts as failed unless it succeeds or is retracted.
    ///
    /// # Errors
    /// When the username or the password is wrong, or too many logins have failed.
    pub(super) async fn check_password(
        &self,
        username: &str,
        password: &Secret,
        source: &Source,
    ) -> Result<(User, Attempt<'_>), AccountError> {
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
            // Told only to those who know the password.
            Ok(Checked::Right(user)) => {
                if user.disabled_at.is_none() {
                    return Ok((user, attempt));
                }
                attempt.retract();
                Err(AccountError::Disabled)
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

    /// Checks the password of a user who is logged in, before an action that can't be undone. It forgives no failed logins: a second
    /// factor is not proved.
    ///
    /// # Errors
    /// When it is wrong, too many have been, or the account has none.
    pub async fn confirm(&self, user: &User, password: &Secret, source: &Source) -> Result<(), AccountError> {
        if !user.has_password {
            return Err(AccountError::NoPassword);
        }
        match self.check_password(&user.username, password, source).await {
            Ok((_, attempt)) => {
                attempt.retract();
                Ok(())
            }
            Err(AccountError::WrongCredentials) => Err(AccountError::WrongPassword),
            Err(error) => Err(error),
        }
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
        let is_right = self.passwords.verify(password.expose().to_owned(), hash.flatten()).await?;
        Ok(match user {
            Some(user) if is_right => Checked::Right(user),
            user => Checked::Wrong(user),
        })
    }

    /// The row of a new account, with its password hashed.
    ///
    /// # Errors
    /// When the form is invalid.
    pub(super) async fn prepare(&self, form: AccountForm, role: UserRole) -> Result<NewUser, AccountError> {
        let form = form.checked()?;
        let password_hash = self.passwords.hash(form.password.expose().to_owned()).await?;
        Ok(NewUser {
            id: UserId::generate(),
            username: form.username,
            email: form.email,
            password_hash: Some(password_hash),
            first_name: form.first_name,
            last_name: form.last_name,
            is_superuser: role == UserRole::Superuser,
            created_at: self.clock.now(),
        })
    }
}

/// A token that can't be guessed.
#[must_use]
pub fn random_token() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

/// Issues a new setup token, replacing the previous one. `None` if an account exists.
pub async fn new_setup_token(database: &Database, clock: &Clock) -> anyhow::Result<Option<String>> {
    let mut conn = database.connection().await?;
    let token = random_token();
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
    /// The model of chats without one of their own; none: the installation's. The caller has checked it.
    pub model_choice: Option<Option<ModelChoice>>,
    /// The models that go on where the chosen one can't; none: the installation's. The caller has checked them.
    pub model_fallbacks: Option<Option<Vec<ModelChoice>>>,
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
    changes.email.as_deref().map(account_form::check_email).transpose()?;
    let policy = changes.approval.map(|policy| policy.map(serde_json::to_value).transpose()).transpose();
    let model = changes.model_choice.map(|model| model.map(serde_json::to_value).transpose()).transpose();
    let fallbacks =
        changes.model_fallbacks.map(|list| list.map(serde_json::to_value).transpose()).transpose();
    let changes = UserChanges {
        approval: policy.context("encoding an approval policy")?,
        model_choice: model.context("encoding a model choice")?,
        model_fallbacks: fallbacks.context("encoding fallbacks")?,
        time_zone: known(changes.time_zone, locale::time_zone, AccountError::TimeZoneInvalid)?,
        language: known(changes.language, locale::language, AccountError::LanguageInvalid)?,
        detected_time_zone: known(
            changes.detected_time_zone,
            locale::time_zone,
            AccountError::TimeZoneInvalid,
        )?,
        detected_language: known(changes.detected_language, locale::language, AccountError::LanguageInvalid)?,
        first_name: changes.first_name.as_deref().map(account_form::name).transpose()?,
        last_name: changes.last_name.as_deref().map(account_form::name).transpose()?,
        email: changes.email,
        ..UserChanges::default()
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
