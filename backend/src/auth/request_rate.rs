//! Limits how many requests each person sends, and each address without a login.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota};
use protocol::ids::UserId;

use crate::auth::throttle::network;
use crate::config::limits::RequestRate;

/// Who sends requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Caller {
    /// A person, wherever they are.
    User(UserId),
    /// Somebody who has not logged in; of IPv6 their network.
    Network(IpAddr),
}

impl Caller {
    /// Somebody at an address who has not logged in.
    #[must_use]
    pub fn at(address: IpAddr) -> Self {
        Self::Network(network(address))
    }
}

/// Counts requests. Cheap to clone.
#[derive(Clone)]
pub struct RequestRates(Option<Arc<DefaultKeyedRateLimiter<Caller>>>);

impl RequestRates {
    /// Allows each caller so many.
    #[must_use]
    pub fn new(rate: RequestRate) -> Self {
        let at_once = NonZeroU32::new(rate.requests_at_once).unwrap_or(NonZeroU32::MIN);
        let quota = NonZeroU32::new(rate.requests_per_minute).map(Quota::per_minute);
        let quota = quota.map(|quota| quota.allow_burst(at_once));
        Self(quota.map(|quota| Arc::new(DefaultKeyedRateLimiter::keyed(quota))))
    }

    /// Counts a request.
    ///
    /// # Errors
    /// How long to wait, if there were too many.
    pub fn count(&self, caller: Caller) -> Result<(), Duration> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(&caller).map_err(|refused| refused.wait_time_from(DefaultClock::default().now()))
    }

    /// Forgets callers who have sent nothing for a while.
    pub fn forget_idle(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates(requests_per_minute: u32, requests_at_once: u32) -> RequestRates {
        RequestRates::new(RequestRate { requests_per_minute, requests_at_once })
    }

    #[test]
    fn each_caller_has_a_rate_of_their_own() {
        let rates = rates(60, 3);
        let (ada, eve) = (Caller::User(UserId::generate()), Caller::User(UserId::generate()));
        for _ in 0..3 {
            rates.count(ada).unwrap();
        }
        let wait = rates.count(ada).unwrap_err();
        assert!(wait <= Duration::from_secs(1) && !wait.is_zero(), "{wait:?}");
        rates.count(eve).unwrap();
        rates.forget_idle();
        rates.count(ada).unwrap_err();
    }

    #[test]
    fn an_ipv6_client_is_its_network() {
        let rates = rates(60, 1);
        rates.count(Caller::at("2001:db8::1".parse().unwrap())).unwrap();
        rates.count(Caller::at("2001:db8::2".parse().unwrap())).unwrap_err();
        rates.count(Caller::at("2001:db8:0:1::1".parse().unwrap())).unwrap();
    }

    #[test]
    fn zero_is_no_limit() {
        let rates = rates(0, 0);
        assert!((0..1000).all(|_| rates.count(Caller::at("192.0.2.1".parse().unwrap())).is_ok()));
    }
}
