//! What the run loop asks of a model: the one trait that every vendor has a module for.

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use protocol::action::Size;
use protocol::agent::actions::ScreenshotOptions;
use protocol::transcript::AssistantTurn;

use super::ModelError;
use super::shared::price::Price;
use crate::chat::ChatMessage;
use crate::transcript::Conversation;

/// What a provider says while it answers.
#[derive(Debug, Clone)]
pub enum TurnEvent {
    /// More words.
    TextDelta(String),
    /// More of the thinking's summary.
    ThinkingDelta(String),
    /// The request is being tried again; what was said of this turn is void.
    Retrying {
        /// What went wrong, for the person.
        reason: String,
        /// Milliseconds until the next try.
        delay_ms: u64,
    },
    /// The turn is complete; nothing follows.
    Complete(AssistantTurn),
}

/// The events of one turn. Nothing follows an error. Dropping it abandons the request.
pub type TurnEvents<'a> = BoxStream<'a, Result<TurnEvent, ModelError>>;

/// A model, or what stands in for one.
pub trait ModelProvider: Send + Sync {
    /// Asks for the next turn of a run.
    fn turn<'a>(&'a self, conversation: &'a Conversation) -> TurnEvents<'a>;

    /// The model's list price; `None` when it is not known, and nothing can be spent by it then.
    fn price(&self) -> Option<Price> {
        None
    }

    /// How the desktop makes the images of a run on this screen: as the model is to be shown them, so that
    /// nothing has to be done to them on their way.
    fn screenshot_options(&self, _screen: Size) -> ScreenshotOptions {
        ScreenshotOptions::default()
    }

    /// Whether each of the vendor's calls is answered with the screen after it, also when it failed. Other models
    /// are shown what they asked to look at, and the screen after the last call of a turn.
    fn expects_screenshot_after_each_call(&self) -> bool {
        false
    }

    /// Answers a plain chat, without a desktop.
    fn chat<'a>(&'a self, messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>>;
}
