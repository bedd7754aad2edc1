//! The HTTP client for vendors.

use std::time::Duration;

/// The HTTP client for all vendors. A connection that is silent for `idle_timeout` counts as dead: vendors that think for
/// longer send keep-alives.
///
/// # Errors
/// When it can't be set up.
pub(crate) fn client(idle_timeout: Duration) -> Result<outbound::Client, reqwest::Error> {
    outbound::Client::new(|builder| {
        builder.connect_timeout(Duration::from_secs(10)).read_timeout(idle_timeout)
    })
}
