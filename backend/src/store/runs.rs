//! Runs and their states.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId, UserId};
use protocol::reason::{Facts, Reason};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Connection;
use super::schema::{chats, runs, users};
use super::text_enum::text_enum;

text_enum! {
    /// The state of a run.
    RunState {
        /// It waits for an earlier run of the chat, or for a supervisor.
        Queued = "queued",
        /// A supervisor drives it, or is about to.
        Running = "running",
        /// It waits for a person to approve or deny a call.
        AwaitingApproval = "awaiting_approval",
        /// It waits for a person to answer a question.
        AwaitingHuman = "awaiting_human",
        /// It is paused until a person resumes it or hands the desktop back.
        Paused = "paused",
        /// The model finished its work.
        Succeeded = "succeeded",
        /// An error ended it.
        Failed = "failed",
        /// A person cancelled it.
        Cancelled = "cancelled",
        /// It reached a limit, such as its number of turns.
        LimitReached = "limit_reached",
    }
}

impl RunState {
    /// Whether the run has ended.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        ENDED.contains(&self)
    }

    /// Whether the run waits for an action of a person.
    #[must_use]
    pub fn waits_for_a_person(self) -> bool {
        matches!(self, Self::AwaitingApproval | Self::AwaitingHuman | Self::Paused)
    }
}

/// The states of a run that has ended.
const ENDED: [RunState; 4] =
    [RunState::Succeeded, RunState::Failed, RunState::Cancelled, RunState::LimitReached];

