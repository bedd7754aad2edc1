//! The desktop's keyboard and pointer, and the keys and buttons that are held down.
//!
//! Pointer input goes through enigo. Keys go through XTEST on the connection that binds missing keysyms, so that the
//! server sees a binding before the key that needs it.

mod keymap;
mod typing;

use chords::Chord;
use enigo::{Axis, Coordinate, Direction, Enigo, Mouse as _, Settings};
use protocol::action::{Button, Modifier, Point, ScrollDirection};
use tokio::time::Instant;
use x11rb::protocol::xproto::{KEY_PRESS_EVENT, KEY_RELEASE_EVENT};
use x11rb::protocol::xtest::ConnectionExt as _;

pub use typing::{TypeError, bind_keysym, type_text, wait_for_binding};

use crate::x11::{Display, XError};
use keymap::{Keymap, Shift, Stroke};

/// Why an input failed.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// The X server refused.
    #[error(transparent)]
    X(#[from] XError),
    /// enigo could not start.
    #[error("could not connect to the pointer")]
    Open(#[from] enigo::NewConError),
    /// enigo refused.
    #[error("could not move the pointer or press a button")]
    Pointer(#[from] enigo::InputError),
    /// No key produces the keysym, and none is free to be bound to it.
    #[error("no key for the keysym {0:#x}")]
    NoKey(u32),
}

/// The input devices of the desktop.
#[derive(Debug)]
pub struct Input {
    display: Display,
    pointer: Enigo,
    keymap: Keymap,
    held_keys: Vec<u8>,
    held_buttons: Vec<HeldButton>,
    pressed: Option<Instant>,
}

#[derive(Debug)]
struct HeldButton {
    button: Button,
    /// Pressed by an action of its own, so it stays down after the batch.
    kept: bool,
}

/// How long a pressed button stays down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hold {
    /// Until the action that pressed it releases it.
    ForTheAction,
    /// Until another action releases it.
    UntilReleased,
}

impl Input {
    /// Opens the devices of a display and unbinds the spare keys.
    pub fn open(display_name: &str) -> Result<Self, InputError> {
        let display = Display::connect(display_name)?;
        let keymap = Keymap::open(&display)?;
        let settings =
            Settings { linux_delay: 0, x11_display: Some(display_name.into()), ..Settings::default() };
        let pointer = Enigo::new(&settings)?;
        let (held_keys, held_buttons) = (Vec::new(), Vec::new());
        Ok(Self { display, pointer, keymap, held_keys, held_buttons, pressed: None })
    }

    /// Moves the pointer.
    pub fn move_to(&mut self, to: Point) -> Result<(), InputError> {
        Ok(self.pointer.move_mouse(to.x, to.y, Coordinate::Abs)?)
    }

    /// Presses a button.
    pub fn press(&mut self, button: Button, hold: Hold) -> Result<(), InputError> {
        self.held_buttons.push(HeldButton { button, kept: hold == Hold::UntilReleased });
        self.pressed = Some(Instant::now());
        Ok(self.pointer.button(enigo_button(button), Direction::Press)?)
    }

    /// When a button was last pressed.
    #[must_use]
    pub fn last_press(&self) -> Option<Instant> {
        self.pressed
    }

    /// Releases a button.
    pub fn release(&mut self, button: Button) -> Result<(), InputError> {
        self.held_buttons.retain(|held| held.button != button);
        Ok(self.pointer.button(enigo_button(button), Direction::Release)?)
    }

    /// Turns the wheel by one notch.
    pub fn scroll(&mut self, direction: ScrollDirection) -> Result<(), InputError> {
        let (length, axis) = match direction {
            ScrollDirection::Up => (-1, Axis::Vertical),
            ScrollDirection::Down => (1, Axis::Vertical),
            ScrollDirection::Left => (-1, Axis::Horizontal),
            ScrollDirection::Right => (1, Axis::Horizontal),
        };
        Ok(self.pointer.scroll(length, axis)?)
    }

    /// Presses the keys of a chord in order and keeps them down. Call [`Input::prepare`] first.
    ///
    /// # Errors
    /// When the server does not answer or a keysym has no key.
    pub fn press_chord(&mut self, chord: &Chord) -> Result<(), InputError> {
        let strokes = self.keymap.strokes_of(chord.keysyms())?;
        for stroke in strokes {
            for keycode in self.keymap.modifiers_of(stroke).chain([stroke.keycode]) {
                self.key_down(keycode)?;
            }
        }
        Ok(self.display.sync()?)
    }

    /// Presses the keys of modifiers and keeps them down.
    pub fn press_modifiers(&mut self, modifiers: &[Modifier]) -> Result<(), InputError> {
        self.press_chord(&Chord::of_modifiers(modifiers))
    }

    /// Makes sure that every key of some chords exists. Returns whether keys were bound, which programs have yet to notice:
    /// see [`wait_for_binding`].
    ///
    /// # Errors
    /// When the server does not answer or a keysym has no key.
    pub fn prepare(&mut self, chords: &[Chord]) -> Result<bool, InputError> {
        self.keymap.reload(&self.display)?;
        self.keymap.bind_missing(&self.display, chords.iter().flat_map(Chord::keysyms))
    }

    /// Presses the key of one keysym for a viewer. The viewer's layout may need Shift for a character where ours does
    /// not, or the other way round; then Shift is changed just around the press.
    pub fn press_keysym(&mut self, keysym: u32) -> Result<u8, InputError> {
        self.keymap.reload(&self.display)?;
        self.keymap.bind_missing(&self.display, [keysym])?;
        let stroke = self.keymap.stroke_of(keysym).ok_or(InputError::NoKey(keysym))?;
        let shift_keys: Vec<u8> = self.keymap.shift_keys().collect();
        let down: Vec<u8> = shift_keys.iter().copied().filter(|key| self.held_keys.contains(key)).collect();
        match self.keymap.shift_for(keysym, stroke, !down.is_empty()) {
            Shift::Leave => self.key_down(stroke.keycode)?,
            Shift::Press => {
                let shift = shift_keys.first().copied().ok_or(InputError::NoKey(keysym))?;
                self.fake(KEY_PRESS_EVENT, shift)?;
                self.key_down(stroke.keycode)?;
                self.fake(KEY_RELEASE_EVENT, shift)?;
            }
            Shift::Lift => {
                for key in &down {
                    self.fake(KEY_RELEASE_EVENT, *key)?;
                }
                self.key_down(stroke.keycode)?;
                for key in &down {
                    self.fake(KEY_PRESS_EVENT, *key)?;
                }
            }
        }
        self.display.sync()?;
        Ok(stroke.keycode)
    }

    /// Releases a key that [`Input::press_keysym`] pressed.
    pub fn release_key(&mut self, keycode: u8) -> Result<(), InputError> {
        self.key_up(keycode)?;
        Ok(self.display.sync()?)
    }

    /// Releases every key, the last pressed first.
    pub fn release_keys(&mut self) -> Result<(), InputError> {
        while let Some(keycode) = self.held_keys.last().copied() {
            self.key_up(keycode)?;
        }
        Ok(self.display.sync()?)
    }

    /// Releases all keys, and the buttons that are not held with [`Hold::UntilReleased`].
    pub fn release_unkept(&mut self) -> Result<(), InputError> {
        self.release_keys()?;
        for button in self.buttons(|held| !held.kept) {
            self.release(button)?;
        }
        Ok(())
    }

    /// Releases everything.
    pub fn release_all(&mut self) -> Result<(), InputError> {
        self.release_keys()?;
        for button in self.buttons(|_| true) {
            self.release(button)?;
        }
        Ok(())
    }

    fn buttons(&self, chosen: impl Fn(&HeldButton) -> bool) -> Vec<Button> {
        self.held_buttons.iter().filter(|held| chosen(held)).map(|held| held.button).collect()
    }

    /// Presses and releases keys one after the other without a wait in between, so that none stays held.
    fn tap(&mut self, strokes: &[Stroke]) -> Result<(), InputError> {
        for stroke in strokes {
            let modifiers: Vec<u8> = self.keymap.modifiers_of(*stroke).collect();
            for keycode in modifiers.iter().chain([&stroke.keycode]) {
                self.fake(KEY_PRESS_EVENT, *keycode)?;
            }
            for keycode in [stroke.keycode].iter().chain(modifiers.iter().rev()) {
                self.fake(KEY_RELEASE_EVENT, *keycode)?;
            }
        }
        Ok(self.display.sync()?)
    }

    fn key_down(&mut self, keycode: u8) -> Result<(), XError> {
        self.held_keys.push(keycode);
        self.fake(KEY_PRESS_EVENT, keycode)
    }

    fn key_up(&mut self, keycode: u8) -> Result<(), XError> {
        self.held_keys.retain(|held| *held != keycode);
        self.fake(KEY_RELEASE_EVENT, keycode)
    }

    fn fake(&self, event: u8, keycode: u8) -> Result<(), XError> {
        self.display.connection.xtest_fake_input(event, keycode, 0, self.display.root, 0, 0, 0)?;
        Ok(())
    }
}

fn enigo_button(button: Button) -> enigo::Button {
    match button {
        Button::Left => enigo::Button::Left,
        Button::Middle => enigo::Button::Middle,
        Button::Right => enigo::Button::Right,
    }
}
