//! The clipboard.
//!
//! X stores no clipboard: a program that copies becomes the owner of a selection and answers requests for its content.
//! So the agent is a client with its own window. It asks the owner to read ([`read`]), and after [`Clipboard::set`] it
//! is the owner and answers ([`serve`]). One thread receives and dispatches events.

mod error;
mod read;
mod serve;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{oneshot, watch};
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xfixes::{ConnectionExt as _, SelectionEventMask};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property, Timestamp, Window,
    WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use crate::x11::{Display, XError, spawn_event_thread};
pub use error::ClipboardError;
use read::Mailbox;
use serve::{Offer, Transfers};

/// Longest text in bytes of UTF-8, in both directions.
pub const MAX_TEXT_BYTES: usize = 10 * 1024 * 1024;

/// The desktop's clipboard.
#[derive(Debug)]
pub struct Clipboard {
    client: Arc<Client>,
    changes: watch::Receiver<u64>,
}

/// State shared by callers and the event thread.
#[derive(Debug)]
struct Client {
    display: Display,
    atoms: Atoms,
    /// A hidden window that owns selections and receives time stamps.
    window: Window,
    /// Texts that wait for a server time stamp, in the order of the requests for it.
    setting: Mutex<VecDeque<Setting>>,
    /// Texts that the agent offers, by selection.
    offers: Mutex<HashMap<Atom, Offer>>,
    /// Readers that wait for an owner's answer, by their window.
    readers: Mutex<HashMap<Window, Arc<Mailbox>>>,
}

#[derive(Debug)]
struct Setting {
    text: Arc<str>,
    done: oneshot::Sender<Result<(), ClipboardError>>,
}

x11rb::atom_manager! {
    /// Atoms used for selections.
    Atoms: AtomsCookie {
        CLIPBOARD,
        UTF8_STRING,
        TEXT_PLAIN: b"text/plain;charset=utf-8",
        TARGETS,
        TIMESTAMP,
        INCR,
        DESKHAND_CLIPBOARD,
        DESKHAND_TIME,
    }
}

impl Clipboard {
    /// Connects to a display and starts the event thread, which ends with the X server.
    ///
    /// # Errors
    /// When the server does not answer or lacks XFixes.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let client = Arc::new(Client::connect(display_name)?);
        let (sender, changes) = watch::channel(0);
        let reader = Arc::clone(&client);
        spawn_event_thread("clipboard", move || {
            // The connection broke. The X server's exit is handled elsewhere.
            let Err(error) = reader.run(&sender);
            tracing::debug!(error = %error, "the clipboard thread ended");
            // Fail the pending calls, which would wait for ever.
            lock(&reader.setting).clear();
        })?;
        Ok(Self { client, changes })
    }

    /// The text that was copied last; empty if there is none.
    ///
    /// # Errors
    /// When the content is not text or too long, or its owner does not answer.
    pub async fn get(&self) -> Result<String, ClipboardError> {
        match self.client.own_text()? {
            Some(text) => Ok(text.as_ref().to_owned()),
            None => read::text(&self.client, self.client.atoms.CLIPBOARD).await,
        }
    }

    /// Sets the text that programs paste, both with a key (CLIPBOARD) and with the middle button (PRIMARY).
    ///
    /// # Errors
    /// When the text is too long or contains a zero byte, or another program copies at the same moment.
    pub async fn set(&self, text: String) -> Result<(), ClipboardError> {
        if text.len() > MAX_TEXT_BYTES {
            return Err(ClipboardError::TooLong);
        }
        if text.contains('\0') {
            return Err(ClipboardError::ZeroByte);
        }
        let (done, set) = oneshot::channel();
        self.client.ask_for_time(Setting { text: text.into(), done })?;
        // The sender is dropped only when the X server has ended.
        set.await.unwrap_or(Err(ClipboardError::Taken))
    }

    /// A counter that changes whenever something is copied or the clipboard is set.
    #[must_use]
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.clone()
    }
}

impl Client {
    fn connect(display_name: &str) -> Result<Self, XError> {
        let display = Display::connect(display_name)?;
        let connection = &display.connection;
        let atoms = Atoms::new(connection)?.reply()?;
        let window = create_window(&display)?;
        connection.xfixes_query_version(5, 0)?.reply()?;
        let mask = SelectionEventMask::SET_SELECTION_OWNER
            | SelectionEventMask::SELECTION_WINDOW_DESTROY
            | SelectionEventMask::SELECTION_CLIENT_CLOSE;
        connection.xfixes_select_selection_input(window, atoms.CLIPBOARD, mask)?.check()?;
        Ok(Self {
            display,
            atoms,
            window,
            setting: Mutex::default(),
            offers: Mutex::default(),
            readers: Mutex::default(),
        })
    }

