//! Builds the request to the model service from a chat's log.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use protocol::ids::RunId;
use protocol::run::Fallback;
use protocol::run::{DesktopAccess, ModelSettings, RunLimits, RunRequest};
use protocol::transcript::approval::{ApprovalPolicy, CallStarted};
use protocol::transcript::attachment::{AttachmentContent, ShownAttachment};
use protocol::transcript::{
    AssistantBlock, AssistantTurn, ToolResult, ToolStatus, TranscriptItem, UserMessage,
};
use serde::Deserialize as _;
use serde_json::Value;

use crate::blobs::BlobStore;
use crate::services::messages::MessagePayload;
use crate::store::events::{EventKind, EventRow};
use crate::store::runs::Run;

/// The field of the extra data that the web app uses for itself.
const SENT_AS: &str = "sent_as";

/// The kinds of event that make up a transcript.
pub const TRANSCRIPT_KINDS: [EventKind; 9] = [
    EventKind::Message,
    EventKind::AssistantTurn,
    EventKind::ApprovalRequest,
    EventKind::Decision,
    EventKind::CallStarted,
    EventKind::ToolResult,
    EventKind::Answer,
    EventKind::Takeover,
    EventKind::ModelChanged,
];

/// What is known of a chat.
pub struct Chat {
    /// Its log.
    pub log: Vec<EventRow>,
    /// What the model is shown of its uploads, with their paths.
    pub shown: Vec<(String, Value)>,
}

/// Builds the request for a run. Messages of later runs, which are still queued, are left out. Screenshots, pictures and documents follow when the
/// model service asks for them: it alone knows how many the model is shown.
///
/// # Errors
/// When a payload does not match its event's kind, or the blob folder can't be read.
pub async fn build(
    blobs: &BlobStore,
    run: &Run,
    desktop: DesktopAccess,
    (model, fallbacks): (ModelSettings, Vec<Fallback>),
    approval: ApprovalPolicy,
    Chat { log, shown }: Chat,
) -> anyhow::Result<RunRequest> {
    let transcript = transcript(run, log, shown)?;
    let shown: BTreeSet<String> = transcript.iter().flat_map(shown_blobs).map(str::to_owned).collect();
    let sizes = blobs.sizes(shown).await?;
    Ok(RunRequest {
        run_id: run.id,
        transcript,
        images: BTreeMap::new(),
        image_sizes: sizes.into_iter().map(|(sha256, bytes)| (sha256, base64_length(bytes))).collect(),
        desktop,
        model,
        fallbacks,
        limits: RunLimits::default(),
        approval,
        spent: Vec::new(),
    })
}

/// What a transcript has cost since the person's last message, in millionths of a dollar.
#[must_use]
pub fn cost_since_last_message(transcript: &[TranscriptItem]) -> u64 {
    let since = transcript.iter().rev().take_while(|item| !matches!(item, TranscriptItem::UserMessage(_)));
    let costs = since.filter_map(|item| match item {
        TranscriptItem::AssistantTurn(turn) => turn.cost.microdollars,
        _ => None,
    });
    costs.fold(0, u64::saturating_add)
}

/// The length in base64 of so many bytes.
fn base64_length(bytes: u64) -> usize {
    usize::try_from(bytes.div_ceil(3) * 4).unwrap_or(usize::MAX)
}

