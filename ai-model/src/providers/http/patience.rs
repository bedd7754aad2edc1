//! How long an answer is waited for.

use std::io::{Error, ErrorKind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_stream::stream;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use tokio::time::timeout;

/// How long an answer is waited for. Each byte counts, also of comments that only keep the connection alive.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// How long a server may be silent before its answer begins. One of a person's own reads a long prompt for minutes.
    pub first_byte: Duration,
    /// How long it may be silent in the middle of its answer.
    pub silence: Duration,
}

/// Whether an answer has begun. Clones share it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Begun(Arc<AtomicBool>);

impl Begun {
    pub(crate) fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    pub(crate) fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Patience {
    /// The bytes of a body, with an error of the kind [`ErrorKind::TimedOut`] after too long a silence.
    pub(crate) fn watch<S, E>(
        self,
        bytes: S,
        begun: Begun,
    ) -> impl Stream<Item = Result<Bytes, Error>> + Send + 'static
    where
        S: Stream<Item = Result<Bytes, E>> + Send + 'static,
        E: std::error::Error + Send + Sync + 'static,
    {
        stream! {
            let mut bytes = Box::pin(bytes);
            loop {
                let limit = if begun.get() { self.silence } else { self.first_byte };
                match timeout(limit, bytes.next()).await {
                    Ok(Some(Ok(piece))) => yield Ok(piece),
                    Ok(Some(Err(error))) => {
                        yield Err(Error::other(error));
                        return;
                    }
                    Ok(None) => return,
                    Err(_) => {
                        yield Err(ErrorKind::TimedOut.into());
                        return;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);

    /// How many pieces arrive, each after so many milliseconds, and how it ends if not with the body.
    async fn watched(patience: Patience, begun: bool, pieces: &[u64]) -> (usize, Option<ErrorKind>) {
        let bytes = stream::iter(pieces.to_owned()).then(|after| async move {
            tokio::time::sleep(Duration::from_millis(after)).await;
            Ok::<_, Error>(Bytes::from_static(b": alive\n\n"))
        });
        let state = Begun::default();
        if begun {
            state.set();
        }
        let found: Vec<Result<Bytes, Error>> = patience.watch(bytes, state).collect().await;
        let end = found.last().and_then(|last| last.as_ref().err()).map(Error::kind);
        (found.iter().filter(|piece| piece.is_ok()).count(), end)
    }

    #[tokio::test]
    async fn a_server_may_read_for_longer_than_it_may_pause() {
        let silence = Duration::from_millis(1);
        let patient = Patience { first_byte: NEVER, silence };
        assert_eq!(watched(patient, false, &[50]).await, (1, None));
        assert_eq!(watched(patient, true, &[3_600_000]).await, (0, Some(ErrorKind::TimedOut)));
        let hasty = Patience { first_byte: silence, silence: NEVER };
        assert_eq!(watched(hasty, false, &[3_600_000]).await, (0, Some(ErrorKind::TimedOut)));
    }

    #[tokio::test]
    async fn comments_keep_a_connection_alive_however_long_a_server_reads() {
        let first_byte = Duration::from_millis(400);
        let patience = Patience { first_byte, silence: first_byte };
        assert_eq!(watched(patience, false, &[10; 60]).await, (60, None));
    }
}
