//! Limits on the connections that clients hold.

use std::time::Duration;

/// The largest number of open connections, however many files a process may have open: each takes memory.
const MAX_CONNECTIONS: usize = 16_384;

/// Limits on connections.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionLimits {
    /// How many may be open. Further ones wait in the kernel's queue.
    pub total: usize,
    /// How many may be open from one address other than this machine's, which a proxy has. Further ones are closed.
    pub per_address: usize,
    /// How long a client may take to send the head of a request.
    pub head_timeout: Duration,
    /// How long a connection may stay open between two requests. Longer than usual proxies keep theirs, or they would
    /// send requests on connections that are just being closed.
    pub idle_timeout: Duration,
    /// The pace of request bodies.
    pub body: BodyPace,
}

impl ConnectionLimits {
    /// The limits that fit a process's limit of open files, in which connections may take half.
    #[must_use]
    pub fn for_open_files(files: u64) -> Self {
        let total = usize::try_from(files / 2).unwrap_or(usize::MAX).clamp(1, MAX_CONNECTIONS);
        Self {
            total,
            per_address: total.div_ceil(4),
            head_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(150),
            body: BodyPace::default(),
        }
    }
}

/// The pace that request bodies must keep.
#[derive(Debug, Clone, Copy)]
pub struct BodyPace {
    /// How long a client may send nothing, and how long it may be waited for in total on top of the time that `rate`
    /// allows.
    pub patience: Duration,
    /// The lowest rate, in bytes per second.
    pub rate: u64,
}

impl Default for BodyPace {
    fn default() -> Self {
        Self { patience: Duration::from_secs(30), rate: 1 << 10 }
    }
}
