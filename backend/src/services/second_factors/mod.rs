//! Second factors: codes of authenticator apps, and recovery codes for people whose app is not at hand.

mod authenticate;

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use serde::Serialize;
use utoipa::ToSchema;

pub use self::authenticate::Credentials;
use crate::auth::recovery_code::RecoveryCode;
use crate::auth::totp::{self, Totp};
use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::accounts::{AccountError, Accounts};
use crate::services::audit::{Actor, Source};
use crate::store::audit::{self, AuditAction, NewAuditEntry};
use crate::store::sealed_columns::SECOND_FACTORS;
use crate::store::second_factors::{self, SecondFactor};
use crate::store::users::{self, User};
use crate::store::{Connection, recovery_codes};
use crate::vault::{Vault, VaultError};

/// The number of recovery codes.
const RECOVERY_CODES: usize = 10;
/// How long a new secret waits for its first code.
const CONFIRM_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Whether logins of a user ask for a code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SecondFactorView {
    /// Whether they do.
    pub is_on: bool,
    /// Since when.
    pub since: Option<DateTime<Utc>>,
    /// How many recovery codes are not used.
    pub recovery_codes_left: i64,
}

/// Why a second factor can't be changed. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum SecondFactorError {
    /// It is on.
    #[error("Two-step login is on already. Turn it off first to use another app.")]
    On,
    /// It is not on.
    #[error("Two-step login is not on.")]
    Off,
    /// There is no secret that waits for its first code.
    #[error("Begin again: there is no new secret, or it is older than an hour.")]
    NotBegun,
    /// The code is wrong, or was used before.
    #[error("{}", AccountError::SecondFactorWrong)]
    WrongCode,
    /// A superuser wants to reset their own.
    #[error("Turn your own two-step login off on your account page.")]
    Own,
    /// There is no such user.
    #[error("There is no such user.")]
    NoSuchUser,
    /// The password is wrong, or too many attempts have failed.
    #[error(transparent)]
    Account(AccountError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// A code or a secret could not be made.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(SecondFactorError);

impl From<AccountError> for SecondFactorError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::WrongCredentials => Self::Account(AccountError::WrongPassword),
            AccountError::SecondFactorWrong | AccountError::SecondFactorRequired => Self::WrongCode,
            other => Self::Account(other),
        }
    }
}

impl From<VaultError> for SecondFactorError {
    fn from(error: VaultError) -> Self {
        Self::Account(error.into())
    }
}

/// The second factors of all accounts. Cheap to clone.
#[derive(Clone)]
pub struct SecondFactors {
    /// Checks passwords.
    pub accounts: Accounts,
    /// Seals the secrets.
    pub vault: Vault,
}

