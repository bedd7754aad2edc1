//! User accounts.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use super::schema::{chats, users};
use super::{Connection, Page};

/// A user, without the password hash.
#[derive(Debug, Clone, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = users)]
pub struct User {
    /// Identifies the user.
    pub id: UserId,
    /// The login name; unique without regard to case.
    pub username: String,
    /// The e-mail address; unique without regard to case.
    pub email: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Whether the user may list and create users.
    pub is_superuser: bool,
    /// When the account was created.
    pub created_at: DateTime<Utc>,
    /// Which actions need approval in chats without a policy of their own; `null` means that none does.
    #[schema(value_type = Option<protocol::transcript::approval::ApprovalPolicy>)]
    pub approval: Option<serde_json::Value>,
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

/// Changes to a user's profile and settings; `None` leaves one unchanged.
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
    /// The chosen time zone.
    pub time_zone: Option<Option<String>>,
    /// The chosen language.
    pub language: Option<Option<String>>,
    /// The browser's time zone.
    pub detected_time_zone: Option<Option<String>>,
    /// The browser's language.
    pub detected_language: Option<Option<String>>,
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
    /// The password hash, as a PHC string.
    pub password_hash: String,
    /// Given name.
    pub first_name: String,
    /// Family name.
    pub last_name: String,
    /// Whether the user may list and create users.
    pub is_superuser: bool,
    /// When the account is created.
    pub created_at: DateTime<Utc>,
}

/// Why a user could not be inserted or changed.
#[derive(Debug, thiserror::Error)]
pub enum InsertUserError {
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

impl From<Error> for InsertUserError {
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
pub async fn insert(conn: &mut Connection, new: NewUser) -> Result<User, InsertUserError> {
    Ok(diesel::insert_into(users::table).values(new).returning(User::as_returning()).get_result(conn).await?)
}

/// The user with this id.
pub async fn find(conn: &mut Connection, id: UserId) -> QueryResult<Option<User>> {
    users::table.find(id).select(User::as_select()).first(conn).await.optional()
}

/// The user with this name, in any case, else the one with this e-mail address; and the password hash.
pub async fn find_with_password(conn: &mut Connection, name: &str) -> QueryResult<Option<(User, String)>> {
    diesel::define_sql_function! { fn lower(text: diesel::sql_types::Text) -> diesel::sql_types::Text; }
    users::table
        .filter(lower(users::username).eq(lower(name)).or(lower(users::email).eq(lower(name))))
        .order(lower(users::username).eq(lower(name)).desc())
        .select((User::as_select(), users::password_hash))
        .first(conn)
        .await
        .optional()
}

/// All users, oldest first.
pub async fn list(conn: &mut Connection, page: Page<UserId>) -> QueryResult<Vec<User>> {
    let mut found = users::table.into_boxed();
    if let Some(after) = page.after {
        found = found.filter(users::id.gt(after));
    }
    found.order(users::id).offset(page.skip).limit(page.limit + 1).select(User::as_select()).load(conn).await
}

/// Whether any user exists.
pub async fn any(conn: &mut Connection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(users::table.select(users::id))).get_result(conn).await
}

/// Changes a user's profile or settings; at least one thing.
///
/// # Errors
/// When the e-mail address is taken.
pub async fn change(
    conn: &mut Connection,
    id: UserId,
    changes: UserChanges,
) -> Result<User, InsertUserError> {
    let changed = diesel::update(users::table.find(id)).set(changes);
    Ok(changed.returning(User::as_returning()).get_result(conn).await?)
}

/// Replaces the password of a user.
pub async fn set_password_hash(conn: &mut Connection, id: UserId, hash: &str) -> QueryResult<()> {
    diesel::update(users::table.find(id)).set(users::password_hash.eq(hash)).execute(conn).await?;
    Ok(())
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
