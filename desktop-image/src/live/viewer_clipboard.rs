//! The clipboard between a viewer in control and the desktop.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;

use crate::clipboard::ClipboardError;
use crate::desktop::Desktop;
use crate::rfb::cut_text::{self, CutText};

/// Something under way with the desktop's clipboard, whose other end is any program.
type Work<T> = Pin<Box<dyn Future<Output = Result<T, ClipboardError>> + Send>>;

/// What a viewer understands of clipboards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Speech {
    /// Texts in Latin-1.
    Plain,
    /// Texts in UTF-8, handed over when they are asked for.
    Extended,
}

/// Why the desktop's text is being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// The viewer shall have it.
    Tell,
    /// To see whether it is the viewer's own.
    Compare,
}

/// One viewer's side of the clipboard.
pub(super) struct ViewerClipboard {
    desktop: Arc<Desktop>,
    speech: Speech,
    changes: watch::Receiver<u64>,
    reading: Option<(Purpose, Work<String>)>,
    setting: Option<Work<()>>,
    /// The text that the viewer copied last, as long as nothing else was copied: it is no news to it.
    own: Option<String>,
    /// What is to be said next.
    answer: Option<Vec<u8>>,
}

impl ViewerClipboard {
    /// Of a viewer that learns of what is copied from now on.
    pub(super) fn new(desktop: Arc<Desktop>) -> Self {
        let mut changes = desktop.clipboard.changes();
        changes.mark_unchanged();
        Self {
            desktop,
            speech: Speech::Plain,
            changes,
            reading: None,
            setting: None,
            own: None,
            answer: None,
        }
    }

    /// The viewer says what it understands.
    pub(super) fn understands(&mut self, encodings: &[i32]) {
        let extended = encodings.contains(&cut_text::EXTENDED_CLIPBOARD);
        self.speech = if extended { Speech::Extended } else { Speech::Plain };
        if extended {
            self.answer = Some(cut_text::caps());
        }
    }

    /// The viewer says something of its clipboard.
    pub(super) fn handle(&mut self, message: CutText) {
        match message {
            CutText::Text(text) => {
                let desktop = Arc::clone(&self.desktop);
                self.own = Some(text.clone());
                // A later text takes the place of one that is not set yet.
                self.setting = Some(Box::pin(async move { desktop.clipboard.set(text).await }));
            }
            CutText::Request => self.read(Purpose::Tell),
            CutText::Notify { text: true } => self.answer = Some(cut_text::request()),
            CutText::Peek => self.answer = Some(cut_text::notify()),
            CutText::Caps | CutText::Notify { text: false } | CutText::Other => {}
        }
    }

    fn read(&mut self, purpose: Purpose) {
        let desktop = Arc::clone(&self.desktop);
        self.reading = Some((purpose, Box::pin(async move { desktop.clipboard.get().await })));
    }

    /// Something was copied.
    fn changed(&mut self) {
        match (self.speech, &self.own) {
            (_, Some(_)) => self.read(Purpose::Compare),
            (Speech::Plain, None) => self.read(Purpose::Tell),
            (Speech::Extended, None) => self.answer = Some(cut_text::notify()),
        }
    }

    /// The desktop's text has been read, if that was possible.
    fn was_read(&mut self, purpose: Purpose, text: Option<String>) {
        if purpose == Purpose::Tell {
            self.answer = self.told(text);
        } else if text != self.own {
            self.own = None;
            match self.speech {
                Speech::Plain => self.answer = self.told(text),
                Speech::Extended => self.answer = Some(cut_text::notify()),
            }
        }
    }

    /// Waits for what is to be sent to the viewer. Safe to cancel.
    pub(super) async fn next(&mut self) -> Vec<u8> {
        loop {
            if let Some(answer) = self.answer.take() {
                return answer;
            }
            tokio::select! {
                set = finished(&mut self.setting) => {
                    self.setting = None;
                    report(set);
                }
                (purpose, text) = read(&mut self.reading) => {
                    self.reading = None;
                    self.was_read(purpose, report(text));
                }
                Ok(()) = self.changes.changed() => self.changed(),
                else => std::future::pending().await,
            }
        }
    }

    /// How the viewer is told a text; one that asked is told something whatever happened.
    fn told(&self, text: Option<String>) -> Option<Vec<u8>> {
        match self.speech {
            Speech::Plain => cut_text::plain(&text?),
            Speech::Extended => match cut_text::provide(&text.unwrap_or_default()) {
                Ok(message) => Some(message),
                Err(error) => {
                    tracing::error!(error = %error, "could not compress a text");
                    None
                }
            },
        }
    }
}

/// Waits for what is under way; for ever when nothing is.
async fn finished<T>(work: &mut Option<Work<T>>) -> Result<T, ClipboardError> {
    match work {
        Some(work) => work.await,
        None => std::future::pending().await,
    }
}

/// Waits for the text that is being read; for ever when none is.
async fn read(reading: &mut Option<(Purpose, Work<String>)>) -> (Purpose, Result<String, ClipboardError>) {
    match reading {
        Some((purpose, work)) => (*purpose, work.await),
        None => std::future::pending().await,
    }
}

/// That some program's clipboard can't be used is no reason to part.
fn report<T>(outcome: Result<T, ClipboardError>) -> Option<T> {
    outcome
        .inspect_err(|error| tracing::debug!(error = %error, "a viewer's clipboard was not carried over"))
        .ok()
}
