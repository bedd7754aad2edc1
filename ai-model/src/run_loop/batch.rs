//! The calls of one turn. They are executed strictly in order, and the first failure stops the rest.

use protocol::run::{ModelReason, RunEnd, RunOutcome};
use protocol::transcript::{AssistantTurn, ToolCall, ToolResult, ToolStatus};

use super::no_progress::Observation;
use super::resume::unexecuted;
use super::screenshot_policy::ShowAfter;
use crate::tools::{CallContext, behavior_of};
use crate::transcript::calls_of;
use crate::transcript::canned_results::{NOT_EXECUTED, NOT_EXECUTED_LIMIT};
use crate::transcript::vendor_calls::are_of_one_call;

/// The calls of one turn.
pub(super) struct Batch {
    calls: Vec<ToolCall>,
    next: usize,
    halted: Option<&'static str>,
    end: Option<RunEnd>,
    /// Whether a call may have changed the screen since the model last saw it.
    owes_screenshot: bool,
}

impl Batch {
    /// The calls of a turn, of which the first `answered` have results.
    pub(super) fn new(turn: &AssistantTurn, answered: usize) -> Self {
        let calls: Vec<ToolCall> = calls_of(turn).cloned().collect();
        let next = answered.min(calls.len());
        let mut batch = Self { calls, next: 0, halted: None, end: None, owes_screenshot: false };
        while batch.next < next {
            batch.track(batch.next);
            batch.next += 1;
        }
        batch
    }

    pub(super) fn is_empty(&self) -> bool {
        self.calls.is_empty()
    }

    /// The call to execute next.
    pub(super) fn current(&self) -> Option<&ToolCall> {
        self.calls.get(self.next)
    }

    /// Whether the current call is the turn's last.
    fn is_last(&self) -> bool {
        self.next + 1 >= self.calls.len()
    }

    /// Whether the current call is the last one of a vendor's call.
    fn ends_vendor_call(&self) -> bool {
        match (self.current(), self.calls.get(self.next + 1)) {
            (Some(call), Some(next)) => !are_of_one_call(call, next),
            _ => true,
        }
    }

    /// When the model sees the screenshot after the current call. `after_each_call`: whether the vendor requires one
    /// after each of its calls.
    pub(super) fn show_after(&self, after_each_call: bool) -> ShowAfter {
        ShowAfter {
            last: if after_each_call { self.ends_vendor_call() } else { self.is_last() },
            failures: after_each_call,
        }
    }

    /// What the rest of the turn means for the execution of the current call.
    pub(super) fn context(&self) -> CallContext {
        let following = self.calls.get(self.next + 1);
        CallContext {
            input_follows: following.is_some_and(|call| behavior_of(&call.tool).is_input()),
            owes_screenshot: following.is_none() && self.owes_screenshot,
        }
    }

    /// How much the result of the current call can show.
    pub(super) fn observation(&self) -> Observation {
        self.current()
            .map_or(Observation::Settled, |call| Observation::of(call, self.calls.get(self.next + 1)))
    }

    /// The current call has its result.
    pub(super) fn answered(&mut self, status: ToolStatus) {
        if status != ToolStatus::Done {
            self.halted.get_or_insert(NOT_EXECUTED);
        }
        self.track(self.next);
        self.next += 1;
    }

    fn track(&mut self, index: usize) {
        let Some(call) = self.calls.get(index) else { return };
        let behavior = behavior_of(&call.tool);
        self.owes_screenshot =
            (self.owes_screenshot || behavior.changes_screen()) && !behavior.returns_image();
    }

    /// Executes no further call, and ends the run once all have results.
    pub(super) fn stop(&mut self, end: RunEnd) {
        let limit = matches!(end.outcome, RunOutcome::LimitReached);
        self.halted.get_or_insert(if limit { NOT_EXECUTED_LIMIT } else { NOT_EXECUTED });
        self.end.get_or_insert(end);
    }

    /// The result of the current call, if no further call is executed.
    pub(super) fn halt(&self) -> Option<ToolResult> {
        Some(unexecuted(self.current()?, ToolStatus::NotExecuted, self.halted?))
    }

    /// The end of the run, if a call of this batch caused it.
    pub(super) fn into_end(self) -> Option<RunEnd> {
        self.end
    }
}

/// The end of a run whose desktop is gone.
pub(super) fn desktop_lost() -> RunEnd {
    RunEnd::new(RunOutcome::Failed, ModelReason::DesktopUnreachable)
}
