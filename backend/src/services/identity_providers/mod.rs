//! Logging in with accounts that people have elsewhere: with GitHub, or with any provider that speaks OpenID Connect.
//!
//! An identity is known by its issuer and its subject there, never by a name or an address: those can change hands.

pub mod attempts;
pub mod form;
pub mod identities;
pub mod logins;
pub mod settings;
pub mod username;

use protocol::secret::Secret;

use crate::clients::identity_provider::{ClientSettings, IdentityProviderClient, ProviderError};
use crate::clock::Clock;
use crate::config::github::GithubConfig;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::accounts::AccountError;
use crate::services::registration::RegistrationError;
use crate::store::identities::LinkError;
use crate::store::identity_providers::{self, ProviderKind, ProviderRow};
use crate::store::sealed_columns::CLIENT_SECRETS;
use crate::vault::{Vault, VaultError};

/// The slug of the provider that the environment sets up.
pub const FIXED_SLUG: &str = "github";
/// What is asked of GitHub: the account and its addresses.
pub const GITHUB_SCOPES: [&str; 2] = ["read:user", "user:email"];
/// What is asked of other providers.
pub const OIDC_SCOPES: [&str; 3] = ["openid", "profile", "email"];

/// A provider, without its secret.
#[derive(Debug, Clone)]
pub struct Provider {
    /// Identifies it in addresses.
    pub slug: String,
    /// What it speaks.
    pub kind: ProviderKind,
    /// Its name on buttons.
    pub name: String,
    /// The issuer of an OpenID Connect provider, or the address of GitHub.
    pub issuer: String,
    /// What it knows this installation by.
    pub client_id: String,
    /// Whether this installation has a secret to authenticate itself with.
    pub has_client_secret: bool,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether people can log in with it.
    pub enabled: bool,
    /// Whether it makes accounts, if the installation lets people register.
    pub registers: bool,
    /// The domains of the addresses with which it does; empty: all.
    pub email_domains: Vec<String>,
    /// Whether the environment sets it up, so that it can't be changed here.
    pub is_fixed: bool,
}

impl From<ProviderRow> for Provider {
    fn from(row: ProviderRow) -> Self {
        Self {
            slug: row.slug,
            kind: row.kind,
            name: row.name,
            issuer: row.issuer,
            client_id: row.client_id,
            has_client_secret: row.client_secret_sealed.is_some(),
            scopes: row.scopes,
            enabled: row.enabled,
            registers: row.registers,
            email_domains: row.email_domains,
            is_fixed: false,
        }
    }
}

/// Why somebody can't log in with a provider, or link it. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ProviderLoginError {
    /// There is no such provider, or it is disabled.
    #[error("Nobody can log in this way here. Choose another way.")]
    NoProvider,
    /// The login began in another browser, was completed before, or is too old.
    #[error("This login has expired or was begun in another browser. Try again.")]
    AttemptInvalid,
    /// The person said no.
    #[error("You were not logged in, because the access was refused.")]
    Denied,
    /// The provider told an error.
    #[error("The provider could not log you in. Try again, or tell an administrator of this installation.")]
    ProviderFailed,
    /// The provider's answers can't be used.
    #[error("The provider could not log you in. Try again, or tell an administrator of this installation.")]
    Provider(#[source] ProviderError),
    /// The provider did not answer.
    #[error("The provider can't be reached. Try again in a moment, or log in another way.")]
    Unreachable(#[source] ProviderError),
    /// A superuser has disabled the account.
    #[error("This account is disabled. Ask an administrator of this installation.")]
    Disabled,
    /// Nobody has linked the identity, and it does not make an account.
    #[error("This login belongs to no account here, and you can't register with it. Ask an administrator.")]
    NoAccount,
    /// The provider has not confirmed an address that may register.
    #[error("You can't register with this e-mail address. Ask an administrator.")]
    EmailRefused,
    /// Another account has the address. It is not linked: whoever has the address need not have the account.
    #[error(
        "An account with your e-mail address exists. Log in with its password, and link this login on your account page."
    )]
    EmailTaken,
    /// The identity is linked to another account.
    #[error("This login is linked to another account here.")]
    IdentityTaken,
    /// The person has too many.
    #[error("You have linked {most} logins already. Unlink one that you do not need.", most = identities::MOST)]
    TooMany,
    /// Whoever began to link is not logged in any more.
    #[error("You have logged out or changed the account meanwhile. Try again.")]
    SessionChanged,
    /// Too many logins were begun.
    #[error("Too many logins. Try again in {} s.", .0.as_secs().max(1))]
    Throttled(std::time::Duration),
    /// They may not register.
    #[error(transparent)]
    Registration(#[from] RegistrationError),
    /// The account can't be used.
    #[error(transparent)]
    Account(#[from] AccountError),
    /// A secret can't be sealed or opened.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(ProviderLoginError);

impl From<ProviderError> for ProviderLoginError {
    fn from(error: ProviderError) -> Self {
        match error {
            ProviderError::Unreachable(..) => Self::Unreachable(error),
            _ => Self::Provider(error),
        }
    }
}

impl From<LinkError> for ProviderLoginError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Taken => Self::IdentityTaken,
            LinkError::Database(error) => error.into(),
        }
    }
}

