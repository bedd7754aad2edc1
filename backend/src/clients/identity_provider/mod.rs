//! A client of identity providers: GitHub, and any that speaks OpenID Connect.

mod code;
mod discovery;
mod github;
mod http;
mod id_token;
mod oidc;

use chrono::{DateTime, Utc};
use protocol::secret::Secret;
use url::Url;

use self::discovery::Documents;
use self::http::ProviderHttp;
use crate::clock::Clock;
use crate::store::identity_providers::ProviderKind;

/// Why a provider did not tell who somebody is. Messages are for administrators.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It did not answer, or not in time.
    #[error("{0} can't be reached: {1}")]
    Unreachable(String, String),
    /// It refused the request.
    #[error("The provider refused the request: {0}")]
    Refused(String),
    /// Its answer does not make sense.
    #[error("The provider's answer can't be used: {0}")]
    AnswerInvalid(String),
    /// It calls itself something else.
    #[error("The provider calls itself {found}. Give exactly that as the issuer.")]
    IssuerDiffers {
        /// What it calls itself.
        found: String,
    },
    /// Its ID token is not valid.
    #[error("The provider's ID token is not valid: {0}.")]
    TokenInvalid(&'static str),
}

/// What has to be known of a provider to use it.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// What it speaks.
    pub kind: ProviderKind,
    /// The issuer of an OpenID Connect provider, or the address of GitHub.
    pub issuer: String,
    /// What it knows this installation by.
    pub client_id: String,
    /// What this installation authenticates itself with.
    pub client_secret: Option<Secret>,
    /// What is asked for.
    pub scopes: Vec<String>,
}

/// The secrets of a login that is under way.
pub struct Attempt<'a> {
    /// Where the provider sends the browser back to.
    pub redirect_uri: &'a str,
    /// The verifier of the code (RFC 7636).
    pub verifier: &'a str,
    /// What an ID token has to repeat.
    pub nonce: &'a str,
}

/// What the provider sent the browser back with.
pub struct Code<'a> {
    /// Gets the tokens, once.
    pub code: &'a str,
    /// The issuer (RFC 9207), if the provider told it.
    pub issuer: Option<&'a str>,
}

/// Somebody, as a provider knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Identifies the account for good.
    pub subject: String,
    /// Its name; may be empty.
    pub login: String,
    /// The e-mail address, if the provider has confirmed it.
    pub email: Option<String>,
    /// Given name; may be empty.
    pub first_name: String,
    /// Family name; may be empty.
    pub last_name: String,
}

/// Sends requests to identity providers. Cheap to clone.
#[derive(Clone)]
pub struct IdentityProviderClient {
    http: ProviderHttp,
    documents: Documents,
    clock: Clock,
}

impl IdentityProviderClient {
    /// A client that has asked for nothing yet.
    ///
    /// # Errors
    /// When it can't be set up.
    pub fn new(clock: Clock) -> reqwest::Result<Self> {
        let http = ProviderHttp::new()?;
        Ok(Self { documents: Documents::new(http.clone(), clock.clone()), http, clock })
    }

    /// The address at which a browser begins to log in.
    ///
    /// # Errors
    /// When the provider can't be used.
    pub async fn authorization_url(
        &self,
        provider: &ClientSettings,
        state: &str,
        attempt: &Attempt<'_>,
    ) -> Result<Url, ProviderError> {
        let endpoints = match provider.kind {
            ProviderKind::Github => github::endpoints(provider)?,
            ProviderKind::Oidc => self.documents.metadata(&provider.issuer).await?.endpoints(),
        };
        let nonce = (provider.kind == ProviderKind::Oidc).then_some(attempt.nonce);
        code::authorization_url(provider, &endpoints, state, nonce, attempt)
    }

    /// Who has logged in.
    ///
    /// # Errors
    /// When the provider refuses the code, or its answers can't be used.
    pub async fn profile(
        &self,
        provider: &ClientSettings,
        attempt: &Attempt<'_>,
        code: &Code<'_>,
    ) -> Result<Profile, ProviderError> {
        match provider.kind {
            ProviderKind::Github => github::profile(&self.http, provider, attempt, code).await,
            ProviderKind::Oidc => self.oidc_profile(provider, attempt, code).await,
        }
    }

    /// Asks a provider for what it tells to everybody, without what is remembered.
    ///
    /// # Errors
    /// When the provider can't be used.
    pub async fn check(&self, provider: &ClientSettings) -> Result<(), ProviderError> {
        match provider.kind {
            ProviderKind::Github => github::check(&self.http, provider).await,
            ProviderKind::Oidc => {
                self.documents.forget(&provider.issuer);
                let metadata = self.documents.metadata(&provider.issuer).await?;
                let keys = self.documents.new_keys(&metadata).await?;
                if keys.is_empty() {
                    return Err(ProviderError::AnswerInvalid("it has no keys".to_owned()));
                }
                Ok(())
            }
        }
    }

    fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }
}

/// The given and the family name in a full name: what follows the last space is taken for the latter.
fn split_name(name: &str) -> (String, String) {
    let (first, last) = name.trim().rsplit_once(' ').unwrap_or((name.trim(), ""));
    (first.to_owned(), last.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_split_at_its_last_space() {
        for (name, first, last) in
            [("", "", ""), ("Ada", "Ada", ""), (" Ada King Lovelace ", "Ada King", "Lovelace")]
        {
            assert_eq!(split_name(name), (first.to_owned(), last.to_owned()), "{name}");
        }
    }
}
