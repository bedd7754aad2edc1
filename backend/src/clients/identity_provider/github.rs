//! Logging in with GitHub: github.com, Enterprise Cloud and Enterprise Server.

use oauth2::AuthType;
use serde::Deserialize;
use url::Url;

use super::code::{self, Endpoints};
use super::http::ProviderHttp;
use super::{Attempt, ClientSettings, Code, Profile, ProviderError, split_name};

/// The media type of its API.
const JSON: &str = "application/vnd.github+json";

#[derive(Deserialize)]
struct Account {
    /// Unlike the login, it never belongs to somebody else.
    id: u64,
    login: String,
    #[serde(default)]
    name: Option<String>,
}

#[derive(Deserialize)]
struct Address {
    email: String,
    primary: bool,
    verified: bool,
}

/// The addresses of the flow.
pub(super) fn endpoints(provider: &ClientSettings) -> Result<Endpoints, ProviderError> {
    let base = base(&provider.issuer)?;
    Ok(Endpoints {
        authorization: join(&base, "login/oauth/authorize")?,
        token: join(&base, "login/oauth/access_token")?,
        auth_type: AuthType::RequestBody,
    })
}

/// Who has logged in.
pub(super) async fn profile(
    http: &ProviderHttp,
    provider: &ClientSettings,
    attempt: &Attempt<'_>,
    code: &Code<'_>,
) -> Result<Profile, ProviderError> {
    let token = code::exchange(http, provider, &endpoints(provider)?, attempt, code).await?.access_token;
    let api = api(&base(&provider.issuer)?)?;
    let account: Account = http.json(&join(&api, "user")?, JSON, Some(&token)).await?;
    let addresses: Vec<Address> = http.json(&join(&api, "user/emails")?, JSON, Some(&token)).await?;
    let primary = addresses.into_iter().find(|address| address.primary && address.verified);
    let (first_name, last_name) = split_name(account.name.as_deref().unwrap_or_default());
    Ok(Profile {
        subject: account.id.to_string(),
        login: account.login,
        email: primary.map(|address| address.email),
        first_name,
        last_name,
    })
}

/// Asks for what GitHub tells everybody.
pub(super) async fn check(http: &ProviderHttp, provider: &ClientSettings) -> Result<(), ProviderError> {
    let meta = join(&api(&base(&provider.issuer)?)?, "meta")?;
    http.json::<serde_json::Value>(&meta, JSON, None).await.map(drop)
}

/// The address of GitHub, with a slash at its end.
fn base(issuer: &str) -> Result<Url, ProviderError> {
    let base = format!("{}/", issuer.trim_end_matches('/'));
    base.parse().map_err(|error| ProviderError::AnswerInvalid(format!("{issuer}: {error}")))
}

/// The address of the API: of a host of its own in the cloud, and below a path on other servers.
fn api(base: &Url) -> Result<Url, ProviderError> {
    let host = base.host_str().unwrap_or_default();
    if host == "github.com" || host.ends_with(".ghe.com") {
        let api = format!("https://api.{host}/");
        return api.parse().map_err(|error| ProviderError::AnswerInvalid(format!("{api}: {error}")));
    }
    join(base, "api/v3/")
}

fn join(base: &Url, path: &str) -> Result<Url, ProviderError> {
    base.join(path).map_err(|error| ProviderError::AnswerInvalid(format!("{base}{path}: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_has_a_host_of_its_own_in_the_cloud_only() {
        for (issuer, meant) in [
            ("https://github.com", "https://api.github.com/"),
            ("https://github.com/", "https://api.github.com/"),
            ("https://octo.ghe.com", "https://api.octo.ghe.com/"),
            ("https://git.example.org/", "https://git.example.org/api/v3/"),
            ("http://127.0.0.1:9", "http://127.0.0.1:9/api/v3/"),
        ] {
            assert_eq!(api(&base(issuer).unwrap()).unwrap().as_str(), meant, "{issuer}");
        }
    }
}
