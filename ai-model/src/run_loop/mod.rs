//! The computer-use loop, as a function of the transcript: answer what is unanswered, ask the model, do what
//! it says, answer, again, until the model ends its turn, a limit stops it or a person has to speak. A new message, a
//! person's decision or answer, and a run that another replica lost, enter here alike.
//!
//! Reading order: `working` is the loop; `resume` says what a transcript that stands in the middle of a turn means;
//! `batch` are the calls of a turn, `gate` what stands before each, `effects` what each does, `hands` do it; `sight` is
//! what the model is shown, `acknowledged` waits for whoever keeps the transcript, `limits`, `no_progress` and `silence` where it must stop; `events` make a stream of it all.

mod acknowledged;
mod batch;
mod events;
mod gate;
mod limits;
mod no_progress;
mod resume;
mod sight;
mod silence;
mod usage_total;
mod working;

use futures_util::Stream;
use protocol::run::{RunEvent, RunLimits};
use protocol::transcript::approval::ApprovalPolicy;

use crate::providers::ModelProvider;
use crate::tools::ToolExecutor;
use crate::transcript::Conversation;
pub use acknowledged::Acknowledged;

/// All that one run needs.
pub struct Run {
    /// Who speaks.
    pub provider: Box<dyn ModelProvider>,
    /// What executes the calls.
    pub executor: ToolExecutor,
    /// What was said and done so far.
    pub conversation: Conversation,
    /// Where to stop.
    pub limits: RunLimits,
    /// What needs a person's word.
    pub approval: ApprovalPolicy,
    /// What is written down.
    pub acknowledged: Acknowledged,
}

/// Advances the conversation. Dropping the stream cancels the run at once.
pub fn advance(run: Run) -> impl Stream<Item = RunEvent> + Send + 'static {
    events::told(|events| working::work(run, events))
}
