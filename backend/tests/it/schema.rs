//! `schema.rs` matches the migrations, and every migration can be reverted.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use diesel::QueryableByName;
use diesel::sql_types::{Array, Bool, Text};
use diesel_async::{AsyncConnection as _, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl as _};
use diesel_migrations::MigrationHarness as _;

use crate::app::new_schema;

#[derive(QueryableByName)]
struct Column {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
    #[diesel(sql_type = Array<Text>)]
    primary_key: Vec<String>,
}

const COLUMNS: &str = "
    SELECT c.relname AS table_name, a.attname AS column_name, t.typname AS type_name, NOT a.attnotnull AS nullable,
           (SELECT array_agg(k.attname::text ORDER BY array_position(i.indkey::int2[], k.attnum))
              FROM pg_index i JOIN pg_attribute k ON k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey::int2[])
             WHERE i.indrelid = c.oid AND i.indisprimary) AS primary_key
      FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
      JOIN pg_type t ON t.oid = a.atttypid
     WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
       AND c.relname <> '__diesel_schema_migrations'
     ORDER BY c.relname, a.attnum";

#[derive(QueryableByName)]
struct Reference {
    #[diesel(sql_type = Text)]
    child: String,
    #[diesel(sql_type = Text)]
    parent: String,
    #[diesel(sql_type = Text)]
    column_name: String,
}

/// The foreign keys by which diesel can join: of one column, and the only one between its two tables.
const REFERENCES: &str = "
    SELECT c.relname AS child, p.relname AS parent, min(a.attname)::text AS column_name
      FROM pg_constraint k
      JOIN pg_class c ON c.oid = k.conrelid
      JOIN pg_class p ON p.oid = k.confrelid
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace AND k.conrelid <> k.confrelid
     GROUP BY c.relname, p.relname
    HAVING count(*) = 1 AND max(cardinality(k.conkey)) = 1
     ORDER BY c.relname, p.relname";

#[tokio::test(flavor = "multi_thread")]
async fn the_committed_schema_is_fresh() {
    let mut conn = AsyncPgConnection::establish(&new_schema().await).await.unwrap();
    let columns: Vec<Column> = diesel::sql_query(COLUMNS).load(&mut conn).await.unwrap();
    let references: Vec<Reference> = diesel::sql_query(REFERENCES).load(&mut conn).await.unwrap();
    let now = render(columns, &references);
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store/schema.rs");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == now, "schema.rs is stale: run `make generate`");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_migration_can_be_undone_and_done_again() {
    let conn = AsyncPgConnection::establish(&new_schema().await).await.unwrap();
    let mut harness = AsyncMigrationHarness::new(conn);
    harness.revert_all_migrations(backend::database::MIGRATIONS).unwrap();
    harness.run_pending_migrations(backend::database::MIGRATIONS).unwrap();
}

#[derive(QueryableByName)]
struct ForeignKey {
    #[diesel(sql_type = Text)]
    column: String,
}

/// The foreign keys without an index that starts with their column.
const WITHOUT_INDEX: &str = "
    SELECT k.conrelid::regclass::text || '.' || a.attname AS column
      FROM pg_constraint k
      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
     WHERE k.contype = 'f' AND k.connamespace = current_schema()::regnamespace
       AND NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indkey[0] = k.conkey[1])
     ORDER BY 1";

#[tokio::test(flavor = "multi_thread")]
async fn every_foreign_key_has_an_index() {
    let mut conn = AsyncPgConnection::establish(&new_schema().await).await.unwrap();
    let keys: Vec<ForeignKey> = diesel::sql_query(WITHOUT_INDEX).load(&mut conn).await.unwrap();
    let columns: Vec<_> = keys.iter().map(|key| &*key.column).collect();
    assert!(columns.is_empty(), "deleting what these refer to reads whole tables: {columns:?}");
}

fn render(columns: Vec<Column>, references: &[Reference]) -> String {
    let mut tables: BTreeMap<String, Vec<Column>> = BTreeMap::new();
    for column in columns {
        tables.entry(column.table_name.clone()).or_default().push(column);
    }
    let mut text = String::from("// Generated from the migrations by `make generate`; do not edit.\n\n");
    for (name, columns) in &tables {
        let key = columns[0].primary_key.join(", ");
        writeln!(text, "diesel::table! {{\n    {name} ({key}) {{").unwrap();
        for column in columns {
            let sql_type = sql_type(&column.type_name);
            let sql_type = if column.nullable { format!("Nullable<{sql_type}>") } else { sql_type };
            writeln!(text, "        {} -> {sql_type},", column.column_name).unwrap();
        }
        text.push_str("    }\n}\n\n");
    }
    for Reference { child, parent, column_name } in references {
        writeln!(text, "diesel::joinable!({child} -> {parent} ({column_name}));").unwrap();
    }
    text.push_str("\ndiesel::allow_tables_to_appear_in_same_query!(\n");
    for name in tables.keys() {
        writeln!(text, "    {name},").unwrap();
    }
    text.push_str(");\n");
    text
}

/// The diesel type of a Postgres type: `timestamptz` is `Timestamptz`, and so on. Arrays begin with an underscore.
fn sql_type(type_name: &str) -> String {
    if let Some(item) = type_name.strip_prefix('_') {
        return format!("Array<{}>", sql_type(item));
    }
    let mut letters = type_name.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}
