//! Runs of the computer-use loop.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use protocol::ids::{ChatId, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Connection;
use super::schema::runs;
use super::text_enum::text_enum;

text_enum! {
    /// Where a run stands.
    RunState {
        /// It waits for the run before it, or for a supervisor.
        Queued = "queued",
        /// The model is at work.
        Running = "running",
        /// It waits until a person approves or denies an action.
        AwaitingApproval = "awaiting_approval",
        /// It waits for a person's answer.
        AwaitingHuman = "awaiting_human",
        /// A person has stopped it for a while.
        Paused = "paused",
        /// The model ended its turn.
        Succeeded = "succeeded",
        /// Something went wrong that a person has to look at.
        Failed = "failed",
        /// A person stopped it.
        Cancelled = "cancelled",
        /// A limit stopped it.
        LimitReached = "limit_reached",
    }
}

impl RunState {
    /// Whether nothing more will happen in the run.
    #[must_use]
    pub fn is_terminal(self) -> bool {
        matches!(self, Self::Succeeded | Self::Failed | Self::Cancelled | Self::LimitReached)
    }

    /// Whether nothing happens until a person says so.
    #[must_use]
    pub fn waits_for_a_person(self) -> bool {
        matches!(self, Self::AwaitingApproval | Self::AwaitingHuman | Self::Paused)
    }
}

