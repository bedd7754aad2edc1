//! Arranges messages for servers whose models know fewer roles, or require a certain order of them.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};

use crate::providers::shared::instructions::STOPPED_HERE;

/// What a server requires of roles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct RoleRules {
    /// User and assistant have to alternate, and only the assistant may follow a result.
    pub(super) alternate: bool,
    /// There is no system role.
    pub(super) without_system: bool,
}

/// What decides about a message.
#[derive(Deserialize)]
struct Head {
    role: String,
    #[serde(default)]
    tool_calls: Option<IgnoredAny>,
}

/// A message that may still be merged with the next one.
struct Message {
    role: String,
    has_calls: bool,
    raw: Box<RawValue>,
}

/// Arranges messages. The beginning stays the same when more follow, so that a server's cache applies.
pub(super) fn arrange(messages: Vec<Box<RawValue>>, rules: RoleRules) -> Vec<Box<RawValue>> {
    if rules == RoleRules::default() {
        return messages;
    }
    let mut arranged = Arranged { rules, messages: Vec::new(), instructions: None };
    for raw in messages {
        arranged.push(raw);
    }
    // Instructions alone.
    if let Some(instructions) = arranged.instructions.take() {
        arranged.push_value(&json!({ "role": "user", "content": instructions }));
    }
    arranged.messages.into_iter().map(|message| message.raw).collect()
}

struct Arranged {
    rules: RoleRules,
    messages: Vec<Message>,
    /// Instructions that stand before the next user message.
    instructions: Option<Value>,
}

impl Arranged {
    fn push(&mut self, raw: Box<RawValue>) {
        let Ok(Head { role, tool_calls }) = serde_json::from_str(raw.get()) else { return };
        let is_user = role == "user";
        if self.rules.without_system && role == "system" {
            let content = content_of(&raw);
            self.instructions = Some(match self.instructions.take() {
                Some(earlier) => joined(earlier, content),
                None => content,
            });
            return;
        }
        let mut message = Message { has_calls: tool_calls.is_some(), role, raw };
        if let Some(instructions) = self.instructions.take_if(|_| is_user) {
            message.set_content(joined(instructions, content_of(&message.raw)));
        }
        if self.rules.alternate {
            let last = self.messages.last_mut();
            if let Some(last) = last.filter(|last| last.can_be_merged_with(&message)) {
                return last.set_content(joined(content_of(&last.raw), content_of(&message.raw)));
            }
            if is_user && self.messages.last().is_some_and(|last| last.role == "tool") {
                self.push_value(&json!({ "role": "assistant", "content": STOPPED_HERE }));
            }
        }
        self.messages.push(message);
    }

    fn push_value(&mut self, message: &Value) {
        // Serializing a JSON value never fails.
        if let Ok(raw) = to_raw_value(message) {
            self.push(raw);
        }
    }
}

impl Message {
    fn can_be_merged_with(&self, next: &Self) -> bool {
        self.role == next.role && self.role != "tool" && !self.has_calls && !next.has_calls
    }

    fn set_content(&mut self, content: Value) {
        let mut message = json!({ "role": self.role });
        message["content"] = content;
        if let Ok(raw) = to_raw_value(&message) {
            self.raw = raw;
        }
    }
}

fn content_of(message: &RawValue) -> Value {
    let message: Value = serde_json::from_str(message.get()).unwrap_or_default();
    message.get("content").cloned().unwrap_or_default()
}

/// Two contents in one: a text, or a list of parts if one of them has images.
fn joined(first: Value, second: Value) -> Value {
    match (first, second) {
        (Value::String(first), Value::String(second)) => format!("{first}\n\n{second}").into(),
        (first, second) => Value::Array([parts(first), parts(second)].concat()),
    }
}

fn parts(content: Value) -> Vec<Value> {
    match content {
        Value::Array(parts) => parts,
        Value::String(text) => vec![json!({ "type": "text", "text": text })],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arranged(messages: &Value, rules: RoleRules) -> Value {
        let messages = messages.as_array().unwrap().iter().map(|it| to_raw_value(it).unwrap()).collect();
        let arranged = arrange(messages, rules);
        arranged.iter().map(|raw| serde_json::from_str::<Value>(raw.get()).unwrap()).collect()
    }

    fn says(role: &str, content: impl Into<Value>) -> Value {
        json!({ "role": role, "content": content.into() })
    }

    #[test]
    fn roles_alternate() {
        let rules = RoleRules { alternate: true, without_system: false };
        let image = json!({ "type": "image_url", "image_url": { "url": "data:" } });
        let calls = json!({ "role": "assistant", "content": "", "tool_calls": [] });
        let result = says("tool", "OK");
        let messages = json!([
            says("system", "s"),
            says("user", "a"),
            says("user", "b"),
            says("user", json!([image])),
            calls,
            result,
            result,
            says("user", "c"),
            says("assistant", "d"),
            says("assistant", "e"),
        ]);
        let text = |text: &str| json!({ "type": "text", "text": text });
        assert_eq!(
            arranged(&messages, rules),
            json!([
                says("system", "s"),
                says("user", json!([text("a\n\nb"), image])),
                calls,
                result,
                result,
                says("assistant", STOPPED_HERE),
                says("user", "c"),
                says("assistant", "d\n\ne"),
            ])
        );
        assert_eq!(arranged(&messages, RoleRules::default()), messages);
    }

    #[test]
    fn instructions_stand_before_the_first_message() {
        let rules = RoleRules { alternate: false, without_system: true };
        let messages =
            json!([says("system", "s"), says("user", "a"), says("assistant", "b"), says("user", "c")]);
        let expected = json!([says("user", "s\n\na"), says("assistant", "b"), says("user", "c")]);
        assert_eq!(arranged(&messages, rules), expected);
        assert_eq!(arranged(&json!([says("system", "s")]), rules), json!([says("user", "s")]));
    }
}
