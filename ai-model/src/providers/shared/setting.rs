//! Reads settings from arguments and the environment. A settings file leaves a setting empty that it does not set.

use std::convert::Infallible;

use protocol::secret::Secret;
use url::Url;

/// A setting that may be left out or empty. The alias keeps clap from taking the `Option` for its own.
pub(crate) type Setting<T> = Option<T>;

/// A key; an empty one is none.
pub(crate) fn secret(text: &str) -> Result<Setting<Secret>, Infallible> {
    Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(Secret::new))
}

/// A text; an empty one is none.
pub(crate) fn optional_text(text: &str) -> Result<Setting<String>, Infallible> {
    Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// An address; an empty one is none.
pub(crate) fn optional_url(text: &str) -> Result<Setting<Url>, url::ParseError> {
    Some(text.trim()).filter(|text| !text.is_empty()).map(str::parse).transpose()
}

/// An address, or the default for an empty one.
pub(crate) fn url_or(text: &str, default: &str) -> Result<Url, url::ParseError> {
    Ok(match optional_url(text)? {
        Some(url) => url,
        None => default.parse()?,
    })
}

/// A text, or the default for an empty one.
pub(crate) fn text_or(text: &str, default: &str) -> Result<String, Infallible> {
    Ok(optional_text(text)?.unwrap_or_else(|| default.to_owned()))
}
