//! What runs may cost: what superusers let a person and everybody spend, what people let their own runs cost, and the limit
//! of a chat. The backend counts, by every stored turn; a run is stopped before its next turn.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use protocol::dollars::Dollars;
use protocol::ids::{ChatId, RunId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::limits::Limits;
use crate::services::quotas::{QuotaError, Quotas};
use crate::store::budget_use::{self, BudgetUse};
use crate::store::chat_limits::ChatLimits;
use crate::store::chats::ChatRow;
use crate::store::own_limits::{self, OwnLimits};
use crate::store::users::User;
use crate::store::{Connection, model_connections};
use crate::words::BackendReason;

/// Who has set a budget.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BudgetOf {
    /// The owner of a chat, for this chat. Counts whoever pays.
    Chat,
    /// The person, for all that they do. Counts whoever pays.
    Own,
    /// Superusers, for the person. Leaves out what people pay with keys of their own.
    Person,
    /// Superusers, for everybody together. Leaves out what people pay with keys of their own.
    Everybody,
}

/// What a budget is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BudgetPer {
    /// One run.
    Run,
    /// One chat.
    Chat,
    /// A day in UTC.
    Day,
    /// A month in UTC.
    Month,
}

/// A limit on what models may cost, and what was spent of it, in millionths of a dollar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Budget {
    /// Who has set it.
    pub of: BudgetOf,
    /// What it is for.
    pub per: BudgetPer,
    /// The limit.
    pub limit_microdollars: u64,
    /// What was spent.
    pub used_microdollars: u64,
    /// What is left; 0 if more was spent: a turn under way is completed.
    pub left_microdollars: u64,
}

/// A budget is used up.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("a budget is used up: {0:?}")]
pub struct BudgetReached(pub Budget);

/// The budgets of a run, of the next one of a chat, or of a person.
#[derive(Debug, Clone, Default)]
pub struct Budgets(Vec<Budget>);

/// Whose budgets apply.
#[derive(Debug, Clone, Copy)]
pub struct Spender {
    /// The person.
    pub user_id: UserId,
    /// The chat; `None`: a new one.
    pub chat_id: Option<ChatId>,
    /// The limits of the chat.
    pub chat_limits: ChatLimits,
    /// The run; `None`: a new one.
    pub run_id: Option<RunId>,
    /// Who pays.
    pub payer: Payer,
}

/// Who pays for a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// The person, with a key of their own.
    Person,
    /// The installation.
    Installation,
}

impl Payer {
    /// Who pays for a model that is, or is not, asked with a key of the person's own.
    #[must_use]
    pub fn of(on_own_key: bool) -> Self {
        if on_own_key { Self::Person } else { Self::Installation }
    }
}

impl Budget {
    fn new(of: BudgetOf, per: BudgetPer, limit: Dollars, used: i64) -> Self {
        let (limit, used) = (limit.microdollars(), used.max(0).cast_unsigned());
        let left = limit.saturating_sub(used);
        Self { of, per, limit_microdollars: limit, used_microdollars: used, left_microdollars: left }
    }
}

impl Budgets {
    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Budget] {
        &self.0
    }

    /// The one of which the least is left.
    #[must_use]
    pub fn tightest(&self) -> Option<Budget> {
        self.0.iter().copied().min_by_key(|budget| budget.left_microdollars)
    }

    /// Fails if one of them is used up.
    ///
    /// # Errors
    /// With that one.
    pub fn check(&self) -> Result<(), BudgetReached> {
        match self.tightest() {
            Some(budget) if budget.left_microdollars == 0 => Err(BudgetReached(budget)),
            _ => Ok(()),
        }
    }

    fn add(&mut self, of: BudgetOf, per: BudgetPer, limit: Option<Dollars>, used: i64) {
        self.0.extend(limit.map(|limit| Budget::new(of, per, limit, used)));
    }

    fn add_own(&mut self, limits: OwnLimits, used: BudgetUse) {
        use BudgetPer::{Chat, Day, Month, Run};
        let own = BudgetOf::Own;
        self.add(own, Run, limits.dollars_per_run, used.run.saturating_add(used.own_run));
        self.add(own, Chat, limits.dollars_per_chat, used.chat.saturating_add(used.own_chat));
        self.add(own, Day, limits.dollars_per_day, used.day.saturating_add(used.own_day));
        self.add(own, Month, limits.dollars_per_month, used.month.saturating_add(used.own_month));
    }

    fn add_of_person(&mut self, limits: Limits, used: BudgetUse) {
        use BudgetPer::{Chat, Day, Month, Run};
        let person = BudgetOf::Person;
        self.add(person, Run, limits.dollars_per_run, used.run);
        self.add(person, Chat, limits.dollars_per_chat, used.chat);
        self.add(person, Day, limits.dollars_per_day, used.day);
        self.add(person, Month, limits.dollars_per_month, used.month);
    }
}

