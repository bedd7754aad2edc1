//! What becomes of somebody whom a provider has identified: they are logged in, linked, or get an account.

use diesel_async::AsyncConnection as _;
use protocol::ids::{IdentityId, UserId};
use rand::Rng as _;
use serde_json::json;

use super::username::derived;
use super::{IdentityProviders, Provider, ProviderLoginError};
use crate::clients::identity_provider::Profile;
use crate::services::account_form::{check_email, name};
use crate::services::accounts::{AccountError, Accounts};
use crate::services::audit::Source;
use crate::services::identity_providers::identities::linked_entry;
use crate::services::registration::{self, RegistrationError};
use crate::services::site_settings::SiteSettings;
use crate::store::audit::{self, AuditAction};
use crate::store::identities::{self, Identity};
use crate::store::invitations::{self, Invitation};
use crate::store::users::{self, NewUser, User, UserRole, WriteUserError};

/// How many usernames are tried before a random one.
const NUMBERED: u32 = 20;
/// How many usernames are tried in all.
const TRIES: u32 = 25;

/// Somebody whom a provider has identified.
pub struct Identified<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// Who they are there.
    pub profile: &'a Profile,
}

impl IdentityProviders {
    /// The account of somebody who logs in. Whoever has none gets one, if they may register.
    ///
    /// # Errors
    /// When the account is disabled, or they have none and may not register.
    pub async fn account(
        &self,
        accounts: &Accounts,
        settings: &SiteSettings,
        identified: &Identified<'_>,
        invitation_sha256: Option<&[u8]>,
        source: &Source,
    ) -> Result<User, ProviderLoginError> {
        if let Some(user) = self.known(identified).await? {
            return Ok(user);
        }
        match self.register(accounts, settings, identified, invitation_sha256, source).await {
            // Another request of theirs was faster.
            Err(error @ (ProviderLoginError::IdentityTaken | ProviderLoginError::EmailTaken)) => {
                self.known(identified).await?.ok_or(error)
            }
            registered => registered,
        }
    }

    /// The account that the identity is linked to.
    async fn known(&self, identified: &Identified<'_>) -> Result<Option<User>, ProviderLoginError> {
        let Identified { provider, profile } = identified;
        let mut conn = self.database.connection().await?;
        let Some(identity) = identities::find(&mut conn, &provider.issuer, &profile.subject).await? else {
            return Ok(None);
        };
        let Some(user) = users::find(&mut conn, identity.user_id).await? else { return Ok(None) };
        if user.disabled_at.is_some() {
            return Err(ProviderLoginError::Disabled);
        }
        identities::note_use(&mut conn, identity.id, &shown(&profile.login), self.clock.now()).await?;
        Ok(Some(user))
    }

    async fn register(
        &self,
        accounts: &Accounts,
        settings: &SiteSettings,
        identified: &Identified<'_>,
        invitation_sha256: Option<&[u8]>,
        source: &Source,
    ) -> Result<User, ProviderLoginError> {
        let Identified { provider, profile } = identified;
        if !provider.registers {
            return Err(ProviderLoginError::NoAccount);
        }
        accounts.throttle.registration(source.address).map_err(RegistrationError::Throttled)?;
        let mode = settings.registration().await.map_err(RegistrationError::from)?.value;
        let email = profile.email.as_deref().filter(|email| check_email(email).is_ok()).unwrap_or_default();
        let invitation = registration::admit(accounts, mode, email, invitation_sha256).await?;
        if !has_domain(email, &provider.email_domains) {
            return Err(ProviderLoginError::EmailRefused);
        }
        let names = [profile.login.as_str(), email, profile.first_name.as_str()];
        let base = derived(names);
        for attempt in 1..=TRIES {
            let username = match attempt {
                1 => base.clone(),
                2..=NUMBERED => format!("{base}{attempt}"),
                _ => format!("{base}-{:06x}", rand::rng().random_range(0..1 << 24)),
            };
            match self.insert(identified, invitation.as_ref(), email, username, source).await {
                Err(ProviderLoginError::Account(AccountError::UsernameTaken)) => {}
                done => return done,
            }
        }
        Err(AccountError::UsernameTaken.into())
    }

