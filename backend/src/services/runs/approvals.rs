//! Approval policies and approval requests.

use protocol::ids::ChatId;
use protocol::transcript::approval::{ApprovalPolicy, ApprovalRequest};
use protocol::transcript::{AssistantBlock, AssistantTurn, Tool};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use crate::store::events::{EventKind, EventRow};
use crate::store::{Connection, chats};

/// The payload of an `approval_request` event.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ApprovalRequestPayload {
    /// The call and the effects that need approval.
    #[serde(flatten)]
    pub request: ApprovalRequest,
    /// The call to approve.
    pub tool: Tool,
    /// SHA-256 of `tool` as canonical JSON, in hexadecimal. A decision repeats it, so that it can't apply to
    /// another call.
    pub arguments_sha256: String,
}

/// The approval policy of a chat: its own, else its user's, else one that requires no approvals.
///
/// # Errors
/// When the database fails or a stored policy can't be decoded.
pub async fn policy(conn: &mut Connection, chat_id: ChatId) -> anyhow::Result<ApprovalPolicy> {
    let (of_chat, of_user) = chats::approval(conn, chat_id).await?;
    Ok(match of_chat.or(of_user) {
        Some(policy) => serde_json::from_value(policy)?,
        None => ApprovalPolicy::default(),
    })
}

/// Completes a request with its call from the log; `None` if the last turn has no such call.
///
/// # Errors
/// When a payload does not match its event's kind.
pub fn stored(
    request: ApprovalRequest,
    log: &[EventRow],
) -> Result<Option<ApprovalRequestPayload>, serde_json::Error> {
    let last = log.iter().rfind(|row| row.kind == EventKind::AssistantTurn);
    let Some(row) = last else { return Ok(None) };
    let turn: AssistantTurn = serde_json::from_value(row.payload.clone())?;
    let call = turn.content.into_iter().find_map(|block| match block {
        AssistantBlock::ToolCall(call) if call.call_id == request.call_id => Some(call),
        _ => None,
    });
    let Some(call) = call else { return Ok(None) };
    let arguments_sha256 = digest(&serde_json::to_value(&call.tool)?);
    Ok(Some(ApprovalRequestPayload { request, tool: call.tool, arguments_sha256 }))
}

/// SHA-256 of a value's canonical JSON (no spaces, sorted keys), in hexadecimal.
#[must_use]
pub fn digest(value: &Value) -> String {
    hex::encode(Sha256::digest(canonical(value).to_string()))
}

/// The value with the keys of all objects sorted.
fn canonical(value: &Value) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<_> = object.iter().collect();
            entries.sort_by_key(|(key, _)| *key);
            entries.into_iter().map(|(key, value)| (key.clone(), canonical(value))).collect()
        }
        Value::Array(values) => values.iter().map(canonical).collect(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::digest;

    #[test]
    fn the_digest_ignores_the_order_of_keys() {
        let one = json!({ "b": [1, { "y": 1, "x": 2 }], "a": "x" });
        let other: serde_json::Value =
            serde_json::from_str(r#"{ "a": "x", "b": [1, { "x": 2, "y": 1 }] }"#).unwrap();
        assert_eq!(digest(&one), digest(&other));
        assert_ne!(digest(&one), digest(&json!({ "b": [{ "y": 1, "x": 2 }, 1], "a": "x" })));
    }
}
