//! Waits until the window manager or the focused program has handled all input sent so far.
//!
//! The window manager is asked for the frame extents of a hidden window and answers by setting a property. Programs are
//! pinged with `_NET_WM_PING`, which most support. Both handle events in order, so an answer means that everything sent
//! before has been handled. For a program without pings, such as a terminal, the state of its process is polled
//! instead.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::res::{ClientIdMask, ClientIdSpec, ConnectionExt as _};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ChangeWindowAttributesAux, ClientMessageEvent, ConnectionExt as _, CreateWindowAux,
    EventMask, Property, Window, WindowClass,
};

use crate::x11::{Display, XError, spawn_event_thread};

/// How long to wait for a program that can't be pinged to sleep, and how often to check.
const SLEEP_TIMEOUT: Duration = Duration::from_millis(500);
const SLEEP_POLL_INTERVAL: Duration = Duration::from_millis(1);
/// How often to send a request to a window manager that has just started.
const WAKE_INTERVAL: Duration = Duration::from_millis(10);

/// The answers so far: their number from the window manager, and the last ping of a program.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Answers {
    frames: u32,
    ping: u32,
}

#[derive(Debug)]
struct Atoms {
    request_frame: Atom,
    frame: Atom,
    active: Atom,
    protocols: Atom,
    ping: Atom,
}

/// Sends requests and pings, and waits for answers. The thread that reads them ends with the X server.
#[derive(Debug)]
pub struct Responses {
    display: Arc<Display>,
    window: Window,
    atoms: Atoms,
    next_ping: AtomicU32,
    answers: watch::Receiver<Answers>,
}

impl Responses {
    /// Connects to a display.
    pub fn open(display_name: &str) -> Result<Self, XError> {
        let display = Arc::new(Display::connect(display_name)?);
        let atoms = Atoms {
            request_frame: display.atom("_NET_REQUEST_FRAME_EXTENTS")?,
            frame: display.atom("_NET_FRAME_EXTENTS")?,
            active: display.atom("_NET_ACTIVE_WINDOW")?,
            protocols: display.atom("WM_PROTOCOLS")?,
            ping: display.atom("_NET_WM_PING")?,
        };
        let connection = &display.connection;
        let window = connection.generate_id()?;
        let watch_properties = CreateWindowAux::new().event_mask(EventMask::PROPERTY_CHANGE);
        let (class, depth) = (WindowClass::INPUT_ONLY, 0);
        connection.create_window(
            depth,
            window,
            display.root,
            -1,
            -1,
            1,
            1,
            0,
            class,
            0,
            &watch_properties,
        )?;
        // Answers are sent to the root window with an event mask: `SubstructureNotify` by most programs,
        // `StructureNotify` by Qt.
        let watch_answers = ChangeWindowAttributesAux::new()
            .event_mask(EventMask::SUBSTRUCTURE_NOTIFY | EventMask::STRUCTURE_NOTIFY);
        connection.change_window_attributes(display.root, &watch_answers)?;
        display.sync()?;
        let (sender, answers) = watch::channel(Answers::default());
        let reader = Arc::clone(&display);
        let (frame, ping) = (atoms.frame, atoms.ping);
        spawn_event_thread("responses", move || {
            while let Ok(event) = reader.connection.wait_for_event() {
                sender.send_if_modified(|answers| record(&event, frame, ping, answers));
            }
        })?;
        Ok(Self { display, window, atoms, next_ping: AtomicU32::new(1), answers })
    }

    /// Waits until the window manager has handled everything sent so far, for at most `limit`.
    pub async fn sync_window_manager(&self, limit: Duration) -> Result<(), XError> {
        let before = self.answers.borrow().frames;
        self.send_to_window_manager(self.atoms.request_frame)?;
        self.wait(limit, |answers| answers.frames != before).await;
        Ok(())
    }

    /// Waits until a window manager that has just started handles requests, for at most `limit`. Returns whether it
    /// does.
    pub async fn wait_for_window_manager(&self, limit: Duration) -> Result<bool, XError> {
        let answered = self.sync_window_manager(limit);
        let waking = async {
            // Openbox handles what it read before its main loop began only when something else arrives.
            loop {
                tokio::time::sleep(WAKE_INTERVAL).await;
                if let Err(error) = self.send_to_window_manager(self.atoms.frame) {
                    return error;
                }
            }
        };
        tokio::select! {
            answered = answered => answered?,
            failed = waking => return Err(failed),
        }
        Ok(self.answers.borrow().frames > 0)
    }

