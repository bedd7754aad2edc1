//! Logins that are under way at a provider. Each is bound to the browser that began it, works once and for ten minutes, and is
//! in the database, so that any replica completes it.

use std::net::IpAddr;

use chrono::TimeDelta;
use diesel_async::AsyncConnection as _;
use protocol::ids::UserId;
use protocol::secret::Secret;
use sha2::{Digest as _, Sha256};
use url::Url;
use uuid::Uuid;

use super::{IdentityProviders, Provider, ProviderLoginError};
use crate::auth::throttle::LoginThrottle;
use crate::clients::identity_provider::{self, Code, Profile};
use crate::services::accounts::random_token;
use crate::store::oauth_attempts::{self, OauthAttempt};
use crate::store::sealed_columns::OAUTH_VERIFIERS;

/// How long a login may take at the provider.
pub const LIFETIME: TimeDelta = TimeDelta::minutes(10);
/// The most logins that are under way. With one more, the oldest is forgotten.
const MOST: i64 = 10_000;

/// What a login is begun for.
#[derive(Debug)]
pub enum Purpose {
    /// Logging in, or registering with an invitation.
    LogIn(Option<Secret>),
    /// Linking the identity to this account.
    Link(UserId),
}

/// A login to begin.
#[derive(Debug)]
pub struct NewAttempt {
    /// What for.
    pub purpose: Purpose,
    /// What the browser is known by.
    pub browser: Secret,
    /// Where the provider sends the browser back to.
    pub redirect_uri: String,
    /// The path of the page to open afterwards.
    pub next: String,
    /// The address of the browser, if it is known.
    pub address: Option<IpAddr>,
}

/// What the provider sends the browser back with.
#[derive(Debug, Default)]
pub struct Callback {
    /// The state of the attempt.
    pub state: String,
    /// Gets the tokens.
    pub code: Option<String>,
    /// Why there is no code.
    pub error: Option<String>,
    /// The issuer (RFC 9207).
    pub issuer: Option<String>,
}

impl IdentityProviders {
    /// Begins a login. Returns the address at the provider to which the browser has to go.
    ///
    /// # Errors
    /// When nobody can log in with the provider, it can't be reached, or too many logins were begun.
    pub async fn begin(
        &self,
        throttle: &LoginThrottle,
        slug: &str,
        new: NewAttempt,
    ) -> Result<Url, ProviderLoginError> {
        throttle.provider_login(new.address).map_err(ProviderLoginError::Throttled)?;
        let (_, settings) = self.usable(slug).await?;
        let (state, verifier, nonce) = (random_token(), random_token(), random_token());
        let attempt = identity_provider::Attempt {
            redirect_uri: &new.redirect_uri,
            verifier: &verifier,
            nonce: &nonce,
        };
        let url = self.client.authorization_url(&settings, &state, &attempt).await?;
        let (user_id, invitation_sha256) = match &new.purpose {
            Purpose::LogIn(invitation) => (None, invitation.as_ref().map(digest)),
            Purpose::Link(user_id) => (Some(*user_id), None),
        };
        let (id, now) = (Uuid::now_v7(), self.clock.now());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            oauth_attempts::delete_surplus(conn, MOST - 1).await?;
            let sealed = self.vault.seal(conn, OAUTH_VERIFIERS, &id.to_string(), verifier.as_bytes()).await?;
            let row = OauthAttempt {
                id,
                state_sha256: Sha256::digest(&state).to_vec(),
                browser_sha256: digest(&new.browser),
                provider: slug.to_owned(),
                redirect_uri: new.redirect_uri.clone(),
                verifier_sealed: sealed,
                nonce: nonce.clone(),
                next: new.next.clone(),
                user_id,
                invitation_sha256,
                created_at: now,
                expires_at: now + LIFETIME,
            };
            oauth_attempts::insert(conn, &row).await?;
            Ok::<_, ProviderLoginError>(())
        })
        .await?;
        Ok(url)
    }

    /// Takes the attempt that a browser comes back for: nobody can use it again.
    ///
    /// # Errors
    /// When there is none of this browser at this provider, or it is too old.
    pub async fn take(
        &self,
        slug: &str,
        state: &str,
        browser: Option<&Secret>,
    ) -> Result<OauthAttempt, ProviderLoginError> {
        let Some(browser) = browser else { return Err(ProviderLoginError::AttemptInvalid) };
        let hashes = (Sha256::digest(state), digest(browser));
        let mut conn = self.database.connection().await?;
        let taken = oauth_attempts::take(&mut conn, slug, (&hashes.0, &hashes.1), self.clock.now()).await?;
        taken.ok_or(ProviderLoginError::AttemptInvalid)
    }

    /// Who has logged in at the provider.
    ///
    /// # Errors
    /// When the provider did not log them in, can't be reached or can't be trusted, or was disabled meanwhile.
    pub async fn identify(
        &self,
        attempt: &OauthAttempt,
        callback: &Callback,
    ) -> Result<(Provider, Profile), ProviderLoginError> {
        let (provider, settings) = self.usable(&attempt.provider).await?;
        let code = match (&callback.error, &callback.code) {
            (Some(error), _) if error == "access_denied" => return Err(ProviderLoginError::Denied),
            (Some(error), _) => {
                tracing::warn!(provider = provider.slug, ?error, "a provider did not log somebody in");
                return Err(ProviderLoginError::ProviderFailed);
            }
            (None, Some(code)) => Code { code, issuer: callback.issuer.as_deref() },
            (None, None) => return Err(ProviderLoginError::AttemptInvalid),
        };
        let id = attempt.id.to_string();
        let verifier = self.vault.open_sealed(OAUTH_VERIFIERS, &id, &attempt.verifier_sealed).await?;
        let under_way = identity_provider::Attempt {
            redirect_uri: &attempt.redirect_uri,
            verifier: &String::from_utf8_lossy(&verifier),
            nonce: &attempt.nonce,
        };
        let profile = self.client.profile(&settings, &under_way, &code).await.inspect_err(|error| {
            tracing::warn!(provider = provider.slug, %error, "could not log somebody in with a provider");
        })?;
        Ok((provider, profile))
    }

    /// A provider with which people can log in.
    async fn usable(
        &self,
        slug: &str,
    ) -> Result<(Provider, identity_provider::ClientSettings), ProviderLoginError> {
        let found = self.find(slug).await?;
        found.filter(|(provider, _)| provider.enabled).ok_or(ProviderLoginError::NoProvider)
    }
}

fn digest(secret: &Secret) -> Vec<u8> {
    Sha256::digest(secret.expose()).to_vec()
}
