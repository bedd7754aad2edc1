//! How long the agent took for a request: the header `server-timing`, for requests with a `traceparent`. A desktop can reach
//! no collector of traces, so whoever sent the request makes the agent's span.

use std::time::Duration;

/// The header.
pub const HEADER: &str = "server-timing";
/// The header of requests that are part of a trace.
pub const TRACEPARENT: &str = "traceparent";
/// The name of the agent's time in it.
const NAME: &str = "agent";

/// The value of the header.
#[must_use]
pub fn write(took: Duration) -> String {
    format!("{NAME};dur={:.3}", took.as_secs_f64() * 1000.0)
}

/// The agent's time, if the value of a header has one.
#[must_use]
pub fn read(value: &str) -> Option<Duration> {
    let mut parts = value.split(',').find_map(|metric| {
        let mut parts = metric.split(';').map(str::trim);
        (parts.next() == Some(NAME)).then_some(parts)
    })?;
    let milliseconds: f64 = parts.find_map(|part| part.strip_prefix("dur="))?.parse().ok()?;
    Duration::try_from_secs_f64(milliseconds / 1000.0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for took in [0, 1, 999, 1_000, 12_345_678].map(Duration::from_micros) {
            assert_eq!(read(&write(took)), Some(took));
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for value in
            ["", "agent", "agent;dur=", "agent;dur=-1", "agent;dur=NaN", "agent;dur=1e300", "cache;dur=3"]
        {
            assert_eq!(read(value), None, "{value}");
        }
        assert_eq!(read("cache;desc=\"hit\", agent;dur=2.5;desc=x"), Some(Duration::from_micros(2500)));
    }
}
