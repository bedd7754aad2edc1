//! The first administrator, for installations that start unattended.

use std::path::PathBuf;
use std::str::FromStr;

/// Who becomes the first administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstAdmin {
    /// The username.
    pub username: String,
    /// A file whose content is the password.
    pub password_file: PathBuf,
}

impl FromStr for FirstAdmin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_once(':') {
            Some((name, file)) if !name.is_empty() && !file.is_empty() => {
                Ok(Self { username: name.to_owned(), password_file: file.into() })
            }
            _ => Err("write it as NAME:FILE, such as ada:/run/secrets/admin_password".to_owned()),
        }
    }
}
