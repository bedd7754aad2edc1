//! The computer-use loop, as a function of the transcript: answer what is unanswered, ask the model, do what
//! it says, answer, again, until the model ends its turn or a limit stops it. A new message, and a run that
//! another replica lost, enter here alike.

mod batch;
mod hands;
mod held_buttons;
mod open_app;
mod repair;
mod sentences;
mod silence;

use std::collections::HashSet;

use async_stream::stream;
use futures_util::{Stream, StreamExt as _};
use protocol::run::{RunEnd, RunEvent, RunLimits, RunOutcome};
use protocol::transcript::{AssistantTurn, ToolResult, TranscriptItem};

use crate::providers::{Conversation, Provider, ProviderError, TurnEvent};
use batch::Batch;
pub use hands::Hands;
use hands::Picture;
pub(crate) use open_app::{launch_command, name as app_name};
pub use sentences::{INTERRUPTED, NO_OUTPUT, NOT_EXECUTED, NOT_EXECUTED_LIMIT};
use silence::{Next, Silence};

/// All that one run needs.
pub struct Run {
    /// Who speaks.
    pub provider: Box<dyn Provider>,
    /// Who acts.
    pub hands: Hands,
    /// What was said and done so far.
    pub conversation: Conversation,
    /// Where to stop.
    pub limits: RunLimits,
}

/// Advances the conversation. Dropping the stream cancels the run at once.
pub fn advance(run: Run) -> impl Stream<Item = RunEvent> + Send + 'static {
    let Run { provider, mut hands, mut conversation, limits } = run;
    stream! {
        for result in repair::answers_to_dangling_calls(&conversation) {
            yield record(&mut conversation, result);
        }
        let mut sent_pictures = HashSet::new();
        let mut silence = Silence::default();
        let mut actions = 0;
        let mut number = 0;
        let end = loop {
            // A run whose last turn is there already has only its end to tell.
            if number == 0 && let Some(end) = already_over(&conversation) {
                break end;
            }
            if number >= limits.max_turns {
                break turns_used_up(limits.max_turns);
            }
            yield RunEvent::TurnStarted { turn: number };
            let mut answer = None;
            let mut events = provider.turn(&conversation);
            while let Some(event) = events.next().await {
                match said(number, event) {
                    Said::Live(event) => yield event,
                    Said::End(end) => answer = Some(end),
                }
            }
            drop(events);
            let turn = match answer.unwrap_or(Err(ProviderError::EmptyTurn)) {
                Ok(turn) => turn,
                Err(error) => break failed(&error),
            };
            yield RunEvent::AssistantTurn(turn.clone());
            conversation.items.push(TranscriptItem::AssistantTurn(turn.clone()));
            number += 1;

            let mut batch = Batch::new(&turn, limits.max_actions - actions.min(limits.max_actions));
            if batch.is_empty() {
                match silence.next(&turn) {
                    Next::AskAgain => continue,
                    Next::End(end) => break end,
                }
            }
            silence = Silence::default();
            while let Some(step) = batch.next() {
                if step.execute {
                    yield RunEvent::ToolStarted(step.call.clone());
                    let done = hands.perform(&step.call, step.is_last).await;
                    if let Some(picture) = done.picture
                        && let Some(event) = announce(&mut sent_pictures, &mut conversation, picture)
                    {
                        yield event;
                    }
                    batch.note(done.result.status, done.lost_desktop);
                    yield record(&mut conversation, done.result);
                } else {
                    yield record(&mut conversation, batch.not_executed(&step.call));
                }
            }
            actions += batch.executed();
            if let Some(end) = batch.ends_the_run(limits.max_actions) {
                break end;
            }
        };
        hands.release().await;
        tracing::info!(run.turns = number, run.actions = actions, run.code = %end.code, "run ended");
        yield RunEvent::Finished(end);
    }
}

/// The end of a run that was lost after its last turn.
fn already_over(conversation: &Conversation) -> Option<RunEnd> {
    let Some(TranscriptItem::AssistantTurn(turn)) = conversation.items.last() else { return None };
    match Silence::default().next(turn) {
        Next::AskAgain => None,
        Next::End(end) => Some(end),
    }
}

/// What an event of the provider means for the run.
enum Said {
    /// To be passed on as it happens.
    Live(RunEvent),
    /// The turn has ended, well or badly.
    End(Result<AssistantTurn, ProviderError>),
}

fn said(turn: u32, event: Result<TurnEvent, ProviderError>) -> Said {
    match event {
        Ok(TurnEvent::TextDelta(text)) => Said::Live(RunEvent::TextDelta { turn, text }),
        Ok(TurnEvent::ThinkingDelta(text)) => Said::Live(RunEvent::ThinkingDelta { turn, text }),
        Ok(TurnEvent::Retrying { reason, delay_ms }) => {
            Said::Live(RunEvent::Retrying { turn, reason, delay_ms })
        }
        Ok(TurnEvent::Complete(turn)) => Said::End(Ok(turn)),
        Err(error) => Said::End(Err(error)),
    }
}

/// Appends a result to the conversation and makes it an event.
fn record(conversation: &mut Conversation, result: ToolResult) -> RunEvent {
    conversation.items.push(TranscriptItem::ToolResult(result.clone()));
    RunEvent::ToolResult(result)
}

/// Keeps a picture and makes it an event, unless this stream has carried the same one before.
fn announce(
    sent: &mut HashSet<String>,
    conversation: &mut Conversation,
    picture: Picture,
) -> Option<RunEvent> {
    conversation.pictures.insert(picture.sha256.clone(), picture.base64.clone());
    sent.insert(picture.sha256.clone()).then(|| RunEvent::Image {
        sha256: picture.sha256,
        media_type: picture.media_type,
        data: picture.base64.to_string(),
    })
}

fn failed(error: &ProviderError) -> RunEnd {
    tracing::warn!(error.code = error.code(), "the model gave no turn");
    error.run_end()
}

fn turns_used_up(max_turns: u32) -> RunEnd {
    RunEnd {
        outcome: RunOutcome::LimitReached,
        code: "max_turns".to_owned(),
        message: format!(
            "The run stopped after {max_turns} turns of the model, its limit. Write a message to let it go on."
        ),
    }
}