impl SecondFactors {
    /// Whether logins of a user ask for a code.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn get(&self, user_id: UserId) -> Result<SecondFactorView, DatabaseError> {
        let mut conn = self.accounts.database.connection().await?;
        let since = second_factors::find(&mut conn, user_id).await?.and_then(|factor| factor.confirmed_at);
        let recovery_codes_left = recovery_codes::count_unused(&mut conn, user_id).await?;
        Ok(SecondFactorView { is_on: since.is_some(), since, recovery_codes_left })
    }

    /// Makes a secret for the app of a user, who proves to know the password. Logins ask for codes once it is confirmed.
    ///
    /// # Errors
    /// When the password is wrong, or the second factor is on.
    pub async fn begin(
        &self,
        user: &User,
        password: &Secret,
        source: &Source,
    ) -> Result<Totp, SecondFactorError> {
        self.accounts.confirm(user, password, source).await?;
        let secret = totp::generate_secret()?;
        let totp = Totp::new(&secret, &user.username)?;
        let now = self.accounts.clock.now();
        let mut conn = self.accounts.database.connection().await?;
        let is_new = conn
            .transaction(async |conn| {
                let secret_sealed =
                    self.vault.seal(conn, SECOND_FACTORS, &user.id.to_string(), &secret).await?;
                let factor = SecondFactor {
                    user_id: user.id,
                    secret_sealed,
                    created_at: now,
                    confirmed_at: None,
                    last_step: None,
                };
                Ok::<_, SecondFactorError>(second_factors::insert_unconfirmed(conn, &factor).await?)
            })
            .await?;
        if is_new { Ok(totp) } else { Err(SecondFactorError::On) }
    }

    /// Turns the second factor on with the first code of the app. Returns the recovery codes, which are shown once.
    ///
    /// # Errors
    /// When the code is wrong, too many were, or no secret waits for one.
    pub async fn confirm(
        &self,
        user: &User,
        code: &Secret,
        source: &Source,
    ) -> Result<Vec<Secret>, SecondFactorError> {
        let now = self.accounts.clock.now();
        let factor = {
            let mut conn = self.accounts.database.connection().await?;
            second_factors::find(&mut conn, user.id).await?
        };
        let factor =
            factor.filter(|factor| factor.confirmed_at.is_some() || factor.created_at > now - CONFIRM_WITHIN);
        let factor = factor.ok_or(SecondFactorError::NotBegun)?;
        if factor.confirmed_at.is_some() {
            return Err(SecondFactorError::On);
        }
        let attempt = self.accounts.throttle.code_attempt(user.id).map_err(AccountError::CodesThrottled)?;
        let totp = self.totp(user, &factor).await?;
        let step = totp.step_of(&digits(code), now).ok_or(SecondFactorError::WrongCode)?;
        attempt.succeeded();
        let codes = new_codes()?;
        let entry = source.entry(user, AuditAction::SecondFactorEnabled, now);
        let mut conn = self.accounts.database.connection().await?;
        conn.transaction(async |conn| {
            if !second_factors::confirm(conn, &factor, step, now).await? {
                return Err(SecondFactorError::NotBegun);
            }
            replace_codes(conn, user.id, &codes).await?;
            Ok(audit::insert(conn, &entry).await?)
        })
        .await?;
        Ok(shown(&codes))
    }

    /// Turns the second factor of a user off, who proves to have it.
    ///
    /// # Errors
    /// When it is not on, or the password or the code is wrong.
    pub async fn turn_off(
        &self,
        user: &User,
        proof: (&Secret, &Secret),
        source: &Source,
    ) -> Result<(), SecondFactorError> {
        self.prove(user, proof, source).await?;
        let entry = source.entry(user, AuditAction::SecondFactorDisabled, self.accounts.clock.now());
        delete(&self.accounts.database, user.id, &entry).await
    }

    /// Makes new recovery codes, which replace the others, for a user who proves to have the second factor.
    ///
    /// # Errors
    /// When it is not on, or the password or the code is wrong.
    pub async fn renew_codes(
        &self,
        user: &User,
        proof: (&Secret, &Secret),
        source: &Source,
    ) -> Result<Vec<Secret>, SecondFactorError> {
        self.prove(user, proof, source).await?;
        let codes = new_codes()?;
        let entry = source.entry(user, AuditAction::RecoveryCodesReplaced, self.accounts.clock.now());
        let mut conn = self.accounts.database.connection().await?;
        conn.transaction(async |conn| {
            // It is not turned off meanwhile.
            users::lock(conn, user.id).await?.ok_or(SecondFactorError::NoSuchUser)?;
            let factor = second_factors::find(conn, user.id).await?;
            factor.and_then(|factor| factor.confirmed_at).ok_or(SecondFactorError::Off)?;
            replace_codes(conn, user.id, &codes).await?;
            Ok::<_, SecondFactorError>(audit::insert(conn, &entry).await?)
        })
        .await?;
        Ok(shown(&codes))
    }

    /// Checks the password and a code of a user who is logged in.
    async fn prove(
        &self,
        user: &User,
        (password, code): (&Secret, &Secret),
        source: &Source,
    ) -> Result<(), SecondFactorError> {
        if !self.get(user.id).await?.is_on {
            return Err(SecondFactorError::Off);
        }
        let credentials = Credentials { username: &user.username, password, code: Some(code) };
        self.authenticate(credentials, source).await?;
        Ok(())
    }

    async fn totp(&self, user: &User, factor: &SecondFactor) -> Result<Totp, AccountError> {
        let id = user.id.to_string();
        let secret = self.vault.open_sealed(SECOND_FACTORS, &id, &factor.secret_sealed).await?;
        Ok(Totp::new(&secret, &user.username)?)
    }
}

/// Removes the second factor of somebody who has lost it.
///
/// # Errors
/// When there is no such user, it is the actor's own, or it is not on.
pub async fn reset(
    database: &Database,
    clock: &Clock,
    user_id: UserId,
    by: &Actor,
) -> Result<(), SecondFactorError> {
    if by.id() == Some(user_id) {
        return Err(SecondFactorError::Own);
    }
    let user = users::find(&mut *database.connection().await?, user_id).await?;
    let user = user.ok_or(SecondFactorError::NoSuchUser)?;
    let entry = by.entry(AuditAction::SecondFactorReset, user.username, clock.now());
    delete(database, user_id, &entry).await
}

/// Removes the second factor of a user and the recovery codes, and records it.
async fn delete(
    database: &Database,
    user_id: UserId,
    entry: &NewAuditEntry,
) -> Result<(), SecondFactorError> {
    let mut conn = database.connection().await?;
    conn.transaction(async |conn| {
        users::lock(conn, user_id).await?.ok_or(SecondFactorError::NoSuchUser)?;
        if !second_factors::delete(conn, user_id).await? {
            return Err(SecondFactorError::Off);
        }
        Ok(audit::insert(conn, entry).await?)
    })
    .await
}

/// A code as it was typed, without the spaces and hyphens that some apps show.
fn digits(code: &Secret) -> String {
    code.expose().chars().filter(|character| !matches!(character, ' ' | '-')).collect()
}

fn new_codes() -> anyhow::Result<Vec<RecoveryCode>> {
    (0..RECOVERY_CODES).map(|_| RecoveryCode::generate()).collect()
}

fn shown(codes: &[RecoveryCode]) -> Vec<Secret> {
    codes.iter().map(RecoveryCode::shown).collect()
}

async fn replace_codes(
    conn: &mut Connection,
    user_id: UserId,
    codes: &[RecoveryCode],
) -> diesel::QueryResult<()> {
    let hashes: Vec<_> = codes.iter().map(RecoveryCode::sha256).collect();
    recovery_codes::replace(conn, user_id, &hashes).await
}
