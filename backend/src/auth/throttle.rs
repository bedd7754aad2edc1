//! Slows down whoever guesses passwords, by account and by client address.
//!
//! An account is counted for each address separately, so that strangers can't lock its owner out. Codes of a second factor are
//! counted for the account alone: whoever sends them knows the password, and there are few. Only failures count, so governor does
//! not fit: it can't take an attempt back.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use protocol::ids::UserId;

use crate::clock::Clock;

/// Failures with one account from one address.
const OF_ACCOUNT: Limit = Limit { failures: 10, recovery: Duration::from_secs(10) };
/// Failures from one address with any account; many people may share it.
const OF_ADDRESS: Limit = Limit { failures: 100, recovery: Duration::from_secs(2) };
/// Wrong codes of the second factor of one account, from all addresses. Of a million codes three are right at any time, so that
/// guessing takes years.
const OF_CODES: Limit = Limit { failures: 20, recovery: Duration::from_secs(5 * 60) };
/// Wrong one-time links from one address.
const OF_LINKS: Limit = Limit { failures: 10, recovery: Duration::from_secs(10) };
/// Registrations from one address, whether they fail or not: they tell which names are taken.
const OF_REGISTRATIONS: Limit = Limit { failures: 10, recovery: Duration::from_secs(10) };
/// Logins begun at an identity provider from one address; each is remembered for ten minutes.
const OF_PROVIDER_LOGINS: Limit = Limit { failures: 30, recovery: Duration::from_secs(2) };
/// Maximum number of counters. With more, the oldest ones are forgotten.
const MAX_COUNTERS: usize = 20_000;

/// How many failures are allowed at once, and how long it takes until one of them is forgiven.
struct Limit {
    failures: u32,
    recovery: Duration,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Account(String, Option<IpAddr>),
    Address(IpAddr),
    Codes(UserId),
    Links(Option<IpAddr>),
    Registrations(Option<IpAddr>),
    ProviderLogins(Option<IpAddr>),
}

impl Key {
    fn limit(&self) -> &'static Limit {
        match self {
            Self::Account(..) => &OF_ACCOUNT,
            Self::Address(_) => &OF_ADDRESS,
            Self::Codes(_) => &OF_CODES,
            Self::Links(_) => &OF_LINKS,
            Self::Registrations(_) => &OF_REGISTRATIONS,
            Self::ProviderLogins(_) => &OF_PROVIDER_LOGINS,
        }
    }
}

/// The time at which all failures so far are forgiven, which is later by one recovery period for each failure.
type Forgiven = DateTime<Utc>;

/// Counts failed logins. Cheap to clone.
#[derive(Clone)]
pub struct LoginThrottle {
    clock: Clock,
    counters: Arc<Mutex<HashMap<Key, Forgiven>>>,
}

/// A login attempt that counts as failed unless it succeeds or is retracted.
#[must_use = "it counts as a failure"]
pub struct Attempt<'a> {
    throttle: &'a LoginThrottle,
    /// What is limited most closely comes first.
    keys: Vec<Key>,
}

