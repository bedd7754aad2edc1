//! Waits until the window manager and the focused program have handled all input sent so far.
//!
//! The window manager is asked for the frame extents of a hidden window and answers by setting a property; a program
//! is pinged by `_NET_WM_PING`, which most support. Both handle events in order, so an answer means that everything sent
//! before has been handled. Of a program without pings, such as a terminal, only the process can be watched.

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

use crate::x11::{Display, XError};

/// How long to wait for a program that can't be pinged to sleep, and how often to check.
const SLEEP_TIMEOUT: Duration = Duration::from_millis(500);
const SLEEP_POLL_INTERVAL: Duration = Duration::from_millis(1);
/// How often a window manager that has just been started is sent something.
const WAKE_INTERVAL: Duration = Duration::from_millis(10);
/// Protocols that are read of a window.
const MAX_PROTOCOLS: u32 = 64;

/// The answers so far: their number by the window manager, and the last ping of a program.
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

/// Asks, and waits for answers. The thread that reads them ends with the X server.
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
        // Answers go to the clients that listen on the root window: most programs select those that listen for
        // its children, Qt those that listen for the window itself.
        let watch_answers = ChangeWindowAttributesAux::new()
            .event_mask(EventMask::SUBSTRUCTURE_NOTIFY | EventMask::STRUCTURE_NOTIFY);
        connection.change_window_attributes(display.root, &watch_answers)?;
        display.sync()?;
        let (sender, answers) = watch::channel(Answers::default());
        let reader = Arc::clone(&display);
        let (frame, ping) = (atoms.frame, atoms.ping);
        std::thread::Builder::new()
            .name("responses".into())
            .spawn(move || {
                while let Ok(event) = reader.connection.wait_for_event() {
                    sender.send_if_modified(|answers| record(&event, frame, ping, answers));
                }
            })
            .map_err(|_| XError::Missing("a thread to hear its answers"))?;
        Ok(Self { display, window, atoms, next_ping: AtomicU32::new(1), answers })
    }

    /// Waits until the window manager has dealt with everything sent so far, but no longer than `limit`.
    pub async fn sync_window_manager(&self, limit: Duration) -> Result<(), XError> {
        let before = self.answers.borrow().frames;
        self.send_to_window_manager(self.atoms.request_frame)?;
        self.wait(limit, |answers| answers.frames != before).await;
        Ok(())
    }

    /// Waits until a window manager that has just been started deals with what is sent to it, but no longer
    /// than `limit`; says whether it does.
    pub async fn wait_for_window_manager(&self, limit: Duration) -> Result<bool, XError> {
        let answered = self.sync_window_manager(limit);
        let waking = async {
            // What Openbox read before its main loop began, it deals with only once more arrives.
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

    /// Waits until the focused program has dealt with everything sent so far, but no longer than `limit`.
    /// Returns at once when the program can't be asked.
    pub async fn sync_program(&self, limit: Duration) -> Result<(), XError> {
        match self.focused_program()? {
            Program::Pingable(window) => self.ping(window, limit).await,
            Program::Unpingable(_) | Program::None => Ok(()),
        }
    }

    /// Waits until the focused program has read everything sent so far, but no longer than `limit`: until it
    /// answers or, as terminals do not, until its process sleeps. One that never sleeps is at work for reasons of
    /// its own and is waited for half a second.
    pub async fn sync_input(&self, limit: Duration) -> Result<(), XError> {
        match self.focused_program()? {
            Program::Pingable(window) => self.ping(window, limit).await,
            Program::Unpingable(window) => {
                if let Some(pid) = self.process_of(window)? {
                    // Too late: see above.
                    let _ = tokio::time::timeout(limit.min(SLEEP_TIMEOUT), wait_until_asleep(pid)).await;
                }
                Ok(())
            }
            Program::None => Ok(()),
        }
    }

    fn focused_program(&self) -> Result<Program, XError> {
        let active = self.numbers(self.display.root, self.atoms.active, AtomEnum::WINDOW)?;
        let Some(window) = active.first().copied().filter(|window| *window != x11rb::NONE) else {
            return Ok(Program::None);
        };
        match self.numbers(window, self.atoms.protocols, AtomEnum::ATOM) {
            Ok(protocols) if protocols.contains(&self.atoms.ping) => Ok(Program::Pingable(window)),
            Ok(_) => Ok(Program::Unpingable(window)),
            // It has gone.
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

    /// The process that a window belongs to, as the X server knows it.
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
        // Too late, or the X server is gone: there is nothing more to wait for.
        let _ = tokio::time::timeout(limit, answers.wait_for(answered)).await;
    }

    fn numbers(&self, window: Window, property: Atom, kind: AtomEnum) -> Result<Vec<u32>, XError> {
        let connection = &self.display.connection;
        let reply = connection.get_property(false, window, property, kind, 0, MAX_PROTOCOLS)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }
}

/// The program that has the focus.
enum Program {
    /// It can be asked.
    Pingable(Window),
    /// It can't.
    Unpingable(Window),
    None,
}

/// Returns once a process waits for something to happen. The X server wakes it when it has something to read,
/// so one that sleeps has read it all; one that is about to fall asleep or to wake looks the same for a moment.
async fn wait_until_asleep(pid: u32) {
    let mut looks = 0;
    while looks < 2 {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let works = stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['R', 'D']));
        looks = if works { 0 } else { looks + 1 };
        tokio::time::sleep(SLEEP_POLL_INTERVAL).await;
    }
}

/// Takes an answer down; returns whether it was one.
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
