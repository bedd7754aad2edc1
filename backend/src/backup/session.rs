//! A connection of its own to the database: without the timeouts of the pool, and for `COPY`, which diesel does not have.

use anyhow::Context as _;
use tokio_postgres::{Client, NoTls};
use tokio_util::task::TaskTracker;

/// How rows are written and read as text, whatever the server's own settings are.
const FORMS: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET client_encoding = 'UTF8'; \
                     SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; SET timezone = 'UTC'; \
                     SET bytea_output = 'hex'; SET extra_float_digits = 1; SET application_name = 'deskhand backup'";

/// Connects to the database at `url`. The connection ends with the client.
pub(super) async fn connect(url: &str) -> anyhow::Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("Postgres can't be reached")?;
    TaskTracker::new().spawn(async move {
        // The client gets every error of its own queries.
        let _ = connection.await;
    });
    client.batch_execute(FORMS).await?;
    Ok(client)
}
