//! What came of a run.

use std::collections::BTreeMap;

use protocol::run::{RunEnd, RunEvent};
use protocol::transcript::{AssistantBlock, AssistantTurn, ToolCall, ToolResult, ToolStatus, TranscriptItem};

/// The events of a run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) events: Vec<RunEvent>,
}

impl Outcome {
    pub(crate) fn end(&self) -> &RunEnd {
        match self.events.last() {
            Some(RunEvent::Finished(end)) => end,
            other => panic!("the run did not finish: {other:?}"),
        }
    }

    /// What a sentence about the end names, as JSON; empty if there is nothing to say.
    pub(crate) fn facts(&self) -> String {
        let facts = self.end().facts.as_ref();
        facts.map(|facts| serde_json::to_string(facts).unwrap()).unwrap_or_default()
    }

    pub(crate) fn turns(&self) -> Vec<&AssistantTurn> {
        let turns = self.events.iter().filter_map(|event| match event {
            RunEvent::AssistantTurn(turn) => Some(turn),
            _ => None,
        });
        turns.collect()
    }

    pub(crate) fn results(&self) -> Vec<&ToolResult> {
        let results = self.events.iter().filter_map(|event| match event {
            RunEvent::ToolResult(result) => Some(result),
            _ => None,
        });
        results.collect()
    }

    pub(crate) fn statuses(&self) -> Vec<ToolStatus> {
        self.results().iter().map(|result| result.status).collect()
    }

    /// The announced delays before retries, in milliseconds.
    pub(crate) fn retry_delays(&self) -> Vec<u64> {
        let delays = self.events.iter().filter_map(|event| match event {
            RunEvent::Retrying { delay_ms, .. } => Some(*delay_ms),
            _ => None,
        });
        delays.collect()
    }

    pub(crate) fn calls(&self) -> Vec<&ToolCall> {
        let blocks = self.turns().into_iter().flat_map(|turn| &turn.content);
        let calls = blocks.filter_map(|block| match block {
            AssistantBlock::ToolCall(call) => Some(call),
            _ => None,
        });
        calls.collect()
    }

    /// The text of the last turn.
    pub(crate) fn answer(&self) -> String {
        let last = self.turns().last().map(|turn| turn.content.clone()).unwrap_or_default();
        let texts = last.into_iter().filter_map(|block| match block {
            AssistantBlock::Text { text } => Some(text),
            _ => None,
        });
        texts.collect::<Vec<_>>().join("\n")
    }

    /// The names of the events in order, without those that only say what a turn costs so far; consecutive deltas count once.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .events
            .iter()
            .map(|event| serde_json::to_value(event).unwrap()["type"].as_str().unwrap().to_owned())
            .collect();
        names.retain(|name| name != "spent_so_far");
        names.dedup_by(|next, previous| next == previous && next.ends_with("_delta"));
        names
    }

    /// What the backend would store: the items and the images.
    pub(crate) fn stored(&self) -> (Vec<TranscriptItem>, BTreeMap<String, String>) {
        let mut items = Vec::new();
        let mut images = BTreeMap::new();
        for event in &self.events {
            match event {
                RunEvent::AssistantTurn(turn) => items.push(TranscriptItem::AssistantTurn(turn.clone())),
                RunEvent::ToolResult(result) => items.push(TranscriptItem::ToolResult(result.clone())),
                RunEvent::ApprovalRequested(it) => items.push(TranscriptItem::ApprovalRequest(it.clone())),
                RunEvent::ModelChanged(it) => items.push(TranscriptItem::ModelChanged(it.clone())),
                RunEvent::CallStarted(it) => items.push(TranscriptItem::CallStarted(it.clone())),
                RunEvent::Image { sha256, data, .. } => {
                    images.insert(sha256.clone(), data.clone());
                }
                _ => {}
            }
        }
        (items, images)
    }
}
