//! What models have done for people, and what it cost.

use chrono::{Duration, NaiveDate};
use protocol::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::store::usage_daily::{self, Days, ModelUse};

/// The longest time that is added up, in days.
pub const MAX_DAYS: i64 = 366;
/// What is added up if nothing is asked for, in days.
const USUAL_DAYS: i64 = 30;
/// The most people, and the most models, that are told apart.
pub(super) const MAX_ROWS: i64 = 100;
/// The first day that can be asked for.
const FIRST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(2000, 1, 1);
/// The last day that can be asked for.
const LAST_DAY: Option<NaiveDate> = NaiveDate::from_ymd_opt(9999, 12, 31);

/// Why the usage can't be told. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum ModelUsageError {
    /// The days are not in order, or too many.
    #[error("`from` has to be before `to`, at most {MAX_DAYS} days, between the years 2000 and 9999.")]
    Days,
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(ModelUsageError);

/// What models have done for everybody in some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelUsage {
    /// The first day, in UTC.
    pub from: NaiveDate,
    /// The last day, in UTC.
    pub to: NaiveDate,
    /// All of it.
    pub total: ModelUse,
    /// The days on which anything was used, the first day first.
    pub days: Vec<UseOfDay>,
    /// The people for whom anything was used, the most expensive first; at most 100.
    pub people: Vec<UseOfPerson>,
    /// The models that were used, the most expensive first; at most 100.
    pub models: Vec<UseOfModel>,
}

/// What was used on a day.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseOfDay {
    /// The day, in UTC.
    pub day: NaiveDate,
    /// What was used.
    #[serde(flatten)]
    pub used: ModelUse,
}

/// What was used for a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseOfPerson {
    /// The person.
    pub user_id: UserId,
    /// Their username.
    pub username: String,
    /// What was used.
    #[serde(flatten)]
    pub used: ModelUse,
}

/// What was used of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct UseOfModel {
    /// The provider, such as `anthropic`.
    pub provider: String,
    /// The model's id, as the vendor writes it.
    pub model: String,
    /// What was used.
    #[serde(flatten)]
    pub used: ModelUse,
}

/// Tells what models have done. Cheap to clone.
#[derive(Clone)]
pub struct ModelUsages {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
}

impl ModelUsages {
    /// What was used from one day to another, both included; by default in the last 30 days.
    ///
    /// # Errors
    /// When the days can't be added up.
    pub async fn within(
        &self,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<ModelUsage, ModelUsageError> {
        let days = days(from, to, self.clock.now().date_naive()).ok_or(ModelUsageError::Days)?;
        let mut conn = self.database.connection().await?;
        let by_day = usage_daily::by_day(&mut conn, days).await?;
        let by_person = usage_daily::by_person(&mut conn, days, MAX_ROWS).await?;
        let by_model = usage_daily::by_model(&mut conn, days, MAX_ROWS).await?;
        Ok(ModelUsage {
            from: days.from,
            to: days.to,
            total: usage_daily::total(&mut conn, days).await?,
            days: by_day.into_iter().map(|(day, used)| UseOfDay { day, used }).collect(),
            people: by_person
                .into_iter()
                .map(|(user_id, username, used)| UseOfPerson { user_id, username, used })
                .collect(),
            models: by_model
                .into_iter()
                .map(|(provider, model, used)| UseOfModel { provider, model, used })
                .collect(),
        })
    }
}

/// The days to add up; `None` if these can't be.
pub(super) fn days(from: Option<NaiveDate>, to: Option<NaiveDate>, today: NaiveDate) -> Option<Days> {
    let to = to.unwrap_or(today);
    let from = match from {
        Some(from) => from,
        None => to.checked_sub_signed(Duration::days(USUAL_DAYS - 1))?,
    };
    let in_range = from >= FIRST_DAY? && to <= LAST_DAY?;
    (in_range && from <= to && (to - from).num_days() < MAX_DAYS).then_some(Days { from, to })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_in_order_and_not_too_many() {
        let day = |text: &str| Some(text.parse::<NaiveDate>().unwrap());
        let today = day("2026-03-01").unwrap();
        let found = |from, to| days(from, to, today).map(|days| (days.from.to_string(), days.to.to_string()));
        let range = |from: &str, to: &str| Some((from.to_owned(), to.to_owned()));
        assert_eq!(found(None, None), range("2026-01-31", "2026-03-01"));
        assert_eq!(found(day("2026-02-28"), None), range("2026-02-28", "2026-03-01"));
        assert_eq!(found(None, day("2024-02-29")), range("2024-01-31", "2024-02-29"));
        assert_eq!(found(day("2024-01-01"), day("2024-12-31")), range("2024-01-01", "2024-12-31"));
        for (from, to) in [
            (day("2026-03-02"), None),
            (day("2023-12-31"), day("2024-12-31")),
            (day("1999-12-31"), day("2000-01-02")),
            (None, day("+10000-01-01")),
            (Some(NaiveDate::MIN), None),
            (None, Some(NaiveDate::MAX)),
        ] {
            assert_eq!(found(from, to), None, "{from:?} {to:?}");
        }
    }
}