/// The blobs of an item that the model may be shown.
fn shown_blobs(item: &TranscriptItem) -> Vec<&str> {
    match item {
        TranscriptItem::UserMessage(message) => {
            message.shown.iter().flat_map(|attachment| blobs_of(&attachment.content)).collect()
        }
        TranscriptItem::ToolResult(result) if result.shown_to_model => {
            result.screenshot.iter().map(|it| it.sha256.as_str()).collect()
        }
        TranscriptItem::Takeover(takeover) => {
            takeover.screenshot.iter().map(|it| it.sha256.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

fn blobs_of(content: &AttachmentContent) -> Vec<&str> {
    match content {
        AttachmentContent::Picture(attached) => vec![attached.picture.sha256.as_str()],
        AttachmentContent::Document(document) => {
            let pictures = document.pictures.iter().map(|picture| picture.sha256.as_str());
            std::iter::once(document.sha256.as_str()).chain(pictures).collect()
        }
        AttachmentContent::Unreadable { .. } => Vec::new(),
    }
}

/// The places of runs in a chat: the order of their first events, which are the messages.
fn places(log: &[EventRow]) -> HashMap<RunId, usize> {
    let mut places = HashMap::new();
    for run_id in log.iter().filter_map(|row| row.run_id) {
        let next = places.len();
        places.entry(run_id).or_insert(next);
    }
    places
}

/// The events up to a run, sorted by run. A message queued during an earlier run appears in the log among that run's
/// turns, but the model must read it after them. Within a run, the log's order is kept. An event without a run stays
/// behind those logged before it.
fn in_reading_order(run_id: RunId, log: Vec<EventRow>) -> Vec<EventRow> {
    let places = places(&log);
    let last = places.get(&run_id).copied();
    let mut latest = None;
    let mut placed: Vec<(Option<usize>, EventRow)> = Vec::with_capacity(log.len());
    for row in log {
        let place = row.run_id.and_then(|run_id| places.get(&run_id).copied());
        if last.is_some() && place > last {
            continue;
        }
        latest = latest.max(place);
        placed.push((place.or(latest), row));
    }
    placed.sort_by_key(|(place, _)| *place);
    placed.into_iter().map(|(_, row)| row).collect()
}

/// The events of each run, in the order of the runs. Events without a run are left out.
#[must_use]
pub fn by_run(log: Vec<EventRow>) -> Vec<Vec<EventRow>> {
    let places = places(&log);
    let mut runs: Vec<Vec<EventRow>> = places.iter().map(|_| Vec::new()).collect();
    for row in log {
        let place = row.run_id.and_then(|run_id| places.get(&run_id).copied());
        if let Some(events) = place.and_then(|place| runs.get_mut(place)) {
            events.push(row);
        }
    }
    runs
}

fn transcript(
    run: &Run,
    log: Vec<EventRow>,
    shown: Vec<(String, Value)>,
) -> anyhow::Result<Vec<TranscriptItem>> {
    let shown: HashMap<String, Value> = shown.into_iter().collect();
    let log = in_reading_order(run.id, log);
    let mut items = Vec::with_capacity(log.len());
    for row in log {
        items.push(match row.kind {
            EventKind::Message => {
                let message: MessagePayload = serde_json::from_value(row.payload)?;
                let attachments: Vec<String> = message.files.into_iter().map(|file| file.path).collect();
                let shown = shown_of(&attachments, &shown)?;
                let MessagePayload { text, locale, extra_data, .. } = message;
                let extra_data = shown_to_model(extra_data);
                TranscriptItem::UserMessage(UserMessage { text, attachments, shown, extra_data, locale })
            }
            EventKind::AssistantTurn => TranscriptItem::AssistantTurn(serde_json::from_value(row.payload)?),
            EventKind::ApprovalRequest => {
                TranscriptItem::ApprovalRequest(serde_json::from_value(row.payload)?)
            }
            EventKind::Decision => TranscriptItem::Decision(serde_json::from_value(row.payload)?),
            EventKind::CallStarted => TranscriptItem::CallStarted(serde_json::from_value(row.payload)?),
            EventKind::ToolResult => TranscriptItem::ToolResult(serde_json::from_value(row.payload)?),
            EventKind::Answer => TranscriptItem::Answer(serde_json::from_value(row.payload)?),
            EventKind::Takeover => TranscriptItem::Takeover(serde_json::from_value(row.payload)?),
            EventKind::ModelChanged => TranscriptItem::ModelChanged(serde_json::from_value(row.payload)?),
            EventKind::Spent | EventKind::UsageTotal | EventKind::RunState | EventKind::File => continue,
        });
    }
    Ok(items)
}

/// What the model is shown of a message's files.
fn shown_of(paths: &[String], shown: &HashMap<String, Value>) -> anyhow::Result<Vec<ShownAttachment>> {
    let read = paths.iter().filter_map(|path| Some((path, shown.get(path)?)));
    let read = read.map(|(path, content)| {
        Ok(ShownAttachment { path: path.clone(), content: AttachmentContent::deserialize(content)? })
    });
    read.collect()
}

/// What the model is shown of a message's extra data, if there is anything: not the field by which the web app knows its own
/// messages.
fn shown_to_model(mut extra_data: Value) -> Option<Value> {
    if let Value::Object(fields) = &mut extra_data {
        fields.remove(SENT_AS);
    }
    let is_empty = match &extra_data {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::String(text) => text.trim().is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    };
    (!is_empty).then_some(extra_data)
}

/// Results for the calls of the last turn that have none, because the run was stopped first.
///
/// # Errors
/// When a payload does not match its event's kind.
pub fn answers_for_dangling_calls(log: Vec<EventRow>) -> anyhow::Result<Vec<ToolResult>> {
    let mut open: Vec<String> = Vec::new();
    let mut answered: HashSet<String> = HashSet::new();
    let mut started: HashSet<String> = HashSet::new();
    for row in log {
        match row.kind {
            EventKind::AssistantTurn => {
                let turn: AssistantTurn = serde_json::from_value(row.payload)?;
                open = turn.content.into_iter().filter_map(call_id).collect();
            }
            EventKind::ToolResult => {
                answered.insert(serde_json::from_value::<ToolResult>(row.payload)?.call_id);
            }
            EventKind::CallStarted => {
                started.insert(serde_json::from_value::<CallStarted>(row.payload)?.call_id);
            }
            _ => {}
        }
    }
    let dangling = open.into_iter().filter(|call_id| !answered.contains(call_id));
    Ok(dangling.map(|call_id| interrupted(&started, call_id)).collect())
}

fn call_id(block: AssistantBlock) -> Option<String> {
    match block {
        AssistantBlock::ToolCall(call) => Some(call.call_id),
        AssistantBlock::Text { .. } | AssistantBlock::Thinking { .. } => None,
    }
}

fn interrupted(started: &HashSet<String>, call_id: String) -> ToolResult {
    let (status, text) = if started.contains(&call_id) {
        (ToolStatus::Interrupted, "Interrupted by the user; whether it took effect is not known.")
    } else {
        (ToolStatus::NotExecuted, "Not executed: the run was interrupted before.")
    };
    ToolResult { call_id, status, text: text.into(), screenshot: None, shown_to_model: false, elapsed_ms: 0 }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use protocol::ids::{ChatId, EventId};

    use super::*;

    /// A log in which each event is named by its kind and run: `None` for an event without a run.
    fn log(entries: &[(EventKind, Option<RunId>)]) -> Vec<EventRow> {
        let chat_id = ChatId::generate();
        let row = |(seq, (kind, run_id)): (i64, &(EventKind, Option<RunId>))| EventRow {
            id: EventId::generate(),
            chat_id,
            seq,
            run_id: *run_id,
            kind: *kind,
            payload: serde_json::Value::Null,
            created_at: DateTime::UNIX_EPOCH,
        };
        (1..).zip(entries).map(row).collect()
    }

    #[test]
    fn the_model_is_shown_what_a_program_attached_and_not_what_the_web_app_did() {
        let shown =
            |json: &str| shown_to_model(serde_json::from_str(json).unwrap()).map(|data| data.to_string());
        for nothing in ["null", "{}", "[]", "\" \"", r#"{"sent_as":"key"}"#] {
            assert_eq!(shown(nothing), None, "{nothing}");
        }
        for something in ["0", "false", "[0]", r#"{"a":null}"#] {
            assert_eq!(shown(something).as_deref(), Some(something));
        }
        assert_eq!(shown(r#"{"sent_as":"key","a":1}"#).as_deref(), Some(r#"{"a":1}"#));
    }

    #[test]
    fn messages_are_read_in_the_order_of_the_log_whatever_the_ids_of_their_runs() {
        let (older, newer) = (RunId::generate(), RunId::generate());
        assert!(older < newer);
        // The replica of the first message was ahead of the other by its clock.
        let (first, second) = (newer, older);
        let log = log(&[
            (EventKind::Message, Some(first)),
            (EventKind::AssistantTurn, Some(first)),
            (EventKind::Message, Some(second)),
            (EventKind::ToolResult, Some(first)),
            (EventKind::Takeover, None),
            (EventKind::AssistantTurn, Some(second)),
        ]);
        let read = |run| in_reading_order(run, log.clone()).iter().map(|row| row.seq).collect::<Vec<_>>();
        assert_eq!(read(first), [1, 2, 4, 5]);
        assert_eq!(read(second), [1, 2, 4, 3, 5, 6]);
        let runs = by_run(log.clone());
        let seqs = |events: &[EventRow]| events.iter().map(|row| row.seq).collect::<Vec<_>>();
        assert_eq!(runs.iter().map(|events| seqs(events)).collect::<Vec<_>>(), [vec![1, 2, 4], vec![3, 6]]);
    }
}
