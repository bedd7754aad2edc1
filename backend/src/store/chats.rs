//! Chats.

use std::fmt::{self, Display, Formatter};
use std::ops::RangeInclusive;
use std::str::FromStr;

use chrono::{DateTime, Datelike as _, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Timestamptz};
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId, UserId};

use super::runs::{AT_WORK, RunState};
use super::schema::{chats, runs, users};
use super::{Connection, Page, containing};

/// The years of the times that Postgres takes.
const YEARS: RangeInclusive<i32> = -4000..=200_000;

/// A row of `chats`.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = chats)]
pub struct ChatRow {
    /// Identifies the chat.
    pub id: ChatId,
    /// The owner.
    pub user_id: UserId,
    /// The title; empty until the first message.
    pub title: String,
    /// The sequence number of its newest event.
    pub last_seq: i64,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When an event was last appended.
    pub updated_at: DateTime<Utc>,
    /// The approval policy; `None` means the owner's default applies.
    pub approval: Option<serde_json::Value>,
    /// The model; `None` means the owner's default applies.
    pub model_choice: Option<serde_json::Value>,
    /// What it may cost, and how long its runs may work; `None`: there are no such limits.
    #[diesel(column_name = work_limits)]
    pub limits: Option<serde_json::Value>,
}

/// Inserts an empty chat.
pub async fn insert(
    conn: &mut Connection,
    user_id: UserId,
    model_choice: Option<serde_json::Value>,
    limits: Option<serde_json::Value>,
    now: DateTime<Utc>,
) -> QueryResult<ChatRow> {
    let row = ChatRow {
        id: ChatId::generate(),
        user_id,
        title: String::new(),
        last_seq: 0,
        created_at: now,
        updated_at: now,
        approval: None,
        model_choice,
        limits,
    };
    diesel::insert_into(chats::table).values(row).returning(ChatRow::as_returning()).get_result(conn).await
}

/// The chat, if this user owns it.
pub async fn find_owned(conn: &mut Connection, id: ChatId, user_id: UserId) -> QueryResult<Option<ChatRow>> {
    chats::table
        .find(id)
        .filter(chats::user_id.eq(user_id))
        .select(ChatRow::as_select())
        .first(conn)
        .await
        .optional()
}

/// The chat, whoever owns it, if it exists.
pub async fn find(conn: &mut Connection, id: ChatId) -> QueryResult<Option<ChatRow>> {
    chats::table.find(id).select(ChatRow::as_select()).first(conn).await.optional()
}

/// The chat, whoever owns it.
///
/// # Errors
/// When there is no such chat.
pub async fn get(conn: &mut Connection, id: ChatId) -> QueryResult<ChatRow> {
    chats::table.find(id).select(ChatRow::as_select()).first(conn).await
}

/// The chat's title; `None` if it was deleted.
pub async fn title(conn: &mut Connection, id: ChatId) -> QueryResult<Option<String>> {
    chats::table.find(id).select(chats::title).first(conn).await.optional()
}

/// A position in the list of chats.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChatPosition {
    /// When an event was last appended.
    pub updated_at: DateTime<Utc>,
    /// The chat.
    pub id: ChatId,
}

impl Display for ChatPosition {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}", self.updated_at.timestamp_micros(), self.id)
    }
}

/// The text is not a position.
#[derive(Debug, thiserror::Error)]
#[error("not a position in the list of chats")]
pub struct PositionError;

impl FromStr for ChatPosition {
    type Err = PositionError;

    fn from_str(text: &str) -> Result<Self, PositionError> {
        let (micros, id) = text.split_once('_').ok_or(PositionError)?;
        let updated_at = micros.parse().ok().and_then(DateTime::from_timestamp_micros);
        let updated_at = updated_at.filter(|at| YEARS.contains(&at.year())).ok_or(PositionError)?;
        Ok(Self { updated_at, id: id.parse().map_err(|_| PositionError)? })
    }
}

