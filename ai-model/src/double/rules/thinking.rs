//! Thinking is bound to the exact prefix that it followed, and must come back as it was.

use std::collections::HashMap;

use serde_json::{Value, json};

use super::{Rejection, invalid, list};
use crate::double::facts::Facts;

/// The thinking blocks that were issued, by signature.
#[derive(Debug, Default)]
pub(super) struct Issued(HashMap<String, IssuedBlock>);

#[derive(Debug)]
struct IssuedBlock {
    block: Value,
    prefix: String,
}

impl Issued {
    /// Takes note of the thinking in an answer to `request`.
    pub(super) fn note(&mut self, request: &Value, blocks: &[Value]) {
        for block in blocks.iter().filter(|block| block["type"] == "thinking") {
            let signature = block["signature"].as_str().unwrap_or_default().to_owned();
            let prefix = prefix(request, list(request, "messages"));
            self.0.insert(signature, IssuedBlock { block: block.clone(), prefix });
        }
    }

    /// Checks every thinking block that comes back.
    pub(super) fn check(&self, request: &Value, facts: Facts) -> Result<(), Rejection> {
        let messages = list(request, "messages");
        for (index, message) in
            messages.iter().enumerate().filter(|(_, message)| message["role"] == "assistant")
        {
            for block in list(message, "content").iter().filter(|block| block["type"] == "thinking") {
                let signature = block["signature"].as_str().unwrap_or_default();
                let Some(issued) = self.0.get(signature) else {
                    return invalid(format!("messages.{index}: Invalid `signature` in `thinking` block"));
                };
                if issued.block != *block {
                    return invalid(format!("messages.{index}: `thinking` blocks cannot be modified"));
                }
                if facts.binds_thinking && issued.prefix != prefix(request, &messages[..index]) {
                    return invalid(format!(
                        "messages.{index}: `thinking` block does not match the conversation that precedes it"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// What thinking is bound to. Marks for the cache are no part of it.
fn prefix(request: &Value, messages: &[Value]) -> String {
    let mut prefix = json!({ "model": request["model"], "system": request["system"], "tools": request["tools"], "messages": messages });
    strip_marks(&mut prefix);
    prefix.to_string()
}

fn strip_marks(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("cache_control");
            fields.values_mut().for_each(strip_marks);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_marks),
        _ => {}
    }
}
