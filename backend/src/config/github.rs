//! Logging in with GitHub, as the environment sets it up.

use std::convert::Infallible;

use protocol::secret::Secret;
use url::Url;

/// Logging in with GitHub. Both the id and the secret are needed.
#[derive(Debug, Clone, clap::Args)]
pub struct GithubConfig {
    /// Client ID of an OAuth app of GitHub, with which people may log in
    #[arg(long, env = "GITHUB_CLIENT_ID", default_value = "", hide_default_value = true)]
    pub github_client_id: String,

    /// Client secret of that app
    #[arg(long, env = "GITHUB_CLIENT_SECRET", default_value = "", hide_default_value = true,
        hide_env_values = true, value_parser = secret)]
    pub github_client_secret: Secret,

    /// Address of GitHub, for an Enterprise Server
    #[arg(long, env = "GITHUB_BASE_URL", default_value = "https://github.com", value_parser = base_url)]
    pub github_base_url: String,
}

impl Default for GithubConfig {
    fn default() -> Self {
        Self {
            github_client_id: String::new(),
            github_client_secret: Secret::new(""),
            github_base_url: "https://github.com".to_owned(),
        }
    }
}

impl GithubConfig {
    /// Checks that the settings belong together.
    ///
    /// # Errors
    /// When one of the id and the secret is missing.
    pub fn check(&self) -> anyhow::Result<()> {
        let has_secret = !self.github_client_secret.expose().is_empty();
        anyhow::ensure!(
            self.github_client_id.is_empty() != has_secret,
            "set both GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET, or neither"
        );
        Ok(())
    }

    /// Whether it is set up.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.github_client_id.is_empty() && !self.github_client_secret.expose().is_empty()
    }
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}

/// An address without the slash at its end: it identifies GitHub in the database.
fn base_url(text: &str) -> Result<String, String> {
    let text = if text.is_empty() { "https://github.com" } else { text };
    let url: Url = text.parse().map_err(|error| format!("{error}; an example is https://github.com"))?;
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err("it has to begin with https:// and to have no ? or #".to_owned());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(id: &str, secret: &str) -> GithubConfig {
        let github_client_id = id.to_owned();
        GithubConfig {
            github_client_id,
            github_client_secret: Secret::new(secret),
            ..GithubConfig::default()
        }
    }

    #[test]
    fn both_the_id_and_the_secret_are_needed() {
        assert!(config("", "").check().is_ok() && !config("", "").is_set());
        assert!(config("id", "secret").check().is_ok() && config("id", "secret").is_set());
        assert!(config("id", "").check().is_err() && config("", "secret").check().is_err());
    }

    #[test]
    fn the_address_has_no_slash_at_its_end() {
        for (written, meant) in [
            ("", "https://github.com"),
            ("https://github.com/", "https://github.com"),
            ("https://GIT.example.org", "https://git.example.org"),
            ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(base_url(written).unwrap(), meant, "{written}");
        }
        for wrong in ["github.com", "ftp://github.com", "https://github.com?a", "https://github.com/#a"] {
            assert!(base_url(wrong).is_err(), "{wrong}");
        }
    }
}
