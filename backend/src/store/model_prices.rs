//! What models cost, where superusers know better than the lists of the vendors.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::model_connections::ModelApi;
use super::schema::model_prices;

/// A row of `model_prices`. Prices are millionths of a dollar for a million tokens.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = model_prices)]
pub struct PriceRow {
    /// Whose API.
    pub provider: ModelApi,
    /// The id of the model; `*`: every model of the provider.
    pub model: String,
    /// Input tokens that are in no cache.
    pub input: i64,
    /// Output tokens.
    pub output: i64,
    /// Input tokens read from the vendor's cache.
    pub cache_read: i64,
    /// Input tokens written to it.
    pub cache_write: i64,
    /// Who set it.
    pub set_by: Option<UserId>,
    /// When.
    pub set_at: DateTime<Utc>,
}

/// Every price, by provider and model.
pub async fn list(conn: &mut Connection) -> QueryResult<Vec<PriceRow>> {
    let order = (model_prices::provider, model_prices::model);
    model_prices::table.order(order).select(PriceRow::as_select()).load(conn).await
}

/// Sets a price in place of an earlier one.
pub async fn set(conn: &mut Connection, row: &PriceRow) -> QueryResult<()> {
    diesel::insert_into(model_prices::table)
        .values(row)
        .on_conflict((model_prices::provider, model_prices::model))
        .do_update()
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes a price; `false` if there is none.
pub async fn delete(conn: &mut Connection, provider: ModelApi, model: &str) -> QueryResult<bool> {
    let deleted = diesel::delete(model_prices::table.find((provider, model))).execute(conn).await?;
    Ok(deleted == 1)
}