    /// Waits until the focused program has handled everything sent so far, for at most `limit`. Returns at once if it
    /// can't be pinged.
    pub async fn sync_program(&self, limit: Duration) -> Result<(), XError> {
        match self.focused_program()? {
            Program::Pingable(window) => self.ping(window, limit).await,
            Program::Unpingable(_) | Program::None => Ok(()),
        }
    }

    /// Waits until the focused program has read everything sent so far, for at most `limit`: until it answers or, if it
    /// can't be pinged, until its process sleeps. One that does not sleep is busy with something else, so the wait for
    /// that is at most half a second.
    pub async fn sync_input(&self, limit: Duration) -> Result<(), XError> {
        match self.focused_program()? {
            Program::Pingable(window) => self.ping(window, limit).await,
            Program::Unpingable(window) => {
                if let Some(pid) = self.process_of(window)? {
                    // On a timeout it is busy with something else.
                    let _ = tokio::time::timeout(limit.min(SLEEP_TIMEOUT), wait_until_asleep(pid)).await;
                }
                Ok(())
            }
            Program::None => Ok(()),
        }
    }

    fn focused_program(&self) -> Result<Program, XError> {
        let active = self.display.numbers(self.display.root, self.atoms.active, AtomEnum::WINDOW)?;
        let Some(window) = active.first().copied().filter(|window| *window != x11rb::NONE) else {
            return Ok(Program::None);
        };
        match self.display.numbers(window, self.atoms.protocols, AtomEnum::ATOM) {
            Ok(protocols) if protocols.contains(&self.atoms.ping) => Ok(Program::Pingable(window)),
            Ok(_) => Ok(Program::Unpingable(window)),
            // The window is gone.
            Err(XError::Reply(_)) => Ok(Program::None),
            Err(other) => Err(other),
        }
    }

    async fn ping(&self, window: Window, limit: Duration) -> Result<(), XError> {
        let ping = self.next_ping.fetch_add(1, Ordering::Relaxed);
        let message =
            ClientMessageEvent::new(32, window, self.atoms.protocols, [self.atoms.ping, ping, window, 0, 0]);
        self.send(window, EventMask::NO_EVENT, message)?;
        self.wait(limit, |answers| answers.ping >= ping).await;
        Ok(())
    }

    /// The pid of a window's owner.
    fn process_of(&self, window: Window) -> Result<Option<u32>, XError> {
        let spec = ClientIdSpec { client: window, mask: ClientIdMask::LOCAL_CLIENT_PID };
        let reply = self.display.connection.res_query_client_ids(&[spec])?.reply()?;
        Ok(reply.ids.first().and_then(|id| id.value.first().copied()))
    }

    fn send_to_window_manager(&self, what: Atom) -> Result<(), XError> {
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.send(self.display.root, mask, ClientMessageEvent::new(32, self.window, what, [0; 5]))
    }

    fn send(&self, to: Window, mask: EventMask, message: ClientMessageEvent) -> Result<(), XError> {
        self.display.connection.send_event(false, to, mask, message)?;
        Ok(self.display.connection.flush()?)
    }

    async fn wait(&self, limit: Duration, answered: impl FnMut(&Answers) -> bool) {
        let mut answers = self.answers.clone();
        // Give up on a timeout, or when the X server is gone.
        let _ = tokio::time::timeout(limit, answers.wait_for(answered)).await;
    }
}

/// The program that has the focus.
enum Program {
    /// It supports pings.
    Pingable(Window),
    /// It does not support pings.
    Unpingable(Window),
    None,
}

/// Waits until a process sleeps. The X server wakes a process that has something to read, so one that sleeps has read
/// everything. It must be seen asleep twice, since it may just be about to wake.
async fn wait_until_asleep(pid: u32) {
    let mut looks = 0;
    while looks < 2 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let works = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['R', 'D']));
        looks = if works { 0 } else { looks + 1 };
        tokio::time::sleep(SLEEP_POLL_INTERVAL).await;
    }
}

/// Records an answer; returns whether the event was one.
fn record(event: &Event, frame: Atom, ping: Atom, answers: &mut Answers) -> bool {
    match event {
        Event::PropertyNotify(changed) if changed.atom == frame && changed.state == Property::NEW_VALUE => {
            answers.frames = answers.frames.wrapping_add(1);
            true
        }
        Event::ClientMessage(message) => {
            let [kind, number, ..] = message.data.as_data32();
            let answer = kind == ping && number > answers.ping;
            if answer {
                answers.ping = number;
            }
            answer
        }
        _ => false,
    }
}
