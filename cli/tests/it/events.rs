//! The server-sent events of a chat, as they come.

use reqwest::RequestBuilder;
use serde::Serialize;
use serde_json::Value;

use crate::deskhand::DEADLINE;

/// A stream of events that is open.
pub(crate) struct Events {
    response: reqwest::Response,
    buffer: String,
}

/// A server-sent event with its fields.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    #[serde(rename = "event")]
    pub(crate) name: String,
    /// Only what is in the chat's log has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) retry: Option<String>,
    pub(crate) data: Value,
}

impl Events {
    pub(crate) async fn open(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        assert!(response.status().is_success(), "{}", response.status());
        Self { response, buffer: String::new() }
    }

    /// The events up to the end of the replay, that included.
    pub(crate) async fn replayed(request: RequestBuilder) -> Vec<Event> {
        let mut events = Self::open(request).await;
        let mut replay = Vec::new();
        while replay.last().is_none_or(|event: &Event| event.name != "ready") {
            replay.push(events.next().await.expect("the replay ended early"));
        }
        replay
    }

    /// The entries of the log that a replay brings.
    pub(crate) async fn log(request: RequestBuilder) -> Vec<Value> {
        let replay = Self::replayed(request).await.into_iter();
        replay.filter(|event| event.id.is_some()).map(|event| event.data).collect()
    }

    /// The next event; absent once the stream has ended, however.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((text, rest)) = self.buffer.split_once("\n\n") {
                let event = parsed(text);
                self.buffer = rest.to_owned();
                match event {
                    Some(event) => return Some(event),
                    // A comment that keeps the connection open.
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(DEADLINE, self.response.chunk()).await.expect("nothing happens");
            self.buffer.push_str(&String::from_utf8_lossy(&chunk.ok()??));
        }
    }

    /// Skips to an event.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&Event) -> bool) -> Event {
        loop {
            let event = self.next().await.expect("the stream ended early");
            if wanted(&event) {
                return event;
            }
        }
    }
}

fn parsed(text: &str) -> Option<Event> {
    let field = |name: &str| {
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).map(str::to_owned)
    };
    let data = field("data").map_or(Value::Null, |data| serde_json::from_str(&data).unwrap());
    Some(Event { name: field("event")?, id: field("id"), retry: field("retry"), data })
}
