//! Reads what the engine sends, where blocking is allowed.

use std::io::{self, Read};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::provider::docker::home_volumes::{DownloadError, MountedHome};

/// How long a transfer may stand still.
pub(super) const STALL_TIMEOUT: Duration = Duration::from_secs(300);

/// A tar file that is being received.
pub(super) trait TarStream: Read {
    /// Whether the sender has sent everything that it wanted to send.
    fn has_ended(&self) -> bool;

    /// Whether the sender has no such file.
    fn is_gone(&self) -> bool;

    /// Why reading failed with `error`.
    fn cause(self, error: anyhow::Error) -> anyhow::Error;
}

/// A tar file that the engine sends.
pub(super) struct Download<'a> {
    stream: Pin<Box<dyn Stream<Item = Result<Bytes, DownloadError>> + Send + 'a>>,
    rest: Bytes,
    shutdown: &'a CancellationToken,
    has_ended: bool,
    error: Option<DownloadError>,
}

impl<'a> Download<'a> {
    /// Begins to read the home folder, or one file below it.
    pub(super) fn new(home: &'a MountedHome, below: &str, shutdown: &'a CancellationToken) -> Self {
        let stream = Box::pin(home.download(below));
        Self { stream, rest: Bytes::new(), shutdown, has_ended: false, error: None }
    }
}

impl TarStream for Download<'_> {
    fn has_ended(&self) -> bool {
        self.has_ended
    }

    fn is_gone(&self) -> bool {
        matches!(self.error, Some(DownloadError::Gone))
    }

    fn cause(self, error: anyhow::Error) -> anyhow::Error {
        self.error.map_or(error, Into::into)
    }
}

impl Read for Download<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.rest.is_empty() && !self.has_ended {
            let next = self.shutdown.run_until_cancelled(self.stream.next());
            match Handle::current().block_on(async { tokio::time::timeout(STALL_TIMEOUT, next).await }) {
                Err(_) => return Err(io::Error::other("Docker has stopped sending. Try again")),
                Ok(None) => return Err(io::Error::other("It was interrupted")),
                Ok(Some(None)) => self.has_ended = true,
                Ok(Some(Some(Ok(bytes)))) => self.rest = bytes,
                Ok(Some(Some(Err(error)))) => {
                    self.error = Some(error);
                    return Err(io::Error::other("Docker has failed"));
                }
            }
        }
        let length = self.rest.len().min(buffer.len());
        let (now, _) = buffer.split_at_mut(length);
        now.copy_from_slice(&self.rest.split_to(length));
        Ok(length)
    }
}
