//! The demo: no key, no network, no AI. It understands a small language (`docs/demo-language.md`) and uses the same
//! loop as a model. It says what it is, and never claims what did not happen.

mod actions;
mod files;
mod grammar;
mod lexer;
mod plan;
mod statement;
mod wording;

use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use protocol::models::{ComputerUse, ModelFacts};
use protocol::transcript::{AssistantBlock, AssistantTurn, TokenUsage, TranscriptItem, TurnCost};

use super::shared::stop_reason::stop_reason;
use super::{ModelError, ModelName, ModelProvider, Price, TurnEvent, TurnEvents};
use crate::chat::{ChatMessage, ChatRole};
use crate::transcript::canned_results::TAKEN_OVER;
use crate::transcript::{Conversation, calls_of};
pub use grammar::{Misunderstanding, Step, parse};
use plan::{CallOutcome, Plan};

/// The demo's model id.
pub const MODEL: &str = "demo";
/// The assistant's name.
pub const ASSISTANT_NAME: &str = "Demo";
/// The provider's name in transcripts.
pub(crate) const PROVIDER: &str = "demo";

/// Requests that the demo understands, as examples for new users.
pub const EXAMPLES: [&str; 3] = [
    "open the terminal, type \"echo hello from Deskhand\", press Return",
    "open the text editor, type \"My first note\", press ctrl+a, take a screenshot",
    "run `date > ~/Outputs/today.txt`, then open the file manager at ~/Outputs",
];

/// What is known about the demo.
pub(super) fn facts() -> ModelFacts {
    ModelFacts {
        id: MODEL.to_owned(),
        name: None,
        computer: ComputerUse::Functions,
        sees: Some(false),
        context: None,
        price: Some(Price::FREE),
        efforts: Vec::new(),
    }
}

/// The demo.
#[derive(Debug, Clone, Copy)]
pub struct Demo;

impl ModelProvider for Demo {
    fn name(&self) -> ModelName<'_> {
        ModelName { provider: PROVIDER, model: MODEL }
    }

    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a> {
        let content = answer(conversation);
        let turn = match complete(content) {
            Ok(turn) => turn,
            Err(error) => return stream::iter([Err(error)]).boxed(),
        };
        let mut events: Vec<TurnEvent> = Vec::new();
        for block in &turn.content {
            if let AssistantBlock::Text { text } = block {
                events.extend(text.split_inclusive(' ').map(|word| TurnEvent::TextDelta(word.to_owned())));
            }
        }
        events.push(TurnEvent::Complete(turn));
        stream::iter(events.into_iter().map(Ok)).boxed()
    }

    fn price(&self) -> Option<Price> {
        Some(Price::FREE)
    }

    fn offered(&self) -> BoxFuture<'_, Result<Vec<ModelFacts>, ModelError>> {
        Box::pin(async { Ok(vec![facts()]) })
    }

    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        let last = messages.iter().rfind(|message| message.role == ChatRole::User);
        let text = match parse(last.map_or("", |message| message.content.as_str())) {
            Ok(steps) => wording::no_desktop(&steps),
            Err(problem) => wording::not_understood(&problem),
        };
        Box::pin(async move { Ok(text) })
    }
}

/// The next turn of the demo, which depends on the transcript alone.
fn answer(conversation: &Conversation) -> Vec<AssistantBlock> {
    let text = |text: String| vec![AssistantBlock::Text { text }];
    let request = conversation.items.iter().enumerate().rev().find_map(|(index, item)| match item {
        TranscriptItem::UserMessage(message) => Some((index, message)),
        _ => None,
    });
    let Some((index, message)) = request else { return text(wording::greeting()) };
    let plan = match parse(&message.text) {
        Ok(steps) => Plan::new(steps),
        Err(problem) => return text(wording::not_understood(&problem)),
    };
    let results = results_since(conversation, index);
    plan.next_turn(&results, calls_so_far(conversation))
}

/// What came of the calls of the latest request, in order. Calls that were skipped because a person took control are
/// left out: they are still to be executed.
fn results_since(conversation: &Conversation, request: usize) -> Vec<CallOutcome<'_>> {
    let turns = conversation.items.iter().enumerate().skip(request + 1);
    let turns = turns.filter(|(_, item)| matches!(item, TranscriptItem::AssistantTurn(_)));
    let outcomes = turns.flat_map(|(index, _)| {
        let taken_over = taken_over_after(conversation, index);
        conversation.results_of(index).map(move |result| CallOutcome { result, taken_over })
    });
    outcomes.filter(|outcome| outcome.result.text != TAKEN_OVER).collect()
}

/// Whether a person took control between the turn at `index` and the next one.
fn taken_over_after(conversation: &Conversation, index: usize) -> bool {
    let since = conversation.items[index + 1..].iter();
    let mut since = since.take_while(|item| !matches!(item, TranscriptItem::AssistantTurn(_)));
    since.any(|item| matches!(item, TranscriptItem::Takeover(_)))
}

/// The number of calls so far, which makes the ids of new ones unique.
fn calls_so_far(conversation: &Conversation) -> usize {
    let turns = conversation.items.iter().filter_map(|item| match item {
        TranscriptItem::AssistantTurn(turn) => Some(turn),
        _ => None,
    });
    turns.map(|turn| calls_of(turn).count()).sum()
}

fn complete(content: Vec<AssistantBlock>) -> Result<AssistantTurn, ModelError> {
    let has_calls = content.iter().any(|block| matches!(block, AssistantBlock::ToolCall(_)));
    let raw = serde_json::to_string(&content).map_err(|_| ModelError::AnswerBroken)?;
    Ok(AssistantTurn {
        provider: PROVIDER.to_owned(),
        model: MODEL.to_owned(),
        raw,
        content,
        stop_reason: stop_reason(false, has_calls),
        usage: TokenUsage::default(),
        cost: TurnCost::default(),
        connection: None,
    })
}
