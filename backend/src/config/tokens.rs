//! The settings of access and refresh tokens.

use std::convert::Infallible;
use std::path::PathBuf;

use chrono::TimeDelta;
use protocol::secret::Secret;

/// The most minutes that an access token may be valid: a signing key verifies for a day after another has taken its place.
pub const MAX_ACCESS_MINUTES: u32 = 24 * 60;

/// How long tokens are valid, and what signs them.
#[derive(Debug, Clone, clap::Args)]
pub struct TokenConfig {
    /// Minutes that an access token is valid
    #[arg(long, env = "ACCESS_TOKEN_EXPIRE_MINUTES", default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=i64::from(MAX_ACCESS_MINUTES)))]
    pub access_token_expire_minutes: u32,

    /// Days that a refresh token is valid; each use gives a new one
    #[arg(long, env = "REFRESH_TOKEN_EXPIRE_DAYS", default_value_t = 7,
        value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub refresh_token_expire_days: u32,

    /// File with an RSA private key in PEM that signs access tokens [default: a key that the first start makes]
    #[arg(long, env = "JWT_PRIVATE_KEY_PATH")]
    pub jwt_private_key_path: Option<PathBuf>,

    /// The passphrase of that key
    #[arg(long, env = "JWT_PRIVATE_KEY_PASSPHRASE", hide_env_values = true, value_parser = secret)]
    pub jwt_private_key_passphrase: Option<Secret>,
}

impl Default for TokenConfig {
    fn default() -> Self {
        Self {
            access_token_expire_minutes: 30,
            refresh_token_expire_days: 7,
            jwt_private_key_path: None,
            jwt_private_key_passphrase: None,
        }
    }
}

impl TokenConfig {
    /// How long an access token is valid.
    #[must_use]
    pub fn access_lifetime(&self) -> TimeDelta {
        TimeDelta::minutes(self.access_token_expire_minutes.into())
    }

    /// How long a refresh token is valid.
    #[must_use]
    pub fn refresh_lifetime(&self) -> TimeDelta {
        TimeDelta::days(self.refresh_token_expire_days.into())
    }
}

fn secret(text: &str) -> Result<Secret, Infallible> {
    Ok(Secret::new(text))
}
