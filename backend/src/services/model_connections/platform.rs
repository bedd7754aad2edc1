//! The clouds that serve models in their vendors' stead, and the credentials for them.

use protocol::platform::{Platform, PlatformField, PlatformName};
use protocol::secret::Secret;
use redact::Lifetime;
use serde::Deserialize;
use serde_json::Value;

use super::form::ConnectionFormError;
use crate::store::model_connections::{ConnectionRow, ModelApi};

/// The most characters of a key file.
const CREDENTIALS_LIMIT: usize = 20_000;
/// The most characters that are shown of the name of an account.
const SHOWN: usize = 12;

/// The names and the secret parts of credentials, as AWS and Google write them.
#[derive(Deserialize)]
struct Credentials {
    #[serde(default, alias = "AccessKeyId", alias = "aws_access_key_id")]
    access_key_id: Option<String>,
    #[serde(default, alias = "SecretAccessKey", alias = "aws_secret_access_key")]
    secret_access_key: Option<Secret>,
    #[serde(default, alias = "SessionToken", alias = "aws_session_token")]
    session_token: Option<Secret>,
    #[serde(default)]
    client_email: Option<String>,
    #[serde(default)]
    private_key: Option<Secret>,
    #[serde(default)]
    private_key_id: Option<String>,
}

fn parts(key: &Secret) -> Option<Credentials> {
    key.expose().starts_with('{').then(|| serde_json::from_str(key.expose()).ok()).flatten()
}

/// The platform of a connection.
pub(super) fn of(row: &ConnectionRow) -> Option<Platform> {
    row.platform.as_ref().and_then(|platform: &Value| Platform::deserialize(platform).ok())
}

/// The platform as it is kept.
pub(super) fn checked(
    provider: ModelApi,
    platform: Option<Platform>,
) -> Result<Option<Platform>, ConnectionFormError> {
    let Some(platform) = platform else { return Ok(None) };
    if !platform.name.serves(provider.as_str()) {
        return Err(ConnectionFormError::PlatformUnfit);
    }
    let kept = |field: Option<String>| field.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
    let platform = Platform {
        name: platform.name,
        region: kept(platform.region),
        project: kept(platform.project),
        workspace: kept(platform.workspace),
        api_version: kept(platform.api_version),
    };
    // A key file tells its project.
    let is_complete = matches!(platform.missing(), None | Some(PlatformField::Project));
    if !is_complete || !platform.is_addressable() {
        return Err(ConnectionFormError::PlatformIncomplete);
    }
    Ok(Some(platform))
}

/// The platform of a connection after a change: other fields, and the same cloud.
pub(super) fn changed(
    before: &ConnectionRow,
    change: Option<Platform>,
) -> Result<Option<Platform>, ConnectionFormError> {
    let was = of(before);
    match (change, was) {
        (None, was) => Ok(was),
        (Some(change), Some(was)) if change.name == was.name => checked(before.provider, Some(change)),
        (Some(_), _) => Err(ConnectionFormError::PlatformUnfit),
    }
}

/// Credentials in JSON, as they are sent.
pub(super) fn checked_credentials(
    platform: PlatformName,
    key: Secret,
) -> Result<Secret, ConnectionFormError> {
    let parts = parts(&key).ok_or(ConnectionFormError::CredentialsInvalid)?;
    let is_whole = match platform {
        PlatformName::Bedrock | PlatformName::Aws => {
            parts.access_key_id.is_some() && parts.secret_access_key.is_some()
        }
        PlatformName::Vertex | PlatformName::GoogleCloud => {
            parts.client_email.is_some() && parts.private_key.is_some()
        }
        PlatformName::Foundry | PlatformName::Azure => false,
    };
    if !is_whole || key.expose().len() > CREDENTIALS_LIMIT {
        return Err(ConnectionFormError::CredentialsInvalid);
    }
    redact::process().learn(key.expose(), Lifetime::Transient);
    keep_parts_out_of_the_log(&key);
    Ok(key)
}

/// Each secret part of credentials is as secret as the whole.
pub(super) fn keep_parts_out_of_the_log(key: &Secret) {
    let Some(parts) = parts(key) else { return };
    let secrets = [parts.secret_access_key, parts.session_token, parts.private_key];
    for secret in secrets.into_iter().flatten() {
        redact::process().learn(secret.expose(), Lifetime::Transient);
    }
}

/// What people know credentials by that have a name: the end of the id of the key.
pub(super) fn name_of(key: &Secret) -> Option<String> {
    let parts = parts(key)?;
    let name = parts.access_key_id.or(parts.private_key_id).or(parts.client_email)?;
    let skipped = name.chars().count().saturating_sub(SHOWN);
    Some(name.chars().skip(skipped).collect())
}

/// The address of a connection after a change. That of another region follows, unless a person has given one.
pub(super) fn address_after(before: &ConnectionRow, after: &ConnectionRow, is_given: bool) -> String {
    let usual = |row: &ConnectionRow| of(row).and_then(|platform| platform.usual_address());
    let followed = usual(before).filter(|usual| *usual == before.address).and_then(|_| usual(after));
    followed.filter(|_| !is_given).unwrap_or_else(|| after.address.clone())
}
