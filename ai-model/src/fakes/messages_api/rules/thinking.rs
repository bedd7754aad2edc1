//! Checks what has to be sent back unchanged: summaries, and thinking, which may be bound to the exact prefix that
//! precedes it.

use std::collections::HashMap;

use serde_json::Value;

use super::{Betas, Rejection, invalid};
use crate::fakes::messages_api::digest::Chain;
use crate::fakes::messages_api::facts::Facts;
use crate::fakes::reading::list;

/// The issued blocks by signature, and the thinking that precedes each call.
#[derive(Debug, Default)]
pub(super) struct Issued {
    blocks: HashMap<String, IssuedBlock>,
    thinking_of_calls: HashMap<String, CalledWith>,
}

#[derive(Debug)]
struct IssuedBlock {
    block: Value,
    prefix: Chain,
}

#[derive(Debug)]
struct CalledWith {
    model: Value,
    signatures: Vec<String>,
}

impl Issued {
    /// Remembers the blocks of the response to `request`.
    pub(super) fn record(&mut self, request: &Value, blocks: &[Value]) {
        let mut prefix = Walk::to_the_end(request);
        let mut signatures = Vec::new();
        for block in blocks {
            if is_summary(block) {
                prefix = Walk::start(request).with(block);
            }
            if let Some(signature) = signature(block) {
                if block["type"] != "compaction" {
                    signatures.push(signature.to_owned());
                }
                self.blocks.insert(signature.to_owned(), IssuedBlock { block: block.clone(), prefix });
            }
            if block["type"] == "tool_use" {
                let called = CalledWith { model: request["model"].clone(), signatures: signatures.clone() };
                let id = block["id"].as_str().unwrap_or_default();
                self.thinking_of_calls.insert(id.to_owned(), called);
            }
        }
    }

    /// Checks every signed block of a request. Returns the number of thinking blocks that the vendor would drop.
    pub(super) fn check(&self, request: &Value, betas: &Betas<'_>, facts: Facts) -> Result<usize, Rejection> {
        let drops = betas.has("thinking-binding-controls-2026-08-01")
            && request["thinking"]["block_binding"]["prefix_mismatch_behavior"] == "drop_block";
        let mut dropped = 0;
        let mut walk = Walk::new(request);
        let in_view_from = last_summary(request);
        for (index, message) in list(request, "messages").iter().enumerate() {
            walk.enter(message);
            for block in list(message, "content") {
                walk.summary(block, request);
                if let Some(signature) = signature(block) {
                    let issued = self.unchanged(index, block, signature)?;
                    let bound = facts.binds_thinking && block["type"] != "compaction";
                    if bound && index >= in_view_from && !walk.places.contains(&issued.prefix) {
                        if !drops {
                            return invalid(format!(
                                "messages.{index}: `thinking` block does not match the conversation that precedes it"
                            ));
                        }
                        dropped += 1;
                    }
                }
                walk.pass(block);
            }
            if facts.binds_thinking {
                self.check_missing(index, message, &request["model"])?;
            }
        }
        Ok(dropped)
    }

    fn unchanged(&self, index: usize, block: &Value, signature: &str) -> Result<&IssuedBlock, Rejection> {
        let kind = block["type"].as_str().unwrap_or_default();
        match self.blocks.get(signature) {
            None => invalid(format!("messages.{index}: Invalid `signature` in `{kind}` block")),
            Some(issued) if issued.block != *block => {
                invalid(format!("messages.{index}: `{kind}` blocks cannot be modified"))
            }
            Some(issued) => Ok(issued),
        }
    }

    /// Thinking that was issued with a call has to be sent back with it.
    fn check_missing(&self, index: usize, message: &Value, model: &Value) -> Result<(), Rejection> {
        let blocks = list(message, "content");
        let present: Vec<&str> = blocks.iter().filter_map(signature).collect();
        let calls = blocks.iter().filter(|block| block["type"] == "tool_use");
        let issued = calls.filter_map(|call| self.thinking_of_calls.get(call["id"].as_str()?));
        for called in issued.filter(|called| called.model == *model) {
            if called.signatures.iter().any(|signature| !present.contains(&signature.as_str())) {
                return invalid(format!(
                    "messages.{index}: Expected `thinking` or `redacted_thinking` before `tool_use`"
                ));
            }
        }
        Ok(())
    }
}

fn is_summary(block: &Value) -> bool {
    block["type"] == "compaction" && block["content"].is_string()
}

/// The index of the message with the last summary: earlier messages are not checked.
fn last_summary(request: &Value) -> usize {
    let messages = list(request, "messages");
    messages.iter().rposition(|message| list(message, "content").iter().any(is_summary)).unwrap_or(0)
}

/// What identifies a block that has to be sent back unchanged.
fn signature(block: &Value) -> Option<&str> {
    match block["type"].as_str()? {
        "thinking" | "compaction" => Some(block["signature"].as_str().unwrap_or_default()),
        "redacted_thinking" => Some(block["data"].as_str().unwrap_or_default()),
        _ => None,
    }
}

/// Digests a request from start to end. Cache breakpoints do not affect what thinking is bound to.
struct Walk {
    chain: Chain,
    /// The prefixes at which the current assistant message may have begun.
    places: Vec<Chain>,
}

impl Walk {
    fn start(request: &Value) -> Chain {
        Chain::default().with(&request["model"]).with(&request["system"]).with(&request["tools"])
    }

    fn new(request: &Value) -> Self {
        Self { chain: Self::start(request), places: Vec::new() }
    }

    fn to_the_end(request: &Value) -> Chain {
        let mut walk = Self::new(request);
        for message in list(request, "messages") {
            walk.enter(message);
            for block in list(message, "content") {
                walk.summary(block, request);
                walk.pass(block);
            }
        }
        walk.chain
    }

    fn enter(&mut self, message: &Value) {
        self.places = vec![self.chain];
        if message["role"] == "user" {
            self.chain = self.chain.with_word("user");
        }
    }

    /// The vendor drops everything before a summary.
    fn summary(&mut self, block: &Value, request: &Value) {
        if is_summary(block) {
            self.chain = Self::start(request);
            self.places.clear();
        }
    }

    fn pass(&mut self, block: &Value) {
        self.chain = self.chain.with(block);
        self.places.push(self.chain);
    }
}
