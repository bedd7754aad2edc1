//! A minimal X client that copies and pastes, written from the ICCCM and sharing no code with the agent. It does things
//! that well-behaved programs do not.

use std::sync::Arc;

use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, Property,
    SELECTION_NOTIFY_EVENT, SelectionNotifyEvent, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::agent::TestAgent;

pub(crate) struct XClient {
    pub(crate) connection: Arc<RustConnection>,
    pub(crate) window: Window,
}

impl XClient {
    pub(crate) fn connect(agent: &TestAgent) -> Self {
        let connection = agent.x_connection().unwrap();
        let root = connection.setup().roots[0].root;
        let window = connection.generate_id().unwrap();
        let watch = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let class = WindowClass::INPUT_ONLY;
        connection.create_window(0, window, root, 0, 0, 1, 1, 0, class, 0, &watch).unwrap();
        connection.flush().unwrap();
        Self { connection: Arc::new(connection), window }
    }

    pub(crate) fn atom(&self, name: &str) -> Atom {
        self.connection.intern_atom(false, name.as_bytes()).unwrap().reply().unwrap().atom
    }

    pub(crate) fn name(&self, atom: Atom) -> String {
        let name = self.connection.get_atom_name(atom).unwrap().reply().unwrap().name;
        String::from_utf8(name).unwrap()
    }

    /// Requests a selection as a target; returns type and bytes, or `None` if refused.
    pub(crate) fn ask(&self, selection: &str, target: &str) -> Option<(String, Vec<u8>)> {
        let (selection, target, property) = (self.atom(selection), self.atom(target), self.atom("PASTED"));
        self.connection.convert_selection(self.window, selection, target, property, 0_u32).unwrap();
        self.connection.flush().unwrap();
        let answer = loop {
            if let Event::SelectionNotify(answer) = self.connection.wait_for_event().unwrap() {
                break answer;
            }
        };
        if answer.property == x11rb::NONE {
            return None;
        }
        let kind = AtomEnum::ANY;
        let get = self.connection.get_property(false, self.window, property, kind, 0, u32::MAX / 4).unwrap();
        let reply = get.reply().unwrap();
        Some((self.name(reply.type_), reply.value))
    }

    /// Deletes the property to request the next part of a long text, and waits for it.
    pub(crate) fn next_part(&self) -> Vec<u8> {
        let property = self.atom("PASTED");
        self.connection.delete_property(self.window, property).unwrap();
        self.connection.flush().unwrap();
        let mut deleted = false;
        loop {
            match self.connection.wait_for_event().unwrap() {
                Event::PropertyNotify(changed) if changed.atom == property => {
                    if deleted && changed.state == Property::NEW_VALUE {
                        break;
                    }
                    deleted |= changed.state == Property::DELETE;
                }
                _ => {}
            }
        }
        let kind = AtomEnum::ANY;
        let get = self.connection.get_property(false, self.window, property, kind, 0, u32::MAX / 4);
        get.unwrap().reply().unwrap().value
    }

    /// Asks the window manager to minimise a window, as its title bar's button does.
    pub(crate) fn minimise(&self, window: Window) {
        const ICONIC: u32 = 3;
        let root = self.connection.setup().roots[0].root;
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        let message = ClientMessageEvent::new(32, window, self.atom("WM_CHANGE_STATE"), [ICONIC, 0, 0, 0, 0]);
        self.connection.send_event(false, root, mask, message).unwrap();
        // Wait until the request is handled: the server discards unread requests when a client exits.
        self.connection.get_input_focus().unwrap().reply().unwrap();
    }

    /// Becomes the owner of the clipboard for a single target; refuses all others.
    pub(crate) fn copy(&self, target: &str, kind: &str, bytes: &[u8]) {
        let (target, kind, clipboard) = (self.atom(target), self.atom(kind), self.atom("CLIPBOARD"));
        self.connection.set_selection_owner(self.window, clipboard, 0_u32).unwrap();
        self.connection.get_input_focus().unwrap().reply().unwrap();
        // The announcement of parts is a 32-bit number, text is bytes.
        let announces = kind == self.atom("INCR");
        let (format, length) = if announces { (32, 1) } else { (8, bytes.len() as u32) };
        let (connection, bytes) = (Arc::clone(&self.connection), bytes.to_vec());
        std::thread::spawn(move || {
            // The thread ends with the agent's X server.
            while let Ok(event) = connection.wait_for_event() {
                let Event::SelectionRequest(request) = event else { continue };
                let fits = request.target == target;
                if fits {
                    let (mode, window, property) = (PropMode::REPLACE, request.requestor, request.property);
                    let _ = connection.change_property(mode, window, property, kind, format, length, &bytes);
                }
                let answer = SelectionNotifyEvent {
                    response_type: SELECTION_NOTIFY_EVENT,
                    sequence: 0,
                    time: request.time,
                    requestor: request.requestor,
                    selection: request.selection,
                    target: request.target,
                    property: if fits { request.property } else { x11rb::NONE },
                };
                let _ = connection.send_event(false, request.requestor, EventMask::NO_EVENT, answer);
                let _ = connection.flush();
            }
        });
    }
}
