//! The HTTP client for vendors.

use std::time::Duration;

/// The HTTP client for all vendors. How long an answer is waited for depends on the vendor.
///
/// # Errors
/// When it can't be set up.
pub(crate) fn client() -> Result<outbound::Client, reqwest::Error> {
    outbound::Client::new(|builder| builder.connect_timeout(Duration::from_secs(10)))
}
