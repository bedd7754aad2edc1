//! What models have done for one person, and what it cost.

use chrono::NaiveDate;
use protocol::ids::UserId;
use serde::Serialize;
use utoipa::ToSchema;

use crate::services::model_usage::{MAX_ROWS, ModelUsageError, ModelUsages, UseOfDay, UseOfModel, days};
use crate::store::usage_daily::ModelUse;
use crate::store::usage_of_person;

/// What models have done for a person in some days.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnModelUsage {
    /// The first day, in UTC.
    pub from: NaiveDate,
    /// The last day, in UTC.
    pub to: NaiveDate,
    /// All of it.
    pub total: ModelUse,
    /// The days on which anything was used, the first day first.
    pub days: Vec<UseOfDay>,
    /// The models that were used, the most expensive first; at most 100.
    pub models: Vec<UseOfModel>,
}

impl ModelUsages {
    /// What was used for a person from one day to another, both included; by default in the last 30 days.
    ///
    /// # Errors
    /// When the days can't be added up.
    pub async fn of_person(
        &self,
        user_id: UserId,
        from: Option<NaiveDate>,
        to: Option<NaiveDate>,
    ) -> Result<OwnModelUsage, ModelUsageError> {
        let days = days(from, to, self.clock.now().date_naive()).ok_or(ModelUsageError::Days)?;
        let mut conn = self.database.connection().await?;
        let by_day = usage_of_person::by_day(&mut conn, user_id, days).await?;
        let by_model = usage_of_person::by_model(&mut conn, user_id, days, MAX_ROWS).await?;
        let model = |(provider, model, used)| UseOfModel { provider, model, used };
        Ok(OwnModelUsage {
            from: days.from,
            to: days.to,
            total: usage_of_person::total(&mut conn, user_id, days).await?,
            days: by_day.into_iter().map(|(day, used)| UseOfDay { day, used }).collect(),
            models: by_model.into_iter().map(model).collect(),
        })
    }
}
