//! The screen's size as a viewer knows it, and its requests to change it.

use protocol::action::Size;

use super::Role;
use crate::framebuffer::rect::Rect;
use crate::rfb::desktop_size::DesktopSizeStatus;
use crate::rfb::encoder::ResizeSupport;
use crate::screen::{Screen, ScreenError};

/// The size that a viewer knows.
#[derive(Debug)]
pub(super) struct ViewerSize {
    known: Size,
    /// The status to report with the next update.
    status: Option<DesktopSizeStatus>,
    /// Whether the viewer has been told that it may request a size.
    may_resize: bool,
}

impl ViewerSize {
    /// Starts with the size sent in the handshake.
    pub(super) fn new(known: Size) -> Self {
        Self { known, status: None, may_resize: false }
    }

    /// Resizes the screen for a viewer in control.
    pub(super) fn request(
        &mut self,
        screen: &Screen,
        role: Role,
        size: Size,
        screens: u8,
    ) -> Result<(), ScreenError> {
        self.status = Some(match (role, screens) {
            (Role::Watches, _) => DesktopSizeStatus::PROHIBITED,
            (Role::Controls, 1) => match screen.resize(size) {
                Ok(()) => DesktopSizeStatus::SUCCESS,
                Err(ScreenError::TooLarge { .. }) => DesktopSizeStatus::OUT_OF_RESOURCES,
                Err(error) => return Err(error),
            },
            (Role::Controls, _) => DesktopSizeStatus::INVALID_LAYOUT,
        });
        Ok(())
    }

    /// The status to send before pixels of a screen of this size; `None` if the viewer needs none.
    pub(super) fn announce(&mut self, size: Size, resize: ResizeSupport) -> Option<DesktopSizeStatus> {
        let status = self.status.take();
        match resize {
            ResizeSupport::None => None,
            ResizeSupport::Simple if size == self.known => None,
            ResizeSupport::Extended if size == self.known && self.may_resize && status.is_none() => None,
            ResizeSupport::Simple | ResizeSupport::Extended => {
                self.known = size;
                self.may_resize |= resize == ResizeSupport::Extended;
                Some(status.unwrap_or(DesktopSizeStatus::SERVER_CHANGE))
            }
        }
    }

    /// The area of the screen as the viewer knows it.
    pub(super) fn known_area(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.known.width as usize, height: self.known.height as usize }
    }
}
