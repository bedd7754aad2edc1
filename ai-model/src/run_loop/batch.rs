//! The calls of one turn: strictly in order, and the first failure stops the rest.

use std::collections::VecDeque;

use protocol::run::{RunEnd, RunOutcome};
use protocol::transcript::{AssistantTurn, ToolCall, ToolResult, ToolStatus};

use super::repair::unexecuted;
use super::sentences::{NOT_EXECUTED, NOT_EXECUTED_LIMIT};
use crate::providers::calls_of;

/// Why the rest of a batch is not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Halt {
    /// A call failed.
    Failure,
    /// The desktop was lost.
    DesktopLost,
    /// The limit of actions was reached.
    Limit,
}

/// The calls of one turn on their way to being answered.
pub(super) struct Batch {
    waiting: VecDeque<ToolCall>,
    executed: u32,
    allowed: u32,
    halt: Option<Halt>,
}

/// The next call to answer.
pub(super) struct Step {
    /// The call.
    pub(super) call: ToolCall,
    /// Whether to do it, as against saying that it is not done.
    pub(super) execute: bool,
    /// Whether it is the turn's last call.
    pub(super) is_last: bool,
}

impl Batch {
    /// The calls of a turn, of which `allowed` may be done.
    pub(super) fn new(turn: &AssistantTurn, allowed: u32) -> Self {
        Self { waiting: calls_of(turn).cloned().collect(), executed: 0, allowed, halt: None }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// The next call.
    pub(super) fn next(&mut self) -> Option<Step> {
        let call = self.waiting.pop_front()?;
        if self.halt.is_none() && self.executed >= self.allowed {
            self.halt = Some(Halt::Limit);
        }
        let execute = self.halt.is_none();
        self.executed += u32::from(execute);
        Some(Step { call, execute, is_last: self.waiting.is_empty() })
    }

    /// Takes note of how the call that was just done ended.
    pub(super) fn note(&mut self, status: ToolStatus, lost_desktop: bool) {
        if lost_desktop {
            self.halt = Some(Halt::DesktopLost);
        } else if status != ToolStatus::Done {
            self.halt = Some(Halt::Failure);
        }
    }

    /// The answer to a call that is not done.
    pub(super) fn not_executed(&self, call: &ToolCall) -> ToolResult {
        let text = if self.halt == Some(Halt::Limit) { NOT_EXECUTED_LIMIT } else { NOT_EXECUTED };
        unexecuted(call, ToolStatus::NotExecuted, text)
    }

    /// How many calls were done.
    pub(super) fn executed(&self) -> u32 {
        self.executed
    }

    /// The end of the run, when this batch brought it.
    pub(super) fn ends_the_run(&self, max_actions: u32) -> Option<RunEnd> {
        match self.halt? {
            Halt::Failure => None,
            Halt::DesktopLost => Some(RunEnd {
                outcome: RunOutcome::Failed,
                code: "desktop_unreachable".to_owned(),
                message:
                    "The desktop stopped answering. Send your message again; if that does not help, restart \
                          the chat's desktop."
                        .to_owned(),
            }),
            Halt::Limit => Some(RunEnd {
                outcome: RunOutcome::LimitReached,
                code: "max_actions".to_owned(),
                message: format!(
                    "The run stopped after {max_actions} actions, its limit. Write a message to let it go on."
                ),
            }),
        }
    }
}
