//! The windows on the screen and which of them cover others, read from the X server.

use std::collections::HashMap;

use protocol::action::Region;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{Atom, AtomEnum, ConnectionExt as _, MapState, Window, WindowClass};

use crate::x11::{Display, XError};

/// Most of a title that is read, in units of four bytes.
const MAX_TITLE_UNITS: u32 = 256;
const MAX_WINDOWS: u32 = 1024;

/// A mapped window of a program, which others may cover.
#[derive(Debug)]
pub(super) struct VisibleWindow {
    pub(super) id: Window,
    pub(super) title: String,
    pub(super) app: String,
    pub(super) process: Option<u32>,
    /// Its position without the window manager's frame.
    pub(super) region: Region,
    /// Its position with the frame.
    frame: Region,
    /// Whether it bypasses the window manager, as menus and tooltips do.
    pub(super) popup: bool,
    /// Its position in the stack; 0 is the topmost.
    order: usize,
}

impl VisibleWindow {
    /// How well a name and extents match this window: 0 is not at all.
    pub(super) fn similarity(&self, name: &str, place: Region) -> f64 {
        let titled = if !name.is_empty() && name == self.title { 1.0 } else { 0.0 };
        titled + shared(self.region, place).max(shared(self.frame, place))
    }
}

/// The windows on the screen.
#[derive(Debug)]
pub(super) struct WindowStack {
    /// The whole screen.
    pub(super) screen: Region,
    /// Windows of programs, topmost first.
    pub(super) windows: Vec<VisibleWindow>,
    /// All windows that can cover others, topmost first, with the owner's pid for menus and tooltips.
    covers: Vec<(Region, Option<u32>)>,
}

impl WindowStack {
    /// Reads the windows of a display.
    pub(super) fn read(display_name: &str) -> Result<Self, XError> {
        let display = Display::connect(display_name)?;
        let properties = Properties::intern(&display)?;
        let clients = properties.clients(&display)?;
        let (width, height) = (display.screen.width_in_pixels, display.screen.height_in_pixels);
        let screen = Region { x: 0, y: 0, width: width.into(), height: height.into() };
        let mut stack = Self { screen, windows: Vec::new(), covers: Vec::new() };
        for id in display.connection.query_tree(display.root)?.reply()?.children.into_iter().rev() {
            match stack.add(&display, &properties, &clients, id) {
                // It was closed after it was listed.
                Ok(()) | Err(XError::Reply(_)) => {}
                Err(other) => return Err(other),
            }
        }
        stack.own_popups(&display);
        Ok(stack)
    }

    /// The window with an id, if it is on the screen.
    pub(super) fn window(&self, id: Window) -> Option<&VisibleWindow> {
        self.windows.iter().find(|window| window.id == id)
    }

    /// Whether a single window above `window` covers all of `region`. Menus of the same program do not count, since
    /// their content belongs to the window that opened them.
    pub(super) fn covered(&self, window: &VisibleWindow, region: Region) -> bool {
        self.covers.iter().take(window.order).any(|(cover, popup_of)| {
            overlap(*cover, region) == Some(region) && (popup_of.is_none() || *popup_of != window.process)
        })
    }

    /// Adds a child of the root window.
    fn add(
        &mut self,
        display: &Display,
        properties: &Properties,
        clients: &HashMap<Window, Window>,
        id: Window,
    ) -> Result<(), XError> {
        let attributes = display.connection.get_window_attributes(id)?.reply()?;
        if attributes.map_state != MapState::VIEWABLE || attributes.class == WindowClass::INPUT_ONLY {
            return Ok(());
        }
        let frame = region_of(display, id)?;
        let order = self.covers.len();
        let (client, popup) = match clients.get(&id) {
            Some(client) => (*client, false),
            None => (id, true),
        };
        let process = properties.process(display, client)?;
        self.covers.push((frame, if popup { process } else { None }));
        if properties.is_session_window(display, client)? {
            return Ok(());
        }
        let (title, app) = (properties.title(display, client)?, properties.app(display, client)?);
        let region = region_of(display, client)?;
        self.windows.push(VisibleWindow { id: client, title, app, process, region, frame, popup, order });
        Ok(())
    }

    /// Finds the owners of menus without a pid: the ids of windows created over one connection share a range.
    fn own_popups(&mut self, display: &Display) {
        let range = |id: Window| id & !display.connection.setup().resource_id_mask;
        let owners: HashMap<Window, (Option<u32>, String)> = self
            .windows
            .iter()
            .filter(|window| !window.popup)
            .map(|window| (range(window.id), (window.process, window.app.clone())))
            .collect();
        for window in self.windows.iter_mut().filter(|window| window.popup) {
            if let Some((process, app)) = owners.get(&range(window.id)) {
                window.process = window.process.or(*process);
                if window.app.is_empty() {
                    window.app.clone_from(app);
                }
                if let Some((_, popup_of)) = self.covers.get_mut(window.order) {
                    *popup_of = window.process;
                }
            }
        }
    }
}

/// Atoms of the properties to read.
struct Properties {
    client_list: Atom,
    name: Atom,
    utf8: Atom,
    kind: Atom,
    process: Atom,
    session_types: [Atom; 2],
}

