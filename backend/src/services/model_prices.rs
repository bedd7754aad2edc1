//! What models cost. Superusers replace and extend the lists that come with the model service, without a new version.

use diesel_async::AsyncConnection as _;
use protocol::models::ModelFacts;
use protocol::price::Price;
use serde_json::json;

use crate::clock::Clock;
use crate::database::{Database, DatabaseError, from_database};
use crate::services::audit::Actor;
use crate::services::models::MODEL_LIMIT;
use crate::store::audit::{self, AuditAction};
use crate::store::model_connections::ModelApi;
use crate::store::model_prices::{self, PriceRow};

/// What stands for every model of a provider.
pub const EVERY_MODEL: &str = "*";
/// The most prices that can be set.
pub const MOST: usize = 1000;
/// The highest price, in millionths of a dollar for a million tokens: a dollar for each token.
pub const HIGHEST: u64 = 1_000_000_000_000;

/// The price of a model, or of every model of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetPrice {
    /// Whose API.
    pub provider: ModelApi,
    /// The id of the model; `*`: every model of the provider.
    pub model: String,
    /// What it costs.
    pub price: Price,
}

/// Why a price can't be set or deleted. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum PriceError {
    /// The id of the model is none.
    #[error("Give the id of a model of up to {MODEL_LIMIT} characters, or * for every model.")]
    ModelInvalid,
    /// A price is too high.
    #[error("Give a price of at most 1,000,000 dollars for a million tokens.")]
    TooHigh,
    /// There are too many.
    #[error("There are {MOST} prices already. Delete those that are not needed.")]
    TooMany,
    /// There is none of this model.
    #[error("There is no price of this model.")]
    NotFound,
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(PriceError);

/// The prices that superusers have set. Cheap to clone.
#[derive(Clone)]
pub struct ModelPrices {
    /// Postgres.
    pub database: Database,
    /// The clock.
    pub clock: Clock,
}

/// Prices, for many models at once.
#[derive(Debug, Default)]
pub struct PriceList(Vec<SetPrice>);

impl PriceList {
    /// The price of a model, if it was set: its own, else that of every model of its provider.
    #[must_use]
    pub fn of(&self, provider: &str, model: &str) -> Option<Price> {
        let named =
            |name: &str| self.0.iter().find(|set| set.provider.as_str() == provider && set.model == name);
        named(model).or_else(|| named(EVERY_MODEL)).map(|set| set.price)
    }

    /// Whether no price was set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Facts with the prices that were set.
    pub fn apply(&self, provider: &str, models: &mut [ModelFacts]) {
        for model in models {
            model.price = self.of(provider, &model.id).or(model.price);
        }
    }
}

impl ModelPrices {
    /// Every price that was set, by provider and model.
    pub async fn list(&self) -> Result<Vec<SetPrice>, DatabaseError> {
        let rows = model_prices::list(&mut *self.database.connection().await?).await?;
        Ok(rows.into_iter().map(SetPrice::from).collect())
    }

    /// Every price that was set, to look up those of models.
    pub async fn lookup(&self) -> Result<PriceList, DatabaseError> {
        self.list().await.map(PriceList)
    }

    /// Sets a price in place of an earlier one.
    ///
    /// # Errors
    /// When it can't be one, or there are too many.
    pub async fn set(&self, set: &SetPrice, by: &Actor) -> Result<(), PriceError> {
        let row = row(set, by, self.clock.now())?;
        let mut entry = by.entry(AuditAction::ModelPriceSet, name(row.provider, &row.model), row.set_at);
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            let rows = model_prices::list(conn).await?;
            let is_it = |other: &&PriceRow| (other.provider, &other.model) == (row.provider, &row.model);
            let before = rows.iter().find(is_it).cloned().map(|row| SetPrice::from(row).price);
            if before.is_none() && rows.len() >= MOST {
                return Err(PriceError::TooMany);
            }
            entry.detail = json!({ "from": before, "to": set.price });
            model_prices::set(conn, &row).await?;
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }

    /// Deletes a price: the one of the vendor's list counts again.
    ///
    /// # Errors
    /// When there is none.
    pub async fn delete(&self, provider: ModelApi, model: &str, by: &Actor) -> Result<(), PriceError> {
        let entry = by.entry(AuditAction::ModelPriceDeleted, name(provider, model), self.clock.now());
        let mut conn = self.database.connection().await?;
        conn.transaction(async |conn| {
            if !model_prices::delete(conn, provider, model).await? {
                return Err(PriceError::NotFound);
            }
            Ok(audit::insert(conn, &entry).await?)
        })
        .await
    }
}

impl From<PriceRow> for SetPrice {
    fn from(row: PriceRow) -> Self {
        let PriceRow { provider, model, input, output, cache_read, cache_write, .. } = row;
        let price = Price {
            input: input.unsigned_abs(),
            output: output.unsigned_abs(),
            cache_read: cache_read.unsigned_abs(),
            cache_write: cache_write.unsigned_abs(),
        };
        Self { provider, model, price }
    }
}

fn row(set: &SetPrice, by: &Actor, now: chrono::DateTime<chrono::Utc>) -> Result<PriceRow, PriceError> {
    let model = set.model.trim();
    let is_id = (1..=MODEL_LIMIT).contains(&model.chars().count()) && !model.contains(char::is_control);
    if !is_id {
        return Err(PriceError::ModelInvalid);
    }
    let column = |price: u64| match i64::try_from(price) {
        Ok(column) if price <= HIGHEST => Ok(column),
        _ => Err(PriceError::TooHigh),
    };
    Ok(PriceRow {
        provider: set.provider,
        model: model.to_owned(),
        input: column(set.price.input)?,
        output: column(set.price.output)?,
        cache_read: column(set.price.cache_read)?,
        cache_write: column(set.price.cache_write)?,
        set_by: by.id(),
        set_at: now,
    })
}

/// What the audit log calls it.
fn name(provider: ModelApi, model: &str) -> String {
    format!("{}/{model}", provider.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_has_its_own_price_else_that_of_every_model() {
        let set = |provider, model: &str, cents| SetPrice {
            provider,
            model: model.to_owned(),
            price: Price::listed(cents, cents),
        };
        let list = PriceList(vec![
            set(ModelApi::OpenAiCompatible, "*", 0),
            set(ModelApi::OpenAiCompatible, "big", 100),
            set(ModelApi::OpenAi, "gpt-6", 500),
        ]);
        let of = |provider, model| list.of(provider, model).map(|price| price.input);
        assert_eq!(of("openai-compatible", "small"), Some(0));
        assert_eq!(of("openai-compatible", "big"), Some(1_000_000));
        assert_eq!(of("openai", "gpt-6"), Some(5_000_000));
        assert_eq!(of("openai", "gpt-5.5"), None);
    }
}
