//! Tickets for WebSockets.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ApiTokenId, ChatId, TokenFamilyId, UserId};

use super::Connection;
use super::schema::tickets;

/// A row of `tickets`.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = tickets)]
pub struct Ticket {
    /// The SHA-256 of the ticket.
    pub sha256: Vec<u8>,
    /// Who asked for it.
    pub user_id: UserId,
    /// The chat whose live view it opens; `None`: it opens the WebSocket of chats.
    pub chat_id: Option<ChatId>,
    /// The session that it was asked for with.
    pub session_id: Option<String>,
    /// The login of a program that it was asked for with.
    pub family_id: Option<TokenFamilyId>,
    /// The API token that it was asked for with.
    pub api_token_id: Option<ApiTokenId>,
    /// When it becomes invalid.
    pub expires_at: DateTime<Utc>,
}

/// Inserts a ticket.
pub async fn insert(conn: &mut Connection, ticket: &Ticket) -> QueryResult<()> {
    diesel::insert_into(tickets::table).values(ticket).execute(conn).await?;
    Ok(())
}

/// Deletes the ticket with this hash and returns it, if it has not expired.
pub async fn take(conn: &mut Connection, sha256: &[u8], now: DateTime<Utc>) -> QueryResult<Option<Ticket>> {
    let taken: Option<Ticket> = diesel::delete(tickets::table.find(sha256))
        .returning(Ticket::as_returning())
        .get_result(conn)
        .await
        .optional()?;
    Ok(taken.filter(|ticket| ticket.expires_at > now))
}

/// Deletes expired tickets; returns how many.
pub async fn delete_expired(conn: &mut Connection, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(tickets::table.filter(tickets::expires_at.le(now))).execute(conn).await
}
