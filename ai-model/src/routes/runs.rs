//! `POST /v1/runs`: one run of the computer-use loop, streamed.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::{Stream, StreamExt as _, stream};
use protocol::run::{KEEP_ALIVE, RunEvent, RunRequest};
use tracing::Instrument as _;

use super::api_error::{ApiError, Problem};
use super::run_body::RunBody;
use crate::desktop_client::DesktopClient;
use crate::images::Images;
use crate::run_loop::{Acknowledgements, Fallbacks, NoModel, ReadyModel, RunInput, SentImages, advance};
use crate::state::AppState;
use crate::tools::ToolExecutor;
use crate::transcript::Conversation;

/// Starts or continues a run and streams its events. Closing the stream cancels the run.
///
/// Each SSE event has the event's `type` as its name and the event as JSON in its data. A body of the type
/// `application/x-ndjson` is the request on one line, followed by a line `{"taken": 7}` whenever that many events have
/// been written down: no call is done before its `call_started` is. Such a client may send the lengths of its images
/// instead of the images, and then sends those that `images_wanted` names, as `{"image": {"sha256": "..", "data": ".."}}`.
#[utoipa::path(post, path = "/v1/runs", operation_id = "create_run", tag = "runs", request_body = RunRequest, responses(
    (status = OK, description = "The run's events, until `finished`", content_type = "text/event-stream", body = RunEvent),
    (status = "4XX", description = "The request can't be used", content_type = "application/problem+json", body = Problem),
))]
pub(crate) async fn create_run(
    State(state): State<AppState>,
    body: RunBody,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let RunBody { request, acknowledgements, images, lines } = body;
    if request.transcript.is_empty() {
        return Err(ApiError::Invalid {
            code: "empty_transcript",
            detail: "The transcript is empty: there is nothing to answer.".to_owned(),
        });
    }
    let span = tracing::info_span!("run", run.id = %request.run_id);
    let stopping = state.stopping.clone().cancelled_owned();
    let at_work = state.metrics.run();
    let events = events(&state, request, acknowledgements, images).map(move |event| {
        let _until_the_stream_ends = &at_work;
        sse_event(&event)
    });
    let events = match lines {
        None => events.boxed(),
        // Ending the response while acknowledgements are in flight would reset the connection and lose events, so the
        // client closes it.
        Some(lines) => events.chain(stream::pending()).take_until(Box::pin(lines.forward())).boxed(),
    };
    let events = traces::in_this_span(events.take_until(stopping));
    Ok(Sse::new(in_span(events, span)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

/// The run's events. A request that no provider can serve gives a failed run, whose end says why.
fn events(
    state: &AppState,
    request: RunRequest,
    acknowledgements: Acknowledgements,
    sent_images: SentImages,
) -> stream::BoxStream<'static, RunEvent> {
    let (ReadyModel { provider, price }, fallbacks) = match Fallbacks::begin(&state.providers, &request) {
        Ok(begun) => begun,
        Err(none) => {
            let NoModel { change, end } = *none;
            let change = change.map(RunEvent::ModelChanged);
            return stream::iter(change.into_iter().chain([RunEvent::Finished(end)])).boxed();
        }
    };
    let screen = request.desktop.screen;
    let desktop =
        DesktopClient::new(state.desktop_http.clone(), request.desktop, provider.screenshot_options(screen))
            .of_run(request.run_id);
    advance(RunInput {
        provider,
        price,
        executor: ToolExecutor::new(desktop, state.releases.clone()),
        conversation: Conversation {
            items: request.transcript,
            images: Images::new(request.images, request.image_sizes),
            screen,
            connection: fallbacks.connection(),
        },
        fallbacks,
        limits: request.limits,
        approval: request.approval,
        spent: request.spent,
        acknowledgements,
        sent_images,
    })
    .boxed()
}

/// Logs the stream's messages in the run's span.
fn in_span<S: Stream + Send + 'static>(events: S, span: tracing::Span) -> impl Stream<Item = S::Item> + Send
where
    S::Item: Send,
{
    stream::unfold((Box::pin(events), span), |(mut events, span)| async move {
        let event = events.next().instrument(span.clone()).await?;
        Some((event, (events, span)))
    })
}

fn sse_event(event: &RunEvent) -> Result<Event, Infallible> {
    let name = event_name(event);
    // Serializing a run event never fails.
    Ok(Event::default().event(name).json_data(event).unwrap_or_else(|error| {
        tracing::error!(%error, "an event could not be written");
        Event::default().comment("unwritable event")
    }))
}

fn event_name(event: &RunEvent) -> &'static str {
    match event {
        RunEvent::TurnStarted { .. } => "turn_started",
        RunEvent::TextDelta { .. } => "text_delta",
        RunEvent::ThinkingDelta { .. } => "thinking_delta",
        RunEvent::Retrying { .. } => "retrying",
        RunEvent::SpentSoFar(_) => "spent_so_far",
        RunEvent::Spent(_) => "spent",
        RunEvent::ModelChanged(_) => "model_changed",
        RunEvent::AssistantTurn(_) => "assistant_turn",
        RunEvent::ApprovalRequested(_) => "approval_requested",
        RunEvent::CallStarted(_) => "call_started",
        RunEvent::ImagesWanted { .. } => "images_wanted",
        RunEvent::ToolStarted(_) => "tool_started",
        RunEvent::Image { .. } => "image",
        RunEvent::ToolResult(_) => "tool_result",
        RunEvent::UsageTotal { .. } => "usage_total",
        RunEvent::Finished(_) => "finished",
    }
}
