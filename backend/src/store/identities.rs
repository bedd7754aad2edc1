//! With which accounts at identity providers people log in.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use protocol::ids::{IdentityId, UserId};

use super::Connection;
use super::schema::identities;

/// A row of `identities`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = identities)]
pub struct Identity {
    /// Identifies the link.
    pub id: IdentityId,
    /// Who logs in with it.
    pub user_id: UserId,
    /// The issuer of the provider.
    pub issuer: String,
    /// Identifies the account there for good.
    pub subject: String,
    /// Its name, as the provider last told it.
    pub login: String,
    /// When it was linked.
    pub linked_at: DateTime<Utc>,
    /// When somebody last logged in with it.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Why an identity could not be linked.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// It is linked to an account.
    #[error("the identity is linked to an account")]
    Taken,
    /// The database failed.
    #[error("storing an identity")]
    Database(#[source] Error),
}

impl From<Error> for LinkError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
                if info.constraint_name() == Some("identities_issuer_subject_key") =>
            {
                Self::Taken
            }
            _ => Self::Database(error),
        }
    }
}

/// Links an identity.
///
/// # Errors
/// When it is linked to an account already.
pub async fn insert(conn: &mut Connection, identity: &Identity) -> Result<(), LinkError> {
    diesel::insert_into(identities::table).values(identity).execute(conn).await?;
    Ok(())
}

/// The identity with this subject at an issuer.
pub async fn find(conn: &mut Connection, issuer: &str, subject: &str) -> QueryResult<Option<Identity>> {
    identities::table
        .filter(identities::issuer.eq(issuer))
        .filter(identities::subject.eq(subject))
        .select(Identity::as_select())
        .first(conn)
        .await
        .optional()
}

/// The identities of a user, in the order in which they were linked.
pub async fn of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<Identity>> {
    identities::table
        .filter(identities::user_id.eq(user_id))
        .order(identities::id)
        .select(Identity::as_select())
        .load(conn)
        .await
}

/// Notes that somebody logs in with an identity, and its name.
pub async fn note_use(
    conn: &mut Connection,
    id: IdentityId,
    login: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(identities::table.find(id))
        .set((identities::login.eq(login), identities::last_used_at.eq(now)))
        .execute(conn)
        .await?;
    Ok(())
}

/// Unlinks an identity of a user; `false` if they have none with this id.
pub async fn delete(conn: &mut Connection, user_id: UserId, id: IdentityId) -> QueryResult<bool> {
    let own = identities::table.find(id).filter(identities::user_id.eq(user_id));
    Ok(diesel::delete(own).execute(conn).await? == 1)
}

/// Unlinks all identities of a user.
pub async fn delete_of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<()> {
    diesel::delete(identities::table.filter(identities::user_id.eq(user_id))).execute(conn).await?;
    Ok(())
}
