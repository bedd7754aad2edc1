//! Reads the server-sent events of a chat.

use reqwest::RequestBuilder;
use serde::Serialize;
use serde_json::Value;

use crate::deskhand::DEADLINE;

/// An open event stream.
pub(crate) struct Events {
    response: reqwest::Response,
    buffer: String,
}

/// A server-sent event.
#[derive(Debug, Serialize)]
pub(crate) struct Event {
    #[serde(rename = "event")]
    pub(crate) name: String,
    /// Only events in the log have an id.
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
        // Otherwise proxies hold events back.
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!((header("x-accel-buffering"), header("cache-control")), ("no", "no-cache, no-transform"));
        Self { response, buffer: String::new() }
    }

    /// The events up to and including the end of the replay.
    pub(crate) async fn replayed(request: RequestBuilder) -> Vec<Event> {
        let mut events = Self::open(request).await;
        let mut replay = Vec::new();
        while replay.last().is_none_or(|event: &Event| event.name != "ready") {
            replay.push(events.next().await.expect("the replay ended early"));
        }
        replay
    }

    /// The events of the log that a replay returns.
    pub(crate) async fn log(request: RequestBuilder) -> Vec<Value> {
        let replay = Self::replayed(request).await.into_iter();
        replay.filter(|event| event.id.is_some()).map(|event| event.data).collect()
    }

    /// The next event; `None` once the stream has ended, for whatever reason.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some((text, rest)) = self.buffer.split_once("\n\n") {
                let event = parsed(text);
                self.buffer = rest.to_owned();
                match event {
                    Some(event) => return Some(event),
                    // A keep-alive comment.
                    None => continue,
                }
            }
            let chunk = tokio::time::timeout(DEADLINE, self.response.chunk()).await.expect("nothing happens");
            self.buffer.push_str(&String::from_utf8_lossy(&chunk.ok()??));
        }
    }

    /// Skips to the first event that matches.
    pub(crate) async fn until(&mut self, mut wanted: impl FnMut(&Event) -> bool) -> Event {
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
