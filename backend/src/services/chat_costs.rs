//! What a chat has cost, what is left of its budgets, and an estimate of what it will cost.

use anyhow::Context as _;
use protocol::ids::UserId;
use protocol::price::Price;
use protocol::run::RunLimits;
use protocol::transcript::TokenUsage;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::budgets::{Budget, Payer, Spender, chat_limits};
use crate::services::model_usage::UseOfModel;
use crate::services::models::{Models, PricedModel, ResolveModelError};
use crate::services::quotas::{QuotaError, Quotas};
use crate::store::chat_limits::ChatLimits;
use crate::store::chats::ChatRow;
use crate::store::model_choice::ModelChoice;
use crate::store::usage_daily::ModelUse;
use crate::store::{events, run_usage};

/// How many of the chat's last turns an estimate is made from.
const LAST_TURNS: i64 = 10;
/// How many turns a long run has, unless the chat's limit is lower.
const LONG_RUN: u32 = 50;
/// What a turn of a new chat is taken to have: instructions and tools in the beginning, mostly from the cache; then a
/// screenshot with each turn.
const USUAL: Habits = Habits { context: 6_000, growth: 2_000, output: 250, cached_percent: 80 };

/// What a chat has cost, and what it will cost. Amounts are millionths of a dollar at list prices.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatCost {
    /// What the chat has cost so far.
    pub microdollars: i64,
    /// All turns and tokens.
    pub total: ModelUse,
    /// The same by model, the most expensive first.
    pub models: Vec<UseOfModel>,
    /// The budgets that the next message has to keep to. Of a run, nothing is used yet.
    pub budgets: Vec<Budget>,
    /// The budget of which the least is left; `null` if there is none.
    pub tightest: Option<Budget>,
    /// The model that the next message is for; `null` if that can't be told now.
    pub model: Option<CostModel>,
    /// What the next steps will cost about; `null` if the price is not known.
    pub estimate: Option<CostEstimate>,
}

/// The model that a message is for.
#[derive(Debug, Serialize, ToSchema)]
pub struct CostModel {
    /// The provider, such as `anthropic`.
    pub provider: String,
    /// The vendor's id of the model.
    pub model: String,
    /// Whether anybody knows what it costs. If not, and there is a budget, messages are refused (`price_unknown`).
    pub price_known: bool,
    /// Whether the caller pays for it, with a key of their own.
    pub on_own_key: bool,
}

/// What further steps will cost about, in millionths of a dollar: as many tokens are assumed as the chat's last turns had,
/// at the price of the model that is chosen now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct CostEstimate {
    /// From how many turns it is made; 0: from what is usual.
    pub from_turns: u32,
    /// One further step.
    pub step_microdollars: u64,
    /// How many steps a long run is taken to have.
    pub long_run_steps: u32,
    /// A long run.
    pub long_run_microdollars: u64,
}

