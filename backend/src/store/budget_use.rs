//! What has been spent of each budget.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId, UserId};

use super::Connection;
use super::quota_use::QuotaKind;

/// Millionths of a dollar. `own_` is what was paid with keys of people's own, which the other of the pair leaves out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, QueryableByName)]
pub struct BudgetUse {
    /// Of the run.
    #[diesel(sql_type = BigInt)]
    pub run: i64,
    /// Of the run, on keys of one's own.
    #[diesel(sql_type = BigInt)]
    pub own_run: i64,
    /// Of the chat.
    #[diesel(sql_type = BigInt)]
    pub chat: i64,
    /// Of the chat, on keys of one's own.
    #[diesel(sql_type = BigInt)]
    pub own_chat: i64,
    /// Of the person, today.
    #[diesel(sql_type = BigInt)]
    pub day: i64,
    /// Of the person today, on keys of their own.
    #[diesel(sql_type = BigInt)]
    pub own_day: i64,
    /// Of the person, this month.
    #[diesel(sql_type = BigInt)]
    pub month: i64,
    /// Of the person this month, on keys of their own.
    #[diesel(sql_type = BigInt)]
    pub own_month: i64,
    /// Of everybody, today.
    #[diesel(sql_type = BigInt)]
    pub all_day: i64,
    /// Of everybody, this month.
    #[diesel(sql_type = BigInt)]
    pub all_month: i64,
}

const QUERY: &str = "
    WITH of_run AS (SELECT * FROM run_usage WHERE run_id = $1),
    of_chat AS (SELECT * FROM run_usage WHERE chat_id = $2),
    of_now AS (
        SELECT * FROM quota_use
        WHERE kind IN ('microdollars_of_day', 'own_microdollars_of_day') AND period = $4
        OR kind IN ('microdollars', 'own_microdollars') AND period = $5
    ),
    of_person AS (SELECT * FROM of_now WHERE user_id = $3)
    SELECT
    coalesce((SELECT sum(microdollars - own_microdollars) FROM of_run), 0)::bigint AS run,
    coalesce((SELECT sum(own_microdollars) FROM of_run), 0)::bigint AS own_run,
    coalesce((SELECT sum(microdollars - own_microdollars) FROM of_chat), 0)::bigint AS chat,
    coalesce((SELECT sum(own_microdollars) FROM of_chat), 0)::bigint AS own_chat,
    coalesce((SELECT used FROM of_person WHERE kind = 'microdollars_of_day'), 0) AS day,
    coalesce((SELECT used FROM of_person WHERE kind = 'own_microdollars_of_day'), 0) AS own_day,
    coalesce((SELECT used FROM of_person WHERE kind = 'microdollars'), 0) AS month,
    coalesce((SELECT used FROM of_person WHERE kind = 'own_microdollars'), 0) AS own_month,
    coalesce((SELECT sum(used) FROM of_now WHERE kind = 'microdollars_of_day'), 0)::bigint AS all_day,
    coalesce((SELECT sum(used) FROM of_now WHERE kind = 'microdollars'), 0)::bigint AS all_month";

/// What was spent of the budgets that a run has, or with `None` the next one of a chat; without a chat, of those of the person
/// and of everybody.
pub async fn find(
    conn: &mut Connection,
    user_id: UserId,
    chat_id: Option<ChatId>,
    run_id: Option<RunId>,
    now: DateTime<Utc>,
) -> QueryResult<BudgetUse> {
    diesel::sql_query(QUERY)
        .bind::<Nullable<SqlUuid>, _>(run_id)
        .bind::<Nullable<SqlUuid>, _>(chat_id)
        .bind::<SqlUuid, _>(user_id)
        .bind::<Date, _>(QuotaKind::MicrodollarsOfDay.period(now))
        .bind::<Date, _>(QuotaKind::Microdollars.period(now))
        .get_result(conn)
        .await
}
