//! Reads the text of a selection from its owner.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::timeout;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ConnectionExt as _, GetPropertyReply, SelectionNotifyEvent, Window,
};

use super::{Client, ClipboardError, MAX_TEXT_BYTES, create_window, lock};

/// How long an owner may take to answer, and then for each part of a long text.
const OWNER_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a whole transfer may take, since an owner could send single bytes.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(60);
/// The text limit in the four-byte units of property requests, plus one to detect longer texts.
const MAX_PROPERTY_UNITS: u32 = (MAX_TEXT_BYTES / 4) as u32 + 1;

/// Where the event thread puts events for a reader. Its size is bounded: properties are read from the server, however
/// often they changed.
#[derive(Debug, Default)]
pub(super) struct Mailbox {
    answer: Mutex<Option<SelectionNotifyEvent>>,
    came: Notify,
}

impl Mailbox {
    pub(super) fn answered(&self, answer: &SelectionNotifyEvent) {
        *lock(&self.answer) = Some(*answer);
        self.came.notify_one();
    }

    pub(super) fn property_changed(&self) {
        self.came.notify_one();
    }
}

/// The text of a selection; empty if it has no owner.
pub(super) async fn text(client: &Arc<Client>, selection: Atom) -> Result<String, ClipboardError> {
    let reader = Reader::open(client)?;
    let read = timeout(TRANSFER_TIMEOUT, reader.read_text(selection)).await;
    read.unwrap_or(Err(ClipboardError::Unanswered))
}

/// One read operation with its own window, so that several can run concurrently.
struct Reader {
    client: Arc<Client>,
    window: Window,
    mailbox: Arc<Mailbox>,
}

impl Reader {
    fn open(client: &Arc<Client>) -> Result<Self, ClipboardError> {
        let window = create_window(&client.display)?;
        let mailbox = Arc::<Mailbox>::default();
        lock(&client.readers).insert(window, Arc::clone(&mailbox));
        Ok(Self { client: Arc::clone(client), window, mailbox })
    }

    async fn read_text(&self, selection: Atom) -> Result<String, ClipboardError> {
        let atoms = &self.client.atoms;
        // Current programs support the first, so the list of targets is not requested.
        for target in [atoms.UTF8_STRING, atoms.TEXT_PLAIN, AtomEnum::STRING.into()] {
            if let Some(text) = self.convert(selection, target).await? {
                return Ok(text);
            }
            if self.client.display.connection.get_selection_owner(selection)?.reply()?.owner == x11rb::NONE {
                return Ok(String::new());
            }
        }
        Err(ClipboardError::NotText)
    }

    /// Requests the selection as `target`; `None` if the owner does not support it.
    async fn convert(&self, selection: Atom, target: Atom) -> Result<Option<String>, ClipboardError> {
        let connection = &self.client.display.connection;
        let property = self.client.atoms.DESKHAND_CLIPBOARD;
        connection.convert_selection(self.window, selection, target, property, x11rb::CURRENT_TIME)?;
        connection.flush()?;
        let answer = self.wait(|| Ok(lock(&self.mailbox.answer).take_if(|answer| answer.target == target)));
        if answer.await?.property == x11rb::NONE {
            return Ok(None);
        }
        let Some(whole) = self.take_property()? else { return Ok(None) };
        let (kind, bytes) = if whole.type_ == self.client.atoms.INCR {
            self.take_parts(&whole).await?
        } else {
            (whole.type_, whole.value)
        };
        Ok(Some(decode(kind, bytes)))
    }

    /// Receives a text in parts (INCR), the last of them empty. Deleting the property requests the next part.
    async fn take_parts(&self, announcement: &GetPropertyReply) -> Result<(Atom, Vec<u8>), ClipboardError> {
        // The announcement contains a lower bound of the length.
        let at_least = announcement.value32().and_then(|mut numbers| numbers.next()).unwrap_or(0);
        if usize::try_from(at_least).is_ok_and(|length| length > MAX_TEXT_BYTES) {
            return Err(ClipboardError::TooLong);
        }
        let mut bytes = Vec::new();
        loop {
            let part = self.wait(|| self.take_property()).await?;
            if part.value.is_empty() {
                return Ok((part.type_, bytes));
            }
            bytes.extend(part.value);
            if bytes.len() > MAX_TEXT_BYTES {
                return Err(ClipboardError::TooLong);
            }
        }
    }

    /// Calls `look` after each event until it returns a value.
    async fn wait<T>(
        &self,
        look: impl Fn() -> Result<Option<T>, ClipboardError>,
    ) -> Result<T, ClipboardError> {
        let found = async {
            loop {
                self.mailbox.came.notified().await;
                if let Some(found) = look()? {
                    return Ok(found);
                }
            }
        };
        timeout(OWNER_TIMEOUT, found).await.unwrap_or(Err(ClipboardError::Unanswered))
    }

    /// Reads and deletes the property; `None` if it does not exist.
    fn take_property(&self) -> Result<Option<GetPropertyReply>, ClipboardError> {
        let property = self.client.atoms.DESKHAND_CLIPBOARD;
        let (kind, connection) = (AtomEnum::ANY, &self.client.display.connection);
        let reply =
            connection.get_property(true, self.window, property, kind, 0, MAX_PROPERTY_UNITS)?.reply()?;
        if reply.bytes_after > 0 || reply.value.len() > MAX_TEXT_BYTES {
            return Err(ClipboardError::TooLong);
        }
        Ok((reply.type_ != x11rb::NONE).then_some(reply))
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        lock(&self.client.readers).remove(&self.window);
        // Tells an owner in the middle of a transfer. Without a connection there is nothing to destroy.
        let connection = &self.client.display.connection;
        let _ = connection.destroy_window(self.window).map(|_| connection.flush());
    }
}

/// Decodes a text. Some owners add a zero byte, which is dropped.
fn decode(kind: Atom, mut bytes: Vec<u8>) -> String {
    bytes.retain(|byte| *byte != 0);
    if kind == Atom::from(AtomEnum::STRING) {
        // Latin-1 is the start of Unicode.
        return bytes.into_iter().map(char::from).collect();
    }
    String::from_utf8(bytes).unwrap_or_else(|broken| String::from_utf8_lossy(broken.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{AtomEnum, decode};

    #[test]
    fn a_string_is_decoded_as_latin_1() {
        assert_eq!(decode(AtomEnum::STRING.into(), b"caf\xe9\0".to_vec()), "café");
        assert_eq!(decode(999, "café ✓".into()), "café ✓");
        assert_eq!(decode(999, b"a\xffb".to_vec()), "a\u{fffd}b");
    }
}
