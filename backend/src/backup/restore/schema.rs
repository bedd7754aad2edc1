//! A database of one's own: its tables are made in a schema beside those that are there, and exchanged at once.

use anyhow::Context as _;
use tokio_postgres::Client;
use uuid::Uuid;

use super::super::session;

/// The schema in which tables are made.
pub(super) const STAGING: &str = "deskhand_restoring";

/// Deletes what is in the first schema of the search path, and moves there what is in the staging schema. Extensions, and what
/// belongs to them, stay.
const EXCHANGE: &str = "DO $$
DECLARE
    target CONSTANT text := current_schema();
    found record;
BEGIN
    FOR found IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = target::regnamespace AND relkind = 'r'
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP TABLE %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = target::regnamespace
            AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE %s CASCADE', found.name);
    END LOOP;
    FOR found IN SELECT oid::regclass AS name FROM pg_class
        WHERE relnamespace = 'deskhand_restoring'::regnamespace AND relkind = 'r'
    LOOP
        EXECUTE format('ALTER TABLE %s SET SCHEMA %I', found.name, target);
    END LOOP;
    FOR found IN SELECT oid::regprocedure AS name FROM pg_proc
        WHERE pronamespace = 'deskhand_restoring'::regnamespace
    LOOP
        EXECUTE format('ALTER ROUTINE %s SET SCHEMA %I', found.name, target);
    END LOOP;
    DROP SCHEMA deskhand_restoring;
END $$";

/// What a database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Found {
    /// No tables.
    Nothing,
    /// Tables.
    Tables,
}

/// Looks at the database at `url`. Fails if a Deskhand is connected to it.
pub(super) async fn look_at(url: &str) -> anyhow::Result<Found> {
    let client = session::connect(url).await?;
    let query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'deskhand'";
    let connected: i64 = client.query_one(query, &[]).await?.get(0);
    anyhow::ensure!(
        connected == 0,
        "A Deskhand is connected to the database (DATABASE_URL). Stop it, and all other replicas"
    );
    let query = "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r')";
    let has_tables: bool = client.query_one(query, &[]).await?.get(0);
    Ok(if has_tables { Found::Tables } else { Found::Nothing })
}

/// Makes an empty staging schema.
pub(super) async fn make(url: &str) -> anyhow::Result<()> {
    let client = session::connect(url).await?;
    let made = format!("DROP SCHEMA IF EXISTS {STAGING} CASCADE; CREATE SCHEMA {STAGING}");
    client.batch_execute(&made).await.with_context(|| {
        format!("Cannot make the schema {STAGING} in the database. Let its user create schemas (GRANT CREATE ON DATABASE)")
    })
}

/// Exchanges the tables for those in the staging schema, unless that was done before.
pub(super) async fn exchange(url: &str, installation: Uuid) -> anyhow::Result<()> {
    let client = session::connect(url).await?;
    let query = format!("SELECT to_regnamespace('{STAGING}') IS NOT NULL");
    let is_staged: bool = client.query_one(&query, &[]).await?.get(0);
    let table = if is_staged { format!("{STAGING}.installation") } else { "installation".to_owned() };
    anyhow::ensure!(
        id(&client, &table).await? == Some(installation),
        "A restore into this data folder was interrupted, and this database (DATABASE_URL) is not the one that it was for. \
         Start with that one"
    );
    if is_staged {
        client.batch_execute(EXCHANGE).await.context("exchanging the tables")?;
    }
    Ok(())
}

async fn id(client: &Client, table: &str) -> anyhow::Result<Option<Uuid>> {
    let exists: bool =
        client.query_one(&format!("SELECT to_regclass('{table}') IS NOT NULL"), &[]).await?.get(0);
    if !exists {
        return Ok(None);
    }
    let row = client.query_opt(&format!("SELECT id::text FROM {table}"), &[]).await?;
    Ok(row.and_then(|row| row.get::<_, String>(0).parse().ok()))
}
