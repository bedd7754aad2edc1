//! What desktops asked the proxy for.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::ChatId;
use serde::Serialize;
use utoipa::ToSchema;

use super::Connection;
use super::schema::internet_requests;

/// Requests that are kept of a chat.
const KEPT: i64 = 10_000;
/// Requests, of all chats, between two looks at how many there are: to find the oldest means to go through the others.
const FORGOTTEN_EVERY: i64 = 100;

/// A request as the proxy saw it.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = internet_requests)]
pub struct InternetRequest {
    /// Grows with each request.
    pub id: i64,
    /// A name, or an address in its place.
    pub host: String,
    /// The port.
    pub port: i32,
    /// Why it was refused; absent: it was let through.
    pub refused: Option<String>,
    /// When it came.
    pub created_at: DateTime<Utc>,
}

/// A request to be noted.
#[derive(Debug, Insertable)]
#[diesel(table_name = internet_requests)]
pub struct NewInternetRequest<'a> {
    /// Whose desktop asks.
    pub chat_id: ChatId,
    /// What it asks for.
    pub host: &'a str,
    /// At which port.
    pub port: i32,
    /// Why it was refused, if it was.
    pub refused: Option<&'a str>,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// Notes a request, and now and then forgets the oldest of a chat that has too many.
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

/// The chat's requests before one, newest first.
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