/// Why the cost can't be told.
#[derive(Debug, thiserror::Error)]
pub enum ChatCostError {
    /// The budgets can't be read.
    #[error(transparent)]
    Quota(#[from] QuotaError),
    /// The model can't be found out.
    #[error(transparent)]
    Model(#[from] ResolveModelError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// Something stored can't be read.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(ChatCostError);

/// Tells what chats cost. Cheap to clone.
#[derive(Clone)]
pub struct ChatCosts {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
    /// The models and their prices.
    pub models: Models,
    /// The budgets.
    pub quotas: Quotas,
}

impl ChatCosts {
    /// What a chat has cost, and what it will cost.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn of(&self, chat: &ChatRow) -> Result<ChatCost, ChatCostError> {
        let model = self.models.priced(chat.user_id, choice_of(chat)?).await?;
        let mut conn = self.database.connection().await?;
        let by_model = run_usage::by_model(&mut conn, chat.id).await?;
        let budgets = self.quotas.budgets_of_chat(&mut conn, chat, None, self.clock.now()).await?;
        let turns = events::last_turns(&mut conn, chat.id, LAST_TURNS).await?;
        drop(conn);
        let turns: Vec<TokenUsage> = turns
            .into_iter()
            .filter_map(|turn| serde_json::from_value(turn.get("usage")?.clone()).ok())
            .collect();
        let total = by_model.iter().fold(ModelUse::default(), |total, (_, _, used)| total.plus(*used));
        let models = by_model.into_iter();
        Ok(ChatCost {
            microdollars: total.microdollars,
            total,
            models: models.map(|(provider, model, used)| UseOfModel { provider, model, used }).collect(),
            tightest: budgets.tightest(),
            budgets: budgets.all().to_vec(),
            estimate: model.as_ref().and_then(|model| estimate(model, &turns, &chat_limits(chat).ok()?)),
            model: model.map(|PricedModel { provider, model, price, on_own_key, .. }| CostModel {
                provider,
                model,
                price_known: price.is_some(),
                on_own_key,
            }),
        })
    }

    /// The model that the next message of a chat is for, if nobody knows what it costs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unpriced_model(&self, chat: &ChatRow) -> Result<Option<String>, ChatCostError> {
        let now = self.clock.now();
        let budgets =
            self.quotas.budgets_of_chat(&mut *self.database.connection().await?, chat, None, now).await?;
        if budgets.all().is_empty() {
            return Ok(None);
        }
        Ok(unpriced(self.models.priced(chat.user_id, choice_of(chat)?).await?))
    }

    /// The model that the first message of a new chat is for, if nobody knows what it costs.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn unpriced_model_of_new_chat(
        &self,
        user_id: UserId,
        choice: Option<ModelChoice>,
        chat_limits: ChatLimits,
    ) -> Result<Option<String>, ChatCostError> {
        let budgets = async |payer| {
            let spender = Spender { user_id, chat_id: None, chat_limits, run_id: None, payer };
            let mut conn = self.database.connection().await?;
            Ok::<_, ChatCostError>(self.quotas.budgets(&mut conn, spender, self.clock.now()).await?)
        };
        if budgets(Payer::Installation).await?.all().is_empty() {
            return Ok(None);
        }
        let Some(model) = self.models.priced(user_id, choice).await? else { return Ok(None) };
        let is_limited = !model.on_own_key || !budgets(Payer::Person).await?.all().is_empty();
        Ok(if is_limited { unpriced(Some(model)) } else { None })
    }
}

fn unpriced(model: Option<PricedModel>) -> Option<String> {
    model.filter(|model| model.price.is_none()).map(|model| model.model)
}

fn choice_of(chat: &ChatRow) -> anyhow::Result<Option<ModelChoice>> {
    let choice = chat.model_choice.clone().map(serde_json::from_value).transpose();
    choice.context("reading a chat's model choice")
}

/// What the turns of a chat are like, in tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Habits {
    /// What the next turn will read.
    context: u64,
    /// How much more each further turn reads.
    growth: u64,
    /// What a turn writes.
    output: u64,
    /// How much of what is read comes from the vendor's cache.
    cached_percent: u64,
}

impl Habits {
    /// Those of a chat's last turns, the newest first.
    fn of(turns: &[TokenUsage]) -> Option<Self> {
        let (newest, oldest) = (turns.first()?, turns.last()?);
        let count = u64::try_from(turns.len()).ok()?;
        let sum = |of: fn(&TokenUsage) -> u64| turns.iter().map(of).fold(0, u64::saturating_add);
        let output = sum(|turn| turn.output_tokens) / count;
        let growth = match count.checked_sub(1) {
            None | Some(0) => USUAL.growth,
            Some(steps) => read(newest).saturating_sub(read(oldest)) / steps,
        };
        let all = sum(read).max(1);
        let cached_percent = sum(|turn| turn.cache_read_tokens).saturating_mul(100) / all;
        let context = read(newest).saturating_add(newest.output_tokens).saturating_add(growth);
        Some(Self { context, growth, output, cached_percent })
    }

