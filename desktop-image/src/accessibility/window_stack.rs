//! The windows on the screen and which of them cover others, read from the X server.

use std::collections::HashMap;

use protocol::action::{Region, Size};
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{AtomEnum, ConnectionExt as _, MapState, Window, WindowClass};

use crate::region::{self, overlap};
use crate::windows::properties::WindowProperties;
use crate::x11::{Display, XError};

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
        let properties = WindowProperties::intern(&display)?;
        let clients = clients(&display)?;
        let (width, height) = (display.screen.width_in_pixels, display.screen.height_in_pixels);
        let screen = region::whole(Size { width: width.into(), height: height.into() });
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
        properties: &WindowProperties,
        clients: &HashMap<Window, Window>,
        id: Window,
    ) -> Result<(), XError> {
        let attributes = display.connection.get_window_attributes(id)?.reply()?;
        if attributes.map_state != MapState::VIEWABLE || attributes.class == WindowClass::INPUT_ONLY {
            return Ok(());
        }
        let frame = display.region_of(id)?;
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
        let (title, app) = (properties.title(display, client)?, WindowProperties::app(display, client)?);
        let region = display.region_of(client)?;
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

/// The managed windows, by the child of the root window that contains each.
fn clients(display: &Display) -> Result<HashMap<Window, Window>, XError> {
    let mut clients = HashMap::new();
    let client_list = display.atom("_NET_CLIENT_LIST")?;
    for client in display.numbers(display.root, client_list, AtomEnum::WINDOW)? {
        match outermost(display, client) {
            Ok(frame) => drop(clients.insert(frame, client)),
            Err(XError::Reply(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(clients)
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

/// The intersection of two regions divided by their union.
fn shared(one: Region, other: Region) -> f64 {
    let area = |region: Region| f64::from(region.width) * f64::from(region.height);
    let common = overlap(one, other).map_or(0.0, area);
    common / (area(one) + area(other) - common)
}

#[cfg(test)]
mod tests {
    use protocol::action::Region;

    use super::shared;

    fn region(x: i32, y: i32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }

    #[test]
    fn similarity_of_regions_is_from_zero_to_one() {
        assert!((shared(region(0, 0, 10, 10), region(0, 0, 10, 10)) - 1.0).abs() < 1e-9);
        assert!((shared(region(0, 0, 10, 10), region(0, 5, 10, 10)) - 1.0 / 3.0).abs() < 1e-9);
        assert!(shared(region(0, 0, 10, 10), region(50, 0, 10, 10)) < 1e-9);
    }
}
