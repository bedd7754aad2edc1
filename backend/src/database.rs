//! The connection pool and the migrations.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use diesel::migration::{Migration, MigrationSource as _};
use diesel::pg::Pg;
use diesel::sql_types::{BigInt, Bool, Integer, Text};
use diesel::{ConnectionError, ConnectionResult, QueryableByName};
use diesel_async::pooled_connection::deadpool::{Object, Pool};
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig};
use diesel_async::{
    AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl as _,
    SimpleAsyncConnection as _,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use futures_util::FutureExt as _;
use redact::Lifetime;
use tokio_postgres::config::Host;

/// All migrations, embedded in the binary.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../migrations");

/// Maximum number of connections of one replica.
const POOL_SIZE: usize = 24;

/// How long to wait for a free connection.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// The settings of each connection of the pool. The timeouts end what no caller waits for any more.
const SESSION_SETTINGS: &str = "SET application_name = 'deskhand'; SET statement_timeout = '30s'; \
                                SET idle_in_transaction_session_timeout = '60s'";

/// The default port of Postgres.
const USUAL_PORT: u16 = 5432;

/// The advisory lock that serializes the migrations of replicas starting together.
const MIGRATION_LOCK: i64 = 0x6465_736b_6861_6e64;

/// A pool of connections to Postgres. Cheap to clone.
#[derive(Clone)]
pub struct Database {
    pool: Pool<AsyncPgConnection>,
    url: Arc<str>,
    place: Arc<str>,
}

impl Database {
    /// Creates a pool for `url` (`postgres://...` or `host=... dbname=...`), which connects on first use.
    ///
    /// # Errors
    /// When the address can't be parsed or the settings contradict each other.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        let address: tokio_postgres::Config = url.parse().context("reading the address of Postgres")?;
        if let Some(password) = address.get_password() {
            redact::process().learn(&String::from_utf8_lossy(password), Lifetime::Program);
        }
        let place = place(&address);
        let mut config = ManagerConfig::default();
        config.custom_setup = Box::new(|url| connect(url).boxed());
        let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(POOL_SIZE)
            .build()
            .context("building the pool of Postgres connections")?;
        Ok(Self { pool, url: url.into(), place: place.into() })
    }

    /// Takes a connection from the pool. Dropping it returns it.
    ///
    /// # Errors
    /// When Postgres can't be reached or all connections stay busy for 5 s.
    pub async fn connection(&self) -> Result<Object<AsyncPgConnection>, DatabaseUnavailable> {
        match tokio::time::timeout(CONNECTION_TIMEOUT, self.pool.get()).await {
            Ok(connection) => connection.map_err(|error| DatabaseUnavailable(Some(error.into()))),
            Err(_) => Err(DatabaseUnavailable(None)),
        }
    }

    /// How the pool is used now.
    #[must_use]
    pub fn usage(&self) -> PoolUsage {
        let status = self.pool.status();
        let idle = status.available.min(status.size);
        PoolUsage { in_use: status.size - idle, idle, waiting: status.waiting }
    }

    /// The address, for connections outside the pool.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address for messages: without user and password.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Closes idle connections and refuses further requests. For an orderly shutdown.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// How a pool of connections is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolUsage {
    /// Connections that somebody has taken.
    pub in_use: usize,
    /// Open connections that wait to be taken.
    pub idle: usize,
    /// Those who wait for a connection.
    pub waiting: usize,
}

/// Opens a connection of the pool. Migrations use connections of their own, without the timeouts.
async fn connect(url: &str) -> ConnectionResult<AsyncPgConnection> {
    let mut conn = AsyncPgConnection::establish(url).await?;
    conn.batch_execute(SESSION_SETTINGS).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
    Ok(conn)
}

/// For example `the database deskhand at localhost:5432`.
fn place(config: &tokio_postgres::Config) -> String {
    let name = config.get_dbname().or(config.get_user()).unwrap_or("of the default name");
    let port = |nth: usize| config.get_ports().get(nth).or(config.get_ports().first()).unwrap_or(&USUAL_PORT);
    let hosts = config.get_hosts().iter().enumerate().map(|(nth, host)| match host {
        Host::Tcp(host) => format!("{host}:{}", port(nth)),
        Host::Unix(folder) => folder.display().to_string(),
    });
    format!("the database {name} at {}", hosts.collect::<Vec<_>>().join(","))
}