/// The user's chats with the state of each one's current run, most recently active first. Only those whose title
/// contains `title`, in any case.
pub async fn list(
    conn: &mut Connection,
    user_id: UserId,
    title: &str,
    page: Page<ChatPosition>,
) -> QueryResult<Vec<(ChatRow, Option<RunState>)>> {
    let current_run_state = runs::table
        .filter(runs::chat_id.eq(chats::id))
        .order((
            runs::state.eq_any(AT_WORK).desc(),
            runs::state.eq(RunState::Queued).desc(),
            runs::position.desc(),
        ))
        .limit(1)
        .select(runs::state)
        .single_value();
    let mut found = chats::table.filter(chats::user_id.eq(user_id)).into_boxed();
    if !title.is_empty() {
        found = found.filter(chats::title.ilike(containing(title)));
    }
    if let Some(ChatPosition { updated_at, id }) = page.after {
        // The first condition alone lets Postgres begin at the position in the index.
        let follows = chats::updated_at.lt(updated_at).or(chats::id.lt(id));
        found = found.filter(chats::updated_at.le(updated_at).and(follows));
    }
    found
        .order((chats::updated_at.desc(), chats::id.desc()))
        .offset(page.skip)
        .limit(page.limit + 1)
        .select((ChatRow::as_select(), current_run_state))
        .load(conn)
        .await
}

/// The sequence number of the chat's newest event; `None` if it was deleted.
pub async fn last_seq(conn: &mut Connection, id: ChatId) -> QueryResult<Option<i64>> {
    chats::table.find(id).select(chats::last_seq).first(conn).await.optional()
}

/// Inserts a chat as it is, for a fork.
pub async fn insert_row(conn: &mut Connection, row: &ChatRow) -> QueryResult<()> {
    diesel::insert_into(chats::table).values(row).execute(conn).await?;
    Ok(())
}

/// Sets the sequence number of the newest event, after several were inserted at once.
pub async fn set_last_seq(conn: &mut Connection, id: ChatId, seq: i64) -> QueryResult<()> {
    diesel::update(chats::table.find(id)).set(chats::last_seq.eq(seq)).execute(conn).await?;
    Ok(())
}

/// Sets the title.
pub async fn set_title(conn: &mut Connection, id: ChatId, title: &str) -> QueryResult<ChatRow> {
    diesel::update(chats::table.find(id))
        .set(chats::title.eq(title))
        .returning(ChatRow::as_returning())
        .get_result(conn)
        .await
}

/// Sets the approval policy; `None` means the owner's default applies.
pub async fn set_approval(
    conn: &mut Connection,
    id: ChatId,
    approval: Option<serde_json::Value>,
) -> QueryResult<ChatRow> {
    diesel::update(chats::table.find(id))
        .set(chats::approval.eq(approval))
        .returning(ChatRow::as_returning())
        .get_result(conn)
        .await
}

/// Sets the model of a chat; `None` restores the owner's default.
pub async fn set_model_choice(
    conn: &mut Connection,
    id: ChatId,
    choice: Option<serde_json::Value>,
) -> QueryResult<ChatRow> {
    diesel::update(chats::table.find(id))
        .set(chats::model_choice.eq(choice))
        .returning(ChatRow::as_returning())
        .get_result(conn)
        .await
}

/// Sets the limits of a chat; `None`: there are none.
pub async fn set_limits(
    conn: &mut Connection,
    id: ChatId,
    limits: Option<serde_json::Value>,
) -> QueryResult<ChatRow> {
    diesel::update(chats::table.find(id))
        .set(chats::work_limits.eq(limits))
        .returning(ChatRow::as_returning())
        .get_result(conn)
        .await
}

/// The approval policies of the chat and of its owner.
///
/// # Errors
/// When there is no such chat.
pub async fn approval(
    conn: &mut Connection,
    id: ChatId,
) -> QueryResult<(Option<serde_json::Value>, Option<serde_json::Value>)> {
    chats::table
        .inner_join(users::table)
        .filter(chats::id.eq(id))
        .select((chats::approval, users::approval))
        .first(conn)
        .await
}

/// Locks the chat until the transaction ends, so that nobody appends to its log. Rows that refer to it may
/// still be inserted and deleted.
///
/// # Errors
/// When there is no such chat.
pub async fn lock(conn: &mut Connection, id: ChatId) -> QueryResult<ChatRow> {
    chats::table.find(id).select(ChatRow::as_select()).for_no_key_update().first(conn).await
}

