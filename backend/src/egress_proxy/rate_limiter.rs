//! How fast one desktop may ask the proxy. Each request costs questions to the engine and the database, which all share, and
//! a line of what is noted, of which only the newest are kept.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};

/// Requests of one desktop in a second, in the long run.
const SUSTAINED_PER_SECOND: NonZeroU32 = NonZeroU32::new(25).unwrap();
/// Requests that it may make at once, as a browser does that opens a page, when it has made few before.
const BURST: NonZeroU32 = NonZeroU32::new(250).unwrap();

/// Delays desktops that send requests too fast.
pub struct RateLimiter(DefaultKeyedRateLimiter<IpAddr>);

impl Default for RateLimiter {
    fn default() -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_second(SUSTAINED_PER_SECOND).allow_burst(BURST)))
    }
}

impl RateLimiter {
    /// Returns when the desktop at the address may have its next request decided.
    pub(super) async fn turn(&self, address: IpAddr) {
        self.0.until_key_ready(&address).await;
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn a_desktop_that_asks_without_end_is_made_to_wait_and_no_other() {
        let rate_limiter = RateLimiter::default();
        let at_once =
            |last: u8| rate_limiter.turn(Ipv4Addr::new(10, 0, 0, last).into()).now_or_never().is_some();
        assert!((0..BURST.get()).all(|_| at_once(1)), "a page with all that belongs to it");
        // Some more come free while this runs, but not as many as are asked for.
        assert!((0..BURST.get()).any(|_| !at_once(1)));
        assert!(at_once(2));
    }
}