    /// The copied text if the agent owns it. Asks the server, because the event that another program has copied may still
    /// be on its way.
    fn own_text(&self) -> Result<Option<Arc<str>>, XError> {
        let clipboard = self.atoms.CLIPBOARD;
        let owner = self.display.connection.get_selection_owner(clipboard)?.reply()?.owner;
        let offers = lock(&self.offers);
        let own = offers.get(&clipboard).filter(|_| owner == self.window);
        Ok(own.map(|offer| Arc::clone(&offer.text)))
    }

    /// Requests the server's time, which ownership of a selection starts at: changing a property triggers an event with
    /// it.
    fn ask_for_time(&self, setting: Setting) -> Result<(), XError> {
        let connection = &self.display.connection;
        // Locked until the request is sent, so that times arrive in this order.
        let mut waiting = lock(&self.setting);
        let (property, kind) = (self.atoms.DESKHAND_TIME, AtomEnum::INTEGER);
        connection.change_property32(PropMode::APPEND, self.window, property, kind, &[])?;
        waiting.push_back(setting);
        Ok(connection.flush()?)
    }

    fn run(&self, changes: &watch::Sender<u64>) -> Result<std::convert::Infallible, XError> {
        let mut transfers = Transfers::default();
        loop {
            match self.display.connection.wait_for_event()? {
                Event::PropertyNotify(changed) if changed.state == Property::DELETE => {
                    transfers.continue_transfer(self, changed.window, changed.atom)?;
                }
                Event::PropertyNotify(changed) if changed.window == self.window => {
                    self.take_ownership(changed.time)?;
                }
                Event::PropertyNotify(changed) => {
                    if let Some(mailbox) = lock(&self.readers).get(&changed.window) {
                        mailbox.property_changed();
                    }
                }
                Event::SelectionNotify(answer) => {
                    if let Some(mailbox) = lock(&self.readers).get(&answer.requestor) {
                        mailbox.answered(&answer);
                    }
                }
                Event::SelectionRequest(request) => transfers.answer(self, &request)?,
                Event::SelectionClear(lost) => self.drop_offer(lost.selection, lost.time),
                Event::DestroyNotify(destroyed) => transfers.forget(destroyed.window),
                Event::XfixesSelectionNotify(_) => changes.send_modify(|count| *count += 1),
                // Including errors: a program may exit at any time.
                _ => {}
            }
            self.display.connection.flush()?;
        }
    }

    /// Becomes the owner of both selections with the next waiting text.
    fn take_ownership(&self, time: Timestamp) -> Result<(), XError> {
        let Some(setting) = lock(&self.setting).pop_front() else { return Ok(()) };
        let connection = &self.display.connection;
        let mut outcome = Ok(());
        for selection in [AtomEnum::PRIMARY.into(), self.atoms.CLIPBOARD] {
            // Store the offer before anyone can request it.
            let offer = Offer { text: Arc::clone(&setting.text), since: time };
            lock(&self.offers).insert(selection, offer);
            connection.set_selection_owner(self.window, selection, time)?;
            let owner = connection.get_selection_owner(selection)?.reply()?.owner;
            if owner != self.window {
                lock(&self.offers).remove(&selection);
                if selection == self.atoms.CLIPBOARD {
                    outcome = Err(ClipboardError::Taken);
                }
            }
        }
        // The caller may have stopped waiting.
        let _ = setting.done.send(outcome);
        Ok(())
    }

    fn drop_offer(&self, selection: Atom, time: Timestamp) {
        let mut offers = lock(&self.offers);
        // We may have become the owner again since.
        if offers.get(&selection).is_some_and(|offer| serve::is_not_before(time, offer.since)) {
            offers.remove(&selection);
        }
    }
}

/// A hidden window that reports changes of its properties.
fn create_window(display: &Display) -> Result<Window, XError> {
    let connection = &display.connection;
    let window = connection.generate_id()?;
    let watch = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
    let class = WindowClass::INPUT_ONLY;
    connection.create_window(0, window, display.root, -1, -1, 1, 1, 0, class, 0, &watch)?;
    Ok(window)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
