//! The computer-use loop, as a function of the transcript: answer the open calls, ask the model, execute its calls, and
//! repeat, until the model ends its turn, a limit is reached or a person has to decide. A new message, a decision, an
//! answer and a run that another replica lost all start here.
//!
//! Reading order: `run` is the loop and `execution` how it executes the calls of a turn; `fallbacks` are the models that go on where one can't; `resume` interprets a
//! transcript that ends in the middle of a turn; `batch` is the calls of a turn, `gate` decides whether each may be
//! executed; `screenshot_policy` decides which images the model sees; `acknowledgements` waits until events are stored, and
//! `sent_images` for images of the caller; `spending` tells what attempts cost; `spans` are those of traces; `limits`, `no_progress` and `empty_turn_policy` end a run; `events` makes a stream of it all.

mod acknowledgements;
mod batch;
mod empty_turn_policy;
mod events;
mod execution;
mod fallbacks;
mod gate;
mod limits;
mod no_progress;
mod resume;
mod run;
mod screenshot_policy;
mod sent_images;
mod spans;
mod spending;
mod usage_total;

use futures_util::Stream;
use protocol::price::Price;
use protocol::run::{RunEvent, RunLimits};
use protocol::spending::Spending;
use protocol::transcript::approval::ApprovalPolicy;

use crate::providers::ModelProvider;
use crate::tools::ToolExecutor;
use crate::transcript::Conversation;
pub use acknowledgements::Acknowledgements;
pub use fallbacks::{Fallbacks, NoModel, ReadyModel};
pub use sent_images::SentImages;

/// The input of a run.
pub struct RunInput {
    /// The model.
    pub provider: Box<dyn ModelProvider>,
    /// What the model costs, if an administrator says so.
    pub price: Option<Price>,
    /// The models that go on where it can't.
    pub fallbacks: Fallbacks,
    /// Executes its calls.
    pub executor: ToolExecutor,
    /// The conversation so far.
    pub conversation: Conversation,
    /// Where to stop.
    pub limits: RunLimits,
    /// Which calls need a person's approval.
    pub approval: ApprovalPolicy,
    /// What was spent since the last message on attempts that ended without a turn.
    pub spent: Vec<Spending>,
    /// The caller's count of stored events.
    pub acknowledgements: Acknowledgements,
    /// The caller's images that did not come with the request.
    pub sent_images: SentImages,
}

/// Runs the loop. Dropping the stream cancels the run immediately.
pub fn advance(input: RunInput) -> impl Stream<Item = RunEvent> + Send + 'static {
    events::stream_of(|events| run::run(input, events))
}
