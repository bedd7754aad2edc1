//! Answers programs that paste the agent's text.

use std::collections::VecDeque;
use std::sync::Arc;

use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, PropMode,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, SelectionRequestEvent, Timestamp, Window,
};
use x11rb::wrapper::ConnectionExt as _;

use super::{Client, lock};
use crate::x11::XError;

/// Longer texts are sent in parts of this many bytes, which every X server accepts in one request.
const PART: usize = 240 * 1024;
/// Most concurrent transfers. Beyond it the oldest is dropped, since a program that stops asking would keep one for
/// ever.
const MAX_TRANSFERS: usize = 64;

/// A text that the agent offers, and the time since when.
#[derive(Debug, Clone)]
pub(super) struct Offer {
    pub(super) text: Arc<str>,
    pub(super) since: Timestamp,
}

/// The encoded text: shared UTF-8, or Latin-1 for old programs.
#[derive(Debug, Clone)]
enum Encoded {
    Utf8(Arc<str>),
    Latin1(Arc<[u8]>),
}

impl Encoded {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Utf8(text) => text.as_bytes(),
            Self::Latin1(bytes) => bytes,
        }
    }
}

/// A long text that is sent in parts to a property of the requestor's window.
#[derive(Debug)]
struct Transfer {
    requestor: Window,
    property: Atom,
    kind: Atom,
    encoded: Encoded,
    sent: usize,
}

/// All transfers, oldest first.
#[derive(Debug, Default)]
pub(super) struct Transfers {
    running: VecDeque<Transfer>,
}

impl Transfers {
    /// Answers a request for a selection, if only with a refusal.
    pub(super) fn answer(&mut self, client: &Client, request: &SelectionRequestEvent) -> Result<(), XError> {
        // Obsolete clients leave the property to the owner (ICCCM 2.2).
        let property = if request.property == x11rb::NONE { request.target } else { request.property };
        let offer = lock(&client.offers).get(&request.selection).cloned();
        let answered = match offer {
            Some(offer) => self.write_selection(client, request, property, &offer)?,
            None => false,
        };
        let answer = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time: request.time,
            requestor: request.requestor,
            selection: request.selection,
            target: request.target,
            property: if answered { property } else { x11rb::NONE },
        };
        client.display.connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer)?;
        Ok(())
    }

    /// Writes the requested target to the property. Returns false if it is not supported.
    fn write_selection(
        &mut self,
        client: &Client,
        request: &SelectionRequestEvent,
        property: Atom,
        offer: &Offer,
    ) -> Result<bool, XError> {
        let (atoms, connection) = (&client.atoms, &client.display.connection);
        let (to, target, replace) = (request.requestor, request.target, PropMode::REPLACE);
        if target == atoms.TARGETS {
            let mut targets = vec![atoms.TARGETS, atoms.TIMESTAMP, atoms.UTF8_STRING, atoms.TEXT_PLAIN];
            targets.extend(latin1(&offer.text).map(|_| Atom::from(AtomEnum::STRING)));
            connection.change_property32(replace, to, property, AtomEnum::ATOM, &targets)?;
        } else if target == atoms.TIMESTAMP {
            connection.change_property32(replace, to, property, AtomEnum::INTEGER, &[offer.since])?;
        } else if target == atoms.UTF8_STRING || target == atoms.TEXT_PLAIN {
            let encoded = Encoded::Utf8(Arc::clone(&offer.text));
            self.start(client, Transfer { requestor: to, property, kind: target, encoded, sent: 0 })?;
        } else if target == Atom::from(AtomEnum::STRING)
            && let Some(bytes) = latin1(&offer.text)
        {
            let encoded = Encoded::Latin1(bytes.into());
            self.start(client, Transfer { requestor: to, property, kind: target, encoded, sent: 0 })?;
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Sends a short text as a whole, and announces a long one.
    fn start(&mut self, client: &Client, transfer: Transfer) -> Result<(), XError> {
        let connection = &client.display.connection;
        let Transfer { requestor, property, kind, .. } = transfer;
        let bytes = transfer.encoded.bytes();
        if bytes.len() <= PART {
            connection.change_property8(PropMode::REPLACE, requestor, property, kind, bytes)?;
            return Ok(());
        }
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.running.retain(|running| running.requestor != requestor || running.property != property);
        if self.running.len() >= MAX_TRANSFERS
            && let Some(oldest) = self.running.pop_front()
        {
            self.ignore(client, oldest.requestor)?;
        }
        // The requestor deletes the property to request more, and its window is destroyed when it exits.
        let watch = EventMask::PROPERTY_CHANGE | EventMask::STRUCTURE_NOTIFY;
        let watch = ChangeWindowAttributesAux::new().event_mask(watch);
        connection.change_window_attributes(requestor, &watch)?;
        connection.change_property32(PropMode::REPLACE, requestor, property, client.atoms.INCR, &[length])?;
        self.running.push_back(transfer);
        Ok(())
    }

    /// Sends the next part after a property was deleted; an empty one follows the last.
    pub(super) fn continue_transfer(
        &mut self,
        client: &Client,
        requestor: Window,
        property: Atom,
    ) -> Result<(), XError> {
        let is_it = |running: &Transfer| running.requestor == requestor && running.property == property;
        let Some(index) = self.running.iter().position(is_it) else { return Ok(()) };
        let Some(transfer) = self.running.get_mut(index) else { return Ok(()) };
        let rest = &transfer.encoded.bytes()[transfer.sent..];
        let part = &rest[..rest.len().min(PART)];
        let connection = &client.display.connection;
        connection.change_property8(PropMode::REPLACE, requestor, property, transfer.kind, part)?;
        transfer.sent += part.len();
        if part.is_empty() {
            self.running.remove(index);
            self.ignore(client, requestor)?;
        }
        Ok(())
    }

    /// Drops the transfers of a destroyed window.
    pub(super) fn forget(&mut self, requestor: Window) {
        self.running.retain(|running| running.requestor != requestor);
    }

    /// Stops listening to a window without transfers, except to our readers' windows.
    fn ignore(&self, client: &Client, requestor: Window) -> Result<(), XError> {
        let busy = self.running.iter().any(|running| running.requestor == requestor);
        if !busy && !lock(&client.readers).contains_key(&requestor) {
            let nothing = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
            client.display.connection.change_window_attributes(requestor, &nothing)?;
        }
        Ok(())
    }
}

/// Whether `time` is `other` or later. The server's time wraps around after 49 days.
pub(super) fn is_not_before(time: Timestamp, other: Timestamp) -> bool {
    time.wrapping_sub(other) <= Timestamp::MAX / 2
}

/// The text in Latin-1; `None` if it has other characters.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::{is_not_before, latin1};

    #[test]
    fn a_text_is_encoded_as_latin_1_only_if_nothing_is_lost() {
        assert_eq!(latin1("café\n"), Some(b"caf\xe9\n".to_vec()));
        assert_eq!(latin1("5 €"), None);
    }

    #[test]
    fn times_are_compared_across_the_wrap_around() {
        assert!(is_not_before(5, 5) && is_not_before(6, 5) && !is_not_before(5, 6));
        assert!(is_not_before(3, u32::MAX - 3) && !is_not_before(u32::MAX - 3, 3));
    }
}
