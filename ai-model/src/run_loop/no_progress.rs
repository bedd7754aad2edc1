//! Detects a model that repeats the same call without visible effect.

use std::collections::HashMap;

use protocol::run::{ModelReason, RunEnd, RunOutcome};
use protocol::transcript::{ToolCall, ToolResult, ToolStatus, TranscriptItem};

use crate::tools::{ImageContent, Repetition, behavior_of};
use crate::transcript::calls_of;

/// The number of repetitions from which on the model is warned.
const WARN_AT: u32 = 3;
/// The number of repetitions at which the run is stopped.
const STOP_AT: u32 = 6;

/// The beginning of the warning.
const WARNING: &str = "Nothing visible has come of this";

/// How often each call was made since the screen last changed.
#[derive(Debug, Default)]
pub(super) struct NoProgress {
    screen: Option<String>,
    times: HashMap<String, u32>,
    looks: HashMap<String, u32>,
}

/// What to do about a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// The model is warned that it has made the call this many times.
    Warn(u32),
    /// The run is stopped.
    Stop,
}

/// How much of a call's effect its result can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Observation {
    /// All of it: the screen has settled, or there is nothing to see.
    Settled,
    /// Nothing yet: another input follows immediately.
    TooEarly,
}

impl Observation {
    /// What the result of `call` can show when `next` follows it in the same turn.
    pub(super) fn of(call: &ToolCall, next: Option<&ToolCall>) -> Self {
        let is_input = |call: &ToolCall| behavior_of(&call.tool).is_input();
        let hurried = is_input(call) && next.is_some_and(is_input);
        if hurried { Self::TooEarly } else { Self::Settled }
    }
}

impl NoProgress {
    /// The state after these items, since the person last wrote or did something.
    pub(super) fn after(items: &[TranscriptItem]) -> Self {
        let mut guard = Self::default();
        let mut calls: Vec<&ToolCall> = Vec::new();
        for item in items {
            match item {
                TranscriptItem::UserMessage(_) | TranscriptItem::Takeover(_) => {
                    guard = Self { screen: guard.screen.take(), ..Self::default() }
                }
                TranscriptItem::AssistantTurn(turn) => calls = calls_of(turn).collect(),
                TranscriptItem::ToolResult(result) => {
                    let Some(at) = calls.iter().position(|call| call.call_id == result.call_id) else {
                        continue;
                    };
                    guard.record(calls[at], result, Observation::of(calls[at], calls.get(at + 1).copied()));
                }
                _ => {}
            }
        }
        guard
    }

    /// Records the result of a call.
    pub(super) fn record(
        &mut self,
        call: &ToolCall,
        result: &ToolResult,
        observation: Observation,
    ) -> Verdict {
        if matches!(result.status, ToolStatus::NotExecuted | ToolStatus::Interrupted) {
            return Verdict::Fine;
        }
        if self.screen_changed(call, result) {
            self.times.clear();
            self.looks.clear();
        }
        let counted = match behavior_of(&call.tool).repetition() {
            Repetition::Wait => {
                self.looks.clear();
                return Verdict::Fine;
            }
            Repetition::Uncounted => return Verdict::Fine,
            Repetition::Look => &mut self.looks,
            _ if observation == Observation::TooEarly => return Verdict::Fine,
            Repetition::Action | Repetition::Output => &mut self.times,
        };
        let times = counted.entry(what_was_done(call, result)).or_default();
        *times += 1;
        match *times {
            STOP_AT.. => Verdict::Stop,
            WARN_AT.. => Verdict::Warn(*times),
            _ => Verdict::Fine,
        }
    }

    /// Whether the whole screen differs from the last time. A region or an image file says nothing about that.
    fn screen_changed(&mut self, call: &ToolCall, result: &ToolResult) -> bool {
        if matches!(behavior_of(&call.tool).image(), ImageContent::Region | ImageContent::File) {
            return false;
        }
        let Some(image) = &result.screenshot else { return false };
        let before = self.screen.replace(image.sha256.clone());
        before.is_some_and(|before| before != image.sha256)
    }
}

/// The call, with its output where that is its only effect.
fn what_was_done(call: &ToolCall, result: &ToolResult) -> String {
    let tool = serde_json::to_string(&call.tool).unwrap_or_default();
    if behavior_of(&call.tool).repetition() != Repetition::Output {
        return tool;
    }
    // An earlier result may contain a warning.
    let output = result.text.split(WARNING).next().unwrap_or_default();
    format!("{tool}\n{}", output.trim_end())
}

/// Appends the warning to a result.
pub(super) fn warn(text: &mut String, times: u32) {
    let gap = if text.is_empty() { "" } else { "\n" };
    text.push_str(&format!("{gap}{WARNING}, done {times} times now. Try another way, or ask the person."));
}

/// The end of a run without progress.
pub(super) fn stuck() -> RunEnd {
    RunEnd::new(RunOutcome::LimitReached, ModelReason::NoProgress { times: STOP_AT })
}
