//! What a run has used, and where it has to stop. Everything since the person's last message counts, so that counting
//! continues after a decision or on another replica.

use std::time::Duration;

use protocol::run::{ModelReason, RunEnd, RunLimits, RunOutcome};
use protocol::spending::Spending;
use protocol::transcript::{TokenUsage, ToolResult, ToolStatus, TranscriptItem, TurnCost};
use tokio::time::Instant;

use crate::providers::Price;

/// The latest possible deadline; a later one would overflow the clock.
const FOREVER: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// What a run has used.
#[derive(Debug, Clone)]
pub(super) struct Spent {
    turns: u32,
    actions: u32,
    tokens: u64,
    microdollars: u64,
    /// The time that was used before this stream began.
    earlier_ms: u64,
    began: Instant,
}

impl Spent {
    /// Counts everything since the last message, with what was lost since then.
    pub(super) fn since_last_message(items: &[TranscriptItem], lost: &[Spending]) -> Self {
        let mut spent =
            Self { turns: 0, actions: 0, tokens: 0, microdollars: 0, earlier_ms: 0, began: Instant::now() };
        let message = items.iter().rposition(|item| matches!(item, TranscriptItem::UserMessage(_)));
        for item in &items[message.map_or(0, |at| at + 1)..] {
            match item {
                TranscriptItem::AssistantTurn(turn) => {
                    spent.turn(turn.usage, turn.cost);
                    spent.earlier_ms = spent.earlier_ms.saturating_add(turn.cost.elapsed_ms);
                }
                TranscriptItem::ToolResult(result) => {
                    spent.result(result);
                    spent.earlier_ms = spent.earlier_ms.saturating_add(result.elapsed_ms);
                }
                _ => {}
            }
        }
        lost.iter().for_each(|spending| spent.lose(spending));
        spent
    }

    /// Counts a turn.
    pub(super) fn turn(&mut self, usage: TokenUsage, cost: TurnCost) {
        self.turns = self.turns.saturating_add(1);
        self.count(usage, cost.microdollars);
    }

    /// Counts an attempt that ended without a turn.
    pub(super) fn lose(&mut self, spending: &Spending) {
        self.count(spending.usage, spending.microdollars);
    }

    fn count(&mut self, usage: TokenUsage, microdollars: Option<u64>) {
        self.tokens = self.tokens.saturating_add(usage.total());
        self.microdollars = self.microdollars.saturating_add(microdollars.unwrap_or(0));
    }

    /// Counts a call, if it was attempted.
    pub(super) fn result(&mut self, result: &ToolResult) {
        self.actions = self.actions.saturating_add(u32::from(result.status != ToolStatus::NotExecuted));
    }

    /// The number of turns.
    pub(super) fn turns(&self) -> u32 {
        self.turns
    }

    /// The number of attempted calls.
    pub(super) fn actions(&self) -> u32 {
        self.actions
    }

    /// When the time limit is reached.
    pub(super) fn deadline(&self, limits: &RunLimits) -> Instant {
        let left = limits.max_wall_time_ms.saturating_sub(self.earlier_ms);
        self.began + Duration::from_millis(left).min(FOREVER)
    }
}

/// The end of the run, if the model may not be asked again.
pub(super) fn before_turn(spent: &Spent, limits: &RunLimits, price: Option<Price>) -> Option<RunEnd> {
    if spent.turns >= limits.max_turns {
        return Some(reached(ModelReason::MaxTurns { limit: limits.max_turns }));
    }
    if let Some(limit) = limits.max_total_tokens.filter(|max| spent.tokens >= *max) {
        return Some(reached(ModelReason::MaxTotalTokens { limit, used: spent.tokens }));
    }
    let limit = limits.max_cost_microdollars?;
    if spent.microdollars >= limit {
        return Some(reached(ModelReason::MaxCost { limit, used: spent.microdollars }));
    }
    price.is_none().then(price_unknown)
}

/// The end of the run, if no further call may be executed.
pub(super) fn before_action(spent: &Spent, limits: &RunLimits) -> Option<RunEnd> {
    let limit = limits.max_actions;
    (spent.actions >= limit).then(|| reached(ModelReason::MaxActions { limit }))
}

/// The end of a run that has reached its time limit.
pub(super) fn time_is_up(limits: &RunLimits) -> RunEnd {
    reached(ModelReason::MaxWallTime { seconds: limits.max_wall_time_ms.div_ceil(1000) })
}

