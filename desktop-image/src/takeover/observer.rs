//! Turns one viewer's input into steps.

use std::sync::Arc;

use protocol::action::{Button, Modifier, Point, ScrollDirection};
use protocol::takeover::PersonStep;

use super::Takeover;
use super::keys::{Key, chord};
use super::steps::is_near;

/// Records what one viewer does, if it belongs to a takeover.
#[derive(Debug)]
pub(crate) struct Observer {
    takeover: Option<Arc<Takeover>>,
    /// Buttons that are down, with the position where they were pressed.
    pressed: Vec<(Button, Point)>,
    pointer: Point,
    /// The modifiers held, one entry per key.
    held: Vec<Modifier>,
}

impl Observer {
    pub(crate) fn new(takeover: Option<Arc<Takeover>>) -> Self {
        Self { takeover, pressed: Vec::new(), pointer: Point { x: 0, y: 0 }, held: Vec::new() }
    }

    /// Applies input, unless the takeover has ended.
    pub(crate) fn carry_out<T>(&self, input: impl FnOnce() -> T) -> Option<T> {
        match &self.takeover {
            Some(takeover) => takeover.carry_out(input),
            None => Some(input()),
        }
    }

    /// A key went down, or is repeated.
    pub(crate) fn key_down(&mut self, keysym: u32) {
        match (Key::of(keysym), chord(keysym, &self.held)) {
            (Key::Modifies(modifier), _) => self.held.push(modifier),
            (Key::Shifts, _) => {}
            (_, Some(chord)) => self.record(PersonStep::Pressed { chord, times: 1 }),
            (_, None) => self.record(PersonStep::Typed { characters: 1 }),
        }
    }

    /// A key went up.
    pub(crate) fn key_up(&mut self, keysym: u32) {
        if let Key::Modifies(modifier) = Key::of(keysym)
            && let Some(at) = self.held.iter().position(|held| *held == modifier)
        {
            self.held.remove(at);
        }
    }

    /// The pointer moved.
    pub(crate) fn moved(&mut self, to: Point) {
        self.pointer = to;
    }

    /// A button went down where the pointer is.
    pub(crate) fn button_down(&mut self, button: Button) {
        self.pressed.push((button, self.pointer));
    }

    /// A button went up where the pointer is.
    pub(crate) fn button_up(&mut self, button: Button) {
        let Some(index) = self.pressed.iter().position(|(pressed, _)| *pressed == button) else { return };
        let (_, from) = self.pressed.remove(index);
        let to = self.pointer;
        self.record(if is_near(from, to) {
            PersonStep::Clicked { button, count: 1, at: from, modifiers: self.modifiers() }
        } else {
            PersonStep::Dragged { button, from, to }
        });
    }

    /// The wheel turned by one.
    pub(crate) fn scrolled(&mut self, direction: ScrollDirection) {
        self.record(PersonStep::Scrolled { direction, clicks: 1, at: self.pointer });
    }

    /// A text was copied to the clipboard.
    pub(crate) fn copied(&mut self, text: &str) {
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        self.record(PersonStep::Copied { characters });
    }

    fn record(&self, step: PersonStep) {
        if let Some(takeover) = &self.takeover {
            takeover.record(step);
        }
    }

    fn modifiers(&self) -> Vec<Modifier> {
        let all = [Modifier::Ctrl, Modifier::Alt, Modifier::Shift, Modifier::Super];
        all.into_iter().filter(|modifier| self.held.contains(modifier)).collect()
    }
}

impl Drop for Observer {
    /// Buttons that are still down are released with the viewer.
    fn drop(&mut self) {
        while let Some((button, _)) = self.pressed.first() {
            self.button_up(*button);
        }
    }
}
