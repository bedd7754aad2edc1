//! What a body is, whatever its content type says: a stream of events, one JSON in its place, or a page of HTML.

use std::io::Error;

use bytes::{Bytes, BytesMut};
use futures_util::stream::{self, BoxStream, StreamExt as _};
use reqwest::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use super::page::one_line;

/// The largest JSON, in bytes; it may repeat whole documents.
const LONGEST_JSON: usize = 16 << 20;
/// As much of a page is read, in bytes: its title is at its beginning.
const LONGEST_PAGE: usize = 64 << 10;

/// The bytes of a body.
pub(crate) type Bodies = BoxStream<'static, Result<Bytes, Error>>;

/// A body.
pub(crate) enum Body {
    /// Events.
    Stream(Bodies),
    /// One JSON.
    Json(String),
    /// HTML, or at least its beginning.
    Page(String),
}

/// Whether a response says that it is HTML.
pub(crate) fn is_page(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim().to_ascii_lowercase().starts_with("text/html")
}

/// Finds out what a body is by its first character: no event begins with `{`, `[` or `<`.
///
/// # Errors
/// When the connection breaks first.
pub(crate) async fn kind_of(headers: &HeaderMap, mut bytes: Bodies) -> Result<Body, Error> {
    let mut begun = BytesMut::new();
    let first = loop {
        if let Some(first) = first_character(&begun) {
            break Some(first);
        }
        match bytes.next().await {
            Some(piece) => begun.extend_from_slice(&piece?),
            None => break None,
        }
        if begun.len() > LONGEST_PAGE {
            break None;
        }
    };
    Ok(match first {
        first if is_page(headers) || first == Some(b'<') => {
            Body::Page(text(begun, bytes, LONGEST_PAGE).await?)
        }
        Some(b'{' | b'[') => Body::Json(text(begun, bytes, LONGEST_JSON).await?),
        _ => Body::Stream(stream::iter([Ok(begun.freeze())]).chain(bytes).boxed()),
    })
}

/// The first character that is neither white space nor part of a byte order mark.
fn first_character(begun: &[u8]) -> Option<u8> {
    let begun = begun.strip_prefix(b"\xef\xbb\xbf").unwrap_or(begun);
    begun.iter().copied().find(|byte| !byte.is_ascii_whitespace())
}

async fn text(mut begun: BytesMut, mut bytes: Bodies, limit: usize) -> Result<String, Error> {
    while begun.len() < limit
        && let Some(piece) = bytes.next().await
    {
        begun.extend_from_slice(&piece?);
    }
    begun.truncate(limit);
    let text = begun.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&begun);
    Ok(String::from_utf8_lossy(text).into_owned())
}

/// What an error says, wherever it says it, or its beginning.
pub(crate) fn said(body: &str) -> String {
    let json: Value = serde_json::from_str(body).unwrap_or_default();
    let places = ["/error/message", "/error", "/message", "/detail"];
    let text = places.iter().find_map(|place| json.pointer(place).and_then(Value::as_str));
    text.map_or_else(|| one_line(body), str::to_owned)
}
