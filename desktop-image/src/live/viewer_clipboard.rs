//! Synchronises the clipboards of a viewer in control and of the desktop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;

use crate::clipboard::ClipboardError;
use crate::desktop::Desktop;
use crate::rfb::cut_text::{self, CutText};

/// An operation on the desktop's clipboard, whose owner may be any program.
type Operation<T> = Pin<Box<dyn Future<Output = Result<T, ClipboardError>> + Send>>;

/// The clipboard messages that a viewer understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClipboardEncoding {
    /// Texts in Latin-1.
    Latin1,
    /// Texts in UTF-8, sent on request.
    Extended,
}

/// Why the desktop's text is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// To send it to the viewer.
    Send,
    /// To find out whether it is what the viewer copied itself.
    Compare,
}

/// The clipboard of one viewer.
pub(super) struct ViewerClipboard {
    desktop: Arc<Desktop>,
    encoding: ClipboardEncoding,
    changes: watch::Receiver<u64>,
    reading: Option<(Purpose, Operation<String>)>,
    setting: Option<Operation<()>>,
    /// What the viewer copied last, until something else is copied; not sent back to it.
    own: Option<String>,
    /// The next message to the viewer.
    answer: Option<Vec<u8>>,
}

impl ViewerClipboard {
    /// Follows what is copied from now on.
    pub(super) fn new(desktop: Arc<Desktop>) -> Self {
        let mut changes = desktop.clipboard.changes();
        changes.mark_unchanged();
        Self {
            desktop,
            encoding: ClipboardEncoding::Latin1,
            changes,
            reading: None,
            setting: None,
            own: None,
            answer: None,
        }
    }

    /// Sets the encodings that the viewer understands.
    pub(super) fn set_encodings(&mut self, encodings: &[i32]) {
        let extended = encodings.contains(&cut_text::EXTENDED_CLIPBOARD);
        self.encoding = if extended { ClipboardEncoding::Extended } else { ClipboardEncoding::Latin1 };
        if extended {
            self.answer = Some(cut_text::caps());
        }
    }

    /// Handles a clipboard message.
    pub(super) fn handle(&mut self, message: CutText) {
        match message {
            CutText::Text(text) => {
                let desktop = Arc::clone(&self.desktop);
                self.own = Some(text.clone());
                // A later text replaces one that is not set yet.
                self.setting = Some(Box::pin(async move { desktop.clipboard.set(text).await }));
            }
            CutText::Request => self.read(Purpose::Send),
            CutText::Notify { text: true } => self.answer = Some(cut_text::request()),
            CutText::Peek => self.answer = Some(cut_text::notify()),
            CutText::Caps | CutText::Notify { text: false } | CutText::Other => {}
        }
    }

    fn read(&mut self, purpose: Purpose) {
        let desktop = Arc::clone(&self.desktop);
        self.reading = Some((purpose, Box::pin(async move { desktop.clipboard.get().await })));
    }

    /// Something was copied on the desktop.
    fn changed(&mut self) {
        match (self.encoding, &self.own) {
            (_, Some(_)) => self.read(Purpose::Compare),
            (ClipboardEncoding::Latin1, None) => self.read(Purpose::Send),
            (ClipboardEncoding::Extended, None) => self.answer = Some(cut_text::notify()),
        }
    }

    /// The desktop's text was read; `None` after a failure.
    fn text_read(&mut self, purpose: Purpose, text: Option<String>) {
        if purpose == Purpose::Send {
            self.answer = self.encode(text);
        } else if text != self.own {
            self.own = None;
            match self.encoding {
                ClipboardEncoding::Latin1 => self.answer = self.encode(text),
                ClipboardEncoding::Extended => self.answer = Some(cut_text::notify()),
            }
        }
    }

    /// Waits for the next message to the viewer. Safe to cancel.
    pub(super) async fn next(&mut self) -> Vec<u8> {
        loop {
            if let Some(answer) = self.answer.take() {
                return answer;
            }
            tokio::select! {
                set = completed(&mut self.setting) => {
                    self.setting = None;
                    log_failure(set);
                }
                (purpose, text) = read(&mut self.reading) => {
                    self.reading = None;
                    self.text_read(purpose, log_failure(text));
                }
                Ok(()) = self.changes.changed() => self.changed(),
                else => std::future::pending().await,
            }
        }
    }

    /// The message with a text. An Extended viewer gets one even after a failure, since it sent a request.
    fn encode(&self, text: Option<String>) -> Option<Vec<u8>> {
        match self.encoding {
            ClipboardEncoding::Latin1 => cut_text::plain(&text?),
            ClipboardEncoding::Extended => match cut_text::provide(&text.unwrap_or_default()) {
                Ok(message) => Some(message),
                Err(error) => {
                    tracing::error!(error = %error, "could not compress a text");
                    None
                }
            },
        }
    }
}

/// Waits for the operation, or for ever if there is none.
async fn completed<T>(operation: &mut Option<Operation<T>>) -> Result<T, ClipboardError> {
    match operation {
        Some(operation) => operation.await,
        None => std::future::pending().await,
    }
}

/// Waits for the text, or for ever if none is being read.
async fn read(
    reading: &mut Option<(Purpose, Operation<String>)>,
) -> (Purpose, Result<String, ClipboardError>) {
    match reading {
        Some((purpose, operation)) => (*purpose, operation.await),
        None => std::future::pending().await,
    }
}

/// Logs a failure, which is no reason to disconnect the viewer.
fn log_failure<T>(outcome: Result<T, ClipboardError>) -> Option<T> {
    outcome
        .inspect_err(|error| tracing::debug!(error = %error, "could not synchronise a viewer's clipboard"))
        .ok()
}
