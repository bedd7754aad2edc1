//! Fills an empty, migrated database with the rows of an archive.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::pin::Pin;

use anyhow::Context as _;
use bytes::Bytes;
use futures_util::SinkExt as _;
use tokio_postgres::{Client, CopyInSink};

use super::super::manifest::{Manifest, Sequence, Table};
use super::super::session;
use super::super::snapshot::copied;
use crate::database;

/// How many bytes are sent at once.
const CHUNK: usize = 64 << 10;

/// The foreign keys of the schema: they are added again once all rows are there, because rows come in any order.
const FOREIGN_KEYS: &str =
    "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
    WHERE contype = 'f' AND connamespace = current_schema()::regnamespace ORDER BY conname";
/// The tables of the schema.
const TABLES: &str = "SELECT relname::text FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname <> '__diesel_schema_migrations'";

/// A database that is being filled.
pub(super) struct Rows {
    client: Client,
    /// The tables in the archive that the schema has.
    tables: BTreeMap<String, Table>,
    /// The statements that add the foreign keys.
    foreign_keys: Vec<String>,
    current: Option<Copying>,
    complete: BTreeSet<String>,
}

/// A table that is being filled.
struct Copying {
    table: String,
    next_part: u32,
    sink: Pin<Box<CopyInSink<Bytes>>>,
}

impl Rows {
    /// Makes the schema of the archive's version, in the first schema of the search path or in `schema`.
    pub(super) async fn begin(url: &str, schema: Option<&str>, manifest: &Manifest) -> anyhow::Result<Self> {
        database::migrate_to(url, schema, &manifest.migrations).await?;
        let client = session::connect(url).await?;
        if let Some(schema) = schema {
            client.batch_execute(&format!("SET search_path = \"{schema}\"")).await?;
        }
        let mut foreign_keys = Vec::new();
        for row in client.query(FOREIGN_KEYS, &[]).await? {
            let (table, name, definition): (String, String, String) = (row.get(0), row.get(1), row.get(2));
            client.batch_execute(&format!("ALTER TABLE {table} DROP CONSTRAINT {name}")).await?;
            foreign_keys.push(format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}"));
        }
        let mut tables = BTreeMap::new();
        for row in client.query(TABLES, &[]).await? {
            let name: String = row.get(0);
            // Triggers tell other replicas what happens, and migrations insert rows of their own.
            let emptied = format!("ALTER TABLE \"{name}\" DISABLE TRIGGER USER; DELETE FROM \"{name}\"");
            client.batch_execute(&emptied).await?;
            if let Some(table) = manifest.tables.iter().find(|table| table.name == name) {
                tables.insert(name, table.clone());
            }
        }
        Ok(Self { client, tables, foreign_keys, current: None, complete: BTreeSet::new() })
    }

    /// Adds a part of a table. A table that Deskhand does not have, of another program that uses the database, is left out.
    pub(super) async fn add(&mut self, table: &str, part: u32, rows: &mut dyn Read) -> anyhow::Result<()> {
        let Some(known) = self.tables.get(table) else { return Ok(()) };
        let copying = match &mut self.current {
            Some(current) if current.table == table => current,
            _ => {
                let query = format!("COPY {} FROM STDIN", copied(known));
                self.end_table().await?;
                let is_first = self.complete.insert(table.to_owned());
                anyhow::ensure!(is_first, "the rows of the table {table} are not together");
                let sink = Box::pin(self.client.copy_in(&query).await?);
                self.current.insert(Copying { table: table.to_owned(), next_part: 0, sink })
            }
        };
        anyhow::ensure!(part == copying.next_part, "a part of the table {table} is missing");
        copying.next_part += 1;
        loop {
            let mut chunk = vec![0; CHUNK];
            let length = rows.read(&mut chunk)?;
            if length == 0 {
                return Ok(());
            }
            chunk.truncate(length);
            copying.sink.send(chunk.into()).await.with_context(|| format!("filling the table {table}"))?;
        }
    }

    async fn end_table(&mut self) -> anyhow::Result<()> {
        if let Some(Copying { table, mut sink, .. }) = self.current.take() {
            sink.as_mut().finish().await.with_context(|| format!("filling the table {table}"))?;
        }
        Ok(())
    }

    /// Completes the database after the last row.
    pub(super) async fn finish(mut self, sequences: &[Sequence]) -> anyhow::Result<()> {
        self.end_table().await?;
        for foreign_key in &self.foreign_keys {
            self.client.batch_execute(foreign_key).await.context("checking the foreign keys")?;
        }
        for row in self.client.query(TABLES, &[]).await? {
            let name: String = row.get(0);
            self.client.batch_execute(&format!("ALTER TABLE \"{name}\" ENABLE TRIGGER USER")).await?;
        }
        for Sequence { table, column, value, is_called } in sequences {
            if self.tables.contains_key(table) {
                let place = format!("pg_get_serial_sequence('\"{table}\"', '{column}')");
                let query = format!("SELECT setval({place}, {value}, {is_called})");
                self.client.batch_execute(&query).await.context("setting the sequences")?;
            }
        }
        Ok(self.client.batch_execute("ANALYZE").await?)
    }
}
