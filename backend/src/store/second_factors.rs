//! What people log in with besides their password.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;
use diesel_async::RunQueryDsl;
use protocol::ids::UserId;

use super::Connection;
use super::schema::second_factors;

/// A row of `second_factors`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = second_factors)]
pub struct SecondFactor {
    /// Whose it is.
    pub user_id: UserId,
    /// The secret that the codes follow from, sealed.
    pub secret_sealed: Vec<u8>,
    /// When the secret was made.
    pub created_at: DateTime<Utc>,
    /// When logins began to ask for a code; `None`: they do not.
    pub confirmed_at: Option<DateTime<Utc>>,
    /// The step of the last code that was accepted.
    pub last_step: Option<i64>,
}

/// The second factor of a user, confirmed or not.
pub async fn find(conn: &mut Connection, user_id: UserId) -> QueryResult<Option<SecondFactor>> {
    second_factors::table.find(user_id).select(SecondFactor::as_select()).first(conn).await.optional()
}

/// Inserts an unconfirmed second factor in place of another unconfirmed one; `false` if there is a confirmed one.
pub async fn insert_unconfirmed(conn: &mut Connection, new: &SecondFactor) -> QueryResult<bool> {
    let upsert = diesel::insert_into(second_factors::table)
        .values(new)
        .on_conflict(second_factors::user_id)
        .do_update()
        .set((
            second_factors::secret_sealed.eq(excluded(second_factors::secret_sealed)),
            second_factors::created_at.eq(excluded(second_factors::created_at)),
        ));
    let inserted =
        methods::FilterDsl::filter(upsert, second_factors::confirmed_at.is_null()).execute(conn).await?;
    Ok(inserted > 0)
}

/// Confirms a second factor with the code of a step; `false` if it is not there any more, or was confirmed before.
pub async fn confirm(
    conn: &mut Connection,
    factor: &SecondFactor,
    step: i64,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = second_factors::table.find(factor.user_id).filter(second_factors::confirmed_at.is_null());
    let confirmed = diesel::update(row.filter(second_factors::created_at.eq(factor.created_at)))
        .set((second_factors::confirmed_at.eq(now), second_factors::last_step.eq(step)))
        .execute(conn)
        .await?;
    Ok(confirmed > 0)
}

/// Takes the code of a step; `false` if one of this step or a later one was taken before, or this confirmed factor is not
/// there any more. Of concurrent uses, one succeeds.
pub async fn take_step(conn: &mut Connection, factor: &SecondFactor, step: i64) -> QueryResult<bool> {
    let unused = second_factors::last_step.is_null().or(second_factors::last_step.lt(step));
    let row = second_factors::table.find(factor.user_id).filter(unused);
    let taken = diesel::update(row.filter(second_factors::confirmed_at.eq(factor.confirmed_at)))
        .set(second_factors::last_step.eq(step))
        .execute(conn)
        .await?;
    Ok(taken > 0)
}

/// Deletes the second factor of a user and the recovery codes; `false` if there was no confirmed one.
pub async fn delete(conn: &mut Connection, user_id: UserId) -> QueryResult<bool> {
    let deleted: Option<Option<DateTime<Utc>>> = diesel::delete(second_factors::table.find(user_id))
        .returning(second_factors::confirmed_at)
        .get_result(conn)
        .await
        .optional()?;
    Ok(deleted.flatten().is_some())
}
