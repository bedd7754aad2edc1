//! How models are reached.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel::sql_types::{Bool, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, ModelConnectionId, UserId};
use protocol::named_model::NamedModel;
use protocol::transcript::model_change::ModelChange;
use serde::Deserialize as _;
use serde_json::Value;

use super::Connection;
use super::events::EventKind;
use super::schema::{events, model_connections, runs};
use super::text_enum::text_enum;

text_enum! {
    /// What a server speaks.
    ModelApi {
        /// Anthropic's Messages API.
        Anthropic = "anthropic",
        /// OpenAI's Responses API.
        OpenAi = "openai",
        /// Google's Gemini API.
        Gemini = "gemini",
        /// The Chat Completions API, which most other servers have.
        OpenAiCompatible = "openai-compatible",
    }
}

/// A row of `model_connections`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = model_connections)]
pub struct ConnectionRow {
    /// Identifies the connection.
    pub id: ModelConnectionId,
    /// Whose it is; `None`: everybody may use it.
    pub user_id: Option<UserId>,
    /// Its name.
    pub name: String,
    /// What the server speaks.
    pub provider: ModelApi,
    /// The base address.
    pub address: String,
    /// The key, sealed; `None`: the server needs none.
    pub key_sealed: Option<Vec<u8>>,
    /// The last characters of the key; `None`: the server needs none. It stays if the key is lost.
    pub key_end: Option<String>,
    /// The models that the last check that succeeded found.
    pub models: Value,
    /// Why the last check failed.
    pub problem: Option<Value>,
    /// When it was checked last.
    pub checked_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was changed.
    pub updated_at: DateTime<Utc>,
    /// The cloud that serves the models in their vendor's stead.
    pub platform: Option<Value>,
}

/// Another connection of the owner has the name.
#[derive(Debug, thiserror::Error)]
pub enum WriteConnectionError {
    /// Another connection of the owner has the name.
    #[error("the name is taken")]
    NameTaken,
    /// The database failed.
    #[error("storing a model connection")]
    Database(#[source] Error),
}

impl From<Error> for WriteConnectionError {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info)
                if info.constraint_name() == Some("model_connections_name_key") =>
            {
                Self::NameTaken
            }
            _ => Self::Database(error),
        }
    }
}

/// The connections of a person, or with `None` those of everybody, in the order in which they were made.
pub async fn list(conn: &mut Connection, owner: Option<UserId>) -> QueryResult<Vec<ConnectionRow>> {
    model_connections::table
        .filter(model_connections::user_id.is_not_distinct_from(owner))
        .order((model_connections::created_at, model_connections::id))
        .select(ConnectionRow::as_select())
        .load(conn)
        .await
}

/// A connection, if it belongs to this person, or with `None` to everybody.
pub async fn find(
    conn: &mut Connection,
    id: ModelConnectionId,
    owner: Option<UserId>,
) -> QueryResult<Option<ConnectionRow>> {
    model_connections::table
        .find(id)
        .filter(model_connections::user_id.is_not_distinct_from(owner))
        .select(ConnectionRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// A connection that a person may use: one of theirs, or one of everybody's. With `None` only one of everybody's.
pub async fn find_usable(
    conn: &mut Connection,
    id: ModelConnectionId,
    user_id: Option<UserId>,
) -> QueryResult<Option<ConnectionRow>> {
    model_connections::table
        .find(id)
        .filter(
            model_connections::user_id.is_null().or(model_connections::user_id.is_not_distinct_from(user_id)),
        )
        .select(ConnectionRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// Whether the owner of a chat pays for its model: it is reached by a connection of theirs. In a run that another model has gone
/// on with, that model counts.
pub async fn is_paid_by_owner(conn: &mut Connection, chat_id: ChatId) -> QueryResult<bool> {
    match took_over(conn, chat_id).await? {
        Some(NamedModel { connection: Some(connection), .. }) => {
            Ok(owner(conn, connection.id).await?.is_some())
        }
        Some(_) => Ok(false),
        None => has_chosen_own(conn, chat_id).await,
    }
}

/// Whether the model that was chosen for a chat is reached by a connection of its owner.
async fn has_chosen_own(conn: &mut Connection, chat_id: ChatId) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Bool)]
        found: bool,
    }

    let query = "SELECT EXISTS (
        SELECT FROM chats
        JOIN users ON users.id = chats.user_id
        JOIN model_connections ON model_connections.user_id = users.id
        WHERE chats.id = $1
        AND model_connections.id::text = coalesce(chats.model_choice, users.model_choice) ->> 'connection'
    ) AS found";
    let Found { found } = diesel::sql_query(query).bind::<SqlUuid, _>(chat_id).get_result(conn).await?;
    Ok(found)
}

/// The model that has gone on with a run of a chat that has not ended. Postgres can't read what events hold: there may be null
/// characters in it.
async fn took_over(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<NamedModel>> {
    let changes: Vec<Value> = events::table
        .inner_join(runs::table)
        .filter(runs::chat_id.eq(chat_id).and(runs::finished_at.is_null()))
        .filter(events::kind.eq(EventKind::ModelChanged))
        .order(events::seq.desc())
        .select(events::payload)
        .load(conn)
        .await?;
    let mut changes = changes.iter().filter_map(|change| ModelChange::deserialize(change).ok());
    Ok(changes.find_map(|change| change.to))
}

/// The person who pays for a connection; `None`: the installation does, or there is no such connection any more.
pub async fn owner(conn: &mut Connection, id: ModelConnectionId) -> QueryResult<Option<UserId>> {
    let owner = model_connections::table.find(id).select(model_connections::user_id).first(conn).await;
    Ok(owner.optional()?.flatten())
}

/// Inserts a connection.
///
/// # Errors
/// When another one of the owner has the name, or the database fails.
pub async fn insert(conn: &mut Connection, row: &ConnectionRow) -> Result<(), WriteConnectionError> {
    diesel::insert_into(model_connections::table).values(row).execute(conn).await?;
    Ok(())
}

/// Replaces a connection.
///
/// # Errors
/// When another one of the owner has the name, or the database fails.
pub async fn replace(conn: &mut Connection, row: &ConnectionRow) -> Result<(), WriteConnectionError> {
    diesel::update(model_connections::table.find(row.id))
        .set((
            model_connections::name.eq(&row.name),
            model_connections::address.eq(&row.address),
            model_connections::key_sealed.eq(&row.key_sealed),
            model_connections::key_end.eq(&row.key_end),
            model_connections::models.eq(&row.models),
            model_connections::problem.eq(&row.problem),
            model_connections::checked_at.eq(row.checked_at),
            model_connections::updated_at.eq(row.updated_at),
            model_connections::platform.eq(&row.platform),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Remembers what a check of a connection found, unless the connection was changed meanwhile. `models` is `None` if it failed.
pub async fn note_check(
    conn: &mut Connection,
    checked: &ConnectionRow,
    models: Option<&Value>,
    problem: Option<&Value>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::update(model_connections::table.find(checked.id))
        .filter(model_connections::updated_at.eq(checked.updated_at))
        .set((
            models.map(|models| model_connections::models.eq(models)),
            model_connections::problem.eq(problem),
            model_connections::checked_at.eq(now),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Deletes a connection of a person, or with `None` of everybody; `false` if there is none.
pub async fn delete(
    conn: &mut Connection,
    id: ModelConnectionId,
    owner: Option<UserId>,
) -> QueryResult<bool> {
    let deleted = diesel::delete(model_connections::table.find(id))
        .filter(model_connections::user_id.is_not_distinct_from(owner))
        .execute(conn)
        .await?;
    Ok(deleted == 1)
}
