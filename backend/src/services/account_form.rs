//! What an account is created with, and what its names and its password may be.

use std::ops::RangeInclusive;

use protocol::secret::Secret;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::text::{is_username, visible};

/// Maximum number of characters of a username.
pub const USERNAME_LIMIT: usize = 64;
/// Maximum number of characters of a name or an e-mail address.
pub const TEXT_LIMIT: usize = 254;
/// How many characters a password has.
pub const PASSWORD_LENGTH: RangeInclusive<usize> = 8..=1024;

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

/// Why a field can't be used. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum FormError {
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
}

impl AccountForm {
    /// The form with its names as they are shown.
    ///
    /// # Errors
    /// When a field can't be used.
    pub fn checked(self) -> Result<Self, FormError> {
        check_username(&self.username)?;
        check_email(&self.email)?;
        check_password(&self.password)?;
        Ok(Self { first_name: name(&self.first_name)?, last_name: name(&self.last_name)?, ..self })
    }
}

/// Checks a username.
///
/// # Errors
/// When it can't be used.
pub fn check_username(username: &str) -> Result<(), FormError> {
    check_text(username)?;
    let length = username.chars().count();
    let is_usable = (1..=USERNAME_LIMIT).contains(&length) && is_username(username);
    is_usable.then_some(()).ok_or(FormError::UsernameInvalid)
}

/// Checks an e-mail address.
///
/// # Errors
/// When it can't be used.
pub fn check_email(email: &str) -> Result<(), FormError> {
    check_text(email)?;
    let parts = email.split_once('@').filter(|(name, host)| !name.is_empty() && !host.is_empty());
    let is_usable = parts.is_some() && !email.contains(char::is_whitespace);
    is_usable.then_some(()).ok_or(FormError::EmailInvalid)
}

/// Checks a new password.
///
/// # Errors
/// When it can't be used.
pub fn check_password(password: &Secret) -> Result<(), FormError> {
    let length = password.expose().chars().count();
    PASSWORD_LENGTH.contains(&length).then_some(()).ok_or(FormError::PasswordInvalid)
}

/// A given or family name as it is shown.
///
/// # Errors
/// When it is too long or contains NUL.
pub fn name(name: &str) -> Result<String, FormError> {
    check_text(name)?;
    Ok(visible(name))
}

fn check_text(text: &str) -> Result<(), FormError> {
    let is_usable = !text.contains('\0') && text.chars().count() <= TEXT_LIMIT;
    is_usable.then_some(()).ok_or(FormError::TextInvalid)
}
