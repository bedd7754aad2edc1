//! User accounts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, ModelConnectionId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::{chats, users};
use super::text_enum::text_enum;
use super::{Connection, Page, containing};

diesel::define_sql_function! {
    /// The text in lower case.
    fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text;
}

text_enum! {
    /// What an account may do.
    UserRole {
        /// Uses Deskhand.
        User = "user",
        /// Also administers it: users, invitations and settings.
        Superuser = "superuser",
    }
}

/// A user, without the password hash.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = users)]
pub struct User {
    /// Identifies the user.
    pub id: UserId,
    /// The login name; unique without regard to case.
    pub username: String,
    /// The e-mail address; unique without regard to case. Empty if none is known.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Whether the user administers the installation.
    pub is_superuser: bool,
    /// Whether the user can log in with a password; `false`: with an identity provider only.
    #[diesel(select_expression = users::password_hash.is_not_null())]
    pub has_password: bool,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
    /// Since when the user can't log in; `null`: they can.
    pub disabled_at: Option<DateTime<Utc>>,
    /// What a superuser has set for this user; a limit that is `null` is as for everybody.
    #[schema(value_type = crate::config::limits::Limits)]
    pub limits: serde_json::Value,
    /// Which actions need approval in chats without a policy of their own; `null` means that none does.
    #[schema(value_type = Option<protocol::transcript::approval::ApprovalPolicy>)]
    pub approval: Option<serde_json::Value>,
    /// The model of chats without one of their own; `null`: the installation's.
    #[schema(value_type = Option<crate::store::model_choice::ModelChoice>)]
    pub model_choice: Option<serde_json::Value>,
    /// The models that go on where the chosen one can't, in order; `null`: the installation's; empty: none.
    #[schema(value_type = Option<Vec<crate::store::model_choice::ModelChoice>>)]
    pub model_fallbacks: Option<serde_json::Value>,
    /// The time zone that the user has chosen, as a name of the IANA database; `null`: that of the browser, else the
    /// installation's.
    #[schema(examples("Europe/Vienna"))]
    pub time_zone: Option<String>,
    /// The language that the user has chosen, as a BCP 47 tag; `null`: that of the browser, else the installation's.
    #[schema(examples("de-AT"))]
    pub language: Option<String>,
    /// The time zone of the browser that was used last; `null` if none has told it.
    pub detected_time_zone: Option<String>,
    /// The language of the browser that was used last; `null` if none has told it.
    pub detected_language: Option<String>,
}

/// A user's time zone and language, as chosen and as their browser has told them.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = users)]
pub struct PersonLocale {
    /// The chosen time zone.
    pub time_zone: Option<String>,
    /// The chosen language.
    pub language: Option<String>,
    /// The browser's time zone.
    pub detected_time_zone: Option<String>,
    /// The browser's language.
    pub detected_language: Option<String>,
}

/// Changes to a user; `None` leaves a field unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq, AsChangeset)]
#[diesel(table_name = users)]
pub struct UserChanges {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The default approval policy of the user's chats.
    pub approval: Option<Option<serde_json::Value>>,
    /// The model of chats without one of their own.
    pub model_choice: Option<Option<serde_json::Value>>,
    /// The models that go on where the chosen one can't.
    pub model_fallbacks: Option<Option<serde_json::Value>>,
    /// The chosen time zone.
    pub time_zone: Option<Option<String>>,
    /// The chosen language.
    pub language: Option<Option<String>>,
    /// The browser's time zone.
    pub detected_time_zone: Option<Option<String>>,
    /// The browser's language.
    pub detected_language: Option<Option<String>>,
    /// The login name.
    pub username: Option<String>,
    /// Whether the user administers the installation.
    pub is_superuser: Option<bool>,
    /// Since when the user can't log in.
    pub disabled_at: Option<Option<DateTime<Utc>>>,
    /// What the user may have.
    pub limits: Option<serde_json::Value>,
}

