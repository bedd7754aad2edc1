//! The total usage of a run.

use protocol::run::RunEvent;
use protocol::transcript::TokenUsage;

/// A sum over turns.
#[derive(Debug, Default)]
pub(super) struct UsageTotal(TokenUsage);

impl UsageTotal {
    /// Adds a turn.
    pub(super) fn add(&mut self, turn: TokenUsage) {
        self.0 = self.0.plus(turn);
    }

    /// The sum, and the share of the input that was read from the cache; `None` when no tokens were used.
    #[expect(clippy::cast_precision_loss, reason = "a share needs no more than 52 bits")]
    pub(super) fn event(&self) -> Option<RunEvent> {
        let usage = self.0;
        let cached_share = usage.cache_read_tokens as f64 / usage.input().max(1) as f64;
        (!usage.is_zero()).then_some(RunEvent::UsageTotal { usage, cached_share })
    }
}
