//! Requests of desktops to the egress proxy.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::ChatId;
use serde::Serialize;
use utoipa::ToSchema;

use super::Connection;
use super::schema::internet_requests;

/// Maximum number of requests kept for each chat.
const KEPT: i64 = 10_000;
/// How many inserts, over all chats, come between two prunings, because finding the oldest request scans the
/// others.
const FORGOTTEN_EVERY: i64 = 100;

/// A recorded request.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = internet_requests)]
pub struct InternetRequest {
    /// Increases with each request.
    pub id: i64,
    /// A host name or an IP address.
    pub host: String,
    /// The port.
    pub port: i32,
    /// Why it was refused; `null` if it was allowed.
    pub refused: Option<String>,
    /// When it arrived.
    pub created_at: DateTime<Utc>,
}

/// A request to record.
#[derive(Debug, Insertable)]
#[diesel(table_name = internet_requests)]
pub struct NewInternetRequest<'a> {
    /// The chat whose desktop sent it.
    pub chat_id: ChatId,
    /// A host name or an IP address.
    pub host: &'a str,
    /// The port.
    pub port: i32,
    /// Why it was refused; `None` if it was allowed.
    pub refused: Option<&'a str>,
    /// When it arrived.
    pub created_at: DateTime<Utc>,
}

/// Records a request, and now and then prunes the chat's oldest ones.
///
/// # Errors
/// When the chat is gone.
pub async fn insert(conn: &mut Connection, request: NewInternetRequest<'_>) -> QueryResult<()> {
    let chat_id = request.chat_id;
    let insert = diesel::insert_into(internet_requests::table).values(request);
    let id: i64 = insert.returning(internet_requests::id).get_result(conn).await?;
    if id % FORGOTTEN_EVERY != 0 {
        return Ok(());
    }
    let oldest_kept = internet_requests::table
        .filter(internet_requests::chat_id.eq(chat_id))
        .order(internet_requests::id.desc())
        .offset(KEPT - 1)
        .select(internet_requests::id)
        .first::<i64>(conn)
        .await
        .optional()?;
    if let Some(oldest_kept) = oldest_kept {
        let superfluous = internet_requests::table
            .filter(internet_requests::chat_id.eq(chat_id))
            .filter(internet_requests::id.lt(oldest_kept));
        diesel::delete(superfluous).execute(conn).await?;
    }
    Ok(())
}

/// The chat's requests with an id below `before`, newest first.
pub async fn before(
    conn: &mut Connection,
    chat_id: ChatId,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<InternetRequest>> {
    internet_requests::table
        .filter(internet_requests::chat_id.eq(chat_id))
        .filter(internet_requests::id.lt(before))
        .order(internet_requests::id.desc())
        .limit(limit)
        .select(InternetRequest::as_select())
        .load(conn)
        .await
}
