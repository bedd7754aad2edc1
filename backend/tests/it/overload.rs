//! What a database does that has too much to do.

use backend::database::DatabaseError;
use diesel_async::RunQueryDsl as _;

use crate::app::TestApp;

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_statement_counts_as_overload_and_leaves_the_connection_usable() {
    let app = TestApp::start().await;
    let mut conn = app.state.database.connection().await.unwrap();
    diesel::sql_query("SET statement_timeout = 10").execute(&mut conn).await.unwrap();
    let cancelled = diesel::sql_query("SELECT pg_sleep(60)").execute(&mut conn).await.unwrap_err();
    let error = DatabaseError::from(cancelled);
    assert!(matches!(error, DatabaseError::Unavailable(_)), "{error:?}");
    diesel::sql_query("SELECT 1").execute(&mut conn).await.unwrap();
    let mistake = diesel::sql_query("SELECT nonsense").execute(&mut conn).await.unwrap_err();
    assert!(matches!(DatabaseError::from(mistake), DatabaseError::Query(_)));
    drop(conn);
    app.stop().await;
}
