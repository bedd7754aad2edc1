//! The size of the screen as a viewer knows it and as it wants it.

use protocol::action::Size;

use super::Role;
use crate::framebuffer::rect::Rect;
use crate::rfb::desktop_size::SizeAnswer;
use crate::rfb::encoder::Resizing;
use crate::screen::{Screen, ScreenError};

/// What a viewer knows of the size.
#[derive(Debug)]
pub(super) struct ViewerSize {
    told: Size,
    /// What it must be told with the next update.
    answer: Option<SizeAnswer>,
    /// Whether it knows that it may ask for a size.
    invited: bool,
}

impl ViewerSize {
    /// A viewer that was told the size in the handshake.
    pub(super) fn new(told: Size) -> Self {
        Self { told, answer: None, invited: false }
    }

    /// Carries out a viewer's wish, if it may have one.
    pub(super) fn wish(
        &mut self,
        screen: &Screen,
        role: Role,
        size: Size,
        screens: u8,
    ) -> Result<(), ScreenError> {
        self.answer = Some(match (role, screens) {
            (Role::Watches, _) => SizeAnswer::PROHIBITED,
            (Role::Controls, 1) => match screen.resize(size) {
                Ok(()) => SizeAnswer::DONE,
                Err(ScreenError::TooLarge { .. }) => SizeAnswer::OUT_OF_RESOURCES,
                Err(error) => return Err(error),
            },
            (Role::Controls, _) => SizeAnswer::INVALID_LAYOUT,
        });
        Ok(())
    }

    /// What the viewer must be told before it gets pixels of a screen of that size.
    pub(super) fn tell(&mut self, size: Size, resizing: Resizing) -> Option<SizeAnswer> {
        let answer = self.answer.take();
        match resizing {
            Resizing::Unknown => None,
            Resizing::Simple if size == self.told => None,
            Resizing::Extended if size == self.told && self.invited && answer.is_none() => None,
            Resizing::Simple | Resizing::Extended => {
                self.told = size;
                self.invited |= resizing == Resizing::Extended;
                Some(answer.unwrap_or(SizeAnswer::NEWS))
            }
        }
    }

    /// The part of the screen that the viewer has room for.
    pub(super) fn room(&self) -> Rect {
        Rect { x: 0, y: 0, width: self.told.width as usize, height: self.told.height as usize }
    }
}
