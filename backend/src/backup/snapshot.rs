//! Reads the database as it is at one moment, while others go on writing.

use std::pin::pin;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use futures_util::TryStreamExt as _;
use tokio_postgres::Client;
use tokio_postgres::error::SqlState;
use uuid::Uuid;

use super::manifest::{MasterKey, Sequence, Table};
use super::session;
use crate::store::blobs;

/// The size in bytes from which a part of a table is an entry of its own. That of a tar entry has to be known before.
const PART_BYTES: usize = 4 << 20;

/// The tables, with the columns that rows are made of.
const TABLES: &str = "SELECT class.relname::text, array_agg(attname::text ORDER BY attnum)
    FROM pg_class class JOIN pg_attribute ON attrelid = class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> '__diesel_schema_migrations'
    GROUP BY relname ORDER BY relname";

/// The sequences of columns.
const SEQUENCES: &str = "SELECT owner.relname::text, attname::text, sequence.relname::text
    FROM pg_class sequence
    JOIN pg_depend ON objid = sequence.oid AND classid = 'pg_class'::regclass AND refclassid = classid AND deptype IN ('a', 'i')
    JOIN pg_class owner ON owner.oid = refobjid
    JOIN pg_attribute ON attrelid = owner.oid AND attnum = refobjsubid
    WHERE sequence.relkind = 'S' AND sequence.relnamespace = current_schema()::regnamespace
    ORDER BY owner.relname, attname";

/// All blobs that rows refer to.
const BLOBS: &str = "SELECT sha256 FROM files UNION SELECT sha256 FROM screenshots ORDER BY sha256";

/// The database at one moment. Until it is dropped, no blob is deleted that it refers to.
pub(super) struct Snapshot(Client);

impl Snapshot {
    /// Begins to read the database at `url`.
    pub(super) async fn begin(url: &str) -> anyhow::Result<Self> {
        let client = session::connect(url).await?;
        // Before the snapshot is taken, so that what it refers to is still there. Deletions under way end within a minute.
        client.batch_execute("SET lock_timeout = '60s'").await?;
        match client.batch_execute(&blobs::suspend_deletions()).await {
            Err(error) if error.code() == Some(&SqlState::LOCK_NOT_AVAILABLE) => {
                anyhow::bail!(
                    "Another backup of this installation is being made. Try again when it has ended"
                )
            }
            suspended => suspended?,
        }
        client.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        Ok(Self(client))
    }

    /// When it was taken, by the clock of the database.
    pub(super) async fn time(&self) -> anyhow::Result<DateTime<Utc>> {
        let seconds: i64 = self.0.query_one("SELECT extract(epoch FROM now())::bigint", &[]).await?.get(0);
        DateTime::from_timestamp(seconds, 0).context("reading the clock of the database")
    }

    /// The version of the server.
    pub(super) async fn server_version(&self) -> anyhow::Result<String> {
        Ok(self.0.query_one("SELECT current_setting('server_version')", &[]).await?.get(0))
    }

    /// The id of the installation.
    pub(super) async fn installation(&self) -> anyhow::Result<Uuid> {
        let row = self.0.query_opt("SELECT id::text FROM installation", &[]).await;
        let row =
            row.context("the database is not one of Deskhand, or Deskhand has not been started with it")?;
        let id: String = row.context("Deskhand has not been started with this database yet")?.get(0);
        Ok(id.parse()?)
    }

    /// The migrations that were applied, oldest first.
    pub(super) async fn migrations(&self) -> anyhow::Result<Vec<String>> {
        let rows =
            self.0.query("SELECT version FROM __diesel_schema_migrations ORDER BY version", &[]).await?;
        Ok(rows.iter().map(|row| row.get(0)).collect())
    }

    /// The versions of the master key that are in use.
    pub(super) async fn master_keys(&self) -> anyhow::Result<Vec<MasterKey>> {
        let exists: bool =
            self.0.query_one("SELECT to_regclass('master_key_versions') IS NOT NULL", &[]).await?.get(0);
        if !exists {
            // The database of an earlier version, which sealed nothing.
            return Ok(Vec::new());
        }
        let query = "SELECT version, encode(\"check\", 'hex') FROM master_key_versions WHERE retired_at IS NULL \
                     ORDER BY version";
        let rows = self.0.query(query, &[]).await?;
        Ok(rows.iter().map(|row| MasterKey { version: row.get(0), check: row.get(1) }).collect())
    }

    /// The tables. None can be changed or deleted until the snapshot ends.
    pub(super) async fn tables(&self) -> anyhow::Result<Vec<Table>> {
        let rows = self.0.query(TABLES, &[]).await?;
        let tables: Vec<Table> =
            rows.iter().map(|row| Table { name: row.get(0), columns: row.get(1) }).collect();
        for table in &tables {
            self.0.batch_execute(&format!("LOCK TABLE \"{}\" IN ACCESS SHARE MODE", table.name)).await?;
        }
        Ok(tables)
    }

    /// Where the sequences go on. They may be ahead of the rows, and never behind.
    pub(super) async fn sequences(&self) -> anyhow::Result<Vec<Sequence>> {
        let mut sequences = Vec::new();
        for row in self.0.query(SEQUENCES, &[]).await? {
            let (table, column, sequence): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            let query = format!("SELECT last_value, is_called FROM \"{sequence}\"");
            let now = self.0.query_one(&query, &[]).await?;
            sequences.push(Sequence { table, column, value: now.get(0), is_called: now.get(1) });
        }
        Ok(sequences)
    }

    /// Calls `each` with the rows of a table, in parts.
    pub(super) async fn rows(
        &self,
        table: &Table,
        mut each: impl FnMut(u32, &[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let query = format!("COPY {} TO STDOUT", copied(table));
        let mut rows = pin!(self.0.copy_out(&query).await?);
        let (mut part, mut number) = (Vec::with_capacity(PART_BYTES), 0);
        while let Some(bytes) = rows.try_next().await? {
            part.extend_from_slice(&bytes);
            if part.len() >= PART_BYTES {
                each(number, &part)?;
                part.clear();
                number += 1;
            }
        }
        if !part.is_empty() {
            each(number, &part)?;
        }
        Ok(())
    }

    /// Calls `each` with each blob that rows refer to.
    pub(super) async fn blobs(
        &self,
        mut each: impl FnMut(String) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let none: [&str; 0] = [];
        let mut rows = pin!(self.0.query_raw(BLOBS, none).await?);
        while let Some(row) = rows.try_next().await? {
            each(row.get(0))?;
        }
        Ok(())
    }
}

/// A table and its columns, as `COPY` takes them.
pub(super) fn copied(table: &Table) -> String {
    let columns: Vec<String> = table.columns.iter().map(|column| format!("\"{column}\"")).collect();
    format!("\"{}\" ({})", table.name, columns.join(", "))
}
