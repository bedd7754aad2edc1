//! Sends the frames of a stream, with the faults of the script.

use std::convert::Infallible;
use std::io;

use async_stream::try_stream;
use axum::body::Bytes;
use futures_util::Stream;
use serde_json::json;

use super::script::StreamFaults;
use super::vendor::ERROR_MESSAGE;

/// The bytes of a stream, with its faults.
pub(super) fn chunks(
    events: Vec<String>,
    faults: StreamFaults,
) -> impl Stream<Item = io::Result<Bytes>> + Send + 'static {
    try_stream! {
        for (index, event) in events.into_iter().enumerate() {
            if faults.break_after == Some(index) {
                Err(io::Error::other("the script breaks the connection"))?;
            }
            if faults.hang_after == Some(index) {
                let never: Infallible = std::future::pending().await;
                match never {}
            }
            if let Some(kind) = faults.error.as_ref().filter(|_| faults.error_after == index) {
                let message = faults.error_message.as_deref().unwrap_or(ERROR_MESSAGE);
                let error = json!({ "type": "error", "error": { "type": kind, "message": message } });
                yield Bytes::from(format!("event: error\ndata: {error}\n\n"));
                return;
            }
            if faults.split {
                for byte in event.bytes() {
                    yield Bytes::copy_from_slice(&[byte]);
                    tokio::task::yield_now().await;
                }
            } else {
                yield Bytes::from(event);
            }
        }
    }
}
