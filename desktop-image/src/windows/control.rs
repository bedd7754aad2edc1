//! Focuses and closes windows through the window manager (EWMH).

use std::collections::HashSet;
use std::time::Duration;

use protocol::agent::windows::CloseResult;
use protocol::agent::windows::Window;
use tokio::time::timeout;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, PropMode, Timestamp,
};
use x11rb::wrapper::ConnectionExt as _;

use super::{WindowError, Windows};
use crate::x11::XError;

/// How long the window manager may take to move the focus. It needs 10 ms on an idle machine.
const FOCUS_TIMEOUT: Duration = Duration::from_secs(1);
/// Attempts to focus a window: a program that has just opened may take the focus back.
const FOCUS_ATTEMPTS: usize = 3;
/// How long a program may take to close its window or open a dialog.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(3);
/// The EWMH source indication of pagers, which act for the person.
const BY_THE_PERSON: u32 = 2;

impl Windows {
    /// Restores a minimised window, raises it and gives it the focus. Returns once it has the focus.
    ///
    /// # Errors
    /// When there is no such window, or it does not get the focus in time.
    pub async fn focus(&self, id: u32) -> Result<Window, WindowError> {
        self.named(id)?;
        for _ in 0..FOCUS_ATTEMPTS {
            let now = self.server_time().await?;
            let data = [BY_THE_PERSON, now, 0, 0, 0];
            self.ask_window_manager(id, self.atoms._NET_ACTIVE_WINDOW, data)?;
            let focused =
                self.wait(FOCUS_TIMEOUT, |windows| match windows.iter().find(|window| window.id == id) {
                    Some(window) if window.focused && !window.minimized => Some(Ok(window.clone())),
                    Some(_) => None,
                    None => Some(Err(WindowError::Unknown(id))),
                });
            if let Some(outcome) = focused.await? {
                return outcome;
            }
        }
        let holder = self.list()?.into_iter().find(|window| window.focused && window.id != id);
        Err(WindowError::StaysBehind { holder: holder.map(|window| window.title) })
    }

    /// Asks a window to close, and waits until it is gone or another one opens.
    ///
    /// # Errors
    /// When there is no such window.
    pub async fn close(&self, id: u32) -> Result<CloseResult, WindowError> {
        let before = self.named(id)?;
        let now = self.server_time().await?;
        self.ask_window_manager(id, self.atoms._NET_CLOSE_WINDOW, [now, BY_THE_PERSON, 0, 0, 0])?;
        let outcome = self.wait(CLOSE_TIMEOUT, |windows| {
            let closed = windows.iter().all(|window| window.id != id);
            let question = windows.iter().find(|window| !before.contains(&window.id)).cloned();
            (closed || question.is_some()).then_some(CloseResult { closed, question })
        });
        Ok(outcome.await?.unwrap_or(CloseResult { closed: false, question: None }))
    }

    /// Calls `look` with the windows, now and after each change, until it returns a value; `None` after `limit`.
    pub async fn wait<T>(
        &self,
        limit: Duration,
        mut look: impl FnMut(&[Window]) -> Option<T>,
    ) -> Result<Option<T>, XError> {
        let mut changes = self.changes.clone();
        let found = async {
            loop {
                changes.mark_unchanged();
                if let Some(found) = look(&self.list()?) {
                    return Ok(Some(found));
                }
                if changes.changed().await.is_err() {
                    // The X server is gone.
                    return Ok(None);
                }
            }
        };
        timeout(limit, found).await.unwrap_or(Ok(None))
    }

    /// The server's time. With it, a slow program can't take the focus back from a window that got it later.
    async fn server_time(&self) -> Result<Timestamp, XError> {
        let mut times = self.times.clone();
        times.mark_unchanged();
        let connection = &self.display.connection;
        let (property, kind) = (AtomEnum::WM_NAME, AtomEnum::STRING);
        connection.change_property8(PropMode::APPEND, self.clock, property, kind, &[])?;
        connection.flush()?;
        // If the X server is gone, the next request fails.
        let _ = times.changed().await;
        Ok(*times.borrow())
    }

    /// Fails if there is no such window. Returns all windows.
    fn named(&self, id: u32) -> Result<HashSet<u32>, WindowError> {
        let windows: HashSet<u32> = self.list()?.into_iter().map(|window| window.id).collect();
        if windows.contains(&id) { Ok(windows) } else { Err(WindowError::Unknown(id)) }
    }

    fn ask_window_manager(&self, window: u32, what: Atom, data: [u32; 5]) -> Result<(), XError> {
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        let message = ClientMessageEvent::new(32, window, what, data);
        let connection = &self.display.connection;
        connection.send_event(false, self.display.root, mask, message)?;
        Ok(connection.flush()?)
    }
}
