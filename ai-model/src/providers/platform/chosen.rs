//! Decides whether a request goes to the vendor itself or to a platform, by what it says or else by what the environment sets.

use std::sync::Arc;

use protocol::platform::{Platform, PlatformName};
use protocol::run::ModelSettings;
use protocol::secret::Secret;
use url::Url;

use super::cloud::{Cloud, Credential};
use super::google::Tokens;
use super::settings::{Configured, Given};
use super::vendors::{variable, vendor};
use crate::providers::{ModelError, Vendor};

/// The largest key file of an account, in bytes.
const LONGEST_FILE: u64 = 64 << 10;

/// A platform that is asked.
#[derive(Debug)]
pub(crate) struct Chosen {
    pub(crate) vendor: &'static Vendor,
    pub(crate) address: Url,
    pub(crate) cloud: Arc<Cloud>,
}

/// The platform that a request names.
///
/// # Errors
/// When it does not serve the provider's models, or something is missing or can't be used.
pub(crate) fn by_request(
    provider: &str,
    platform: &Platform,
    settings: &ModelSettings,
    tokens: &Tokens,
) -> Result<Chosen, ModelError> {
    let configured = Configured {
        platform: platform.clone(),
        address: settings.base_url.clone(),
        credential: settings.api_key.clone().map(Given::Text),
        credential_variable: "connection",
    };
    chosen(provider, configured, settings.connection.is_some(), tokens)
}

/// The platform that the environment sets.
///
/// # Errors
/// When something is missing or can't be used; the error names the variable.
pub(crate) fn by_environment(
    provider: &str,
    configured: Configured,
    tokens: &Tokens,
) -> Result<Chosen, ModelError> {
    chosen(provider, configured, false, tokens)
}

fn chosen(
    provider: &str,
    configured: Configured,
    by_connection: bool,
    tokens: &Tokens,
) -> Result<Chosen, ModelError> {
    let Configured { platform, address, credential, credential_variable } = configured;
    let name = platform.name;
    let vendor = vendor(name, provider, platform.api_version.is_some(), by_connection);
    let setting = |variable: &'static str| if by_connection { "connection" } else { variable };
    if !name.serves(provider) {
        let known = PlatformName::ALL.into_iter().filter(|known| known.serves(provider));
        let known = known.map(|known| format!("'{}'", known.as_str())).collect::<Vec<_>>().join(", ");
        return Err(ModelError::UnknownProvider { name: name.as_str().to_owned(), known });
    }
    let missing = |variable| ModelError::SettingMissing { vendor, setting: setting(variable) };
    let Some(credential) = credential else { return Err(missing(credential_variable)) };
    let credential = read(name, credential, tokens)
        .ok_or(ModelError::CredentialsUnreadable { vendor, setting: setting(credential_variable) })?;
    let platform = completed(platform, &credential);
    if let Some(field) = platform.missing() {
        return Err(missing(variable(name, provider, field)));
    }
    if !platform.is_addressable() {
        return Err(ModelError::AddressMissing { vendor });
    }
    let usual = || platform.usual_address().and_then(|address| address.parse().ok());
    let address = address.or_else(usual).ok_or_else(|| missing(vendor.address_setting))?;
    let address = dated(address, &platform);
    Ok(Chosen { vendor, address, cloud: Arc::new(Cloud { platform, credential }) })
}

fn read(name: PlatformName, given: Given, tokens: &Tokens) -> Option<Credential> {
    match given {
        Given::Text(text) => Credential::read(name, &text, tokens),
        Given::AccessKey(key) => Some(Credential::of_aws(key)),
        Given::File(path) => {
            let is_readable = std::fs::metadata(&path).is_ok_and(|file| file.len() <= LONGEST_FILE);
            let text = is_readable.then(|| std::fs::read_to_string(&path).ok()).flatten()?;
            let is_json = text.trim_start().starts_with('{');
            is_json.then(|| Credential::read(name, &Secret::new(text), tokens)).flatten()
        }
    }
}

/// A service account tells its project.
fn completed(platform: Platform, credential: &Credential) -> Platform {
    let Credential::Google(account, _) = credential else { return platform };
    let project = platform.project.or_else(|| account.project.clone());
    Platform { project, ..platform }
}

/// Azure's addresses are below `openai`, with a version in the path or in the query.
fn dated(mut address: Url, platform: &Platform) -> Url {
    if platform.name != PlatformName::Azure {
        return address;
    }
    let path: Vec<String> = address
        .path_segments()
        .into_iter()
        .flatten()
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect();
    // A deployment is named by the model, whatever the address says.
    let openai = path.iter().position(|segment| segment == "openai");
    let before = openai.map_or(path.as_slice(), |at| path.split_at(at).0);
    match &platform.api_version {
        Some(version) => {
            address.set_path(&[before, &["openai".to_owned()]].concat().join("/"));
            address.set_query(Some(&format!("api-version={version}")));
        }
        None => address.set_path(&[before, &["openai".to_owned(), "v1".to_owned()]].concat().join("/")),
    }
    address
}
