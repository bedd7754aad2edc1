//! The wire form of updates: a name, the number of a durable event, and its data as JSON. The same over every transport.

use serde::Serialize;
use serde_json::json;
use serde_json::value::{RawValue, to_raw_value};

use crate::live::follow::ChatUpdate;
use crate::words::Language;

/// An update as it is sent.
pub struct WireUpdate {
    /// The kind of a durable event, or the name of a transient one.
    pub name: &'static str,
    /// The number of a durable event.
    pub seq: Option<i64>,
    /// The details, as JSON.
    pub data: Box<RawValue>,
    /// Whether nothing follows, though the chat is still there: reconnect after the last event.
    pub is_interruption: bool,
}

impl WireUpdate {
    /// An update for a reader of a language.
    #[must_use]
    pub fn new(update: ChatUpdate, language: Language) -> Self {
        match update {
            ChatUpdate::Tail(from) => transient("tail", &json!({ "from": from })),
            ChatUpdate::Event(event) => {
                Self { seq: Some(event.seq), ..transient(event.kind.as_str(), &event.in_language(language)) }
            }
            ChatUpdate::Desktop(desktop) => transient("desktop", &desktop),
            ChatUpdate::PartialTurn(turn) => transient("partial", &*turn),
            ChatUpdate::Ready => transient("ready", &json!({})),
            ChatUpdate::Progress(progress) => transient("run", &progress.in_language(language)),
            ChatUpdate::Title(title) => transient("title", &json!({ "title": title })),
            ChatUpdate::Deleted => transient("deleted", &json!({})),
            ChatUpdate::Interrupted => {
                interruption("interrupted", "The events could not be read. Come back with the last id.")
            }
            ChatUpdate::Behind => {
                let reason = "This connection is slower than what happens here. Come back with the last id.";
                interruption("behind", reason)
            }
            ChatUpdate::Shutdown => Self { is_interruption: true, ..transient("shutdown", &json!({})) },
        }
    }
}

fn interruption(name: &'static str, reason: &str) -> WireUpdate {
    WireUpdate { is_interruption: true, ..transient(name, &json!({ "reason": reason })) }
}

fn transient(name: &'static str, data: &impl Serialize) -> WireUpdate {
    // Our own types always serialize.
    let data = to_raw_value(data).unwrap_or_else(|_| RawValue::NULL.to_owned());
    WireUpdate { name, seq: None, data, is_interruption: false }
}
