//! The first administrator, for installations that start unattended.

use anyhow::Context as _;
use protocol::secret::Secret;

use crate::config::first_admin::FirstAdmin;
use crate::services::account_form::AccountForm;
use crate::services::accounts::{AccountError, Accounts};
use crate::services::audit::Actor;
use crate::store::users::{self, UserRole};

/// Creates the first administrator, unless somebody has an account already. Returns whether it did.
///
/// # Errors
/// When the file with the password can't be read, or the name or the password can't be used.
pub async fn create(accounts: &Accounts, first: &FirstAdmin) -> anyhow::Result<bool> {
    if users::any(&mut *accounts.database.connection().await?).await? {
        return Ok(false);
    }
    let file = &first.password_file;
    let password = tokio::fs::read_to_string(file)
        .await
        .with_context(|| format!("DESKHAND_FIRST_ADMIN: can't read the password in {}", file.display()))?;
    let username = first.username.clone();
    let form = AccountForm {
        email: if username.contains('@') { username.clone() } else { format!("{username}@localhost") },
        username,
        password: Secret::new(password.trim_end_matches(['\r', '\n'])),
        first_name: String::new(),
        last_name: String::new(),
    };
    match accounts.create(form, UserRole::Superuser, &Actor::Installation).await {
        Ok(_) => Ok(true),
        // Another replica has just done it.
        Err(AccountError::UsernameTaken | AccountError::EmailTaken) => Ok(false),
        Err(error) => Err(error).context("DESKHAND_FIRST_ADMIN: can't create the first administrator"),
    }
}
