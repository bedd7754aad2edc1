//! How long to wait before a retry.

use std::time::Duration;

use super::failure::Remedy;

/// The longest delay of our own choosing.
const MAX_BACKOFF: Duration = Duration::from_secs(16);

/// How persistently a server is asked again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Persistence {
    /// Nobody else can be asked.
    #[default]
    Last,
    /// Another model goes on otherwise, so that waiting long serves nobody.
    BeforeAnother,
}

impl Persistence {
    /// The most retries of a request.
    fn retries(self) -> u32 {
        match self {
            Self::Last => 4,
            Self::BeforeAnother => 1,
        }
    }

    /// The longest delay that the vendor may ask for while a person waits.
    fn longest_wait(self) -> Duration {
        match self {
            Self::Last => Duration::from_secs(300),
            Self::BeforeAnother => Duration::from_secs(5),
        }
    }
}

/// The delay before retry number `retry` (from 0); `None` when there is to be none. `jitter` is random, from 0 to 1,
/// and spreads simultaneous retries.
#[must_use]
pub(crate) fn delay(
    remedy: Remedy,
    persistence: Persistence,
    retry: u32,
    first_delay: Duration,
    jitter: f64,
) -> Option<Duration> {
    if retry >= persistence.retries() {
        return None;
    }
    let backoff = first_delay.saturating_mul(1 << retry).min(MAX_BACKOFF);
    match remedy {
        Remedy::None
        | Remedy::StepDown
        | Remedy::OlderVersion
        | Remedy::Immediately
        | Remedy::OtherAddress => None,
        Remedy::Backoff => Some(backoff.mul_f64(1.0 - 0.25 * jitter)),
        // An earlier attempt is sure to fail, so the jitter only adds to the delay.
        Remedy::After(wait) if wait <= persistence.longest_wait() => {
            Some(wait + first_delay.mul_f64(0.25 * jitter))
        }
        Remedy::After(_) => None,
    }
}
