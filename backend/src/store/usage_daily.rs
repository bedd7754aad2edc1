//! What models have done for people, by the day.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use super::Connection;
use super::schema::{usage_daily, users};

/// The columns that are added up, for a select.
pub(super) const SUMS: &str = "coalesce(sum(turns), 0)::bigint, coalesce(sum(input_tokens), 0)::bigint,
    coalesce(sum(cache_read_tokens), 0)::bigint, coalesce(sum(cache_write_tokens), 0)::bigint,
    coalesce(sum(output_tokens), 0)::bigint, coalesce(sum(microdollars), 0)::bigint";

/// The type of [`SUMS`].
pub(super) type Sums = (BigInt, BigInt, BigInt, BigInt, BigInt, BigInt);

/// What models have done, and what it cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Queryable, Insertable, Serialize, ToSchema)]
#[diesel(table_name = usage_daily)]
pub struct ModelUse {
    /// How often a model answered.
    pub turns: i64,
    /// Input tokens that were neither read from nor written to the cache.
    pub input_tokens: i64,
    /// Input tokens read from the cache.
    pub cache_read_tokens: i64,
    /// Input tokens written to the cache.
    pub cache_write_tokens: i64,
    /// Output tokens.
    pub output_tokens: i64,
    /// Millionths of a dollar at list prices; a model without a known price costs nothing.
    pub microdollars: i64,
}

impl ModelUse {
    /// Both together.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            turns: self.turns.saturating_add(other.turns),
            input_tokens: self.input_tokens.saturating_add(other.input_tokens),
            cache_read_tokens: self.cache_read_tokens.saturating_add(other.cache_read_tokens),
            cache_write_tokens: self.cache_write_tokens.saturating_add(other.cache_write_tokens),
            output_tokens: self.output_tokens.saturating_add(other.output_tokens),
            microdollars: self.microdollars.saturating_add(other.microdollars),
        }
    }
}

/// The days from the first to the last, both included.
#[derive(Debug, Clone, Copy)]
pub struct Days {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

/// Adds to what a model has done for a person on a day.
pub async fn add(
    conn: &mut Connection,
    day: NaiveDate,
    user_id: UserId,
    (provider, model): (&str, &str),
    used: ModelUse,
) -> QueryResult<()> {
    diesel::insert_into(usage_daily::table)
        .values((
            usage_daily::day.eq(day),
            usage_daily::user_id.eq(user_id),
            usage_daily::provider.eq(provider),
            usage_daily::model.eq(model),
            used,
        ))
        .on_conflict((usage_daily::day, usage_daily::user_id, usage_daily::provider, usage_daily::model))
        .do_update()
        .set((
            usage_daily::turns.eq(usage_daily::turns + excluded(usage_daily::turns)),
            usage_daily::input_tokens.eq(usage_daily::input_tokens + excluded(usage_daily::input_tokens)),
            usage_daily::cache_read_tokens
                .eq(usage_daily::cache_read_tokens + excluded(usage_daily::cache_read_tokens)),
            usage_daily::cache_write_tokens
                .eq(usage_daily::cache_write_tokens + excluded(usage_daily::cache_write_tokens)),
            usage_daily::output_tokens.eq(usage_daily::output_tokens + excluded(usage_daily::output_tokens)),
            usage_daily::microdollars.eq(usage_daily::microdollars + excluded(usage_daily::microdollars)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// All that was used.
pub async fn total(conn: &mut Connection, days: Days) -> QueryResult<ModelUse> {
    within(days).select(sql::<Sums>(SUMS)).get_result(conn).await
}

/// What was used on each day on which anything was, the first day first.
pub async fn by_day(conn: &mut Connection, days: Days) -> QueryResult<Vec<(NaiveDate, ModelUse)>> {
    within(days)
        .group_by(usage_daily::day)
        .select((usage_daily::day, sql::<Sums>(SUMS)))
        .order(usage_daily::day)
        .load(conn)
        .await
}

/// What was used for each person, the most expensive first, at most `limit` of them.
pub async fn by_person(
    conn: &mut Connection,
    days: Days,
    limit: i64,
) -> QueryResult<Vec<(UserId, String, ModelUse)>> {
    within(days)
        .inner_join(users::table)
        .group_by((users::id, users::username))
        .select((users::id, users::username, sql::<Sums>(SUMS)))
        .order(sql::<BigInt>("sum(microdollars) DESC, sum(turns) DESC, users.id"))
        .limit(limit)
        .load(conn)
        .await
}

/// What was used of each model, the most expensive first, at most `limit` of them.
pub async fn by_model(
    conn: &mut Connection,
    days: Days,
    limit: i64,
) -> QueryResult<Vec<(String, String, ModelUse)>> {
    within(days)
        .group_by((usage_daily::provider, usage_daily::model))
        .select((usage_daily::provider, usage_daily::model, sql::<Sums>(SUMS)))
        .order(sql::<BigInt>("sum(microdollars) DESC, sum(turns) DESC, provider, model"))
        .limit(limit)
        .load(conn)
        .await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn within(days: Days) -> _ {
    let (from, to): (NaiveDate, NaiveDate) = (days.from, days.to);
    usage_daily::table.filter(usage_daily::day.between(from, to))
}