    /// What a turn is expected to use, `further` turns after the next one, with a context window of this size.
    fn turn(self, further: u64, window: u64) -> TokenUsage {
        let context = self.context.saturating_add(self.growth.saturating_mul(further)).min(window);
        let cache_read_tokens = context.saturating_mul(self.cached_percent) / 100;
        TokenUsage {
            input_tokens: 0,
            cache_read_tokens,
            // Vendors that have no such price give it that of other input.
            cache_write_tokens: context.saturating_sub(cache_read_tokens),
            output_tokens: self.output,
        }
    }
}

/// All tokens that a turn read.
fn read(turn: &TokenUsage) -> u64 {
    turn.input_tokens.saturating_add(turn.cache_read_tokens).saturating_add(turn.cache_write_tokens)
}

fn estimate(model: &PricedModel, turns: &[TokenUsage], limits: &ChatLimits) -> Option<CostEstimate> {
    let price: Price = model.price?;
    let habits = Habits::of(turns).unwrap_or(USUAL);
    let window = model.context.unwrap_or(u64::MAX);
    let cost = |further| price.of(habits.turn(further, window));
    let most = limits.max_turns.unwrap_or(RunLimits::default().max_turns);
    let long_run_steps = LONG_RUN.min(most);
    Some(CostEstimate {
        from_turns: u32::try_from(turns.len()).unwrap_or(u32::MAX),
        step_microdollars: cost(0),
        long_run_steps,
        long_run_microdollars: (0..u64::from(long_run_steps)).map(cost).fold(0, u64::saturating_add),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turn(input: u64, cached: u64, output: u64) -> TokenUsage {
        TokenUsage {
            input_tokens: input,
            cache_read_tokens: cached,
            cache_write_tokens: 0,
            output_tokens: output,
        }
    }

    fn model(price: Option<Price>, context: Option<u64>) -> PricedModel {
        PricedModel { provider: "p".into(), model: "m".into(), price, context, on_own_key: false }
    }

    #[test]
    fn the_next_turns_are_expected_to_be_like_the_last() {
        // The newest first: the context grows by 1,000 with each turn, and half of it was cached.
        let turns = [turn(6_000, 6_000, 100), turn(5_500, 5_500, 300), turn(5_000, 5_000, 200)];
        let habits = Habits::of(&turns).unwrap();
        assert_eq!(
            habits,
            Habits { context: 12_000 + 100 + 1_000, growth: 1_000, output: 200, cached_percent: 50 }
        );
        assert_eq!(read(&habits.turn(2, u64::MAX)), 15_100);
        assert_eq!(read(&habits.turn(2, 14_000)), 14_000, "no more than the window");
    }

    #[test]
    fn an_estimate_needs_a_price_and_takes_as_many_steps_as_there_may_be() {
        let limits = ChatLimits::default();
        assert_eq!(estimate(&model(None, None), &[], &limits), None);
        let only_output = Price { output: 1_000_000, ..Price::FREE };
        let told = estimate(&model(Some(only_output), None), &[turn(10, 0, 7)], &limits).unwrap();
        let expected = CostEstimate {
            from_turns: 1,
            step_microdollars: 7,
            long_run_steps: 50,
            long_run_microdollars: 350,
        };
        assert_eq!(told, expected);
        let few = ChatLimits { max_turns: Some(3), ..limits };
        let told = estimate(&model(Some(only_output), None), &[turn(10, 0, 7)], &few).unwrap();
        assert_eq!((told.long_run_steps, told.long_run_microdollars), (3, 21));
        let usual = estimate(&model(Some(only_output), None), &[], &limits).unwrap();
        assert_eq!((usual.from_turns, usual.step_microdollars), (0, USUAL.output));
        // A long run costs more than as many steps of now: the context grows.
        let input = Price { cache_write: 1_000_000, ..Price::FREE };
        let told = estimate(&model(Some(input), None), &[], &limits).unwrap();
        assert!(told.long_run_microdollars > 50 * told.step_microdollars, "{told:?}");
    }
}
