//! How long to wait before a request is tried again.

use std::time::Duration;

use super::failure::Remedy;

/// How often a request is tried again.
const MAX_RETRIES: u32 = 4;
/// The longest wait of our own choosing.
const MAX_BACKOFF: Duration = Duration::from_secs(16);
/// The longest wait that the vendor may ask for while a person looks on.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(300);

/// The wait before retry number `retry` (from 0); `None` when there is to be none. `jitter` is random, from
/// 0 to 1, and spreads the retries of many.
#[must_use]
pub(crate) fn delay(remedy: Remedy, retry: u32, first_delay: Duration, jitter: f64) -> Option<Duration> {
    if retry >= MAX_RETRIES {
        return None;
    }
    let backoff = first_delay.saturating_mul(1 << retry).min(MAX_BACKOFF);
    match remedy {
        Remedy::None | Remedy::StepDown | Remedy::AtOnce => None,
        Remedy::Backoff => Some(backoff.mul_f64(1.0 - 0.25 * jitter)),
        // An earlier try is sure to fail, so the jitter only ever adds.
        Remedy::After(wait) if wait <= MAX_RETRY_AFTER => Some(wait + first_delay.mul_f64(0.25 * jitter)),
        Remedy::After(_) => None,
    }
}