impl LoginThrottle {
    /// A throttle without failures.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, counters: Arc::default() }
    }

    /// Registers an attempt before the password is checked, so that concurrent ones count too. `address` is `None` if
    /// the client's is unknown.
    ///
    /// # Errors
    /// How long to wait, if there were too many failures.
    pub fn attempt(&self, username: &str, address: Option<IpAddr>) -> Result<Attempt<'_>, Duration> {
        let address = address.map(network);
        let mut keys = vec![Key::Account(username.to_lowercase(), address)];
        keys.extend(address.map(Key::Address));
        self.begin(keys)
    }

    /// Registers the attempt to use a code of an account's second factor, besides that to log in.
    ///
    /// # Errors
    /// How long to wait, if too many were wrong.
    pub fn code_attempt(&self, user_id: UserId) -> Result<Attempt<'_>, Duration> {
        self.begin(vec![Key::Codes(user_id)])
    }

    /// Registers the attempt to use a one-time link.
    ///
    /// # Errors
    /// How long to wait, if too many were wrong.
    pub fn link_attempt(&self, address: Option<IpAddr>) -> Result<Attempt<'_>, Duration> {
        self.begin(vec![Key::Links(address.map(network))])
    }

    /// Counts a registration.
    ///
    /// # Errors
    /// How long to wait, if there were too many.
    pub fn registration(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        self.begin(vec![Key::Registrations(address.map(network))]).map(drop)
    }

    /// Counts a login that begins at an identity provider.
    ///
    /// # Errors
    /// How long to wait, if there were too many.
    pub fn provider_login(&self, address: Option<IpAddr>) -> Result<(), Duration> {
        self.begin(vec![Key::ProviderLogins(address.map(network))]).map(drop)
    }

    fn begin(&self, keys: Vec<Key>) -> Result<Attempt<'_>, Duration> {
        let now = self.clock.now();
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &keys {
            let limit = key.limit();
            let most = now + limit.recovery * (limit.failures - 1);
            let forgiven = counters.get(key).copied().unwrap_or(now);
            if forgiven > most {
                return Err((forgiven - most).to_std().unwrap_or(limit.recovery));
            }
        }
        for key in &keys {
            let forgiven = counters.entry(key.clone()).or_insert(now);
            *forgiven = (*forgiven).max(now) + key.limit().recovery;
        }
        if counters.len() > MAX_COUNTERS {
            counters.retain(|_, forgiven| *forgiven > now);
            forget_oldest(&mut counters);
        }
        Ok(Attempt { throttle: self, keys })
    }
}

impl Attempt<'_> {
    /// Forgives the earlier failures with this account from this address.
    pub fn succeeded(self) {
        let throttle = self.throttle;
        let account = self.keys.first().cloned();
        self.retract();
        let mut counters = throttle.counters.lock().unwrap_or_else(PoisonError::into_inner);
        account.and_then(|key| counters.remove(&key));
    }

    /// Takes the attempt back, because it proves nothing.
    pub fn retract(self) {
        let mut counters = self.throttle.counters.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &self.keys {
            if let Some(forgiven) = counters.get_mut(key) {
                *forgiven -= key.limit().recovery;
            }
        }
    }
}

/// The address that limits count: of IPv6 the network, because a client has 2^64 addresses in it.
#[must_use]
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

