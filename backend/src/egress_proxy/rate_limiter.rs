//! Limits how many requests a desktop may send to the proxy. Each request costs queries to the container
//! engine and the database, and a row in the list of requests, which keeps only the newest.

use std::num::NonZeroU32;

use governor::{DefaultKeyedRateLimiter, Quota};

use super::client::Origin;

/// Sustained rate of one desktop, in requests per second.
const SUSTAINED_PER_SECOND: NonZeroU32 = NonZeroU32::new(25).unwrap();
/// Number of requests that an idle desktop may send at once, as a browser does when it opens a page.
const BURST: NonZeroU32 = NonZeroU32::new(250).unwrap();

/// Delays the requests of desktops that exceed the rate.
pub struct RateLimiter(DefaultKeyedRateLimiter<Origin>);

impl Default for RateLimiter {
    fn default() -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_second(SUSTAINED_PER_SECOND).allow_burst(BURST)))
    }
}

impl RateLimiter {
    /// Waits until the desktop may send its next request.
    pub(super) async fn turn(&self, origin: Origin) {
        self.0.until_key_ready(&origin).await;
    }

    /// Forgets desktops that have sent nothing for a while.
    pub(super) fn forget_idle(&self) {
        self.0.retain_recent();
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::FutureExt as _;

    use super::*;

    #[test]
    fn only_a_desktop_over_its_rate_waits() {
        let rate_limiter = RateLimiter::default();
        let at = |last| Origin::Address(Ipv4Addr::new(10, 0, 0, last).into());
        let at_once = |last: u8| rate_limiter.turn(at(last)).now_or_never().is_some();
        assert!((0..BURST.get()).all(|_| at_once(1)), "a page with all that belongs to it");
        // Some permits become free while this loop runs, but fewer than are requested.
        assert!((0..BURST.get()).any(|_| !at_once(1)));
        assert!(at_once(2));
    }
}
