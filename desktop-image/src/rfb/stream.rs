//! The connection to a viewer: RFB's byte stream over WebSocket messages, and the handshake.

use axum::extract::ws::{Message, WebSocket};
use protocol::action::Size;

use super::input_buffer::InputBuffer;
use super::messages::{ClientMessage, Violation};
use super::pixel_format::PixelFormat;

const VERSION: &[u8; 12] = b"RFB 003.008\n";
const SECURITY_NONE: u8 = 1;
const NAME: &[u8] = b"Deskhand";

/// Why a connection ended.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    #[error("the viewer left")]
    Left,
    #[error("the connection broke")]
    Broken(#[from] axum::Error),
    #[error(transparent)]
    Violation(#[from] Violation),
}

/// RFB's byte stream over WebSocket messages.
pub(crate) struct RfbStream {
    socket: WebSocket,
    input: InputBuffer,
}

impl RfbStream {
    pub(crate) fn new(socket: WebSocket) -> Self {
        Self { socket, input: InputBuffer::default() }
    }

    /// The next message, if it is complete.
    pub(crate) fn message(&mut self) -> Result<Option<ClientMessage>, Violation> {
        self.input.message()
    }

    /// Waits for more bytes. Safe to cancel.
    pub(crate) async fn more(&mut self) -> Result<(), StreamError> {
        match self.socket.recv().await {
            Some(Ok(Message::Binary(bytes))) => Ok(self.input.push(&bytes)?),
            Some(Ok(Message::Text(_))) => Err(Violation("text").into()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(StreamError::Left),
            Some(Err(error)) => Err(error.into()),
        }
    }

    async fn take<const N: usize>(&mut self) -> Result<[u8; N], StreamError> {
        loop {
            if let Some(taken) = self.input.take() {
                return Ok(taken);
            }
            self.more().await?;
        }
    }

    pub(crate) async fn send(&mut self, bytes: Vec<u8>) -> Result<(), StreamError> {
        Ok(self.socket.send(Message::Binary(bytes.into())).await?)
    }
}

/// Negotiates version and security, then describes the screen. The token has been checked before.
pub(crate) async fn handshake(
    stream: &mut RfbStream,
    size: impl FnOnce() -> Size,
) -> Result<Size, StreamError> {
    stream.send(VERSION.to_vec()).await?;
    if stream.take::<12>().await? != *VERSION {
        return Err(Violation("another version").into());
    }
    stream.send(vec![1, SECURITY_NONE]).await?;
    if stream.take::<1>().await? != [SECURITY_NONE] {
        return Err(Violation("another security type").into());
    }
    stream.send(vec![0; 4]).await?;
    // The shared flag is ignored: the screen is always shared.
    stream.take::<1>().await?;
    let size = size();
    let mut init = Vec::new();
    for edge in [size.width, size.height] {
        init.extend(u16::try_from(edge).unwrap_or(u16::MAX).to_be_bytes());
    }
    init.extend(PixelFormat::SERVER.to_bytes());
    init.extend(u32::try_from(NAME.len()).unwrap_or_default().to_be_bytes());
    init.extend(NAME);
    stream.send(init).await?;
    Ok(size)
}
