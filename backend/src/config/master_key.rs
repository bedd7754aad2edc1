//! The settings of the master key.

use protocol::secret::Secret;

/// Number of hexadecimal digits of a master key.
const DIGITS: usize = 64;

/// The master key for the secrets in the database.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct MasterKeyConfig {
    /// Master key for the secrets in the database, as 64 hexadecimal digits [default: one made by the first start, in
    /// master.key in the data folder]
    #[arg(long, env = "ENCRYPTION_KEY", hide_env_values = true, value_parser = parse)]
    pub encryption_key: Option<Secret>,

    /// The master key before that, until `deskhand keys rotate` has changed to the new one
    #[arg(long, env = "ENCRYPTION_KEY_OLD", hide_env_values = true, value_parser = parse)]
    pub encryption_key_old: Option<Secret>,
}

/// Reads a key.
fn parse(text: &str) -> Result<Secret, String> {
    if text.len() == DIGITS && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(Secret::new(text));
    }
    Err("it has to be 64 hexadecimal digits, as `openssl rand -hex 32` prints them".to_owned())
}
