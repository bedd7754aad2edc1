//! What people let their own runs cost, as it is stored.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::dollars::Dollars;
use protocol::ids::UserId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Connection;
use super::schema::users;

/// What a person lets their runs cost, whoever pays, in dollars at list prices. A limit that is absent does not exist.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "dollars_per_run": 0.5, "dollars_per_day": 2 }))]
pub struct OwnLimits {
    /// Of each run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars_per_run: Option<Dollars>,
    /// Of each chat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars_per_chat: Option<Dollars>,
    /// Of a day in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars_per_day: Option<Dollars>,
    /// Of a month in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dollars_per_month: Option<Dollars>,
}

/// Those of a person, as JSON; `None` if the person is gone.
pub async fn find(conn: &mut Connection, user_id: UserId) -> QueryResult<Option<Value>> {
    users::table.find(user_id).select(users::own_limits).first(conn).await.optional()
}

/// Sets those of a person.
pub async fn set(conn: &mut Connection, user_id: UserId, limits: &Value) -> QueryResult<()> {
    diesel::update(users::table.find(user_id)).set(users::own_limits.eq(limits)).execute(conn).await?;
    Ok(())
}
