//! Requests of desktops to the egress proxy.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::Connection;
use super::schema::{chats, internet_requests, users};

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

/// A recorded request of anybody's desktop.
#[derive(Debug, Queryable, Serialize, ToSchema)]
#[schema(example = json!({ "id": 4711, "chat_id": "0198c2c4-7a11-7d0e-8c55-0f2d9c7a4b12", "user_id": "0198c2c4-1b2f-7b11-8e55-0f2d9c7a4b12",
    "username": "ada", "host": "example.com", "port": 443, "refused": null, "created_at": "2026-11-30T08:15:00Z" }))]
pub struct ListedInternetRequest {
    /// Increases with each request.
    pub id: i64,
    /// The chat whose desktop sent it.
    pub chat_id: ChatId,
    /// The owner of the chat.
    pub user_id: UserId,
    /// Their username.
    pub username: String,
    /// A host name or an IP address.
    pub host: String,
    /// The port.
    pub port: i32,
    /// Why it was refused; `null` if it was allowed.
    pub refused: Option<String>,
    /// When it arrived.
    pub created_at: DateTime<Utc>,
}

/// Which requests to list.
#[derive(Debug, Default)]
pub struct RequestFilter {
    /// Only those for this host.
    pub host: Option<String>,
    /// Only those that were refused.
    pub refused: bool,
}

/// The requests of all desktops with an id below `before`, newest first.
pub async fn of_all_before(
    conn: &mut Connection,
    filter: &RequestFilter,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<ListedInternetRequest>> {
    let mut list = internet_requests::table
        .inner_join(chats::table.on(chats::id.eq(internet_requests::chat_id)))
        .inner_join(users::table.on(users::id.eq(chats::user_id)))
        .filter(internet_requests::id.lt(before))
        .order(internet_requests::id.desc())
        .limit(limit)
        .select((
            internet_requests::id,
            internet_requests::chat_id,
            users::id,
            users::username,
            internet_requests::host,
            internet_requests::port,
            internet_requests::refused,
            internet_requests::created_at,
        ))
        .into_boxed();
    if let Some(host) = &filter.host {
        list = list.filter(internet_requests::host.eq(host));
    }
    if filter.refused {
        list = list.filter(internet_requests::refused.is_not_null());
    }
    list.load(conn).await
}

/// The number of requests from before a time.
pub async fn count_before(conn: &mut Connection, before: DateTime<Utc>) -> QueryResult<i64> {
    internet_requests::table.filter(internet_requests::created_at.lt(before)).count().get_result(conn).await
}

/// Deletes at most `limit` requests from before a time, the oldest; returns how many.
pub async fn delete_before(conn: &mut Connection, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    diesel::sql_query(
        "DELETE FROM internet_requests WHERE id IN
            (SELECT id FROM internet_requests WHERE created_at < $1 ORDER BY created_at LIMIT $2)",
    )
    .bind::<Timestamptz, _>(before)
    .bind::<BigInt, _>(limit)
    .execute(conn)
    .await
}
