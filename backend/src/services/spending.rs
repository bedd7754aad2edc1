//! Records what models cost: for a run and its chat, for the person, and for everybody. Whatever costs money passes through
//! here, so that every budget counts the same.
//!
//! Some of it has no turn to show for it. The model service tells what an attempt has cost so far, and how it ended: with a turn,
//! or with a `spent` event. If it can't tell the end, because a person has stopped the run or a service is lost, what it told
//! last was spent. Either is counted once, in the transaction that records it.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use protocol::ids::{ChatId, ModelConnectionId, RunId};
use protocol::transcript::{TokenUsage, TurnCost};
use serde::Deserialize;

use crate::services::event_log;
use crate::store::events::{EventKind, EventRow, NewEvent};
use crate::store::quota_use::{self, QuotaKind};
use crate::store::spending as notes;
use crate::store::usage_daily::{self, ModelUse};
use crate::store::{Connection, chats, model_connections, run_usage};

/// The longest name of a provider or model.
const MAX_NAME_CHARS: usize = 200;

/// Something that a model has done, and what it cost.
#[derive(Debug, Clone)]
pub struct Spent<'a> {
    /// The chat.
    pub chat_id: ChatId,
    /// The run that it was done for; `None`: no run's budget counts it.
    pub run_id: Option<RunId>,
    /// The provider, such as `anthropic`.
    pub provider: &'a str,
    /// The vendor's id of the model.
    pub model: &'a str,
    /// The model connection; `None`: what the installation was started with.
    pub connection: Option<ModelConnectionId>,
    /// How many turns were completed: 1, or 0 for what was paid for without one.
    pub turns: i64,
    /// The tokens.
    pub usage: TokenUsage,
    /// Millionths of a dollar; 0 if the price is not known.
    pub microdollars: u64,
}

/// Records something that cost money. Call it in the transaction that appends its event: all writers lock the rows in one
/// order.
///
/// # Errors
/// When the database fails, or the chat is gone.
pub async fn record(conn: &mut Connection, spent: &Spent<'_>, now: DateTime<Utc>) -> QueryResult<()> {
    let owner = chats::get(conn, spent.chat_id).await?.user_id;
    let is_own = match spent.connection {
        Some(id) => model_connections::owner(conn, id).await?.is_some(),
        None => false,
    };
    let used = model_use(spent);
    let (provider, model) = (name(spent.provider), name(spent.model));
    let model = (provider.as_str(), model.as_str());
    if let Some(run_id) = spent.run_id {
        let own = if is_own { used.microdollars } else { 0 };
        run_usage::add(conn, (spent.chat_id, run_id), model, used, own).await?;
    }
    if used.microdollars > 0 {
        // What the installation may spend has nothing to do with what people pay for themselves.
        let kinds = if is_own {
            [QuotaKind::OwnMicrodollars, QuotaKind::OwnMicrodollarsOfDay]
        } else {
            [QuotaKind::Microdollars, QuotaKind::MicrodollarsOfDay]
        };
        for kind in kinds {
            quota_use::add(conn, owner, kind, used.microdollars, now).await?;
        }
    }
    usage_daily::add(conn, now.date_naive(), owner, model, used).await
}

/// Records a turn of a model, or what came to nothing; other events cost nothing. Call it in the transaction that appended the
/// event.
///
/// # Errors
/// As [`record`].
pub async fn record_event(conn: &mut Connection, event: &EventRow, now: DateTime<Utc>) -> QueryResult<()> {
    #[derive(Deserialize)]
    struct Billed {
        provider: String,
        model: String,
        usage: TokenUsage,
        /// Of a turn.
        #[serde(default)]
        cost: TurnCost,
        /// Of what came to nothing.
        #[serde(default)]
        microdollars: Option<u64>,
        #[serde(default)]
        connection: Option<ModelConnectionId>,
    }

    let turns = match event.kind {
        EventKind::AssistantTurn => 1,
        EventKind::Spent => 0,
        _ => return Ok(()),
    };
    let Ok(billed) = Billed::deserialize(&event.payload) else { return Ok(()) };
    let Billed { provider, model, usage, cost, microdollars, connection } = billed;
    let spent = Spent {
        chat_id: event.chat_id,
        run_id: event.run_id,
        provider: &provider,
        model: &model,
        connection,
        turns,
        usage,
        microdollars: cost.microdollars.or(microdollars).unwrap_or_default(),
    };
    record(conn, &spent, now).await
}

/// Appends what ends an attempt or costs nothing, and counts it. An attempt that has ended leaves no note. Call it inside a
/// transaction.
///
/// # Errors
/// When the chat is gone, or the payload does not match the event's kind.
pub async fn append(
    conn: &mut Connection,
    chat_id: ChatId,
    event: NewEvent,
    now: DateTime<Utc>,
) -> QueryResult<EventRow> {
    let row = event_log::append(conn, chat_id, event, now).await?;
    record_event(conn, &row, now).await?;
    if let (EventKind::AssistantTurn | EventKind::Spent, Some(run_id)) = (row.kind, row.run_id) {
        notes::forget(conn, run_id).await?;
    }
    Ok(row)
}

/// Records as spent what is noted of an attempt of which nothing more will be told. Returns nothing if there is no such
/// note. Call it inside a transaction.
pub async fn settle(
    conn: &mut Connection,
    run_id: RunId,
    now: DateTime<Utc>,
) -> QueryResult<Option<EventRow>> {
    let Some((chat_id, payload)) = notes::noted(conn, run_id).await? else { return Ok(None) };
    let event = NewEvent { run_id: Some(run_id), kind: EventKind::Spent, payload };
    append(conn, chat_id, event, now).await.map(Some)
}

/// The same for all runs of a chat that is about to be deleted: what it has cost is counted all the same.
pub async fn settle_chat(conn: &mut Connection, chat_id: ChatId, now: DateTime<Utc>) -> QueryResult<()> {
    for run_id in notes::noted_runs(conn, chat_id).await? {
        settle(conn, run_id, now).await?;
    }
    Ok(())
}

fn model_use(spent: &Spent<'_>) -> ModelUse {
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let TokenUsage { input_tokens, cache_read_tokens, cache_write_tokens, output_tokens } = spent.usage;
    ModelUse {
        turns: spent.turns,
        input_tokens: number(input_tokens),
        cache_read_tokens: number(cache_read_tokens),
        cache_write_tokens: number(cache_write_tokens),
        output_tokens: number(output_tokens),
        microdollars: number(spent.microdollars),
    }
}

/// A name as the database takes it: vendors choose what they call their models.
fn name(name: &str) -> String {
    name.chars()
        .take(MAX_NAME_CHARS)
        .map(|char| if char == '\0' { char::REPLACEMENT_CHARACTER } else { char })
        .collect()
}
