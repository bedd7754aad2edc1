//! Logging in with a password and, where the account has a second factor, a code.

use diesel_async::AsyncConnection as _;
use protocol::secret::Secret;
use serde_json::json;

use super::{SecondFactors, digits};
use crate::auth::recovery_code::RecoveryCode;
use crate::auth::totp;
use crate::services::accounts::AccountError;
use crate::services::audit::Source;
use crate::store::audit::{self, AuditAction};
use crate::store::recovery_codes;
use crate::store::second_factors::{self, SecondFactor};
use crate::store::users::User;

/// What somebody logs in with.
#[derive(Debug, Clone, Copy)]
pub struct Credentials<'a> {
    /// The username, or the e-mail address.
    pub username: &'a str,
    /// The password.
    pub password: &'a Secret,
    /// The code of an authenticator app, or a recovery code.
    pub code: Option<&'a Secret>,
}

impl SecondFactors {
    /// The user with this name or e-mail address, this password and, if the account has a second factor, this code. Every login with
    /// a password goes through here.
    ///
    /// Whether an account has a second factor is told only to those who know its password. A wrong code counts as a failed login.
    ///
    /// # Errors
    /// When something of it is wrong, the code is missing, or too many logins have failed.
    pub async fn authenticate(
        &self,
        credentials: Credentials<'_>,
        source: &Source,
    ) -> Result<User, AccountError> {
        let Credentials { username, password, code } = credentials;
        let (user, attempt) = self.accounts.check_password(username, password, source).await?;
        match self.check_code(&user, code, source).await {
            Ok(()) => {
                attempt.succeeded();
                Ok(user)
            }
            Err(AccountError::SecondFactorWrong) => {
                tracing::warn!(user.id = %user.id, client.address = ?source.address, "a login failed: the code is wrong");
                self.record_failure(user, source).await?;
                Err(AccountError::SecondFactorWrong)
            }
            // It must not forgive wrong codes.
            Err(error) => {
                attempt.retract();
                Err(error)
            }
        }
    }

    /// Checks the code of somebody who has proved elsewhere who they are. Every login with an identity provider goes through here.
    ///
    /// # Errors
    /// When the account has a second factor and the code is missing or wrong, or too many were.
    pub async fn verify(
        &self,
        user: &User,
        code: Option<&Secret>,
        source: &Source,
    ) -> Result<(), AccountError> {
        let checked = self.check_code(user, code, source).await;
        if matches!(checked, Err(AccountError::SecondFactorWrong)) {
            tracing::warn!(user.id = %user.id, client.address = ?source.address, "a login failed: the code is wrong");
            self.record_failure(user.clone(), source).await?;
        }
        checked
    }

    async fn check_code(
        &self,
        user: &User,
        code: Option<&Secret>,
        source: &Source,
    ) -> Result<(), AccountError> {
        let factor = {
            let mut conn = self.accounts.database.connection().await?;
            second_factors::find(&mut conn, user.id).await?
        };
        let Some(factor) = factor.filter(|factor| factor.confirmed_at.is_some()) else { return Ok(()) };
        let code = code.filter(|code| !code.expose().trim().is_empty());
        let code = code.ok_or(AccountError::SecondFactorRequired)?;
        let digits = digits(code);
        let is_right = if totp::is_code(&digits) {
            self.take_code(user, &factor, &digits).await?
        } else {
            self.take_recovery_code(user, code, source).await?
        };
        is_right.then_some(()).ok_or(AccountError::SecondFactorWrong)
    }

    /// Whether a code of the app is right. It is so once.
    async fn take_code(&self, user: &User, factor: &SecondFactor, code: &str) -> Result<bool, AccountError> {
        let attempt = self.accounts.throttle.code_attempt(user.id).map_err(AccountError::CodesThrottled)?;
        match self.take_step(user, factor, code).await {
            Ok(true) => {
                attempt.succeeded();
                Ok(true)
            }
            Ok(false) => Ok(false),
            Err(error) => {
                attempt.retract();
                Err(error)
            }
        }
    }

    async fn take_step(&self, user: &User, factor: &SecondFactor, code: &str) -> Result<bool, AccountError> {
        let step = self.totp(user, factor).await?.step_of(code, self.accounts.clock.now());
        let Some(step) = step else { return Ok(false) };
        let mut conn = self.accounts.database.connection().await?;
        Ok(second_factors::take_step(&mut conn, factor, step).await?)
    }

    /// Whether a recovery code is right, and uses it up. Nobody can guess one, so only failed logins are counted.
    async fn take_recovery_code(
        &self,
        user: &User,
        code: &Secret,
        source: &Source,
    ) -> Result<bool, AccountError> {
        let Some(code) = RecoveryCode::parse(code.expose()) else { return Ok(false) };
        let now = self.accounts.clock.now();
        let mut entry = source.entry(user, AuditAction::RecoveryCodeUsed, now);
        let mut conn = self.accounts.database.connection().await?;
        conn.transaction(async |conn| {
            if !recovery_codes::consume(conn, user.id, &code.sha256(), now).await? {
                return Ok(false);
            }
            entry.detail = json!({ "left": recovery_codes::count_unused(conn, user.id).await? });
            audit::insert(conn, &entry).await?;
            Ok(true)
        })
        .await
    }

    async fn record_failure(&self, user: User, source: &Source) -> Result<(), AccountError> {
        let mut entry = source.stranger_entry(AuditAction::LoginFailed, self.accounts.clock.now());
        entry.object = Some(user.username);
        entry.detail = json!({ "reason": "second_factor_wrong" });
        let mut conn = self.accounts.database.connection().await?;
        Ok(audit::insert(&mut conn, &entry).await?)
    }
}