impl Quotas {
    /// The budgets that apply to a run of somebody.
    ///
    /// # Errors
    /// When the database fails, or stored limits can't be read.
    pub async fn budgets(
        &self,
        conn: &mut Connection,
        spender: Spender,
        now: DateTime<Utc>,
    ) -> Result<Budgets, QuotaError> {
        let Spender { user_id, chat_id, chat_limits, run_id, payer } = spender;
        let own = own_limits(conn, user_id).await?;
        let used = budget_use::find(conn, user_id, chat_id, run_id, now).await?;
        let mut budgets = Budgets::default();
        let of_chat = used.chat.saturating_add(used.own_chat);
        budgets.add(BudgetOf::Chat, BudgetPer::Chat, chat_limits.max_cost_usd, of_chat);
        budgets.add_own(own, used);
        if payer == Payer::Installation {
            budgets.add_of_person(self.of_user(conn, user_id).await?, used);
            let total = self.settings.total_limits(conn).await?.value;
            budgets.add(BudgetOf::Everybody, BudgetPer::Day, total.dollars_per_day, used.all_day);
            budgets.add(BudgetOf::Everybody, BudgetPer::Month, total.dollars_per_month, used.all_month);
        }
        Ok(budgets)
    }

    /// The budgets of a run of a chat, or with `None` of its next one.
    ///
    /// # Errors
    /// As [`Quotas::budgets`].
    pub async fn budgets_of_chat(
        &self,
        conn: &mut Connection,
        chat: &ChatRow,
        run_id: Option<RunId>,
        now: DateTime<Utc>,
    ) -> Result<Budgets, QuotaError> {
        let payer = Payer::of(model_connections::is_paid_by_owner(conn, chat.id).await?);
        self.budgets_by(conn, chat, run_id, payer, now).await
    }

    /// The budgets of a run of a chat for which somebody pays.
    ///
    /// # Errors
    /// As [`Quotas::budgets`].
    pub async fn budgets_by(
        &self,
        conn: &mut Connection,
        chat: &ChatRow,
        run_id: Option<RunId>,
        payer: Payer,
        now: DateTime<Utc>,
    ) -> Result<Budgets, QuotaError> {
        let (user_id, chat_limits) = (chat.user_id, chat_limits(chat)?);
        let spender = Spender { user_id, chat_id: Some(chat.id), chat_limits, run_id, payer };
        self.budgets(conn, spender, now).await
    }

    /// Sets what a person lets their own runs cost.
    ///
    /// # Errors
    /// When a limit is above what they may spend.
    pub async fn set_own_limits(
        &self,
        conn: &mut Connection,
        user: &User,
        own: &OwnLimits,
    ) -> Result<(), QuotaError> {
        let allowed = self.of(conn, user).await?;
        for (own, allowed) in [
            (own.dollars_per_run, allowed.dollars_per_run),
            (own.dollars_per_chat, allowed.dollars_per_chat),
            (own.dollars_per_day, allowed.dollars_per_day),
            (own.dollars_per_month, allowed.dollars_per_month),
        ] {
            match (own, allowed) {
                (Some(own), Some(allowed)) if own > allowed => {
                    return Err(QuotaError::OwnLimitTooHigh(allowed));
                }
                _ => {}
            }
        }
        let stored = serde_json::to_value(own).context("encoding limits")?;
        Ok(own_limits::set(conn, user.id, &stored).await?)
    }
}

