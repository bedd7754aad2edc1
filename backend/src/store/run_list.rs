//! The runs of everybody.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId, UserId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::runs::RunState;
use super::schema::{chats, runs, users};
use super::{Connection, Page};

/// Which runs to list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunFilter {
    /// Those that have not ended.
    #[default]
    Unfinished,
    /// Those that have ended.
    Ended,
}

/// A run and whose it is.
#[derive(Debug, Queryable, Serialize, ToSchema)]
#[schema(example = json!({ "id": "0198c2c4-7c1e-7f0a-9d3b-5a1f0e6b2c11", "chat_id": "0198c2c4-7a11-7d0e-8c55-0f2d9c7a4b12",
    "user_id": "0198c2c4-1b2f-7b11-8e55-0f2d9c7a4b12", "username": "ada", "state": "failed", "code": "model_overloaded",
    "message": "The model is overloaded. Try again later.", "created_at": "2026-11-30T08:15:00Z",
    "started_at": "2026-11-30T08:15:01Z", "finished_at": "2026-11-30T08:16:12Z" }))]
pub struct ListedRun {
    /// Identifies the run.
    pub id: RunId,
    /// The chat it belongs to.
    pub chat_id: ChatId,
    /// The owner of the chat.
    pub user_id: UserId,
    /// Their username.
    pub username: String,
    /// Its state.
    pub state: RunState,
    /// Why it is in this state; machine-readable.
    pub code: String,
    /// Why it is in this state and what to do about it; user-facing.
    pub message: String,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When it was begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// Increases with each run.
    #[serde(skip)]
    pub position: i64,
}

/// A page of the runs of everybody, the newest first.
pub async fn list(conn: &mut Connection, filter: RunFilter, page: Page<i64>) -> QueryResult<Vec<ListedRun>> {
    let mut list = runs::table
        .inner_join(chats::table.on(chats::id.eq(runs::chat_id)))
        .inner_join(users::table.on(users::id.eq(chats::user_id)))
        .order(runs::position.desc())
        .select((
            runs::id,
            runs::chat_id,
            users::id,
            users::username,
            runs::state,
            runs::code,
            runs::message,
            runs::created_at,
            runs::started_at,
            runs::finished_at,
            runs::position,
        ))
        .offset(page.skip)
        .limit(page.limit + 1)
        .into_boxed();
    // As the index `runs_open_idx` has it.
    list = match filter {
        RunFilter::Unfinished => list.filter(runs::finished_at.is_null()),
        RunFilter::Ended => list.filter(runs::finished_at.is_not_null()),
    };
    if let Some(after) = page.after {
        list = list.filter(runs::position.lt(after));
    }
    list.load(conn).await
}
