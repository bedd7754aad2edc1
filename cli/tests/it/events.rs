//! Server-sent events of a chat, as they come.

use reqwest::RequestBuilder;
use serde_json::{Map, Value};

use crate::deskhand::DEADLINE;

/// A stream of events that is open.
pub(crate) struct Events {
    response: reqwest::Response,
    buffer: String,
}

impl Events {
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        Self { response, buffer: String::new() }
    }

    /// The events up to the end of the replay, that included.
    pub(crate) async fn replayed(request: RequestBuilder) -> Vec<Value> {
        let mut events = Self::open(request).await;
        let mut replay = Vec::new();
        while replay.last().is_none_or(|event: &Value| event["event"] != "ready") {
            replay.push(events.next().await.expect("the replay ended early"));
        }
        replay
    }

    /// The next event with its fields, `data` as JSON; absent once the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.buffer.split_once("\n\n") {
                let event = fields(event);
                self.buffer = rest.to_owned();
                // A comment keeps the connection open.
                if event.as_object().is_some_and(|fields| !fields.is_empty()) {
                    return Some(event);
                }
                continue;
            }
            let chunk = tokio::time::timeout(DEADLINE, self.response.chunk()).await.expect("nothing happens");
            self.buffer.push_str(&String::from_utf8_lossy(&chunk.ok()??));
        }
    }
}

fn fields(event: &str) -> Value {
    let mut fields = Map::new();
    for (name, text) in event.lines().filter_map(|line| line.split_once(": ")) {
        let value = if name == "data" { serde_json::from_str(text).unwrap() } else { text.into() };
        if !name.is_empty() {
            fields.insert(name.to_owned(), value);
        }
    }
    fields.into()
}