/// A user to insert.
#[derive(Debug, Insertable)]
#[diesel(table_name = users)]
pub struct NewUser {
    /// Identifies the user.
    pub id: UserId,
    /// The login name.
    pub username: String,
    /// The e-mail address.
    pub email: String,
    /// The password hash, as a PHC string; `None`: they log in with an identity provider.
    pub password_hash: Option<String>,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Whether the user administers the installation.
    pub is_superuser: bool,
    /// When the account is created.
    pub created_at: DateTime<Utc>,
}

/// Why a user could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteUserError {
    /// Another user has the username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another user has the e-mail address.
    #[error("the e-mail address is taken")]
    EmailTaken,
    /// The database failed.
    #[error("storing a user")]
    Database(#[source] Error),
}

impl From<Error> for WriteUserError {
    fn from(error: Error) -> Self {
        if let Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info) = &error {
            match info.constraint_name() {
                Some("users_username_key") => return Self::UsernameTaken,
                Some("users_email_key") => return Self::EmailTaken,
                _ => {}
            }
        }
        Self::Database(error)
    }
}

/// Inserts a user.
///
/// # Errors
/// When the username or e-mail address is taken.
pub async fn insert(conn: &mut Connection, new: NewUser) -> Result<User, WriteUserError> {
    Ok(diesel::insert_into(users::table).values(new).returning(User::as_returning()).get_result(conn).await?)
}

/// The user with this id.
pub async fn find(conn: &mut Connection, id: UserId) -> QueryResult<Option<User>> {
    users::table
        .find(id)
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .first(conn)
        .await
        .optional()
}

/// Users who are neither disabled nor deleted.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn can_log_in() -> _ {
    users::disabled_at.is_null().and(users::deleted_at.is_null())
}

/// The user with this id, unless they are disabled.
pub async fn find_enabled(conn: &mut Connection, id: UserId) -> QueryResult<Option<User>> {
    Ok(find(conn, id).await?.filter(|user| user.disabled_at.is_none()))
}

/// The user with this name, in any case.
pub async fn find_by_name(conn: &mut Connection, username: &str) -> QueryResult<Option<User>> {
    Ok(find_with_password(conn, username).await?.map(|(user, _)| user))
}

/// The user with this name, in any case, else the one with this e-mail address; and the password hash.
pub async fn find_with_password(
    conn: &mut Connection,
    name: &str,
) -> QueryResult<Option<(User, Option<String>)>> {
    let has_email = users::email.ne("").and(lower(users::email).eq(lower(name)));
    users::table
        .filter(lower(users::username).eq(lower(name)).or(has_email))
        .filter(users::deleted_at.is_null())
        .order(lower(users::username).eq(lower(name)).desc())
        .select((User::as_select(), users::password_hash))
        .first(conn)
        .await
        .optional()
}

/// The users whose name or e-mail address contains `search`, oldest first.
pub async fn list(conn: &mut Connection, search: &str, page: Page<UserId>) -> QueryResult<Vec<User>> {
    let mut found = users::table.filter(users::deleted_at.is_null()).into_boxed();
    if !search.is_empty() {
        let pattern = containing(search);
        let names = users::first_name.concat(" ").concat(users::last_name);
        found = found.filter(
            users::username
                .ilike(pattern.clone())
                .or(users::email.ilike(pattern.clone()))
                .or(names.ilike(pattern)),
        );
    }
    if let Some(after) = page.after {
        found = found.filter(users::id.gt(after));
    }
    found.order(users::id).offset(page.skip).limit(page.limit + 1).select(User::as_select()).load(conn).await
}

/// Whether any user exists.
pub async fn any(conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result(conn).await
}

/// Changes a user; there is at least one change.
///
/// # Errors
/// When the username or e-mail address is taken.
pub async fn change(conn: &mut Connection, id: UserId, changes: UserChanges) -> Result<User, WriteUserError> {
    Ok(diesel::update(users::table.find(id))
        .set(changes)
        .returning(User::as_returning())
        .get_result(conn)
        .await?)
}