impl Properties {
    fn intern(display: &Display) -> Result<Self, XError> {
        Ok(Self {
            client_list: display.atom("_NET_CLIENT_LIST")?,
            name: display.atom("_NET_WM_NAME")?,
            utf8: display.atom("UTF8_STRING")?,
            kind: display.atom("_NET_WM_WINDOW_TYPE")?,
            process: display.atom("_NET_WM_PID")?,
            session_types: [
                display.atom("_NET_WM_WINDOW_TYPE_DOCK")?,
                display.atom("_NET_WM_WINDOW_TYPE_DESKTOP")?,
            ],
        })
    }

    /// The managed windows, by the child of the root window that contains each.
    fn clients(&self, display: &Display) -> Result<HashMap<Window, Window>, XError> {
        let mut clients = HashMap::new();
        for client in self.numbers(display, display.root, self.client_list, AtomEnum::WINDOW)? {
            match outermost(display, client) {
                Ok(frame) => drop(clients.insert(frame, client)),
                Err(XError::Reply(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(clients)
    }

    fn process(&self, display: &Display, id: Window) -> Result<Option<u32>, XError> {
        Ok(self.numbers(display, id, self.process, AtomEnum::CARDINAL)?.first().copied())
    }

    fn is_session_window(&self, display: &Display, id: Window) -> Result<bool, XError> {
        let kinds = self.numbers(display, id, self.kind, AtomEnum::ATOM)?;
        Ok(kinds.iter().any(|kind| self.session_types.contains(kind)))
    }

    fn title(&self, display: &Display, id: Window) -> Result<String, XError> {
        let title = text(display, id, self.name, self.utf8)?;
        if title.is_empty() {
            text(display, id, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())
        } else {
            Ok(title)
        }
    }

    fn app(&self, display: &Display, id: Window) -> Result<String, XError> {
        // Two zero-terminated strings: instance and class.
        let class = text(display, id, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        Ok(class.split('\0').nth(1).unwrap_or_default().to_owned())
    }

    fn numbers(
        &self,
        display: &Display,
        id: Window,
        property: Atom,
        kind: AtomEnum,
    ) -> Result<Vec<u32>, XError> {
        let reply = display.connection.get_property(false, id, property, kind, 0, MAX_WINDOWS)?.reply()?;
        Ok(reply.value32().map(Iterator::collect).unwrap_or_default())
    }
}

fn text(display: &Display, id: Window, property: Atom, kind: Atom) -> Result<String, XError> {
    let reply = display.connection.get_property(false, id, property, kind, 0, MAX_TITLE_UNITS)?.reply()?;
    Ok(String::from_utf8_lossy(&reply.value).into_owned())
}

/// The child of the root window that contains, or is, a window.
fn outermost(display: &Display, id: Window) -> Result<Window, XError> {
    let mut window = id;
    loop {
        let parent = display.connection.query_tree(window)?.reply()?.parent;
        if parent == display.root || parent == x11rb::NONE {
            return Ok(window);
        }
        window = parent;
    }
}

fn region_of(display: &Display, id: Window) -> Result<Region, XError> {
    let geometry = display.connection.get_geometry(id)?.reply()?;
    let corner = display.connection.translate_coordinates(id, display.root, 0, 0)?.reply()?;
    Ok(Region {
        x: corner.dst_x.into(),
        y: corner.dst_y.into(),
        width: geometry.width.into(),
        height: geometry.height.into(),
    })
}

/// The intersection of two regions.
pub(super) fn overlap(one: Region, other: Region) -> Option<Region> {
    let end = |start: i32, length: u32| i64::from(start) + i64::from(length);
    let (x, y) = (one.x.max(other.x), one.y.max(other.y));
    let right = end(one.x, one.width).min(end(other.x, other.width));
    let bottom = end(one.y, one.height).min(end(other.y, other.height));
    let width = u32::try_from(right - i64::from(x)).ok().filter(|width| *width > 0)?;
    let height = u32::try_from(bottom - i64::from(y)).ok().filter(|height| *height > 0)?;
    Some(Region { x, y, width, height })
}

/// The intersection of two regions divided by their union.
fn shared(one: Region, other: Region) -> f64 {
    let area = |region: Region| f64::from(region.width) * f64::from(region.height);
    let common = overlap(one, other).map_or(0.0, area);
    common / (area(one) + area(other) - common)
}

#[cfg(test)]
mod tests {
    use protocol::action::Region;

    use super::{overlap, shared};

    fn region(x: i32, y: i32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }

    #[test]
    fn overlap_is_the_intersection() {
        let screen = region(0, 0, 100, 50);
        assert_eq!(overlap(region(-10, 40, 30, 30), screen), Some(region(0, 40, 20, 10)));
        assert_eq!(overlap(region(100, 0, 5, 5), screen), None);
        assert_eq!(overlap(region(i32::MAX, 0, u32::MAX, 5), screen), None);
        assert_eq!(overlap(region(i32::MIN + 1, 0, u32::MAX, 5), screen), Some(region(0, 0, 100, 5)));
    }

    #[test]
    fn similarity_of_regions_is_from_zero_to_one() {
        assert!((shared(region(0, 0, 10, 10), region(0, 0, 10, 10)) - 1.0).abs() < 1e-9);
        assert!((shared(region(0, 0, 10, 10), region(0, 5, 10, 10)) - 1.0 / 3.0).abs() < 1e-9);
        assert!(shared(region(0, 0, 10, 10), region(50, 0, 10, 10)) < 1e-9);
    }
}
