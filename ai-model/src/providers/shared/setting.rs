//! Parses settings from arguments and the environment. A settings file leaves unset settings empty, so an empty value
//! counts as absent.

use std::convert::Infallible;

use protocol::secret::Secret;
use url::Url;

/// A setting that may be absent or empty. The alias keeps clap from treating the `Option` as its own.
pub(crate) type Setting<T> = Option<T>;

/// Parses a key.
pub(crate) fn secret(text: &str) -> Result<Setting<Secret>, Infallible> {
    Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(Secret::new))
}

/// Parses a text.
pub(crate) fn optional_text(text: &str) -> Result<Setting<String>, Infallible> {
    Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// Parses one of several names.
pub(crate) fn optional_choice<T: clap::ValueEnum>(text: &str) -> Result<Setting<T>, String> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(|text| T::from_str(text, true)).transpose()
}

/// Parses whether something is on; by default it is off.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "false" | "0" | "no" | "off" => Ok(false),
        "true" | "1" | "yes" | "on" => Ok(true),
        _ => Err("choose 'true' or 'false'".to_owned()),
    }
}

/// Parses a number.
pub(crate) fn optional_number(text: &str) -> Result<Setting<u64>, std::num::ParseIntError> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose()
}

/// Parses an address.
pub(crate) fn optional_url(text: &str) -> Result<Setting<Url>, url::ParseError> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose()
}

/// Parses an address, with a default.
pub(crate) fn url_or(text: &str, default: &str) -> Result<Url, url::ParseError> {
    Ok(match optional_url(text)? {
        Some(url) => url,
        None => default.parse()?,
    })
}

/// Parses a text, with a default.
pub(crate) fn text_or(text: &str, default: &str) -> Result<String, Infallible> {
    Ok(optional_text(text)?.unwrap_or_else(|| default.to_owned()))
}