/// Postgres can't be reached, has no free connection, or went away during a query.
#[derive(Debug, thiserror::Error)]
#[error("Postgres can't be reached")]
pub struct DatabaseUnavailable(#[source] Option<Box<dyn std::error::Error + Send + Sync>>);

impl DatabaseUnavailable {
    /// Converts an error that reports a broken connection; returns any other error unchanged.
    ///
    /// # Errors
    /// When the error does not report a broken connection.
    pub fn from_broken(error: diesel::result::Error) -> Result<Self, diesel::result::Error> {
        if is_broken(&error) { Ok(Self(Some(error.into()))) } else { Err(error) }
    }

    /// Whether an unreachable database caused an error.
    #[must_use]
    pub fn is_cause_of(error: &anyhow::Error) -> bool {
        error.chain().any(|cause| {
            cause.is::<Self>() || cause.downcast_ref::<diesel::result::Error>().is_some_and(is_broken)
        })
    }

    /// Wraps a reason known only as text, such as that of the session store.
    #[must_use]
    pub fn told(reason: String) -> Self {
        Self(Some(reason.into()))
    }
}

/// Why a query gave no result.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    /// Postgres can't be reached.
    #[error("reaching the database")]
    Unavailable(#[from] DatabaseUnavailable),
    /// Postgres rejected the query, or the row does not exist.
    #[error("querying the database")]
    Query(#[source] diesel::result::Error),
}

impl From<diesel::result::Error> for DatabaseError {
    fn from(error: diesel::result::Error) -> Self {
        DatabaseUnavailable::from_broken(error).map_or_else(Self::Query, Self::Unavailable)
    }
}

/// Implements the conversions with which `?` puts a database failure into the variant `Database` of an error.
macro_rules! from_database {
    ($($error:ty),+ $(,)?) => {$(
        impl From<diesel::result::Error> for $error {
            fn from(error: diesel::result::Error) -> Self {
                Self::Database(error.into())
            }
        }

        impl From<$crate::database::DatabaseUnavailable> for $error {
            fn from(error: $crate::database::DatabaseUnavailable) -> Self {
                Self::Database(error.into())
            }
        }
    )+};
}
pub(crate) use from_database;

/// Whether the error means that the connection broke, or that the server is overloaded.
fn is_broken(error: &diesel::result::Error) -> bool {
    use diesel::result::{DatabaseErrorKind, Error};

    match error {
        Error::DatabaseError(
            DatabaseErrorKind::UnableToSendCommand | DatabaseErrorKind::ClosedConnection,
            _,
        )
        | Error::BrokenTransactionManager => true,
        // Diesel has no variants for SQLSTATE 57P01 to 57P03, which a stopping or starting server sends, and 57014,
        // which an overloaded one does.
        Error::DatabaseError(DatabaseErrorKind::Unknown, info) => {
            let told = ["terminating connection", "the database system is", "canceling statement due to"];
            told.iter().any(|begin| info.message().starts_with(begin))
        }
        _ => false,
    }
}

/// Applies pending migrations. Replicas that start together take turns.
///
/// # Errors
/// When Postgres can't be reached, a newer version has used the database, or a migration fails.
pub async fn migrate(url: &str) -> anyhow::Result<()> {
    schema_state(url).await?;
    let mut conn = establish(url).await?;
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<BigInt, _>(MIGRATION_LOCK)
        .execute(&mut conn)
        .await?;
    // The lock belongs to the session, so it is released when the harness drops the connection, in any case.
    let mut harness = AsyncMigrationHarness::new(conn);
    let applied = harness
        .run_pending_migrations(MIGRATIONS)
        .map_err(|error| anyhow::anyhow!("{error}"))
        .context("bringing the database schema up to date")?;
    if !applied.is_empty() {
        tracing::info!(migrations = applied.len(), "brought the database up to date");
    }
    Ok(())
}

/// Connects outside the pool, without its timeouts.
async fn establish(url: &str) -> anyhow::Result<AsyncPgConnection> {
    AsyncPgConnection::establish(url).await.context("connecting to Postgres")
}

/// Which migrations a database has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaState {
    /// None.
    New,
    /// Not this many.
    Pending(usize),
    /// All.
    Current,
}

/// Looks which migrations the database at `url` has.
///
/// # Errors
/// When Postgres can't be reached, or a newer version has used the database.
pub async fn schema_state(url: &str) -> anyhow::Result<SchemaState> {
    let mut conn = establish(url).await?;
    let exists: Exists =
        diesel::sql_query("SELECT to_regclass('__diesel_schema_migrations') IS NOT NULL AS exists")
            .get_result(&mut conn)
            .await?;
    if !exists.exists {
        return Ok(SchemaState::New);
    }
    let applied: Vec<Applied> =
        diesel::sql_query("SELECT version FROM __diesel_schema_migrations").load(&mut conn).await?;
    let applied: Vec<String> = applied.into_iter().map(|row| row.version).collect();
    let unknown = unknown_migrations(&applied)?;
    anyhow::ensure!(
        unknown.is_empty(),
        "A newer version of Deskhand has used {} (migrations {}). Start that version, or restore a backup from before",
        place(&url.parse()?),
        unknown.join(", ")
    );
    Ok(match known_migrations()?.len() - applied.len() {
        0 => SchemaState::Current,
        _ if applied.is_empty() => SchemaState::New,
        pending => SchemaState::Pending(pending),
    })
}

/// The version of the server at `url`, as its `server_version_num` has it, such as 150018.
///
/// # Errors
/// When Postgres can't be reached.
pub async fn server_version(url: &str) -> anyhow::Result<i32> {
    let mut conn = establish(url).await?;
    let version: ServerVersion =
        diesel::sql_query("SELECT current_setting('server_version_num')::int AS version")
            .get_result(&mut conn)
            .await?;
    Ok(version.version)
}

#[derive(QueryableByName)]
struct Exists {
    #[diesel(sql_type = Bool)]
    exists: bool,
}

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
}

