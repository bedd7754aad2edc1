//! Columns whose values are sealed, whichever their tables.
//!
//! The first four bytes of a value are the version of the master key.

use diesel::QueryableByName;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bytea, Text};
use diesel_async::RunQueryDsl;

use super::Connection;

/// What is left of a row whose sealed value is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithoutValue {
    /// Nothing.
    Deleted,
    /// The row, with `NULL` for the value.
    Kept,
}

/// A column with sealed values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealedColumn {
    /// Its table.
    pub table: &'static str,
    /// The column that identifies a row.
    pub id: &'static str,
    /// Its name.
    pub column: &'static str,
    /// What is left of a row whose value is lost.
    pub without_value: WithoutValue,
}

/// The private keys of access tokens.
pub const SIGNING_KEYS: SealedColumn = SealedColumn {
    table: "signing_keys",
    id: "kid",
    column: "private_sealed",
    without_value: WithoutValue::Deleted,
};

/// What this installation authenticates itself with to identity providers. Without it the provider stays, and people
/// keep what they are linked to.
pub const CLIENT_SECRETS: SealedColumn = SealedColumn {
    table: "identity_providers",
    id: "slug",
    column: "client_secret_sealed",
    without_value: WithoutValue::Kept,
};

/// What proves that the login that ends at an identity provider is the one that began.
pub const OAUTH_VERIFIERS: SealedColumn = SealedColumn {
    table: "oauth_attempts",
    id: "id",
    column: "verifier_sealed",
    without_value: WithoutValue::Deleted,
};

/// The secrets that the codes of second factors follow from.
pub const SECOND_FACTORS: SealedColumn = SealedColumn {
    table: "second_factors",
    id: "user_id",
    column: "secret_sealed",
    without_value: WithoutValue::Deleted,
};

/// The keys of model connections. Without it the connection stays, and says that its key is lost.
pub const MODEL_KEYS: SealedColumn = SealedColumn {
    table: "model_connections",
    id: "id",
    column: "key_sealed",
    without_value: WithoutValue::Kept,
};

/// All columns with sealed values. A rotation of the master key goes through them.
pub const ALL: [SealedColumn; 5] =
    [SIGNING_KEYS, SECOND_FACTORS, CLIENT_SECRETS, OAUTH_VERIFIERS, MODEL_KEYS];

/// A sealed value, and the row that it is in.
#[derive(Debug, QueryableByName)]
pub struct SealedRow {
    /// The id of the row, as text.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// The value.
    #[diesel(sql_type = Bytea)]
    pub sealed: Vec<u8>,
}

impl SealedColumn {
    /// Rows sealed with a version, locked until the transaction ends.
    pub async fn sealed_with(
        &self,
        conn: &mut Connection,
        version: i32,
        limit: i64,
    ) -> QueryResult<Vec<SealedRow>> {
        let Self { table, id, column, .. } = self;
        let query = format!(
            "SELECT {id}::text AS id, {column} AS sealed FROM {table}
             WHERE substring({column} FROM 1 FOR 4) = $1 ORDER BY {id} LIMIT $2 FOR UPDATE"
        );
        diesel::sql_query(query)
            .bind::<Bytea, _>(version.to_be_bytes().as_slice())
            .bind::<BigInt, _>(limit)
            .load(conn)
            .await
    }

    /// Replaces the value of a row.
    pub async fn replace(&self, conn: &mut Connection, row: &SealedRow) -> QueryResult<()> {
        let Self { table, id, column, .. } = self;
        diesel::sql_query(format!("UPDATE {table} SET {column} = $1 WHERE {id}::text = $2"))
            .bind::<Bytea, _>(&row.sealed)
            .bind::<Text, _>(&row.id)
            .execute(conn)
            .await?;
        Ok(())
    }

    /// Deletes all values; returns how many.
    pub async fn delete_all(&self, conn: &mut Connection) -> QueryResult<usize> {
        let Self { table, column, .. } = self;
        let query = match self.without_value {
            WithoutValue::Deleted => format!("DELETE FROM {table} WHERE {column} IS NOT NULL"),
            WithoutValue::Kept => {
                format!("UPDATE {table} SET {column} = NULL WHERE {column} IS NOT NULL")
            }
        };
        diesel::sql_query(query).execute(conn).await
    }
}
