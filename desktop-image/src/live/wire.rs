//! The connection to a viewer: bytes over messages, and the handshake.

use axum::extract::ws::{Message, WebSocket};

use protocol::action::Size;

use super::messages::{self, ClientMessage, Violation};
use super::pixels::PixelFormat;
use super::{LONGEST_MESSAGE, LiveError};
use crate::desktop::Desktop;

const VERSION: &[u8; 12] = b"RFB 003.008\n";
const SECURITY_NONE: u8 = 1;
const NAME: &[u8] = b"Deskhand";

/// The stream of bytes that RFB wants, over messages.
pub(super) struct Wire {
    socket: WebSocket,
    received: Vec<u8>,
    /// Bytes at the start of what was received that have been read.
    read: usize,
}

impl Wire {
    pub(super) fn new(socket: WebSocket) -> Self {
        Self { socket, received: Vec::new(), read: 0 }
    }

    /// The next message, if all of it is there.
    pub(super) fn message(&mut self) -> Result<Option<ClientMessage>, Violation> {
        Ok(messages::read(&self.received[self.read..])?.map(|(message, length)| {
            self.read += length;
            message
        }))
    }

    /// Waits for more bytes. Safe to cancel.
    pub(super) async fn more(&mut self) -> Result<(), LiveError> {
        self.received.drain(..std::mem::take(&mut self.read));
        match self.socket.recv().await {
            Some(Ok(Message::Binary(bytes))) => {
                if self.received.len() + bytes.len() > LONGEST_MESSAGE {
                    return Err(Violation("too much at once").into());
                }
                self.received.extend_from_slice(&bytes);
                Ok(())
            }
            Some(Ok(Message::Text(_))) => Err(Violation("text").into()),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(()),
            Some(Ok(Message::Close(_))) | None => Err(LiveError::Left),
            Some(Err(error)) => Err(error.into()),
        }
    }

    async fn take<const N: usize>(&mut self) -> Result<[u8; N], LiveError> {
        loop {
            if let Some(taken) = self.received[self.read..].first_chunk::<N>().copied() {
                self.read += N;
                return Ok(taken);
            }
            self.more().await?;
        }
    }

    pub(super) async fn send(&mut self, bytes: Vec<u8>) -> Result<(), LiveError> {
        Ok(self.socket.send(Message::Binary(bytes.into())).await?)
    }
}

/// Agrees on version and security and describes the screen, whose size it hands back. The token has been checked before.
pub(super) async fn handshake(desktop: &Desktop, wire: &mut Wire) -> Result<Size, LiveError> {
    wire.send(VERSION.to_vec()).await?;
    if wire.take::<12>().await? != *VERSION {
        return Err(Violation("another version").into());
    }
    wire.send(vec![1, SECURITY_NONE]).await?;
    if wire.take::<1>().await? != [SECURITY_NONE] {
        return Err(Violation("another security type").into());
    }
    wire.send(vec![0; 4]).await?;
    // Whether to share the screen: it is always shared.
    wire.take::<1>().await?;
    let size = desktop.screen.size();
    let mut init = Vec::new();
    for edge in [size.width, size.height] {
        init.extend(u16::try_from(edge).unwrap_or(u16::MAX).to_be_bytes());
    }
    init.extend(PixelFormat::SERVER.wire());
    init.extend(u32::try_from(NAME.len()).unwrap_or_default().to_be_bytes());
    init.extend(NAME);
    wire.send(init).await?;
    Ok(size)
}
