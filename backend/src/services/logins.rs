//! Ending everything that a user has logged in with.

use diesel::QueryResult;
use protocol::ids::UserId;

use crate::store::{Connection, sessions};

/// Ends all logins of a user. Open streams and sockets are told by the triggers of the rows, and close.
pub async fn end_all(conn: &mut Connection, user_id: UserId) -> QueryResult<()> {
    sessions::delete_of_user(conn, user_id).await
}