/// One run.
#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Serialize, Deserialize, ToSchema)]
#[diesel(table_name = runs)]
pub struct Run {
    /// Its id.
    pub id: RunId,
    /// The chat it belongs to.
    pub chat_id: ChatId,
    /// Where it stands.
    pub state: RunState,
    /// Why, as a word for programs.
    pub code: String,
    /// Why and what to do, for people.
    pub message: String,
    /// Whether a person asked to stop it.
    #[serde(skip)]
    pub cancel_requested: bool,
    /// Whether a person asked it to pause before its next action.
    pub pause_requested: bool,
    /// The call that waits for a person's decision or answer.
    pub waits_for: Option<String>,
    /// How often a supervisor took it.
    #[serde(skip)]
    pub attempt: i32,
    /// When it was asked for.
    pub created_at: DateTime<Utc>,
    /// When it first began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Queues a run.
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

/// Stores a run that has ended.
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

/// Ends a run that a supervisor holds. The caller has locked it.
pub async fn finish(
    conn: &mut Connection,
    id: RunId,
    state: RunState,
    code: &str,
    message: &str,
    now: DateTime<Utc>,
) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(state),
            runs::code.eq(code),
            runs::message.eq(message),
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

/// Leaves a run to a person: no supervisor holds it until [`resume`]. The caller has locked it.
pub async fn suspend(conn: &mut Connection, id: RunId, suspension: &Suspension) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(suspension.state),
            runs::code.eq(&suspension.code),
            runs::message.eq(&suspension.message),
            runs::waits_for.eq(&suspension.waits_for),
            runs::pause_requested.eq(false),
            runs::lease_owner.eq(None::<Uuid>),
            runs::lease_expires_at.eq(None::<DateTime<Utc>>),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Why a run waits for a person.
#[derive(Debug)]
pub struct Suspension {
    /// `awaiting_approval`, `awaiting_human` or `paused`.
    pub state: RunState,
    /// For programs.
    pub code: String,
    /// For people.
    pub message: String,
    /// The call that waits.
    pub waits_for: Option<String>,
}

/// Lets the next supervisor take a suspended run. The caller has locked it.
pub async fn resume(conn: &mut Connection, id: RunId, now: DateTime<Utc>) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((
            runs::state.eq(RunState::Running),
            runs::code.eq(""),
            runs::message.eq(""),
            runs::waits_for.eq(None::<String>),
            runs::pause_requested.eq(false),
            runs::lease_expires_at.eq(now),
        ))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// The run, locked until the transaction ends.
///
/// # Errors
/// When the database fails or it is gone.
pub async fn lock(conn: &mut Connection, id: RunId) -> QueryResult<Run> {
    runs::table.find(id).select(Run::as_select()).for_update().first(conn).await
}

/// The run of a chat that waits for a decision or an answer, locked until the transaction ends.
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

/// Asks a run to pause before its next action, or takes that back. The caller has locked it.
pub async fn request_pause(conn: &mut Connection, id: RunId, wanted: bool) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set(runs::pause_requested.eq(wanted))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Asks for a run to stop and locks its row until the transaction ends.
pub async fn request_cancel(conn: &mut Connection, id: RunId) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set(runs::cancel_requested.eq(true))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Marks a run's message as taken back: what belongs to the run is shown neither to the model nor in lists of messages.
pub async fn withdraw(conn: &mut Connection, id: RunId) -> QueryResult<()> {
    diesel::update(runs::table.find(id)).set(runs::withdrawn.eq(true)).execute(conn).await?;
    Ok(())
}

/// The code of a run that waits because a person controls the desktop.
pub const PERSON_IN_CONTROL: &str = "person_in_control";

/// The runs of a chat that have not ended, oldest first, locked until the transaction ends.
pub async fn lock_unfinished(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Vec<Run>> {
    let ended = [RunState::Succeeded, RunState::Failed, RunState::Cancelled, RunState::LimitReached];
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .filter(runs::state.ne_all(ended))
        .order(runs::id)
        .select(Run::as_select())
        .for_update()
        .load(conn)
        .await
}

/// Says why a run is in the state in which it is. The caller has locked it.
pub async fn explain(conn: &mut Connection, id: RunId, code: &str, message: &str) -> QueryResult<Run> {
    diesel::update(runs::table.find(id))
        .set((runs::code.eq(code), runs::message.eq(message)))
        .returning(Run::as_returning())
        .get_result(conn)
        .await
}

/// Ends every run of a chat that nobody drives.
pub async fn cancel_undriven(
    conn: &mut Connection,
    chat_id: ChatId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let undriven = [RunState::Queued, RunState::AwaitingApproval, RunState::AwaitingHuman, RunState::Paused];
    diesel::update(runs::table.filter(runs::chat_id.eq(chat_id)).filter(runs::state.eq_any(undriven)))
        .set((runs::state.eq(RunState::Cancelled), runs::code.eq("cancelled"), runs::finished_at.eq(now)))
        .execute(conn)
        .await
}

/// The run.
pub async fn find(conn: &mut Connection, id: RunId) -> QueryResult<Option<Run>> {
    runs::table.find(id).select(Run::as_select()).first(conn).await.optional()
}

/// The states of a run that has begun and not ended; a chat has at most one such run.
pub const AT_WORK: [RunState; 4] =
    [RunState::Running, RunState::AwaitingApproval, RunState::AwaitingHuman, RunState::Paused];

/// The chat's run that is at work, or else in the queue, or else the newest.
pub async fn current(conn: &mut Connection, chat_id: ChatId) -> QueryResult<Option<Run>> {
    runs::table
        .filter(runs::chat_id.eq(chat_id))
        .order((runs::state.eq_any(AT_WORK).desc(), runs::state.eq(RunState::Queued).desc(), runs::id.desc()))
        .select(Run::as_select())
        .first(conn)
        .await
        .optional()
}

/// What the runs of a chat want of its desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engagement {
    /// Nothing: there is none, or all have ended.
    None,
    /// One waits for a person.
    WaitsForPerson,
    /// One is at work, or about to be.
    AtWork,
}

/// What the runs of those chats want of their desktops. Those that want nothing are left out.
pub async fn engagements(
    conn: &mut Connection,
    chats: &[ChatId],
) -> QueryResult<HashMap<ChatId, Engagement>> {
    let terminal = [RunState::Succeeded, RunState::Failed, RunState::Cancelled, RunState::LimitReached];
    let open: Vec<(ChatId, RunState)> = runs::table
        .filter(runs::chat_id.eq_any(chats))
        .filter(runs::state.ne_all(terminal))
        .select((runs::chat_id, runs::state))
        .load(conn)
        .await?;
    let mut states: HashMap<ChatId, Vec<RunState>> = HashMap::new();
    for (chat_id, state) in open {
        states.entry(chat_id).or_default().push(state);
    }
    Ok(states.into_iter().map(|(chat_id, states)| (chat_id, engagement(&states))).collect())
}

/// What runs in those states want together. One in the queue behind one that waits for a person waits as well.
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