/// Takes the next sequence number of the chat's log. The row stays locked until the transaction ends, so that
/// numbers are unique and have no gaps.
///
/// # Errors
/// When the chat is gone.
pub async fn next_seq(conn: &mut Connection, id: ChatId, now: DateTime<Utc>) -> QueryResult<i64> {
    diesel::update(chats::table.find(id))
        .set((chats::last_seq.eq(chats::last_seq + 1), chats::updated_at.eq(now)))
        .returning(chats::last_seq)
        .get_result(conn)
        .await
}

/// Locks the runs of a chat and then the chat, in the order of every writer, so that nothing refers to it until the
/// transaction ends. Returns `false` if a run came in between and is locked by its writer, who waits for the chat: roll back
/// and try again.
pub async fn lock_for_deletion(conn: &mut Connection, id: ChatId) -> QueryResult<bool> {
    let runs_of_chat = || runs::table.filter(runs::chat_id.eq(id)).order(runs::position).select(runs::id);
    runs_of_chat().for_update().load::<RunId>(conn).await?;
    chats::table.find(id).select(chats::id).for_update().first::<ChatId>(conn).await.optional()?;
    let locked = runs_of_chat().for_update().skip_locked().load::<RunId>(conn).await?.len();
    let all = runs_of_chat().load::<RunId>(conn).await?.len();
    Ok(locked == all)
}

/// When an event was last appended to a chat, if the chat exists.
pub async fn last_used(conn: &mut Connection, id: ChatId) -> QueryResult<Option<DateTime<Utc>>> {
    chats::table.find(id).select(chats::updated_at).first(conn).await.optional()
}

/// Deletes a chat and everything that belongs to it. The caller has locked it with [`lock_for_deletion`].
pub async fn delete(conn: &mut Connection, id: ChatId) -> QueryResult<()> {
    diesel::delete(chats::table.find(id)).execute(conn).await?;
    Ok(())
}

/// All chats of a user.
pub async fn ids_of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<ChatId>> {
    chats::table.filter(chats::user_id.eq(user_id)).select(chats::id).load(conn).await
}

/// Which chats are kept no longer; what is absent keeps all.
#[derive(Debug, Clone, Copy, Default)]
pub struct KeptChats {
    /// Those without an event since then are not.
    pub used_since: Option<DateTime<Utc>>,
    /// Of each person only so many are, those used last.
    pub per_person: Option<i64>,
    /// Those with an event since then are, however many there are.
    pub protected_since: DateTime<Utc>,
}

/// A chat that is kept no longer.
#[derive(Debug, QueryableByName)]
pub struct DueChat {
    /// Identifies it.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: ChatId,
    /// When an event was last appended.
    #[diesel(sql_type = Timestamptz)]
    pub updated_at: DateTime<Utc>,
}

/// What `KeptChats` does not keep, with its values as the parameters 1 to 3.
const DUE: &str = "FROM (SELECT id, updated_at,
        row_number() OVER (PARTITION BY user_id ORDER BY updated_at DESC, id DESC) AS place FROM chats) ranked
    WHERE updated_at < $1 OR (place > $2 AND updated_at < $3)";

/// At most `limit` chats that are kept no longer, those first that were not used for longest.
pub async fn due(conn: &mut Connection, kept: KeptChats, limit: i64) -> QueryResult<Vec<DueChat>> {
    diesel::sql_query(format!("SELECT id, updated_at {DUE} ORDER BY updated_at LIMIT $4"))
        .bind::<Nullable<Timestamptz>, _>(kept.used_since)
        .bind::<Nullable<BigInt>, _>(kept.per_person)
        .bind::<Timestamptz, _>(kept.protected_since)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await
}

/// The number of chats that are kept no longer.
pub async fn count_due(conn: &mut Connection, kept: KeptChats) -> QueryResult<i64> {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let count: Count = diesel::sql_query(format!("SELECT count(*) AS count {DUE}"))
        .bind::<Nullable<Timestamptz>, _>(kept.used_since)
        .bind::<Nullable<BigInt>, _>(kept.per_person)
        .bind::<Timestamptz, _>(kept.protected_since)
        .get_result(conn)
        .await?;
    Ok(count.count)
}
