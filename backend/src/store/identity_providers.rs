//! Where people may log in with accounts that they have elsewhere.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Connection;
use super::schema::identity_providers;
use super::text_enum::text_enum;

text_enum! {
    /// What an identity provider speaks.
    ProviderKind {
        /// GitHub's OAuth 2.
        Github = "github",
        /// OpenID Connect with discovery.
        Oidc = "oidc",
    }
}

/// A row of `identity_providers`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = identity_providers)]
pub struct ProviderRow {
    /// Identifies the provider in addresses.
    pub slug: String,
    /// What it speaks.
    pub kind: ProviderKind,
    /// Its name on buttons.
    pub name: String,
    /// The issuer of an OpenID Connect provider, or the address of GitHub.
    pub issuer: String,
    /// What it knows this installation by.
    pub client_id: String,
    /// What this installation authenticates itself with, sealed; `None`: a public client.
    pub client_secret_sealed: Option<Vec<u8>>,
    /// What is asked for.
    pub scopes: Vec<String>,
    /// Whether people can log in with it.
    pub enabled: bool,
    /// Whether it makes accounts, if the installation lets people register.
    pub registers: bool,
    /// The domains of the addresses with which it does; empty: all.
    pub email_domains: Vec<String>,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
}

/// Changes to a provider; `None` leaves a field unchanged.
#[derive(Debug, Clone, Default, AsChangeset)]
#[diesel(table_name = identity_providers)]
pub struct ProviderChanges {
    /// Its name on buttons.
    pub name: Option<String>,
    /// What it knows this installation by.
    pub client_id: Option<String>,
    /// What this installation authenticates itself with, sealed.
    pub client_secret_sealed: Option<Option<Vec<u8>>>,
    /// What is asked for.
    pub scopes: Option<Vec<String>>,
    /// Whether people can log in with it.
    pub enabled: Option<bool>,
    /// Whether it makes accounts.
    pub registers: Option<bool>,
    /// The domains of the addresses with which it does.
    pub email_domains: Option<Vec<String>>,
    /// When it is changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// All providers, in the order in which they were set up.
pub async fn list(conn: &mut Connection) -> QueryResult<Vec<ProviderRow>> {
    identity_providers::table
        .order((identity_providers::created_at, identity_providers::slug))
        .select(ProviderRow::as_select())
        .load(conn)
        .await
}

/// The provider with this slug.
pub async fn find(conn: &mut Connection, slug: &str) -> QueryResult<Option<ProviderRow>> {
    identity_providers::table.find(slug).select(ProviderRow::as_select()).first(conn).await.optional()
}

/// Inserts a provider; `false` if another one has the slug.
pub async fn insert(conn: &mut Connection, row: &ProviderRow) -> QueryResult<bool> {
    let inserted = diesel::insert_into(identity_providers::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    Ok(inserted == 1)
}

/// Changes a provider; there is at least one change. `None` if there is none with this slug.
pub async fn change(
    conn: &mut Connection,
    slug: &str,
    changes: &ProviderChanges,
) -> QueryResult<Option<ProviderRow>> {
    diesel::update(identity_providers::table.find(slug))
        .set(changes)
        .returning(ProviderRow::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// Deletes a provider; `false` if there is none with this slug.
pub async fn delete(conn: &mut Connection, slug: &str) -> QueryResult<bool> {
    Ok(diesel::delete(identity_providers::table.find(slug)).execute(conn).await? == 1)
}
