//! The HTTP client for vendors.

use std::time::Duration;

/// The HTTP client for all vendors. It follows no redirects, so that the key reaches no other host. A connection that
/// is silent for `idle_timeout` counts as dead: vendors that think for longer send keep-alives.
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
