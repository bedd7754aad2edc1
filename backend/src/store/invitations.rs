//! Links by which people register; their tokens are stored as SHA-256.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{InvitationId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::invitations;
use super::users::UserRole;
use super::{Connection, Page};

/// An invitation, without its token.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = invitations)]
pub struct Invitation {
    /// Identifies the invitation.
    pub id: InvitationId,
    /// Only who has this address may register; `null`: anybody.
    pub email: Option<String>,
    /// What the accounts may do.
    pub role: UserRole,
    /// How many people may register.
    pub uses: i32,
    /// How many have.
    pub used: i32,
    /// Who created it; `null` if that was on the command line, or the account is gone.
    pub created_by: Option<UserId>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// An invitation to insert.
#[derive(Debug, Insertable)]
#[diesel(table_name = invitations)]
pub struct NewInvitation {
    /// Identifies the invitation.
    pub id: InvitationId,
    /// The hash of its token.
    pub token_sha256: Vec<u8>,
    /// Only who has this address may register.
    pub email: Option<String>,
    /// What the accounts may do.
    pub role: UserRole,
    /// How many people may register.
    pub uses: i32,
    /// Who creates it.
    pub created_by: Option<UserId>,
    /// When it is created.
    pub created_at: DateTime<Utc>,
    /// When it expires.
    pub expires_at: DateTime<Utc>,
}

/// Inserts an invitation.
pub async fn insert(conn: &mut Connection, new: NewInvitation) -> QueryResult<Invitation> {
    diesel::insert_into(invitations::table)
        .values(new)
        .returning(Invitation::as_returning())
        .get_result(conn)
        .await
}

/// Invitations, newest first.
pub async fn list(conn: &mut Connection, page: Page<InvitationId>) -> QueryResult<Vec<Invitation>> {
    let mut found = invitations::table.into_boxed();
    if let Some(after) = page.after {
        found = found.filter(invitations::id.lt(after));
    }
    found
        .order(invitations::id.desc())
        .offset(page.skip)
        .limit(page.limit + 1)
        .select(Invitation::as_select())
        .load(conn)
        .await
}

/// The number of invitations.
pub async fn count(conn: &mut Connection) -> QueryResult<i64> {
    invitations::table.count().get_result(conn).await
}

/// The invitation with this token, if somebody can still register with it.
pub async fn find_usable(
    conn: &mut Connection,
    token_sha256: &[u8],
    now: DateTime<Utc>,
) -> QueryResult<Option<Invitation>> {
    invitations::table
        .filter(invitations::token_sha256.eq(token_sha256))
        .filter(invitations::expires_at.gt(now))
        .filter(invitations::used.lt(invitations::uses))
        .select(Invitation::as_select())
        .first(conn)
        .await
        .optional()
}

/// Counts a use of an invitation; `false` if it can't be used any more. Concurrent uses wait until this transaction ends.
pub async fn consume(conn: &mut Connection, id: InvitationId, now: DateTime<Utc>) -> QueryResult<bool> {
    let usable = invitations::table
        .find(id)
        .filter(invitations::expires_at.gt(now))
        .filter(invitations::used.lt(invitations::uses));
    let counted =
        diesel::update(usable).set(invitations::used.eq(invitations::used + 1)).execute(conn).await?;
    Ok(counted == 1)
}

/// Deletes an invitation; `false` if there is none.
pub async fn delete(conn: &mut Connection, id: InvitationId) -> QueryResult<bool> {
    Ok(diesel::delete(invitations::table.find(id)).execute(conn).await? == 1)
}

/// Deletes invitations that expired before a time; returns how many.
pub async fn delete_expired(conn: &mut Connection, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(invitations::table.filter(invitations::expires_at.lt(before))).execute(conn).await
}
