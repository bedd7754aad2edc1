//! Parses server-sent events as the HTML standard defines them, with a limit on the size of an event, so that the
//! sender can't exhaust memory.

use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt as _};
use tokio_util::codec::{Decoder, FramedRead};
use tokio_util::io::StreamReader;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The type; `message` if the sender set none.
    pub event: String,
    /// The data, its lines joined by `\n`.
    pub data: String,
}

/// Why the stream of events ended.
#[derive(Debug, thiserror::Error)]
pub enum EventStreamError {
    /// The connection failed.
    #[error("the event stream broke off")]
    Io(#[from] std::io::Error),
    /// An event has more bytes than the limit.
    #[error("an event is larger than {0} bytes")]
    TooLarge(usize),
    /// An event is not UTF-8.
    #[error("an event is not UTF-8")]
    Encoding(#[from] std::str::Utf8Error),
}

/// The events of a body, of at most `limit` bytes each, including field names. An incomplete event at the end is
/// dropped, as the standard requires.
pub fn events<S, E>(
    body: S,
    limit: usize,
) -> impl Stream<Item = Result<Event, EventStreamError>> + Send + Unpin
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: std::error::Error + Send + Sync + 'static,
{
    let reader = StreamReader::new(Box::pin(body.map_err(std::io::Error::other)));
    FramedRead::new(reader, EventDecoder { limit, ..EventDecoder::default() })
}

/// Assembles lines into events.
#[derive(Debug, Default)]
struct EventDecoder {
    limit: usize,
    /// Whether the first line, which may begin with a byte order mark, has been read.
    begun: bool,
    /// Whether the last line ended with a carriage return, which a line feed may follow.
    after_return: bool,
    /// Bytes of the buffer that contain no line end.
    searched: usize,
    event: String,
    data: Option<String>,
    /// Bytes of the event's lines so far.
    size: usize,
}

impl EventDecoder {
    /// Takes the next complete line, without its line end.
    fn line(&mut self, buffer: &mut BytesMut) -> Option<BytesMut> {
        if self.after_return && !buffer.is_empty() {
            self.after_return = false;
            if buffer.first() == Some(&b'\n') {
                buffer.advance(1);
            }
        }
        let fresh = buffer.get(self.searched..).unwrap_or_default();
        let Some(end) = fresh.iter().position(|byte| matches!(byte, b'\n' | b'\r')) else {
            self.searched = buffer.len();
            return None;
        };
        let line = buffer.split_to(self.searched + end);
        self.after_return = buffer.first() == Some(&b'\r');
        buffer.advance(1);
        self.searched = 0;
        Some(line)
    }

    /// Handles a line. An empty one ends the event, which is dropped if it has no data.
    fn push_line(&mut self, line: &[u8]) -> Result<Option<Event>, EventStreamError> {
        let mark: &[u8] = if self.begun { b"" } else { b"\xef\xbb\xbf" };
        self.begun = true;
        let line = str::from_utf8(line.strip_prefix(mark).unwrap_or(line))?;
        if line.is_empty() {
            let event = std::mem::take(&mut self.event);
            let event = if event.is_empty() { "message".into() } else { event };
            self.size = 0;
            return Ok(self.data.take().map(|data| Event { event, data }));
        }
        self.size += line.len();
        let (field, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "event" => value.clone_into(&mut self.event),
            "data" => match &mut self.data {
                Some(data) => data.extend(["\n", value]),
                None => self.data = Some(value.to_owned()),
            },
            // Comments, and fields for reconnecting.
            _ => {}
        }
        Ok(None)
    }
}

impl Decoder for EventDecoder {
    type Item = Event;
    type Error = EventStreamError;

    fn decode(&mut self, buffer: &mut BytesMut) -> Result<Option<Event>, EventStreamError> {
        while let Some(line) = self.line(buffer) {
            if self.size + line.len() > self.limit {
                return Err(EventStreamError::TooLarge(self.limit));
            }
            if let Some(event) = self.push_line(&line)? {
                return Ok(Some(event));
            }
        }
        if self.size + buffer.len() > self.limit {
            return Err(EventStreamError::TooLarge(self.limit));
        }
        Ok(None)
    }

    fn decode_eof(&mut self, buffer: &mut BytesMut) -> Result<Option<Event>, EventStreamError> {
        let event = self.decode(buffer)?;
        if event.is_none() {
            buffer.clear();
        }
        Ok(event)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;

    use super::*;

    const LIMIT: usize = 64;

    /// The events of a body that arrives in pieces of so many bytes.
    async fn read(body: &str, piece: usize) -> Vec<Result<(String, String), String>> {
        let pieces: Vec<_> = body
            .as_bytes()
            .chunks(piece)
            .map(|piece| Ok::<_, std::io::Error>(Bytes::copy_from_slice(piece)))
            .collect();
        let events = events(futures_util::stream::iter(pieces), LIMIT);
        let plain = |event: Result<Event, EventStreamError>| match event {
            Ok(Event { event, data }) => Ok((event, data)),
            Err(error) => Err(error.to_string()),
        };
        events.map(plain).collect().await
    }

    fn event(name: &str, data: &str) -> Result<(String, String), String> {
        Ok((name.into(), data.into()))
    }

    #[tokio::test]
    async fn events_are_parsed_however_they_are_split() {
        let body = "\u{feff}: comment\nevent: add\ndata: 1\ndata:2\r\ndata:  ü\r\r\nid: 7\n\ndata\n\nretry: 3\nevent:x\n\ndata: {}\n\n";
        let expected = [event("add", "1\n2\n ü"), event("message", ""), event("message", "{}")];
        for piece in 1..=body.len() {
            assert_eq!(read(body, piece).await, expected, "in pieces of {piece}");
        }
    }

    #[tokio::test]
    async fn an_incomplete_event_is_dropped() {
        for body in ["data: 1\n\ndata: 2\n", "data: 1\n\ndata: 2", "data: 1\n\nd"] {
            assert_eq!(read(body, 3).await, [event("message", "1")], "{body:?}");
        }
    }

    #[tokio::test]
    async fn an_event_above_the_limit_ends_the_stream() {
        let refused = [Err("an event is larger than 64 bytes".to_owned())];
        let (fits, longer) = ("x".repeat(LIMIT - 6), "x".repeat(LIMIT - 5));
        assert_eq!(read(&format!("data: {fits}\n\n"), 7).await, [event("message", &fits)]);
        assert_eq!(read(&format!("data: {longer}\n\n"), 7).await, refused);
        assert_eq!(read(&"x".repeat(LIMIT + 1), 7).await, refused, "a line without an end");
        let lines = format!("data: 1\n\n{}", "data: 12\n".repeat(LIMIT / 8 + 1));
        assert_eq!(
            read(&lines, 7).await,
            [&[event("message", "1")], &refused[..]].concat(),
            "many short lines"
        );
    }

    #[tokio::test]
    async fn invalid_utf8_ends_the_stream() {
        let body =
            futures_util::stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"data: \xff\n\n"))]);
        let read: Vec<_> = events(body, LIMIT).collect().await;
        assert!(matches!(read[..], [Err(EventStreamError::Encoding(_))]), "{read:?}");
    }
}