#[derive(QueryableByName)]
struct ServerVersion {
    #[diesel(sql_type = Integer)]
    version: i32,
}

/// Applies the migrations of these versions to an empty database, in the first schema of the search path or in `schema`.
///
/// # Errors
/// When Postgres can't be reached, a version is unknown, or a migration fails.
pub async fn migrate_to(url: &str, schema: Option<&str>, versions: &[String]) -> anyhow::Result<()> {
    let mut conn = establish(url).await?;
    if let Some(schema) = schema {
        conn.batch_execute(&format!("SET search_path = \"{schema}\"")).await?;
    }
    let mut harness = AsyncMigrationHarness::new(conn);
    // It creates the table that lists them.
    harness.applied_migrations().map_err(|error| anyhow::anyhow!("{error}"))?;
    for (version, migration) in known_migrations()? {
        if versions.contains(&version) {
            harness
                .run_migration(&migration)
                .map_err(|error| anyhow::anyhow!("{error}"))
                .with_context(|| format!("applying the migration {version}"))?;
        }
    }
    Ok(())
}

/// The versions among these that this program has no migration for.
///
/// # Errors
/// When the embedded migrations can't be read.
pub fn unknown_migrations(versions: &[String]) -> anyhow::Result<Vec<String>> {
    let known = known_migrations()?;
    Ok(versions.iter().filter(|version| !known.contains_key(*version)).cloned().collect())
}

/// The embedded migrations by version.
fn known_migrations() -> anyhow::Result<BTreeMap<String, Box<dyn Migration<Pg>>>> {
    let all: Vec<Box<dyn Migration<Pg>>> =
        MIGRATIONS.migrations().map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(all.into_iter().map(|migration| (migration.name().version().to_string(), migration)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_is_described_without_its_password() {
        for (url, place) in [
            ("postgres://ada:secret@db.example.com:5433/desk", "the database desk at db.example.com:5433"),
            ("postgres://ada:secret@localhost", "the database ada at localhost:5432"),
            (
                "postgresql://ada:s%40cret@one:1,two:2/desk?options=-c%20a=secret",
                "the database desk at one:1,two:2",
            ),
            (
                "host=one,two user=ada password='secret host=x' dbname=desk",
                "the database desk at one:5432,two:5432",
            ),
            (
                "host=/tmp/.deskhand-1 port=5432 user=deskhand dbname=desk",
                "the database desk at /tmp/.deskhand-1",
            ),
        ] {
            assert_eq!(Database::new(url).unwrap().place(), place);
        }
    }
}
