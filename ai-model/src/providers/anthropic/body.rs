//! The body of a request, in pieces: the text is serialized for each request, the images are shared with the
//! conversation and never copied. So a request needs only the memory of its text.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::blocks::{EMPTY_DATA, UserBlock};
use super::messages::Message;

/// JSON in pieces, which can be sent repeatedly.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestBody {
    pieces: Vec<Bytes>,
}

impl RequestBody {
    /// The object `head`, extended by the field `messages`.
    pub(super) fn new<T: Serialize>(head: &T, messages: &[Message]) -> Result<Self, serde_json::Error> {
        let mut writer = Writer { text: serde_json::to_vec(head)?, pieces: Vec::new() };
        writer.text.pop();
        writer.text.extend_from_slice(br#","messages":["#);
        for (index, message) in messages.iter().enumerate() {
            if index > 0 {
                writer.text.push(b',');
            }
            writer.message(message)?;
        }
        writer.text.extend_from_slice(b"]}");
        writer.end_text();
        Ok(Self { pieces: writer.pieces })
    }

    /// A body that is JSON already.
    pub(super) fn of_bytes(json: Vec<u8>) -> Self {
        Self { pieces: vec![json.into()] }
    }

    /// The SHA-256 of the whole body, in hexadecimal digits.
    pub(super) fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        self.pieces.iter().for_each(|piece| hash.update(piece));
        hex::encode(hash.finalize())
    }

    /// The length of the whole body in bytes.
    pub(super) fn len(&self) -> usize {
        self.pieces.iter().map(Bytes::len).sum()
    }

    /// The body for the HTTP client.
    pub(super) fn into_stream(self) -> reqwest::Body {
        reqwest::Body::wrap_stream(stream::iter(self.pieces.into_iter().map(Ok::<_, std::io::Error>)))
    }
}

struct Writer {
    text: Vec<u8>,
    pieces: Vec<Bytes>,
}

impl Writer {
    fn message(&mut self, message: &Message) -> Result<(), serde_json::Error> {
        let text = serde_json::to_vec(message)?;
        let mut rest = text.as_slice();
        if let Message::User { content } = message {
            for image in content.iter().flat_map(UserBlock::images) {
                let Some(at) = find(rest, EMPTY_DATA) else { break };
                let (before, after) = rest.split_at(at + EMPTY_DATA.len() - 1);
                self.text.extend_from_slice(before);
                self.end_text();
                self.pieces.push(Bytes::from_owner(Shared(image.clone())));
                rest = after;
            }
        }
        self.text.extend_from_slice(rest);
        Ok(())
    }

    fn end_text(&mut self) {
        self.pieces.push(Bytes::from(std::mem::take(&mut self.text)));
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Shared text as bytes.
struct Shared(Arc<str>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}
