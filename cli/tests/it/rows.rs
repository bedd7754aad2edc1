//! Direct access to the database, bypassing the API.

use serde_json::Value;
use tokio_postgres::{Client, NoTls};

/// Executes SQL that returns no rows.
pub(crate) async fn execute(url: &str, sql: &str) {
    with_client(url, async |client| client.batch_execute(sql).await.unwrap()).await;
}

/// The rows of a query as JSON objects.
pub(crate) async fn select(url: &str, query: &str) -> Vec<Value> {
    let query = format!("SELECT row_to_json(found)::text FROM ({query}) found");
    let rows = with_client(url, async |client| client.query(&query, &[]).await.unwrap()).await;
    rows.iter().map(|row| serde_json::from_str(row.get(0)).unwrap()).collect()
}

async fn with_client<T>(url: &str, work: impl AsyncFnOnce(&Client) -> T) -> T {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::select! {
        done = work(&client) => done,
        ended = connection => panic!("the connection ended: {ended:?}"),
    }
}