fn reached(limit: ModelReason) -> RunEnd {
    RunEnd::new(RunOutcome::LimitReached, limit)
}

fn price_unknown() -> RunEnd {
    RunEnd::new(RunOutcome::Failed, ModelReason::PriceUnknown)
}

#[cfg(test)]
mod tests {
    use protocol::transcript::{AssistantTurn, UserMessage};

    use super::*;

    fn message() -> TranscriptItem {
        TranscriptItem::UserMessage(UserMessage {
            text: "go".to_owned(),
            attachments: Vec::new(),
            shown: Vec::new(),
            extra_data: None,
            locale: None,
        })
    }

    fn turn(usage: TokenUsage, cost: TurnCost) -> TranscriptItem {
        TranscriptItem::AssistantTurn(AssistantTurn {
            provider: "demo".to_owned(),
            model: "demo".to_owned(),
            raw: String::new(),
            content: Vec::new(),
            stop_reason: String::new(),
            usage,
            cost,
            connection: None,
        })
    }

    fn result(status: ToolStatus, elapsed_ms: u64) -> TranscriptItem {
        let call_id = String::new();
        let text = String::new();
        TranscriptItem::ToolResult(ToolResult {
            call_id,
            status,
            text,
            screenshot: None,
            shown_to_model: false,
            elapsed_ms,
        })
    }

    fn transcript() -> Vec<TranscriptItem> {
        let usage = TokenUsage {
            input_tokens: 1,
            cache_read_tokens: 20,
            cache_write_tokens: 300,
            output_tokens: 4000,
        };
        let cost = TurnCost { elapsed_ms: 1000, microdollars: Some(70) };
        vec![
            message(),
            turn(usage, cost),
            message(),
            turn(usage, cost),
            result(ToolStatus::Done, 5),
            result(ToolStatus::Failed, 6),
            result(ToolStatus::Interrupted, 7),
            result(ToolStatus::NotExecuted, 0),
            turn(usage, TurnCost { elapsed_ms: 1, microdollars: None }),
        ]
    }

    #[test]
    fn usage_counts_since_the_last_message() {
        let spent = Spent::since_last_message(&transcript(), &[]);
        assert_eq!((spent.turns, spent.actions, spent.tokens), (2, 3, 2 * 4321));
        assert_eq!((spent.microdollars, spent.earlier_ms), (70, 1000 + 5 + 6 + 7 + 1));
        let lost = |microdollars| Spending {
            provider: "demo".to_owned(),
            model: "demo".to_owned(),
            connection: None,
            usage: TokenUsage { input_tokens: 9, ..TokenUsage::default() },
            microdollars,
        };
        let spent = Spent::since_last_message(&transcript(), &[lost(Some(5)), lost(None)]);
        assert_eq!((spent.turns, spent.actions, spent.tokens), (2, 3, 2 * 4321 + 2 * 9));
        assert_eq!(spent.microdollars, 75);
    }

    #[test]
    fn each_limit_has_its_code() {
        let spent = Spent::since_last_message(&transcript(), &[]);
        let free = Price { input: 0, output: 0, cache_read: 0, cache_write: 0 };
        let end = |limits: RunLimits, price| before_turn(&spent, &limits, price).map(|end| end.code);
        let limits = RunLimits::default();
        assert_eq!(end(limits, None), None);
        assert_eq!(end(RunLimits { max_turns: 2, ..limits }, None).as_deref(), Some("max_turns"));
        let tokens = |max| RunLimits { max_total_tokens: Some(max), ..limits };
        assert_eq!(end(tokens(8642), None).as_deref(), Some("max_total_tokens"));
        assert_eq!(end(tokens(8643), None), None);
        let cost = |max| RunLimits { max_cost_microdollars: Some(max), ..limits };
        assert_eq!(end(cost(70), Some(free)).as_deref(), Some("max_cost"));
        assert_eq!(end(cost(71), Some(free)), None);
        assert_eq!(end(cost(71), None).as_deref(), Some("price_unknown"));
        let actions = |max| before_action(&spent, &RunLimits { max_actions: max, ..limits });
        assert_eq!(actions(3).map(|end| end.code).as_deref(), Some("max_actions"));
        assert_eq!(actions(4), None);
    }
}
