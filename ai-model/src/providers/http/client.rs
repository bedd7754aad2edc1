//! The connection to vendors.

use std::time::Duration;

/// The HTTP client for all vendors. It follows no redirect: the key goes nowhere else. Silence for as long as
/// `idle_timeout` means that the connection is dead: vendors that think for longer send a sign of life now and then.
///
/// # Errors
/// When it can't be set up.
pub(crate) fn client(idle_timeout: Duration) -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(idle_timeout)
        .redirect(reqwest::redirect::Policy::none())
        .build()
}