/// Halves the counters if there are still too many.
fn forget_oldest(counters: &mut HashMap<Key, Forgiven>) {
    if counters.len() <= MAX_COUNTERS {
        return;
    }
    let mut times: Vec<Forgiven> = counters.values().copied().collect();
    let (_, middle, _) = times.select_nth_unstable(MAX_COUNTERS / 2);
    let middle = *middle;
    counters.retain(|_, forgiven| *forgiven > middle);
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    const HOME: Option<IpAddr> = Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)));

    fn throttle() -> (LoginThrottle, impl Fn(i64)) {
        let seconds = Arc::new(AtomicI64::new(0));
        let passed = Arc::clone(&seconds);
        let clock = Clock::from_fn(move || {
            DateTime::from_timestamp(1_700_000_000 + seconds.load(Ordering::Relaxed), 0).unwrap()
        });
        (LoginThrottle::new(clock), move |more| {
            passed.fetch_add(more, Ordering::Relaxed);
        })
    }

    fn fail(throttle: &LoginThrottle, username: &str, address: Option<IpAddr>, times: u32) {
        for _ in 0..times {
            drop(throttle.attempt(username, address).map_err(|wait| format!("{wait:?}")).unwrap());
        }
    }

    #[test]
    fn after_ten_failures_one_attempt_is_allowed_every_ten_seconds() {
        let (throttle, pass) = throttle();
        fail(&throttle, "ada", HOME, 10);
        assert_eq!(throttle.attempt("ADA", HOME).err(), Some(Duration::from_secs(10)));
        pass(9);
        assert_eq!(throttle.attempt("ada", HOME).err(), Some(Duration::from_secs(1)));
        pass(1);
        fail(&throttle, "ada", HOME, 1);
        assert!(throttle.attempt("ada", HOME).is_err());
        pass(100);
        fail(&throttle, "ada", HOME, 10);
    }

    #[test]
    fn a_stranger_locks_nobody_out() {
        let (throttle, _) = throttle();
        fail(&throttle, "ada", HOME, 10);
        assert!(throttle.attempt("ada", HOME).is_err());
        assert!(throttle.attempt("ada", Some(Ipv4Addr::new(192, 0, 2, 2).into())).is_ok());
        assert!(throttle.attempt("bob", HOME).is_ok());
        assert!(throttle.attempt("ada", None).is_ok());
    }

    #[test]
    fn an_address_is_limited_across_accounts() {
        let (throttle, pass) = throttle();
        for guess in 0..100 {
            fail(&throttle, &format!("user{guess}"), HOME, 1);
        }
        assert_eq!(throttle.attempt("ada", HOME).err(), Some(Duration::from_secs(2)));
        assert!(throttle.attempt("ada", None).is_ok());
        pass(2);
        assert!(throttle.attempt("ada", HOME).is_ok());
    }

    #[test]
    fn codes_are_limited_whatever_their_addresses() {
        let (throttle, pass) = throttle();
        let [ada, bob] = [UserId::generate(), UserId::generate()];
        for _ in 0..20 {
            drop(throttle.code_attempt(ada).unwrap());
        }
        assert_eq!(throttle.code_attempt(ada).err(), Some(Duration::from_secs(300)));
        assert!(throttle.code_attempt(bob).is_ok());
        pass(300);
        throttle.code_attempt(ada).unwrap().succeeded();
        assert!(throttle.code_attempt(ada).is_ok());
    }

    #[test]
    fn an_ipv6_client_is_counted_by_its_network() {
        let (throttle, _) = throttle();
        for host in 0..10 {
            fail(&throttle, "ada", Some(Ipv6Addr::new(0x2001, 0xdb8, 0, 1, 0, 0, 0, host).into()), 1);
        }
        let of_network = |network| Some(Ipv6Addr::new(0x2001, 0xdb8, 0, network, 0, 0, 0, 99).into());
        assert!(throttle.attempt("ada", of_network(1)).is_err());
        assert!(throttle.attempt("ada", of_network(2)).is_ok());
        fail(&throttle, "bob", HOME, 10);
        let mapped = Ipv4Addr::new(192, 0, 2, 1).to_ipv6_mapped();
        assert!(throttle.attempt("bob", Some(mapped.into())).is_err());
    }

    #[test]
    fn a_success_forgives_the_account_and_costs_the_address_nothing() {
        let (throttle, _) = throttle();
        fail(&throttle, "ada", HOME, 9);
        throttle.attempt("ada", HOME).unwrap().succeeded();
        fail(&throttle, "ada", HOME, 10);
        for _ in 0..200 {
            throttle.attempt("bob", HOME).unwrap().succeeded();
            throttle.attempt("carol", HOME).unwrap().retract();
        }
        fail(&throttle, "carol", HOME, 10);
    }

    #[test]
    fn concurrent_attempts_count_before_they_are_decided() {
        let (throttle, _) = throttle();
        let attempts: Vec<_> = (0..10).map(|_| throttle.attempt("ada", HOME)).collect();
        assert!(attempts.iter().all(Result::is_ok));
        assert!(throttle.attempt("ada", HOME).is_err());
    }

    #[test]
    fn the_counters_are_bounded_and_expire() {
        let (throttle, pass) = throttle();
        let many = |from: usize| {
            for number in from..=from + MAX_COUNTERS {
                fail(&throttle, &format!("user{number}"), None, 1);
            }
            throttle.counters.lock().unwrap().len()
        };
        assert!(many(0) <= MAX_COUNTERS);
        pass(3600);
        assert!(many(0) <= MAX_COUNTERS);
        fail(&throttle, "ada", None, 10);
    }
}
