//! What the demo says and does in each of its turns.

use protocol::transcript::{AssistantBlock, ToolCall, ToolResult, ToolStatus};

use super::grammar::Step;
use super::wording;

/// A request as turns: each says something first, then acts. A `say` begins a new one, so that it is said
/// when its time has come, and not before.
#[derive(Debug)]
pub(super) struct Plan {
    turns: Vec<PlannedTurn>,
}

#[derive(Debug, Default)]
struct PlannedTurn {
    says: Vec<String>,
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
                    Step::Say(text) => turn.says.push(text),
                    Step::Do(tool) => turn.tools.push(tool),
                }
            }
        }
        Self { turns }
    }

    /// The next turn, when `results` is what came of the calls so far. Ids of calls start at `first_id`.
    pub(super) fn next_turn(&self, results: &[&ToolResult], first_id: usize) -> Vec<AssistantBlock> {
        let failed = results.iter().any(|result| result.status != ToolStatus::Done);
        let mut made = 0;
        for turn in &self.turns {
            if !failed && made == results.len() {
                return self.turn(turn, made, results, first_id);
            }
            made += turn.tools.len();
        }
        text_only(&[self.report(results)])
    }

    fn turn(
        &self,
        turn: &PlannedTurn,
        made: usize,
        results: &[&ToolResult],
        first_id: usize,
    ) -> Vec<AssistantBlock> {
        let mut texts = Vec::new();
        if made == 0 && self.acts() {
            texts.push(wording::announcement(&self.tools()));
        }
        texts.extend(turn.says.iter().cloned());
        if turn.tools.is_empty() && self.acts() {
            texts.push(self.report(results));
        } else if turn.tools.is_empty() {
            texts.push(wording::WHAT_I_AM.to_owned());
        }
        let calls = turn.tools.iter().enumerate().map(|(index, tool)| {
            let call_id = format!("demo_{}", first_id + made + index);
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

    fn report(&self, results: &[&ToolResult]) -> String {
        wording::report(&self.tools(), results)
    }
}

fn text_only(texts: &[String]) -> Vec<AssistantBlock> {
    vec![AssistantBlock::Text { text: texts.join("\n\n") }]
}
