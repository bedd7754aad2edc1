//! What a connection is set up with, and what its fields may be.

use protocol::platform::Platform;
use protocol::secret::Secret;
use redact::Lifetime;
use url::Url;

use crate::store::model_connections::ModelApi;
use crate::text::visible;

/// The most characters of a name.
pub const NAME_LIMIT: usize = 60;
/// The most characters of a key.
pub const KEY_LIMIT: usize = 4000;
/// The most characters of an address.
const ADDRESS_LIMIT: usize = 1000;
/// How many characters of a key people see. A shorter key is not shown at all.
const SHOWN_OF_KEY: usize = 4;
/// The least characters of a key whose end is shown.
const SHOWN_FROM: usize = 20;

/// A connection to set up.
#[derive(Debug)]
pub struct NewConnection {
    /// Its name.
    pub name: String,
    /// What the server speaks.
    pub provider: ModelApi,
    /// The base address; `None`: the vendor's.
    pub address: Option<String>,
    /// The cloud that serves the models in their vendor's stead.
    pub platform: Option<Platform>,
    /// The key, or the credentials for the platform; `None`: the server needs none.
    pub key: Option<Secret>,
}

/// What is changed of a connection; `None` leaves a field unchanged.
#[derive(Debug, Default)]
pub struct ConnectionChange {
    /// Its name.
    pub name: Option<String>,
    /// The base address. A key that was made for another address has to be given again.
    pub address: Option<String>,
    /// The region, project and workspace of its platform. They need the key again too.
    pub platform: Option<Platform>,
    /// The key; `Some(None)`: the server needs none.
    pub key: Option<Option<Secret>>,
}

/// Why a field can't be used. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ConnectionFormError {
    /// The name is empty or too long.
    #[error("Give a name of 1 to {NAME_LIMIT} characters.")]
    NameInvalid,
    /// The address is none.
    #[error("Give the address of the API, such as https://models.example.org/v1, without ? and #.")]
    AddressInvalid,
    /// An address is needed.
    #[error("Give the address of the server, such as http://localhost:11434/v1.")]
    AddressMissing,
    /// The vendor takes nobody without a key.
    #[error("Give the API key.")]
    KeyMissing,
    /// The key has characters that no key has, or is too long.
    #[error("This is no API key. Paste it again, without spaces and line breaks.")]
    KeyInvalid,
    /// The platform does not serve the models of this vendor, or is another one than before.
    #[error("This cloud does not serve these models. Choose another.")]
    PlatformUnfit,
    /// A field of the platform is missing, or no part of an address.
    #[error("Give the region, the project and the workspace as the cloud shows them.")]
    PlatformIncomplete,
    /// The credentials are none for the platform.
    #[error("These are no credentials for this cloud.")]
    CredentialsInvalid,
    /// The key was given for another address.
    #[error("Give the key again: it was given for another address.")]
    KeyForAddress,
}

/// The vendor's own address; `None`: there are many.
#[must_use]
pub fn usual_address(provider: ModelApi) -> Option<&'static str> {
    match provider {
        ModelApi::Anthropic => Some("https://api.anthropic.com"),
        ModelApi::OpenAi => Some("https://api.openai.com/v1"),
        ModelApi::Gemini => Some("https://generativelanguage.googleapis.com"),
        ModelApi::OpenAiCompatible => None,
    }
}

/// The name as it is kept.
pub(super) fn checked_name(name: &str) -> Result<String, ConnectionFormError> {
    let name = visible(name.trim());
    let is_usable = (1..=NAME_LIMIT).contains(&name.chars().count());
    is_usable.then_some(name).ok_or(ConnectionFormError::NameInvalid)
}

