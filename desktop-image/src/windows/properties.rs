//! Properties that describe a window.

use x11rb::protocol::xproto::{AtomEnum, Window};

use crate::x11::{Display, XError};

x11rb::atom_manager! {
    /// Atoms of the properties.
    pub(crate) WindowProperties: WindowPropertiesCookie {
        _NET_WM_NAME,
        _NET_WM_PID,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DOCK,
        _NET_WM_WINDOW_TYPE_DESKTOP,
        UTF8_STRING,
    }
}

impl WindowProperties {
    pub(crate) fn intern(display: &Display) -> Result<Self, XError> {
        Ok(Self::new(&display.connection)?.reply()?)
    }

    pub(crate) fn title(&self, display: &Display, window: Window) -> Result<String, XError> {
        let title = display.text(window, self._NET_WM_NAME, self.UTF8_STRING)?;
        if title.is_empty() {
            display.text(window, AtomEnum::WM_NAME.into(), AtomEnum::ANY.into())
        } else {
            Ok(title)
        }
    }

    /// The window's class, which names its program.
    pub(crate) fn app(display: &Display, window: Window) -> Result<String, XError> {
        // Two zero-terminated strings: instance and class.
        let class = display.text(window, AtomEnum::WM_CLASS.into(), AtomEnum::STRING.into())?;
        Ok(class.split('\0').nth(1).unwrap_or_default().to_owned())
    }

    /// The pid that the window's program has set.
    pub(crate) fn process(&self, display: &Display, window: Window) -> Result<Option<u32>, XError> {
        Ok(display.numbers(window, self._NET_WM_PID, AtomEnum::CARDINAL)?.first().copied())
    }

    /// Whether the window belongs to the session, as the panel does, and not to a program of the person.
    pub(crate) fn is_session_window(&self, display: &Display, window: Window) -> Result<bool, XError> {
        let session_types = [self._NET_WM_WINDOW_TYPE_DOCK, self._NET_WM_WINDOW_TYPE_DESKTOP];
        let types = display.numbers(window, self._NET_WM_WINDOW_TYPE, AtomEnum::ATOM)?;
        Ok(types.iter().any(|kind| session_types.contains(kind)))
    }
}
