//! Records what models cost: for a run and its chat, for the person, and for everybody. Whatever costs money passes through
//! here, so that every budget counts the same.

use chrono::{DateTime, Utc};
use diesel::QueryResult;
use protocol::ids::{ChatId, ModelConnectionId, RunId};
use protocol::transcript::{TokenUsage, TurnCost};
use serde::Deserialize;

use crate::store::events::{EventKind, EventRow};
use crate::store::quota_use::{self, QuotaKind};
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

/// Records a turn of a model; other events cost nothing. Call it in the transaction that appended the event.
///
/// # Errors
/// As [`record`].
pub async fn record_event(conn: &mut Connection, event: &EventRow, now: DateTime<Utc>) -> QueryResult<()> {
    #[derive(Deserialize)]
    struct Turn {
        provider: String,
        model: String,
        usage: TokenUsage,
        #[serde(default)]
        cost: TurnCost,
        #[serde(default)]
        connection: Option<ModelConnectionId>,
    }

    if event.kind != EventKind::AssistantTurn {
        return Ok(());
    }
    let Ok(Turn { provider, model, usage, cost, connection }) = Turn::deserialize(&event.payload) else {
        return Ok(());
    };
    let spent = Spent {
        chat_id: event.chat_id,
        run_id: event.run_id,
        provider: &provider,
        model: &model,
        connection,
        turns: 1,
        usage,
        microdollars: cost.microdollars.unwrap_or_default(),
    };
    record(conn, &spent, now).await
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
