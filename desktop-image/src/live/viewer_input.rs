//! Keyboard and pointer input of a viewer in control.

use std::sync::{Arc, MutexGuard, PoisonError};

use protocol::action::{Button, Point, Region, ScrollDirection};

use crate::desktop::Desktop;
use crate::input::{Hold, Input, InputError, bind_keysym};
use crate::rfb::cut_text::CutText;
use crate::takeover::Observer;

/// Bits of the buttons in a pointer message.
const BUTTONS: [(u8, Button); 3] = [(1, Button::Left), (2, Button::Middle), (4, Button::Right)];
/// Bits of the wheel.
const WHEEL: [(u8, ScrollDirection); 4] = [
    (8, ScrollDirection::Up),
    (16, ScrollDirection::Down),
    (32, ScrollDirection::Left),
    (64, ScrollDirection::Right),
];

/// The keys and buttons that a viewer holds down. Dropping it releases them.
#[derive(Debug)]
pub(super) struct ViewerInput {
    desktop: Arc<Desktop>,
    observer: Observer,
    /// Keysyms with the keycodes pressed for them, since the layout may change before the release.
    keys: Vec<(u32, u8)>,
    buttons: u8,
}

impl ViewerInput {
    pub(super) fn new(desktop: Arc<Desktop>, observer: Observer) -> Self {
        Self { desktop, observer, keys: Vec::new(), buttons: 0 }
    }

    /// A key goes down or up. Waits until programs know the key of a character that the layout lacks.
    pub(super) async fn key(&mut self, keysym: u32, down: bool) -> Result<(), InputError> {
        if down && self.observer.carry_out(|| ()).is_some() {
            bind_keysym(&self.desktop.input, &self.desktop.responses, keysym).await?;
        }
        let (desktop, keys) = (&self.desktop, &mut self.keys);
        let Some(applied) = self.observer.carry_out(|| apply_key(desktop, keys, keysym, down)) else {
            return Ok(());
        };
        applied?;
        if down {
            self.observer.key_down(keysym);
        } else {
            self.observer.key_up(keysym);
        }
        Ok(())
    }

    /// The pointer moves, or its buttons change.
    pub(super) fn pointer(&mut self, buttons: u8, x: u16, y: u16) -> Result<(), InputError> {
        let to = Point { x: x.into(), y: y.into() };
        if !self.desktop.screen.holds(Region { x: to.x, y: to.y, width: 1, height: 1 }) {
            return Ok(());
        }
        let (desktop, before) = (&self.desktop, self.buttons);
        let Some(applied) = self.observer.carry_out(|| apply_pointer(desktop, before, buttons, to)) else {
            return Ok(());
        };
        self.buttons = buttons;
        applied?;
        self.desktop.damage.pointer_moved();
        self.observer.moved(to);
        let changed = before ^ buttons;
        for (bit, button) in BUTTONS {
            match (changed & bit != 0, buttons & bit != 0) {
                (true, true) => self.observer.button_down(button),
                (true, false) => self.observer.button_up(button),
                (false, _) => {}
            }
        }
        for (_, direction) in WHEEL.into_iter().filter(|(bit, _)| changed & buttons & bit != 0) {
            self.observer.scrolled(direction);
        }
        Ok(())
    }

    /// Lets `handle` apply a clipboard message, unless the takeover has ended.
    pub(super) fn clipboard(&mut self, text: CutText, handle: impl FnOnce(CutText)) {
        let copied = if let CutText::Text(text) = &text { Some(text.clone()) } else { None };
        let handled = self.observer.carry_out(|| handle(text));
        if let Some(text) = copied.filter(|_| handled.is_some()) {
            self.observer.copied(&text);
        }
    }
}

fn apply_key(
    desktop: &Desktop,
    keys: &mut Vec<(u32, u8)>,
    keysym: u32,
    down: bool,
) -> Result<(), InputError> {
    let mut input = lock(desktop);
    let held = keys.iter().position(|(held, _)| *held == keysym);
    if down {
        // Ignore key repeats: the X server repeats held keys itself.
        if held.is_none() {
            keys.push((keysym, input.press_keysym(keysym)?));
        }
        return Ok(());
    }
    let Some(at) = held else { return Ok(()) };
    let (_, keycode) = keys.remove(at);
    input.release_key(keycode)
}

fn apply_pointer(desktop: &Desktop, before: u8, buttons: u8, to: Point) -> Result<(), InputError> {
    let mut input = lock(desktop);
    input.move_to(to)?;
    let changed = before ^ buttons;
    for (bit, button) in BUTTONS {
        match (changed & bit != 0, buttons & bit != 0) {
            (true, true) => input.press(button, Hold::UntilReleased)?,
            (true, false) => input.release(button)?,
            (false, _) => {}
        }
    }
    for (bit, direction) in WHEEL {
        if buttons & changed & bit != 0 {
            input.scroll(direction)?;
        }
    }
    Ok(())
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
