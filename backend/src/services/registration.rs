//! People create accounts of their own: with an invitation, or freely.

use std::time::Duration;

use diesel_async::AsyncConnection as _;
use protocol::secret::Secret;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::config::registration::RegistrationMode;
use crate::database::{DatabaseError, from_database};
use crate::services::account_form::AccountForm;
use crate::services::accounts::{AccountError, Accounts};
use crate::services::audit::Source;
use crate::services::site_settings::{SettingError, SiteSettings};
use crate::store::audit::{self, AuditAction};
use crate::store::invitations::{self, Invitation};
use crate::store::users::{self, User, UserRole};

/// Why somebody can't register. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// Nobody may.
    #[error("Nobody can register here. Ask an administrator for an account.")]
    Closed,
    /// It takes an invitation.
    #[error("To register here, open the link of an invitation.")]
    InvitationNeeded,
    /// The invitation is wrong, used up, expired or deleted.
    #[error("This invitation is not valid any more. Ask for a new one.")]
    InvitationRefused,
    /// The invitation is for another address.
    #[error("This invitation is for another e-mail address.")]
    OtherAddress,
    /// Too many registrations from one address.
    #[error("Too many registrations. Try again in {} s.", .0.as_secs().max(1))]
    Throttled(Duration),
    /// The account can't be created.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// The settings could not be read.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The invitations could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(RegistrationError);

/// Creates an account for whoever asks.
///
/// # Errors
/// When they may not register, or the form can't be used.
pub async fn register(
    accounts: &Accounts,
    settings: &SiteSettings,
    form: AccountForm,
    invitation: Option<&Secret>,
    source: &Source,
) -> Result<User, RegistrationError> {
    // Each of them costs a hash and tells whether a name is taken.
    accounts.throttle.registration(source.address).map_err(RegistrationError::Throttled)?;
    let mode = settings.registration().await?.value;
    // Names are told as taken only to those who may register.
    let invitation_sha256 = invitation.map(|token| Sha256::digest(token.expose()));
    let invitation = admit(accounts, mode, &form.email, invitation_sha256.as_deref()).await?;
    let role = invitation.as_ref().map_or(UserRole::User, |invitation| invitation.role);
    let new = accounts.prepare(form, role).await?;
    let now = accounts.clock.now();
    let mut conn = accounts.database.connection().await?;
    let user = conn
        .transaction(async |conn| {
            if let Some(invitation) = &invitation
                && !invitations::consume(conn, invitation.id, now).await?
            {
                return Err(RegistrationError::InvitationRefused);
            }
            let user = users::insert(conn, new).await.map_err(AccountError::from)?;
            let mut entry = source.entry(&user, AuditAction::UserRegistered, now);
            entry.detail = json!({ "invitation_id": invitation.as_ref().map(|invitation| invitation.id) });
            audit::insert(conn, &entry).await?;
            Ok::<_, RegistrationError>(user)
        })
        .await?;
    tracing::info!(user.id = %user.id, invitation.id = ?invitation.map(|invitation| invitation.id), "a user has registered");
    Ok(user)
}

/// Checks whether somebody may register. Returns their invitation.
///
/// # Errors
/// When they may not.
pub(super) async fn admit(
    accounts: &Accounts,
    mode: RegistrationMode,
    email: &str,
    invitation_sha256: Option<&[u8]>,
) -> Result<Option<Invitation>, RegistrationError> {
    let mut conn = accounts.database.connection().await?;
    // The first account is the administrator's, who has a link of their own.
    if mode == RegistrationMode::Closed || !users::any(&mut conn).await? {
        return Err(RegistrationError::Closed);
    }
    let Some(digest) = invitation_sha256 else {
        let is_open = mode == RegistrationMode::Open;
        return if is_open { Ok(None) } else { Err(RegistrationError::InvitationNeeded) };
    };
    let found = invitations::find_usable(&mut conn, digest, accounts.clock.now()).await?;
    let invitation = found.ok_or(RegistrationError::InvitationRefused)?;
    if invitation.email.as_ref().is_some_and(|invited| invited.to_lowercase() != email.to_lowercase()) {
        return Err(RegistrationError::OtherAddress);
    }
    Ok(Some(invitation))
}
