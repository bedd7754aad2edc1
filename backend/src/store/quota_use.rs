//! What people have used in a day or a month.

use chrono::{DateTime, Datelike as _, NaiveDate, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::schema::quota_use;
use super::text_enum::text_enum;

text_enum! {
    /// What is counted.
    QuotaKind {
        /// Runs, by the day.
        Runs = "runs",
        /// Millionths of a dollar that the installation pays, by the month.
        Microdollars = "microdollars",
        /// Millionths of a dollar that the installation pays, by the day.
        MicrodollarsOfDay = "microdollars_of_day",
        /// Millionths of a dollar that people pay with keys of their own, by the month.
        OwnMicrodollars = "own_microdollars",
        /// Millionths of a dollar that people pay with keys of their own, by the day.
        OwnMicrodollarsOfDay = "own_microdollars_of_day",
    }
}

impl QuotaKind {
    /// The period that a time belongs to: the day, or the first day of the month.
    #[must_use]
    pub fn period(self, time: DateTime<Utc>) -> NaiveDate {
        let day = time.date_naive();
        match self {
            Self::Runs | Self::MicrodollarsOfDay | Self::OwnMicrodollarsOfDay => day,
            Self::Microdollars | Self::OwnMicrodollars => day.with_day(1).unwrap_or(day),
        }
    }
}

/// Counts one more, unless `limit` are counted already; returns whether it did. Concurrent counts of the same person wait
/// until this transaction ends.
pub async fn take(
    conn: &mut Connection,
    user_id: UserId,
    kind: QuotaKind,
    limit: i64,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    if limit == 0 {
        return Ok(false);
    }
    let count = diesel::insert_into(quota_use::table)
        .values((
            quota_use::user_id.eq(user_id),
            quota_use::kind.eq(kind),
            quota_use::period.eq(kind.period(now)),
            quota_use::used.eq(1),
        ))
        .on_conflict((quota_use::user_id, quota_use::kind, quota_use::period))
        .do_update()
        .set(quota_use::used.eq(quota_use::used + 1));
    let counted =
        diesel::query_dsl::methods::FilterDsl::filter(count, quota_use::used.lt(limit)).execute(conn).await?;
    Ok(counted == 1)
}

/// Adds to what a person has used.
pub async fn add(
    conn: &mut Connection,
    user_id: UserId,
    kind: QuotaKind,
    amount: i64,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(quota_use::table)
        .values((
            quota_use::user_id.eq(user_id),
            quota_use::kind.eq(kind),
            quota_use::period.eq(kind.period(now)),
            quota_use::used.eq(amount),
        ))
        .on_conflict((quota_use::user_id, quota_use::kind, quota_use::period))
        .do_update()
        .set(quota_use::used.eq(quota_use::used + excluded(quota_use::used)))
        .execute(conn)
        .await?;
    Ok(())
}

/// What a person has used in the current period.
pub async fn used(
    conn: &mut Connection,
    user_id: UserId,
    kind: QuotaKind,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    let row = quota_use::table.find((user_id, kind, kind.period(now)));
    Ok(row.select(quota_use::used).first(conn).await.optional()?.unwrap_or_default())
}

/// What everybody has used in the current period.
pub async fn used_by_all(conn: &mut Connection, kind: QuotaKind, now: DateTime<Utc>) -> QueryResult<i64> {
    quota_use::table
        .filter(quota_use::kind.eq(kind))
        .filter(quota_use::period.eq(kind.period(now)))
        .select(sql::<BigInt>("coalesce(sum(used), 0)::bigint"))
        .get_result(conn)
        .await
}

/// Forgets periods before a day; returns how many rows.
pub async fn delete_before(conn: &mut Connection, day: NaiveDate) -> QueryResult<usize> {
    diesel::delete(quota_use::table.filter(quota_use::period.lt(day))).execute(conn).await
}
