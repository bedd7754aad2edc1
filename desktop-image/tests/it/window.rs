//! A window of the test that records its events.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask,
    KeyButMask, Window, WindowClass,
};
use x11rb::rust_connection::RustConnection;

use crate::agent::{LIMIT, TestAgent};

pub(crate) const RED: u32 = 0x00ff_0000;
pub(crate) const BLUE: u32 = 0x0000_00ff;
pub(crate) const CTRL: u16 = 4;
pub(crate) const SHIFT: u16 = 1;

/// An event of the window; `state` is the modifiers and buttons held before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Received {
    Button { down: bool, button: u8, x: i16, y: i16, state: u16, time: u32 },
    Key { down: bool, keysym: u32, state: u16, time: u32 },
    Motion { x: i16, y: i16 },
}

pub(crate) struct TestWindow {
    pub(crate) connection: Arc<RustConnection>,
    pub(crate) window: Window,
    received: Receiver<Received>,
}

impl TestWindow {
    /// Opens a red window in the top left corner, above all others, with the keyboard focus. It bypasses the window
    /// manager. A click paints it blue.
    pub(crate) fn open(agent: &TestAgent) -> Self {
        let connection = Arc::new(agent.x_connection().unwrap());
        let root = connection.setup().roots[0].root;
        let window = connection.generate_id().unwrap();
        let events = EventMask::BUTTON_PRESS
            | EventMask::BUTTON_RELEASE
            | EventMask::KEY_PRESS
            | EventMask::KEY_RELEASE
            | EventMask::POINTER_MOTION
            | EventMask::EXPOSURE;
        let attributes = CreateWindowAux::new().background_pixel(RED).override_redirect(1).event_mask(events);
        let class = WindowClass::INPUT_OUTPUT;
        connection
            .create_window(COPY_DEPTH_FROM_PARENT, window, root, 0, 0, 400, 300, 0, class, 0, &attributes)
            .unwrap();
        connection.map_window(window).unwrap();
        connection.flush().unwrap();
        while !matches!(connection.wait_for_event().unwrap(), Event::Expose(_)) {}
        let parent = x11rb::protocol::xproto::InputFocus::PARENT;
        connection.set_input_focus(parent, window, x11rb::CURRENT_TIME).unwrap();
        connection.get_input_focus().unwrap().reply().unwrap();
        let (sender, received) = channel();
        let reader = Arc::clone(&connection);
        std::thread::spawn(move || {
            // The thread ends with the agent's X server.
            while let Ok(event) = reader.wait_for_event() {
                if let Event::ButtonPress(_) = event {
                    let blue = ChangeWindowAttributesAux::new().background_pixel(BLUE);
                    reader.change_window_attributes(window, &blue).unwrap();
                    reader.clear_area(false, window, 0, 0, 0, 0).unwrap();
                    reader.flush().unwrap();
                }
                if let Some(received) = read(&reader, &event)
                    && sender.send(received).is_err()
                {
                    return;
                }
            }
        });
        Self { connection, window, received }
    }

    /// Moves the window with its content.
    pub(crate) fn move_to(&self, x: i32, y: i32) {
        let place = ConfigureWindowAux::new().x(x).y(y);
        self.connection.configure_window(self.window, &place).unwrap();
        self.connection.get_input_focus().unwrap().reply().unwrap();
    }

    /// The next event except motion.
    pub(crate) fn next(&self) -> Received {
        loop {
            let received = self.received.recv_timeout(LIMIT).expect("nothing arrived at the window");
            if !matches!(received, Received::Motion { .. }) {
                return received;
            }
        }
    }

    /// The next event including motion.
    pub(crate) fn next_of_any_kind(&self) -> Received {
        self.received.recv_timeout(LIMIT).expect("nothing arrived at the window")
    }

    /// All events so far except motion.
    pub(crate) fn so_far(&self) -> Vec<Received> {
        self.connection.get_input_focus().unwrap().reply().unwrap();
        self.received.try_iter().filter(|received| !matches!(received, Received::Motion { .. })).collect()
    }

    /// The modifiers and buttons that the X server considers down.
    pub(crate) fn held(&self) -> u16 {
        let reply = self.connection.query_pointer(self.window).unwrap().reply().unwrap();
        u16::from(reply.mask)
    }
}

fn read(connection: &RustConnection, event: &Event) -> Option<Received> {
    let button = |down, event: &x11rb::protocol::xproto::ButtonPressEvent| Received::Button {
        down,
        button: event.detail,
        x: event.event_x,
        y: event.event_y,
        state: bits(event.state),
        time: event.time,
    };
    let key = |down, event: &x11rb::protocol::xproto::KeyPressEvent| {
        let mapping = connection.get_keyboard_mapping(event.detail, 1).unwrap().reply().unwrap();
        Received::Key { down, keysym: mapping.keysyms[0], state: bits(event.state), time: event.time }
    };
    match event {
        Event::ButtonPress(event) => Some(button(true, event)),
        Event::ButtonRelease(event) => Some(button(false, event)),
        Event::KeyPress(event) => Some(key(true, event)),
        Event::KeyRelease(event) => Some(key(false, event)),
        Event::MotionNotify(event) => Some(Received::Motion { x: event.event_x, y: event.event_y }),
        _ => None,
    }
}

fn bits(mask: KeyButMask) -> u16 {
    u16::from(mask)
}
