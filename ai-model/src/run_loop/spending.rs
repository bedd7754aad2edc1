//! Tells what the attempts at a turn are billed with, while they last and when they end without one.

use protocol::ids::ModelConnectionId;
use protocol::run::{RunEnd, RunEvent, RunLimits};
use protocol::spending::Spending;
use protocol::transcript::TokenUsage;

use super::limits::{self, Spent};
use super::run::Run;
use crate::providers::{ModelError, ModelName, Price};

/// After as many further output tokens the caller is told again what an attempt costs: so much is lost at most with this service.
const TOLD_EVERY: u64 = 1000;

/// Why there is no turn.
pub(super) enum NoTurn {
    /// The model has none.
    Failed(ModelError),
    /// The attempts so far have reached a limit of the run.
    Limited(RunEnd),
}

/// The bill of the attempts at a turn.
#[derive(Debug)]
pub(super) struct Bill {
    biller: Spending,
    price: Option<Price>,
    /// What the attempt under way costs so far.
    so_far: TokenUsage,
    /// What the caller was last told of it.
    told: TokenUsage,
    /// What the run has spent, with the attempts that ended without a turn.
    spent: Spent,
}

impl Bill {
    /// Nothing is billed yet to a run that has spent this. `price` is the model's.
    pub(super) fn new(
        model: ModelName<'_>,
        connection: Option<ModelConnectionId>,
        price: Option<Price>,
        spent: Spent,
    ) -> Self {
        let (provider, model) = (model.provider.to_owned(), model.model.to_owned());
        let none = TokenUsage::default();
        let biller = Spending { provider, model, connection, usage: none, microdollars: None };
        Self { biller, price, so_far: none, told: none, spent }
    }

    /// What the attempt under way costs so far. Returns what to tell the caller, if it is much more than the last time.
    pub(super) fn so_far(&mut self, usage: TokenUsage) -> Option<RunEvent> {
        self.so_far = usage;
        let output = usage.output_tokens.saturating_sub(self.told.output_tokens);
        let is_news = usage.input() != self.told.input() || output >= TOLD_EVERY;
        is_news.then(|| {
            self.told = usage;
            RunEvent::SpentSoFar(self.spending(usage))
        })
    }

    /// An attempt has ended without a turn. Returns what to tell the caller.
    pub(super) fn lose(&mut self, usage: TokenUsage) -> RunEvent {
        (self.so_far, self.told) = (TokenUsage::default(), TokenUsage::default());
        let spending = self.spending(usage);
        self.spent.lose(&spending);
        RunEvent::Spent(spending)
    }

    /// The end of the run, if what was lost leaves no room for another attempt.
    pub(super) fn limit_reached(&self, limits: &RunLimits) -> Option<RunEnd> {
        limits::before_turn(&self.spent, limits, self.price)
    }

    fn spending(&self, usage: TokenUsage) -> Spending {
        let microdollars = self.price.map(|price| price.of(usage));
        Spending { usage, microdollars, ..self.biller.clone() }
    }
}

impl Run {
    /// Counts what attempts cost that ended without a turn. If there is no turn at all, the last one did, too.
    pub(super) async fn settle(&mut self, mut bill: Bill, has_turn: bool) {
        if !has_turn && !bill.so_far.is_zero() {
            let lost = bill.lose(bill.so_far);
            self.events.emit(lost).await;
        }
        self.spent = bill.spent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(input_tokens: u64, output_tokens: u64) -> TokenUsage {
        TokenUsage { input_tokens, output_tokens, ..TokenUsage::default() }
    }

    fn bill() -> Bill {
        let price = Price { input: 1_000_000, output: 2_000_000, cache_read: 0, cache_write: 0 };
        let model = ModelName { provider: "anthropic", model: "claude" };
        Bill::new(model, None, Some(price), Spent::since_last_message(&[], &[]))
    }

    #[test]
    fn the_caller_is_told_at_the_beginning_and_then_now_and_then() {
        let mut bill = bill();
        let mut told = |input, output| match bill.so_far(usage(input, output)) {
            Some(RunEvent::SpentSoFar(spending)) => spending.microdollars,
            other => {
                assert!(other.is_none());
                None
            }
        };
        assert_eq!(told(500, 1), Some(502));
        assert_eq!(told(500, 1000), None);
        assert_eq!(told(500, 1001), Some(2502));
        assert_eq!(told(500, 2000), None);
        assert_eq!(told(501, 2000), Some(4501));
    }

    #[test]
    fn what_is_lost_counts_for_the_limits() {
        let limits = RunLimits { max_cost_microdollars: Some(1000), ..RunLimits::default() };
        let mut bill = bill();
        assert!(bill.so_far(usage(700, 0)).is_some());
        assert!(matches!(bill.lose(usage(700, 0)), RunEvent::Spent(lost) if lost.microdollars == Some(700)));
        assert_eq!(bill.limit_reached(&limits), None);
        assert!(bill.so_far(usage(700, 0)).is_some(), "the next attempt is told from its beginning");
        assert!(
            matches!(bill.lose(usage(100, 100)), RunEvent::Spent(lost) if lost.microdollars == Some(300))
        );
        assert_eq!(bill.limit_reached(&limits).map(|end| end.code).as_deref(), Some("max_cost"));
    }
}