/// The identity providers. Cheap to clone.
#[derive(Clone)]
pub struct IdentityProviders {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// Seals secrets.
    pub vault: Vault,
    /// Sends requests to providers.
    pub client: IdentityProviderClient,
    /// What the environment sets up.
    pub github: GithubConfig,
}

impl IdentityProviders {
    /// All providers; the one that the environment sets up comes first.
    pub async fn list(&self) -> Result<Vec<Provider>, DatabaseError> {
        let rows = identity_providers::list(&mut *self.database.connection().await?).await?;
        let fixed = self.fixed();
        let hidden = fixed.is_some();
        let rows = rows.into_iter().filter(|row| !(hidden && row.slug == FIXED_SLUG)).map(Provider::from);
        Ok(fixed.into_iter().chain(rows).collect())
    }

    /// The providers with which people can log in.
    pub async fn enabled(&self) -> Result<Vec<Provider>, DatabaseError> {
        Ok(self.list().await?.into_iter().filter(|provider| provider.enabled).collect())
    }

    /// A provider, and what is needed to use it; `None` if there is none with this slug.
    async fn find(&self, slug: &str) -> Result<Option<(Provider, ClientSettings)>, VaultError> {
        if let Some(fixed) = self.fixed().filter(|_| slug == FIXED_SLUG) {
            let secret = self.github.github_client_secret.clone();
            return Ok(Some(with_secret(fixed, Some(secret))));
        }
        let found = identity_providers::find(&mut *self.database.connection().await?, slug).await?;
        let Some(row) = found else { return Ok(None) };
        let secret = match &row.client_secret_sealed {
            Some(sealed) => {
                let opened = self.vault.open_sealed(CLIENT_SECRETS, &row.slug, sealed).await?;
                Some(Secret::new(String::from_utf8_lossy(&opened)))
            }
            None => None,
        };
        Ok(Some(with_secret(row.into(), secret)))
    }

    /// The provider that the environment sets up.
    fn fixed(&self) -> Option<Provider> {
        self.github.is_set().then(|| Provider {
            slug: FIXED_SLUG.to_owned(),
            kind: ProviderKind::Github,
            name: "GitHub".to_owned(),
            issuer: self.github.github_base_url.clone(),
            client_id: self.github.github_client_id.clone(),
            has_client_secret: true,
            scopes: GITHUB_SCOPES.map(str::to_owned).to_vec(),
            enabled: true,
            registers: true,
            email_domains: Vec::new(),
            is_fixed: true,
        })
    }
}

fn with_secret(provider: Provider, client_secret: Option<Secret>) -> (Provider, ClientSettings) {
    let settings = ClientSettings {
        kind: provider.kind,
        issuer: provider.issuer.clone(),
        client_id: provider.client_id.clone(),
        client_secret,
        scopes: provider.scopes.clone(),
    };
    (provider, settings)
}