/// What a person lets their own runs cost.
///
/// # Errors
/// When the database fails, or they can't be read.
pub async fn own_limits(conn: &mut Connection, user_id: UserId) -> Result<OwnLimits, QuotaError> {
    let stored = own_limits::find(conn, user_id).await?;
    let limits = stored.map(serde_json::from_value).transpose().context("reading a person's own limits")?;
    // Without the person, their data is being deleted.
    Ok(limits.unwrap_or_default())
}

/// The limits of a chat.
///
/// # Errors
/// When they can't be read.
pub fn chat_limits(chat: &ChatRow) -> anyhow::Result<ChatLimits> {
    let stored = chat.limits.clone().map(serde_json::from_value).transpose();
    Ok(stored.context("reading the limits of a chat")?.unwrap_or_default())
}

impl From<BudgetReached> for BackendReason {
    fn from(BudgetReached(budget): BudgetReached) -> Self {
        let (limit, used) = (budget.limit_microdollars, budget.used_microdollars);
        match (budget.of, budget.per) {
            (BudgetOf::Chat, _) => Self::ChatBudgetReached { limit, used },
            (BudgetOf::Own, BudgetPer::Run) => Self::OwnRunBudgetReached { limit, used },
            (BudgetOf::Own, BudgetPer::Chat) => Self::OwnChatBudgetReached { limit, used },
            (BudgetOf::Own, BudgetPer::Day) => Self::OwnDayBudgetReached { limit, used },
            (BudgetOf::Own, BudgetPer::Month) => Self::OwnMonthBudgetReached { limit, used },
            (BudgetOf::Person, BudgetPer::Run) => Self::RunBudgetReached { limit, used },
            (BudgetOf::Person, BudgetPer::Chat) => Self::EveryChatBudgetReached { limit, used },
            (BudgetOf::Person, BudgetPer::Day) => Self::DayBudgetReached { limit, used },
            (BudgetOf::Person, BudgetPer::Month) => Self::SpendingLimitReached { limit, used },
            (BudgetOf::Everybody, BudgetPer::Day) => Self::AllDayBudgetReached { limit, used },
            (BudgetOf::Everybody, _) => Self::AllSpendingLimitReached { limit, used },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dollars(text: &str) -> Option<Dollars> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn the_tightest_budget_is_the_one_of_which_the_least_is_left() {
        let mut budgets = Budgets::default();
        assert!(budgets.tightest().is_none() && budgets.check().is_ok());
        budgets.add(BudgetOf::Own, BudgetPer::Day, dollars("0.5"), 100_000);
        budgets.add(BudgetOf::Person, BudgetPer::Month, dollars("20"), 19_999_999);
        budgets.add(BudgetOf::Everybody, BudgetPer::Day, None, 7);
        assert_eq!(budgets.all().len(), 2);
        assert_eq!(budgets.tightest().unwrap().left_microdollars, 1);
        assert!(budgets.check().is_ok());
        budgets.add(BudgetOf::Chat, BudgetPer::Chat, dollars("0.1"), 100_001);
        let BudgetReached(reached) = budgets.check().unwrap_err();
        assert_eq!((reached.of, reached.used_microdollars), (BudgetOf::Chat, 100_001));
        let mut none = Budgets::default();
        none.add(BudgetOf::Own, BudgetPer::Run, dollars("0"), 0);
        assert!(none.check().is_err(), "nothing may be spent at all");
    }

    #[test]
    fn ones_own_limits_count_whoever_pays_and_those_of_superusers_do_not() {
        let used = BudgetUse { run: 1, own_run: 10, day: 100, own_day: 1000, ..BudgetUse::default() };
        let mut budgets = Budgets::default();
        let (per_run, per_day) = (dollars("1"), dollars("1"));
        budgets.add_own(
            OwnLimits { dollars_per_run: per_run, dollars_per_day: per_day, ..OwnLimits::default() },
            used,
        );
        budgets.add_of_person(
            Limits { dollars_per_run: per_run, dollars_per_day: per_day, ..Limits::default() },
            used,
        );
        let counted: Vec<u64> = budgets.all().iter().map(|budget| budget.used_microdollars).collect();
        assert_eq!(counted, [11, 1100, 1, 100]);
    }
}
