//! What the run loop requires of a model: the trait that each vendor's module implements.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::models::ModelFacts;
use protocol::run::ModelReason;
use protocol::transcript::{AssistantTurn, TokenUsage};

use super::ModelError;
use crate::chat::ChatMessage;
use crate::transcript::Conversation;
use protocol::price::Price;

/// What a provider emits while its turn is being received.
#[derive(Debug, Clone)]
pub enum TurnEvent {
    /// More text.
    TextDelta(String),
    /// More of the thinking summary.
    ThinkingDelta(String),
    /// The request is being retried; earlier deltas of this turn are void.
    Retrying {
        /// What went wrong.
        reason: ModelReason,
        /// Milliseconds until the next attempt.
        delay_ms: u64,
    },
    /// What the vendor has told so far of what it bills for the attempt under way. It replaces what was told before.
    SpentSoFar(TokenUsage),
    /// The attempt has ended without a turn, and the vendor bills this for it.
    Spent(TokenUsage),
    /// The turn is complete; nothing follows.
    Complete(AssistantTurn),
}

/// The events of one turn. Nothing follows an error. Dropping the stream cancels the request.
pub type TurnEvents<'a> = BoxStream<'a, Result<TurnEvent, ModelError>>;

/// Which model it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelName<'a> {
    /// Who serves it, such as `anthropic`.
    pub provider: &'static str,
    /// The vendor's id of the model.
    pub model: &'a str,
}

/// A model, or the demo in its place.
pub trait ModelProvider: Send + Sync {
    /// Which model it is.
    fn name(&self) -> ModelName<'_>;

    /// Requests the next turn of a run.
    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a>;

    /// Prepares the request for the next turn without sending it, so that the conversation's images note which of them it
    /// shows.
    fn note_images(&self, _conversation: &Conversation) {}

    /// The model's list price; `None` when it is unknown, so that costs can't be counted or limited.
    fn price(&self) -> Option<Price> {
        None
    }

    /// The options for screenshots of this screen: as the model is to see them, so that they need no conversion.
    fn screenshot_options(&self, _screen: Size) -> ScreenshotOptions {
        ScreenshotOptions::default()
    }

    /// Whether the vendor requires a screenshot after each call, even a failed one. Other models get the screenshots
    /// that they ask for, and one after the last call of a turn.
    fn expects_screenshot_after_each_call(&self) -> bool {
        false
    }

    /// Asks the server which of its models can use a computer, as far as it tells.
    fn offered(&self) -> BoxFuture<'_, Result<Vec<ModelFacts>, ModelError>> {
        Box::pin(async { Ok(Vec::new()) })
    }

    /// Answers a plain chat, without a desktop.
    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>>;
}