/// The address as it is kept.
pub(super) fn checked_address(
    provider: ModelApi,
    platform: Option<&Platform>,
    address: Option<&str>,
) -> Result<String, ConnectionFormError> {
    let given = address.map(str::trim).filter(|address| !address.is_empty()).map(str::to_owned);
    let usual = || match platform {
        Some(platform) => platform.usual_address(),
        None => usual_address(provider).map(str::to_owned),
    };
    let Some(address) = given.or_else(usual) else {
        return Err(ConnectionFormError::AddressMissing);
    };
    let url = Url::parse(&address).map_err(|_| ConnectionFormError::AddressInvalid)?;
    let is_usable = matches!(url.scheme(), "https" | "http")
        && url.host().is_some()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && address.len() <= ADDRESS_LIMIT;
    is_usable
        .then(|| url.as_str().trim_end_matches('/').to_owned())
        .ok_or(ConnectionFormError::AddressInvalid)
}

/// The key as it is sent.
pub(super) fn checked_key(
    provider: ModelApi,
    platform: Option<&Platform>,
    key: Option<Secret>,
) -> Result<Option<Secret>, ConnectionFormError> {
    let key = key.map(|key| Secret::new(key.expose().trim()));
    let Some(key) = key.filter(|key| !key.expose().is_empty()) else {
        let needs_none = provider == ModelApi::OpenAiCompatible;
        return if needs_none { Ok(None) } else { Err(ConnectionFormError::KeyMissing) };
    };
    if let Some(platform) = platform
        && key.expose().starts_with('{')
    {
        return super::platform::checked_credentials(platform.name, key).map(Some);
    }
    if key.expose().len() > KEY_LIMIT || !key.expose().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(ConnectionFormError::KeyInvalid);
    }
    redact::process().learn(key.expose(), Lifetime::Transient);
    Ok(Some(key))
}

/// The end of a key, by which people know it. Empty for a key that is so short that its end would tell much of it; of
/// credentials with several parts it is the name that is no secret.
pub(super) fn end_of(key: &Secret) -> String {
    if let Some(name) = super::platform::name_of(key) {
        return name;
    }
    let key = key.expose();
    if key.len() < SHOWN_FROM { String::new() } else { key[key.len() - SHOWN_OF_KEY..].to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_those_of_an_api() {
        let kept = |address| checked_address(ModelApi::OpenAiCompatible, None, Some(address)).ok();
        assert_eq!(kept(" http://localhost:11434/v1/ ").as_deref(), Some("http://localhost:11434/v1"));
        assert_eq!(kept("HTTPS://Models.Example.org").as_deref(), Some("https://models.example.org"));
        for wrong in [
            "localhost:11434",
            "ftp://a.example",
            "https://",
            "https://ada:pw@a.example",
            "https://a/?key=1",
            "https://a/#x",
        ] {
            assert_eq!(kept(wrong), None, "{wrong}");
        }
        assert!(matches!(
            checked_address(ModelApi::OpenAiCompatible, None, Some(" ")),
            Err(ConnectionFormError::AddressMissing)
        ));
        assert_eq!(checked_address(ModelApi::Anthropic, None, None).unwrap(), "https://api.anthropic.com");
    }

    #[test]
    fn keys_are_one_word() {
        let kept = |key: &str| checked_key(ModelApi::Anthropic, None, Some(Secret::new(key)));
        assert_eq!(kept(" sk-1\n").unwrap().unwrap().expose(), "sk-1");
        assert!(matches!(kept("sk 1"), Err(ConnectionFormError::KeyInvalid)));
        assert!(matches!(kept("Schlüssel"), Err(ConnectionFormError::KeyInvalid)));
        assert!(matches!(kept(" "), Err(ConnectionFormError::KeyMissing)));
        assert!(checked_key(ModelApi::OpenAiCompatible, None, None).unwrap().is_none());
    }

    #[test]
    fn only_the_end_of_a_long_key_is_shown() {
        assert_eq!(end_of(&Secret::new("sk-ant-0123456789-abcd")), "abcd");
        assert_eq!(end_of(&Secret::new("short-key")), "");
    }
}
