//! What models have done in runs.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId};

use super::Connection;
use super::schema::run_usage;
use super::usage_daily::{ModelUse, SUMS, Sums};

/// Adds to what a model has done in a run. `own_microdollars` is the part of the cost that a person paid with a key of their
/// own.
pub async fn add(
    conn: &mut Connection,
    (chat_id, run_id): (ChatId, RunId),
    (provider, model): (&str, &str),
    used: ModelUse,
    own_microdollars: i64,
) -> QueryResult<()> {
    diesel::insert_into(run_usage::table)
        .values((
            run_usage::run_id.eq(run_id),
            run_usage::chat_id.eq(chat_id),
            run_usage::provider.eq(provider),
            run_usage::model.eq(model),
            run_usage::turns.eq(used.turns),
            run_usage::input_tokens.eq(used.input_tokens),
            run_usage::cache_read_tokens.eq(used.cache_read_tokens),
            run_usage::cache_write_tokens.eq(used.cache_write_tokens),
            run_usage::output_tokens.eq(used.output_tokens),
            run_usage::microdollars.eq(used.microdollars),
            run_usage::own_microdollars.eq(own_microdollars),
        ))
        .on_conflict((run_usage::run_id, run_usage::provider, run_usage::model))
        .do_update()
        .set((
            run_usage::turns.eq(run_usage::turns + excluded(run_usage::turns)),
            run_usage::input_tokens.eq(run_usage::input_tokens + excluded(run_usage::input_tokens)),
            run_usage::cache_read_tokens
                .eq(run_usage::cache_read_tokens + excluded(run_usage::cache_read_tokens)),
            run_usage::cache_write_tokens
                .eq(run_usage::cache_write_tokens + excluded(run_usage::cache_write_tokens)),
            run_usage::output_tokens.eq(run_usage::output_tokens + excluded(run_usage::output_tokens)),
            run_usage::microdollars.eq(run_usage::microdollars + excluded(run_usage::microdollars)),
            run_usage::own_microdollars
                .eq(run_usage::own_microdollars + excluded(run_usage::own_microdollars)),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// What each model has done in a chat, the most expensive first.
pub async fn by_model(
    conn: &mut Connection,
    chat_id: ChatId,
) -> QueryResult<Vec<(String, String, ModelUse)>> {
    run_usage::table
        .filter(run_usage::chat_id.eq(chat_id))
        .group_by((run_usage::provider, run_usage::model))
        .select((run_usage::provider, run_usage::model, sql::<Sums>(SUMS)))
        .order(sql::<BigInt>("sum(microdollars) DESC, sum(turns) DESC, provider, model"))
        .load(conn)
        .await
}
