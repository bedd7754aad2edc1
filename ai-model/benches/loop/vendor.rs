//! Models that take no time of their own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use ai_model::chat::ChatMessage;
use ai_model::providers::{ModelError, ModelName, ModelProvider, TurnEvent, TurnEvents};
use ai_model::transcript::Conversation;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::post;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::desktop::serve;
use crate::stopwatch::Stopwatch;
use crate::transcript::turn;

/// A provider without a vendor, whose turns are complete immediately.
pub(crate) struct Instant {
    pub(crate) first: usize,
    pub(crate) spoken: AtomicUsize,
}

impl ModelProvider for Instant {
    fn name(&self) -> ModelName<'_> {
        ModelName { provider: "bench", model: "bench" }
    }

    fn turn<'a>(&'a self, _conversation: &'a Conversation) -> TurnEvents<'a> {
        let number = self.first + self.spoken.fetch_add(1, Ordering::Relaxed);
        let turn = turn(number, "bench", "bench");
        stream::iter([Ok(TurnEvent::TextDelta("Step".to_owned())), Ok(TurnEvent::Complete(turn))]).boxed()
    }

    fn chat<'a>(&'a self, _messages: &'a [ChatMessage]) -> BoxFuture<'a, Result<String, ModelError>> {
        Box::pin(async { Ok(String::new()) })
    }
}

/// A Messages API that gives the same response to every request. The stopwatch starts at the request's headers, so that
/// sending the body counts as the model's time.
pub(crate) fn messages_api(first: usize, watch: Stopwatch) -> anyhow::Result<String> {
    let number = Arc::new(AtomicUsize::new(first));
    let router = Router::new()
        .route("/v1/messages", post(messages))
        .layer(DefaultBodyLimit::disable())
        .with_state((number, watch));
    serve(router)
}

async fn messages(
    State((number, watch)): State<(Arc<AtomicUsize>, Stopwatch)>,
    body: Body,
) -> impl IntoResponse {
    let time = watch.start();
    let mut body = body.into_data_stream();
    while body.next().await.is_some() {}
    let spoken = turn(number.fetch_add(1, Ordering::Relaxed), "anthropic", "");
    let blocks: Vec<Value> = serde_json::from_str(&spoken.raw).unwrap_or_default();
    let answer = events(&blocks);
    drop(time);
    ([(CONTENT_TYPE, "text/event-stream")], answer)
}

fn events(blocks: &[Value]) -> String {
    let mut text = String::new();
    let mut tell = |event: &Value| {
        text.push_str(&format!("event: {}\ndata: {event}\n\n", event["type"].as_str().unwrap_or_default()));
    };
    let usage = json!({ "input_tokens": 10, "output_tokens": 1 });
    tell(&json!({ "type": "message_start", "message": { "usage": usage } }));
    for (index, block) in blocks.iter().enumerate() {
        tell(&json!({ "type": "content_block_start", "index": index, "content_block": block }));
        tell(&json!({ "type": "content_block_stop", "index": index }));
    }
    tell(
        &json!({ "type": "message_delta", "delta": { "stop_reason": "tool_use" }, "usage": { "output_tokens": 9 } }),
    );
    tell(&json!({ "type": "message_stop" }));
    text
}