    /// Creates an account with this username, and links the identity.
    async fn insert(
        &self,
        identified: &Identified<'_>,
        invitation: Option<&Invitation>,
        email: &str,
        username: String,
        source: &Source,
    ) -> Result<User, ProviderLoginError> {
        let Identified { provider, profile } = identified;
        let now = self.clock.now();
        let role = invitation.map_or(UserRole::User, |invitation| invitation.role);
        let new = NewUser {
            id: UserId::generate(),
            username,
            email: email.to_owned(),
            password_hash: None,
            first_name: name(&profile.first_name).unwrap_or_default(),
            last_name: name(&profile.last_name).unwrap_or_default(),
            is_superuser: role == UserRole::Superuser,
            created_at: now,
        };
        let mut conn = self.database.connection().await?;
        let user = conn
            .transaction(async |conn| {
                if let Some(invitation) = invitation
                    && !invitations::consume(conn, invitation.id, now).await?
                {
                    return Err(RegistrationError::InvitationRefused.into());
                }
                let user = users::insert(conn, new).await?;
                let identity = identity(provider, profile, user.id, now);
                identities::insert(conn, &identity).await?;
                let mut entry = source.entry(&user, AuditAction::UserRegistered, now);
                let invitation_id = invitation.map(|invitation| invitation.id);
                entry.detail = json!({ "invitation_id": invitation_id, "provider": provider.slug });
                audit::insert(conn, &entry).await?;
                audit::insert(conn, &linked_entry(&user, provider, &identity, source, now)).await?;
                Ok::<_, ProviderLoginError>(user)
            })
            .await?;
        tracing::info!(user.id = %user.id, provider = provider.slug, "a user has registered with a provider");
        Ok(user)
    }

    /// Links the identity to the account of somebody who is logged in.
    ///
    /// # Errors
    /// When it is linked to another account, or they have too many.
    pub async fn link(
        &self,
        user: &User,
        identified: &Identified<'_>,
        source: &Source,
    ) -> Result<(), ProviderLoginError> {
        let Identified { provider, profile } = identified;
        let now = self.clock.now();
        let identity = identity(provider, profile, user.id, now);
        let entry = linked_entry(user, provider, &identity, source, now);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            users::lock(conn, user.id).await?.ok_or(ProviderLoginError::SessionChanged)?;
            if let Some(linked) = identities::find(conn, &provider.issuer, &profile.subject).await? {
                let is_own = linked.user_id == user.id;
                return if is_own { Ok(()) } else { Err(ProviderLoginError::IdentityTaken) };
            }
            if identities::of_user(conn, user.id).await?.len() >= super::identities::MOST {
                return Err(ProviderLoginError::TooMany);
            }
            identities::insert(conn, &identity).await?;
            audit::insert(conn, &entry).await?;
            Ok(())
        })
        .await
    }
}

impl From<WriteUserError> for ProviderLoginError {
    fn from(error: WriteUserError) -> Self {
        match error {
            WriteUserError::EmailTaken => Self::EmailTaken,
            other => AccountError::from(other).into(),
        }
    }
}

fn identity(
    provider: &Provider,
    profile: &Profile,
    user_id: UserId,
    now: chrono::DateTime<chrono::Utc>,
) -> Identity {
    Identity {
        id: IdentityId::generate(),
        user_id,
        issuer: provider.issuer.clone(),
        subject: profile.subject.clone(),
        login: shown(&profile.login),
        linked_at: now,
        last_used_at: None,
    }
}

/// A name as it is shown.
fn shown(login: &str) -> String {
    name(&login.chars().take(200).collect::<String>()).unwrap_or_default()
}

/// Whether an address is in one of the domains; with none, every address is.
fn has_domain(email: &str, domains: &[String]) -> bool {
    let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_lowercase());
    domains.is_empty() || domain.is_some_and(|domain| domains.contains(&domain))
}
