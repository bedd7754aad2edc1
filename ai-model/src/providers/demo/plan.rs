//! Plans the demo's turns.

use protocol::transcript::{AssistantBlock, ToolCall, ToolResult, ToolStatus};

use super::grammar::Step;
use super::wording;

/// A request as turns, each a text followed by calls. A `say` starts a new turn, so that its text appears only after
/// the calls before it.
#[derive(Debug)]
pub(super) struct Plan {
    turns: Vec<PlannedTurn>,
}

/// What came of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct CallOutcome<'a> {
    pub(super) result: &'a ToolResult,
    /// A person took control during its turn.
    pub(super) taken_over: bool,
}

impl CallOutcome<'_> {
    /// Whether the request is aborted. An action that a person interrupted by taking control does not abort it.
    fn failed(&self) -> bool {
        match self.result.status {
            ToolStatus::Done => false,
            ToolStatus::Interrupted => !self.taken_over,
            ToolStatus::Failed | ToolStatus::NotExecuted => true,
        }
    }
}

#[derive(Debug, Default)]
struct PlannedTurn {
    texts: Vec<String>,
    tools: Vec<protocol::transcript::Tool>,
}

impl Plan {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        let mut turns: Vec<PlannedTurn> = vec![PlannedTurn::default()];
        for step in steps {
            let acts = turns.last().is_some_and(|turn| !turn.tools.is_empty());
            if acts && matches!(step, Step::Say(_)) {
                turns.push(PlannedTurn::default());
            }
            if let Some(turn) = turns.last_mut() {
                match step {
                    Step::Say(text) => turn.texts.push(text),
                    Step::Do(tool) => turn.tools.push(tool),
                }
            }
        }
        Self { turns }
    }

    /// The next turn: the calls that follow those with `results`, beginning with the rest of a turn that a takeover
    /// interrupted. The ids of new calls start at `first_id`.
    pub(super) fn next_turn(&self, results: &[CallOutcome<'_>], first_id: usize) -> Vec<AssistantBlock> {
        let failed = results.iter().any(CallOutcome::failed);
        let mut made = 0;
        for turn in &self.turns {
            let rest = made..made + turn.tools.len().max(1);
            if !failed && rest.contains(&results.len()) {
                return self.turn(turn, results.len() - made, results, first_id);
            }
            made += turn.tools.len();
        }
        text_only(&[self.report(results)])
    }

    /// A turn without its first `done` calls.
    fn turn(
        &self,
        turn: &PlannedTurn,
        done: usize,
        results: &[CallOutcome<'_>],
        first_id: usize,
    ) -> Vec<AssistantBlock> {
        let mut texts = Vec::new();
        if results.is_empty() && self.acts() {
            texts.push(wording::announcement(&self.tools()));
        }
        if done == 0 {
            texts.extend(turn.texts.iter().cloned());
        } else {
            texts.push(wording::AFTER_TAKEOVER.to_owned());
        }
        if turn.tools.is_empty() && self.acts() {
            texts.push(self.report(results));
        } else if turn.tools.is_empty() {
            texts.push(wording::SELF_DESCRIPTION.to_owned());
        }
        let calls = turn.tools.iter().skip(done).enumerate().map(|(index, tool)| {
            let call_id = format!("demo_{}", first_id + index);
            AssistantBlock::ToolCall(ToolCall { call_id, tool: tool.clone(), confirmation: None })
        });
        text_only(&texts).into_iter().chain(calls).collect()
    }

    fn acts(&self) -> bool {
        self.turns.iter().any(|turn| !turn.tools.is_empty())
    }

    fn tools(&self) -> Vec<&protocol::transcript::Tool> {
        self.turns.iter().flat_map(|turn| &turn.tools).collect()
    }

    fn report(&self, results: &[CallOutcome<'_>]) -> String {
        let results: Vec<&ToolResult> = results.iter().map(|outcome| outcome.result).collect();
        wording::report(&self.tools(), &results)
    }
}

fn text_only(texts: &[String]) -> Vec<AssistantBlock> {
    vec![AssistantBlock::Text { text: texts.join("\n\n") }]
}
