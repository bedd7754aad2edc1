//! What a provider is set up with, and what its fields may be.

use protocol::secret::Secret;
use url::Url;

use super::{GITHUB_SCOPES, OIDC_SCOPES};
use crate::store::identity_providers::ProviderKind;
use crate::text::visible;

/// The most characters of a slug.
pub const SLUG_LIMIT: usize = 32;
/// The most characters of a name.
pub const NAME_LIMIT: usize = 60;
/// The most characters of another text.
const TEXT_LIMIT: usize = 1000;
/// The most scopes, and the most domains.
pub const LIST_LIMIT: usize = 50;

/// A provider to set up.
#[derive(Debug)]
pub struct NewProvider {
    /// Identifies it in addresses.
    pub slug: String,
    /// What it speaks.
    pub kind: ProviderKind,
    /// The issuer of an OpenID Connect provider, or the address of GitHub.
    pub issuer: String,
    /// The rest, all of which can be changed later.
    pub changes: ProviderChange,
}

/// What is changed of a provider; `None` leaves a field unchanged.
#[derive(Debug, Default)]
pub struct ProviderChange {
    /// Its name on buttons.
    pub name: Option<String>,
    /// What it knows this installation by.
    pub client_id: Option<String>,
    /// What this installation authenticates itself with; `Some(None)`: nothing.
    pub client_secret: Option<Option<Secret>>,
    /// What is asked for.
    pub scopes: Option<Vec<String>>,
    /// Whether people can log in with it.
    pub enabled: Option<bool>,
    /// Whether it makes accounts.
    pub registers: Option<bool>,
    /// The domains of the addresses with which it does; empty: all.
    pub email_domains: Option<Vec<String>>,
}

/// Why a field can't be used. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ProviderFormError {
    /// The slug can't be used.
    #[error("Give an id of 1 to {SLUG_LIMIT} of a-z, 0-9 and -, such as company.")]
    SlugInvalid,
    /// The name is empty or too long.
    #[error("Give a name of 1 to {NAME_LIMIT} characters.")]
    NameInvalid,
    /// The issuer is no address.
    #[error("Give the issuer as an address such as https://login.example.org, without ? and #.")]
    IssuerInvalid,
    /// The client is unnamed, or its secret is too long.
    #[error("Give the client ID and the client secret as the provider shows them.")]
    ClientInvalid,
    /// GitHub has no public clients.
    #[error("GitHub needs a client secret.")]
    SecretNeeded,
    /// A scope has other characters, or there are too many; or `openid` is missing.
    #[error(
        "Give up to {LIST_LIMIT} scopes as the provider names them; OpenID Connect needs openid among them."
    )]
    ScopesInvalid,
    /// A domain is none, or there are too many.
    #[error("Give up to {LIST_LIMIT} domains such as example.org.")]
    DomainsInvalid,
}

/// What is asked for unless an administrator says otherwise.
pub(super) fn usual_scopes(kind: ProviderKind) -> Vec<String> {
    match kind {
        ProviderKind::Github => GITHUB_SCOPES.map(str::to_owned).to_vec(),
        ProviderKind::Oidc => OIDC_SCOPES.map(str::to_owned).to_vec(),
    }
}

/// Checks a slug.
pub(super) fn check_slug(slug: &str) -> Result<(), ProviderFormError> {
    is_slug(slug).then_some(()).ok_or(ProviderFormError::SlugInvalid)
}

/// Whether a provider can have this slug.
#[must_use]
pub fn is_slug(text: &str) -> bool {
    (1..=SLUG_LIMIT).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

/// An OpenID Connect issuer is compared letter by letter, so it is kept as it is written.
pub(super) fn checked_issuer(kind: ProviderKind, issuer: &str) -> Result<String, ProviderFormError> {
    let issuer = issuer.trim();
    let url = Url::parse(issuer).map_err(|_| ProviderFormError::IssuerInvalid)?;
    let has_login = !url.username().is_empty() || url.password().is_some();
    let is_usable = matches!(url.scheme(), "https" | "http")
        && url.host().is_some()
        && !has_login
        && url.query().is_none()
        && url.fragment().is_none()
        && issuer.len() <= TEXT_LIMIT
        && !issuer.contains(|c: char| c.is_whitespace() || c.is_control());
    if !is_usable {
        return Err(ProviderFormError::IssuerInvalid);
    }
    Ok(match kind {
        ProviderKind::Github => url.as_str().trim_end_matches('/').to_owned(),
        ProviderKind::Oidc => issuer.to_owned(),
    })
}

/// The change with its texts as they are kept.
pub(super) fn checked(
    kind: ProviderKind,
    change: ProviderChange,
) -> Result<ProviderChange, ProviderFormError> {
    let is_text = |text: &str| !text.is_empty() && text.len() <= TEXT_LIMIT && !text.contains('\0');
    let name = change.name.map(|name| visible(name.trim()));
    if name.as_ref().is_some_and(|name| !(1..=NAME_LIMIT).contains(&name.chars().count())) {
        return Err(ProviderFormError::NameInvalid);
    }
    let client_id = change.client_id.map(|id| id.trim().to_owned());
    let secret = change.client_secret.iter().flatten().map(Secret::expose);
    if !client_id.as_deref().into_iter().chain(secret).all(is_text) {
        return Err(ProviderFormError::ClientInvalid);
    }
    // RFC 6749, 3.3.
    let is_scope = |scope: &String| {
        is_text(scope) && scope.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e))
    };
    if let Some(scopes) = &change.scopes {
        let is_oidc = kind == ProviderKind::Oidc;
        let has_openid = scopes.iter().any(|scope| scope == "openid");
        if scopes.len() > LIST_LIMIT || !scopes.iter().all(is_scope) || (is_oidc && !has_openid) {
            return Err(ProviderFormError::ScopesInvalid);
        }
    }
    let email_domains: Option<Vec<String>> =
        change.email_domains.map(|all| all.iter().map(|domain| domain.trim().to_lowercase()).collect());
    let is_domain = |domain: &String| {
        is_text(domain) && domain.contains('.') && !domain.contains(|c: char| c == '@' || c.is_whitespace())
    };
    if email_domains.as_ref().is_some_and(|all| all.len() > LIST_LIMIT || !all.iter().all(is_domain)) {
        return Err(ProviderFormError::DomainsInvalid);
    }
    Ok(ProviderChange { name, client_id, email_domains, ..change })
}
