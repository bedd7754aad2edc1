//! What a viewer in control does with keyboard and pointer.

use std::sync::{Arc, MutexGuard, PoisonError};

use protocol::action::{Button, Point, Region, ScrollDirection};

use crate::desktop::Desktop;
use crate::input::{Hold, Input, InputError};

/// The bits of the buttons in a pointer message.
const BUTTONS: [(u8, Button); 3] = [(1, Button::Left), (2, Button::Middle), (4, Button::Right)];
/// The bits of the wheel.
const WHEEL: [(u8, ScrollDirection); 4] = [
    (8, ScrollDirection::Up),
    (16, ScrollDirection::Down),
    (32, ScrollDirection::Left),
    (64, ScrollDirection::Right),
];

/// What one viewer holds down. It is released when the viewer leaves, however it leaves.
#[derive(Debug)]
pub(super) struct ViewerInput {
    desktop: Arc<Desktop>,
    /// Symbols with the keys that were pressed for them: the layout may have changed by their release.
    keys: Vec<(u32, u8)>,
    buttons: u8,
}

impl ViewerInput {
    pub(super) fn new(desktop: Arc<Desktop>) -> Self {
        Self { desktop, keys: Vec::new(), buttons: 0 }
    }

    /// A key goes down or up.
    pub(super) fn key(&mut self, keysym: u32, down: bool) -> Result<(), InputError> {
        let mut input = lock(&self.desktop);
        let held = self.keys.iter().position(|(held, _)| *held == keysym);
        if down {
            // The X server repeats a held key by itself.
            if held.is_none() {
                self.keys.push((keysym, input.press_symbol(keysym)?));
            }
            return Ok(());
        }
        let Some(at) = held else { return Ok(()) };
        let (_, keycode) = self.keys.remove(at);
        input.release_key(keycode)
    }

    /// The pointer moves, or its buttons change.
    pub(super) fn pointer(&mut self, buttons: u8, x: u16, y: u16) -> Result<(), InputError> {
        let to = Point { x: x.into(), y: y.into() };
        if !self.desktop.screen.holds(Region { x: to.x, y: to.y, width: 1, height: 1 }) {
            return Ok(());
        }
        let mut input = lock(&self.desktop);
        input.move_to(to)?;
        let changed = self.buttons ^ buttons;
        let before = std::mem::replace(&mut self.buttons, buttons);
        for (bit, button) in BUTTONS {
            match (changed & bit != 0, buttons & bit != 0) {
                (true, true) => input.press(button, Hold::UntilReleased)?,
                (true, false) => input.release(button)?,
                (false, _) => {}
            }
        }
        for (bit, direction) in WHEEL {
            if buttons & !before & bit != 0 {
                input.scroll(direction)?;
            }
        }
        drop(input);
        self.desktop.damage.pointer_moved();
        Ok(())
    }
}

impl Drop for ViewerInput {
    fn drop(&mut self) {
        let mut input = lock(&self.desktop);
        let buttons = BUTTONS.into_iter().filter(|(bit, _)| self.buttons & bit != 0);
        let keys = self.keys.drain(..).rev().map(|(_, keycode)| keycode);
        let mut released: Vec<Result<(), InputError>> =
            keys.map(|keycode| input.release_key(keycode)).collect();
        released.extend(buttons.map(|(_, button)| input.release(button)));
        if let Some(error) = released.into_iter().find_map(Result::err) {
            tracing::error!(error = %error, "could not release what a viewer held");
        }
    }
}

fn lock(desktop: &Desktop) -> MutexGuard<'_, Input> {
    desktop.input.lock().unwrap_or_else(PoisonError::into_inner)
}