/// A run: the work on one message.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Serialize, Deserialize, ToSchema)]
#[diesel(table_name = runs)]
pub struct Run {
    /// Identifies the run.
    pub id: RunId,
    /// The chat it belongs to.
    pub chat_id: ChatId,
    /// Its state.
    pub state: RunState,
    /// Why it is in this state; machine-readable.
    pub code: String,
    /// Why it is in this state and what to do about it, in the reader's language.
    pub message: String,
    /// What `message` names, such as a vendor, a limit or a setting; absent if there is nothing to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Facts>)]
    pub facts: Option<Value>,
    /// Whether a person asked to cancel it.
    #[serde(skip)]
    pub cancel_requested: bool,
    /// Whether a person asked to pause it before its next action.
    pub pause_requested: bool,
    /// The call that waits for a decision or an answer.
    pub waits_for: Option<String>,
    /// How often a supervisor has claimed it.
    #[serde(skip)]
    pub attempt: i32,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// When a supervisor first claimed it.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Queues a run. The caller has locked the chat, so that its runs are in the order of their messages.
pub async fn insert(conn: &mut Connection, chat_id: ChatId, now: DateTime<Utc>) -> QueryResult<Run> {
    diesel::insert_into(runs::table)
        .values((
            runs::id.eq(RunId::generate()),
            runs::chat_id.eq(chat_id),
            runs::state.eq(RunState::Queued),
            runs::created_at.eq(now),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Inserts a run that has ended already.
pub async fn insert_ended(
    conn: &mut Connection,
    chat_id: ChatId,
    state: RunState,
    code: &str,
    now: DateTime<Utc>,
) -> QueryResult<Run> {
    diesel::insert_into(runs::table)
        .values((
            runs::id.eq(RunId::generate()),
            runs::chat_id.eq(chat_id),
            runs::state.eq(state),
            runs::code.eq(code),
            runs::created_at.eq(now),
            runs::finished_at.eq(now),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Ends a run. The caller has locked it.
pub async fn finish(
    conn: &mut Connection,
    id: RunId,
    state: RunState,
    reason: &Reason,
    now: DateTime<Utc>,
) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(state),
            because(reason)?,
            runs::finished_at.eq(now),
            runs::waits_for.eq(None::<String>),
            runs::pause_requested.eq(false),
            runs::lease_owner.eq(None::<Uuid>),
            runs::lease_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Suspends a run: no supervisor claims it until [`resume`]. The caller has locked it.
pub async fn suspend(conn: &mut Connection, id: RunId, suspension: &Suspension) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(suspension.state),
            because(&suspension.reason)?,
            runs::waits_for.eq(&suspension.waits_for),
            runs::pause_requested.eq(false),
            runs::lease_owner.eq(None::<Uuid>),
            runs::lease_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Why a run is in its state.
#[derive(AsChangeset)]
#[diesel(table_name = runs, treat_none_as_null = true)]
struct Because<'a> {
    code: &'a str,
    message: &'static str,
    facts: Option<Value>,
}

fn because(reason: &Reason) -> QueryResult<Because<'_>> {
    let facts = reason.facts.as_ref().map(serde_json::to_value).transpose();
    let facts = facts.map_err(|error| Error::SerializationError(Box::new(error)))?;
    Ok(Because { code: &reason.code, message: "", facts })
}

/// Why and how a run is suspended.
#[derive(Debug)]
pub struct Suspension {
    /// `awaiting_approval`, `awaiting_human` or `paused`.
    pub state: RunState,
    /// Why.
    pub reason: Reason,
    /// The call that waits for a decision or an answer.
    pub waits_for: Option<String>,
}

/// Makes a suspended run available to the next supervisor. The caller has locked it.
pub async fn resume(conn: &mut Connection, id: RunId, now: DateTime<Utc>) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(RunState::Running),
            because(&Reason::default())?,
            runs::waits_for.eq(None::<String>),
            runs::pause_requested.eq(false),
            runs::lease_expires_at.eq(now),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Reads a run and locks it until the transaction ends.
///
/// # Errors
/// When the run is gone.
pub async fn lock(conn: &mut Connection, id: RunId) -> QueryResult<Run> {
    runs::table.find(id).select(Run::as_select()).for_update().first(conn).await
}

/// The chat's run that waits for a decision or an answer, locked until the transaction ends.
pub async fn lock_awaiting(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<Run>> {
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .filter(runs::state.eq_any([RunState::AwaitingApproval, RunState::AwaitingHuman]))
        .select(Run::as_select())
        .for_update()
        .first(conn)
        .await
        .optional()
}

/// Requests a pause before the next action, or withdraws the request. The caller has locked the run.
pub async fn request_pause(conn: &mut Connection, id: RunId, wanted: bool) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set(runs::pause_requested.eq(wanted))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Requests the cancellation of a run and locks it until the transaction ends.
pub async fn request_cancel(conn: &mut Connection, id: RunId) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set(runs::cancel_requested.eq(true))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Withdraws a run with its message: both leave the transcript and the lists of messages.
pub async fn withdraw(conn: &mut Connection, id: RunId) -> QueryResult<()> {
    diesel::update(runs::table.find(id)).set(runs::withdrawn.eq(true)).execute(conn).await?;
    Ok(())
}

/// The code of a run that waits because a person controls the desktop.
pub const PERSON_IN_CONTROL: &str = "person_in_control";

/// The chat's unfinished runs, oldest first, locked until the transaction ends.
pub async fn lock_unfinished(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<Run>> {
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .filter(runs::state.ne_all(ENDED))
        .order(runs::position)
        .select(Run::as_select())
        .for_update()
        .load(conn)
        .await
}

/// The unfinished runs of a chat, the newest first.
pub async fn unfinished(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<RunId>> {
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .filter(runs::state.ne_all(ENDED))
        .order(runs::position.desc())
        .select(runs::id)
        .load(conn)
        .await
}

/// The unfinished runs of all chats of a user.
pub async fn unfinished_of_user(conn: &mut Connection, user_id: UserId) -> QueryResult<Vec<RunId>> {
    runs::table
        .inner_join(chats::table.on(chats::id.eq(runs::chat_id)))
        .filter(chats::user_id.eq(user_id))
        .filter(runs::state.ne_all(ENDED))
        .order(runs::position.desc())
        .select(runs::id)
        .load(conn)
        .await
}

/// The unfinished runs of all users who are disabled.
pub async fn unfinished_of_disabled(conn: &mut Connection) -> QueryResult<Vec<RunId>> {
    runs::table
        .inner_join(chats::table.on(chats::id.eq(runs::chat_id)))
        .inner_join(users::table.on(users::id.eq(chats::user_id)))
        .filter(users::disabled_at.is_not_null())
        .filter(runs::state.ne_all(ENDED))
        .select(runs::id)
        .load(conn)
        .await
}

/// Sets why a run is in its state. The caller has locked it.
pub async fn explain(conn: &mut Connection, id: RunId, reason: &Reason) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set(because(reason)?)
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Cancels every run of a chat that no supervisor drives.
pub async fn cancel_undriven(
    conn: &mut Connection,
    chat_id: ChatId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let undriven = [RunState::Queued, RunState::AwaitingApproval, RunState::AwaitingHuman, RunState::Paused];
    diesel::update(runs::table.filter(runs::chat_id.eq(chat_id)).filter(runs::state.eq_any(undriven)))
        .set((
            runs::state.eq(RunState::Cancelled),
            because(&Reason::silent("cancelled"))?,
            runs::finished_at.eq(now),
        ))
        .execute(conn)
        .await
}

/// The run, if it exists.
pub async fn find(conn: &mut Connection, id: RunId) -> QueryResult<Option<Run>> {
    runs::table.find(id).select(Run::as_select()).first(conn).await.optional()
}

/// The states of an active run: begun and not ended. A chat has at most one active run.
pub const AT_WORK: [RunState; 4] =
    [RunState::Running, RunState::AwaitingApproval, RunState::AwaitingHuman, RunState::Paused];

/// The number of runs that have not ended in each state; no entry for a state that none is in.
pub async fn count_unfinished(conn: &mut Connection) -> QueryResult<Vec<(RunState, i64)>> {
    // As the partial indices have them: a table of all runs is too long to be read every few seconds.
    let mut counts = Vec::new();
    for states in
        ["state IN ('queued', 'running')", "state IN ('awaiting_approval', 'awaiting_human', 'paused')"]
    {
        let of_states: Vec<(RunState, i64)> = runs::table
            .filter(sql::<Bool>(states))
            .group_by(runs::state)
            .select((runs::state, diesel::dsl::count_star()))
            .load(conn)
            .await?;
        counts.extend(of_states);
    }
    Ok(counts)
}

/// The number of runs of a user in progress.
pub async fn count_running(conn: &mut Connection, user_id: UserId) -> QueryResult<i64> {
    runs::table
        .inner_join(chats::table.on(chats::id.eq(runs::chat_id)))
        .filter(chats::user_id.eq(user_id))
        .filter(runs::state.eq(RunState::Running))
        .count()
        .get_result(conn)
        .await
}

/// The number of runs in the chat's queue.
pub async fn queued(conn: &mut Connection, chat_id: ChatId) -> QueryResult<i64> {
    let queue = runs::table.filter(runs::chat_id.eq(chat_id)).filter(runs::state.eq(RunState::Queued));
    queue.count().get_result(conn).await
}

/// The chat's active run; without one the newest queued, else the newest.
pub async fn current(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<Run>> {
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .order((
            runs::state.eq_any(AT_WORK).desc(),
            runs::state.eq(RunState::Queued).desc(),
            runs::position.desc(),
        ))
        .select(Run::as_select())
        .first(conn)
        .await
        .optional()
}

/// What the runs of a chat need of its desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engagement {
    /// Nothing: every run has ended, or there is none.
    None,
    /// A run waits for a person.
    WaitsForPerson,
    /// A run is using it, or is about to.
    AtWork,
}

/// What the runs of these chats need of their desktops. Chats without unfinished runs are left out.
pub async fn engagements(
    conn: &mut Connection,
    chats: &[ChatId],
) -> QueryResult<HashMap<ChatId, Engagement>> {
    let open: Vec<(ChatId, RunState)> = runs::table
        .filter(runs::chat_id.eq_any(chats))
        .filter(runs::state.ne_all(ENDED))
        .select((runs::chat_id, runs::state))
        .load(conn)
        .await?;
    let mut states: HashMap<ChatId, Vec<RunState>> = HashMap::new();
    for (chat_id, state) in open {
        states.entry(chat_id).or_default().push(state);
    }
    Ok(states.into_iter().map(|(chat_id, states)| (chat_id, engagement(&states))).collect())
}

/// Combines the states of a chat's unfinished runs. A run queued behind one that waits for a person waits as
/// well.
fn engagement(open: &[RunState]) -> Engagement {
    let waits = open.iter().any(|state| state.waits_for_a_person());
    if open.contains(&RunState::Running) || (!open.is_empty() && !waits) {
        Engagement::AtWork
    } else if waits {
        Engagement::WaitsForPerson
    } else {
        Engagement::None
    }
}
