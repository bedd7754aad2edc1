//! Pages of other origins that may use the API from a browser.

use std::str::FromStr;

use url::Url;

/// Which pages of other origins may use the API.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct OriginsConfig {
    /// Origins whose pages may use the API and its WebSockets from a browser, separated by commas, such as
    /// https://app.example.org. Deskhand's own pages always may
    #[arg(long, env = "DESKHAND_ALLOWED_ORIGINS", value_delimiter = ',')]
    pub allowed_origins: Vec<AllowedOrigin>,

    /// Another name of it
    #[arg(long, env = "CORS_ORIGINS", value_delimiter = ',', hide = true)]
    pub cors_origins: Vec<AllowedOrigin>,

    /// Another name of it
    #[arg(long, env = "WS_ALLOWED_ORIGINS", value_delimiter = ',', hide = true)]
    pub ws_allowed_origins: Vec<AllowedOrigin>,
}

impl OriginsConfig {
    /// The origins under all names.
    pub fn all(&self) -> impl Iterator<Item = &AllowedOrigin> {
        self.allowed_origins.iter().chain(&self.cors_origins).chain(&self.ws_allowed_origins)
    }
}

/// An origin such as `https://app.example.org`, as browsers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedOrigin(String);

impl AllowedOrigin {
    /// The origin as browsers write it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AllowedOrigin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim().trim_end_matches('/');
        let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
        let origin = url.map(|url| url.origin().ascii_serialization());
        // The default port may be written.
        let written = text.to_ascii_lowercase();
        let is_bare = |origin: &String| {
            if origin.contains('*') {
                return false;
            }
            let scheme = origin.split(':').next().unwrap_or_default();
            let port = if scheme == "https" { ":443" } else { ":80" };
            written == *origin || written == format!("{origin}{port}")
        };
        origin.filter(is_bare).map(Self).ok_or_else(|| {
            format!(
                "`{text}` is no origin; one is https://app.example.org, without a path, and each is listed"
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_a_host_and_a_port() {
        for (text, origin) in [
            ("https://app.example.org", "https://app.example.org"),
            (" HTTPS://App.example.org:443/ ", "https://app.example.org"),
            ("http://localhost:5173", "http://localhost:5173"),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(text.parse(), Ok(AllowedOrigin(origin.to_owned())), "{text}");
        }
        for text in [
            "*",
            "null",
            "",
            "app.example.org",
            "https://*.example.org",
            "https://a.b/c",
            "https://u@a.b",
            "ftp://a.b",
        ] {
            assert!(text.parse::<AllowedOrigin>().is_err(), "{text}");
        }
    }
}