/// Sets the password of a user, as a PHC string.
pub async fn set_password(conn: &mut Connection, id: UserId, hash: &str) -> QueryResult<Option<User>> {
    diesel::update(users::table.find(id).filter(users::deleted_at.is_null()))
        .set(users::password_hash.eq(hash))
        .returning(User::as_returning())
        .get_result(conn)
        .await
        .optional()
}

/// The superusers who can log in, locked until the transaction ends.
pub async fn lock_superusers(conn: &mut Connection) -> QueryResult<Vec<UserId>> {
    users::table
        .filter(users::is_superuser)
        .filter(users::disabled_at.is_null())
        .filter(users::deleted_at.is_null())
        .order(users::id)
        .select(users::id)
        .for_no_key_update()
        .load(conn)
        .await
}

/// Reads a user and locks the row until the transaction ends.
pub async fn lock(conn: &mut Connection, id: UserId) -> QueryResult<Option<User>> {
    users::table
        .find(id)
        .filter(users::deleted_at.is_null())
        .select(User::as_select())
        .for_no_key_update()
        .first(conn)
        .await
        .optional()
}

/// Marks a user as deleted: nobody finds them any more, and their names are free.
pub async fn mark_deleted(conn: &mut Connection, id: UserId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(users::table.find(id)).set(users::deleted_at.eq(now)).execute(conn).await?;
    Ok(())
}

/// The users who are deleted and whose data is not.
pub async fn marked_deleted(conn: &mut Connection) -> QueryResult<Vec<UserId>> {
    users::table.filter(users::deleted_at.is_not_null()).select(users::id).load(conn).await
}

/// Deletes the row of a user, and everything in the database that belongs to them.
pub async fn delete(conn: &mut Connection, id: UserId) -> QueryResult<()> {
    diesel::delete(users::table.find(id)).execute(conn).await?;
    Ok(())
}

/// The model that a user has chosen for chats without one of their own.
pub async fn model_choice(conn: &mut Connection, id: UserId) -> QueryResult<Option<serde_json::Value>> {
    let choice = users::table.find(id).select(users::model_choice).first(conn).await.optional()?;
    Ok(choice.flatten())
}

/// The models that a user has chosen to go on where another one can't; `None`: the installation's.
pub async fn model_fallbacks(conn: &mut Connection, id: UserId) -> QueryResult<Option<serde_json::Value>> {
    let chosen = users::table.find(id).select(users::model_fallbacks).first(conn).await.optional()?;
    Ok(chosen.flatten())
}

/// Lets users who have chosen a model of this connection use the installation's, and takes those models out of their fallbacks.
pub async fn forget_model_connection(conn: &mut Connection, id: ModelConnectionId) -> QueryResult<usize> {
    let query = "UPDATE users SET model_fallbacks = (
            SELECT coalesce(json_agg(fallback ORDER BY place), '[]')
            FROM json_array_elements(model_fallbacks) WITH ORDINALITY AS listed (fallback, place)
            WHERE fallback->>'connection' IS DISTINCT FROM $1
        )
        WHERE EXISTS (
            SELECT FROM json_array_elements(model_fallbacks) AS fallback WHERE fallback->>'connection' = $1
        )";
    diesel::sql_query(query).bind::<diesel::sql_types::Text, _>(id.to_string()).execute(conn).await?;
    diesel::sql_query("UPDATE users SET model_choice = NULL WHERE model_choice->>'connection' = $1")
        .bind::<diesel::sql_types::Text, _>(id.to_string())
        .execute(conn)
        .await
}

/// The time zone and language of a user, if they exist.
pub async fn locale(conn: &mut Connection, id: UserId) -> QueryResult<Option<PersonLocale>> {
    users::table.find(id).select(PersonLocale::as_select()).first(conn).await.optional()
}

/// The time zone and language of a chat's owner, if the chat exists.
pub async fn locale_of_chat(conn: &mut Connection, id: ChatId) -> QueryResult<Option<PersonLocale>> {
    chats::table
        .inner_join(users::table)
        .filter(chats::id.eq(id))
        .select(PersonLocale::as_select())
        .first(conn)
        .await
        .optional()
}
