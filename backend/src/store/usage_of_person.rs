//! What models have done for one person, by the day.

use chrono::NaiveDate;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::schema::usage_daily;
use super::usage_daily::{Days, ModelUse, SUMS, Sums};

/// All that was used.
pub async fn total(conn: &mut Connection, user_id: UserId, days: Days) -> QueryResult<ModelUse> {
    of(user_id, days).select(sql::<Sums>(SUMS)).get_result(conn).await
}

/// What was used on each day on which anything was, the first day first.
pub async fn by_day(
    conn: &mut Connection,
    user_id: UserId,
    days: Days,
) -> QueryResult<Vec<(NaiveDate, ModelUse)>> {
    of(user_id, days)
        .group_by(usage_daily::day)
        .select((usage_daily::day, sql::<Sums>(SUMS)))
        .order(usage_daily::day)
        .load(conn)
        .await
}

/// What was used of each model, by its provider and id, the most expensive first, at most `limit` of them.
pub async fn by_model(
    conn: &mut Connection,
    user_id: UserId,
    days: Days,
    limit: i64,
) -> QueryResult<Vec<(String, String, ModelUse)>> {
    of(user_id, days)
        .group_by((usage_daily::provider, usage_daily::model))
        .select((usage_daily::provider, usage_daily::model, sql::<Sums>(SUMS)))
        .order(sql::<BigInt>("sum(microdollars) DESC, sum(turns) DESC, provider, model"))
        .limit(limit)
        .load(conn)
        .await
}

#[diesel::dsl::auto_type(no_type_alias)]
fn of(user_id: UserId, days: Days) -> _ {
    let (from, to): (NaiveDate, NaiveDate) = (days.from, days.to);
    usage_daily::table.filter(usage_daily::user_id.eq(user_id)).filter(usage_daily::day.between(from, to))
}
