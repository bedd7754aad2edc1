//! Each action that is an input, as presses and moves.

use std::time::Duration;

use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};

use super::error::ActionError;
use super::{Runner, duration, lock};
use crate::input::{Hold, TypeError, learn, type_text};

/// Moves between the ends of a drag, and the time each takes: programs tell a drag from a click by them.
const DRAG_STEPS: i32 = 12;
const DRAG_STEP: Duration = Duration::from_millis(6);
/// Between repeats of a chord.
const REPEAT_REST: Duration = Duration::from_millis(2);

impl Runner<'_> {
    pub(super) async fn input(&self, action: &Action) -> Result<(), ActionError> {
        let input = &*self.desktop.input;
        match action {
            Action::MouseMove { to } => self.move_to(*to)?,
            Action::Click { button, count, at, modifiers } => self.click(*button, *count, *at, modifiers)?,
            Action::Drag { from, to, modifiers } => self.drag(*from, *to, modifiers).await?,
            Action::MouseDown { button } => lock(input).press(*button, Hold::UntilReleased)?,
            Action::MouseUp { button } => lock(input).release(*button)?,
            Action::Scroll { direction, clicks, at, modifiers } => {
                self.scroll(*direction, *clicks, *at, modifiers)?;
            }
            Action::Type { text } => {
                type_text(input, &self.desktop.responses, text).await.map_err(|error| match error {
                    TypeError::Input(error) => ActionError::Input(error),
                    other => ActionError::Type(other),
                })?
            }
            Action::Key { chord, repeat } => self.key(chord, *repeat).await?,
            Action::HoldKey { chord, duration_ms } => self.hold_key(chord, *duration_ms).await?,
            Action::Screenshot | Action::Zoom { .. } | Action::CursorPosition | Action::Wait { .. } => {}
        }
        Ok(())
    }

    fn move_to(&self, to: Point) -> Result<(), ActionError> {
        if !self.desktop.screen.holds(Region { x: to.x, y: to.y, width: 1, height: 1 }) {
            return Err(ActionError::Outside);
        }
        lock(&self.desktop.input).move_to(to)?;
        self.desktop.damage.pointer_moved();
        Ok(())
    }

    fn click(
        &self,
        button: Button,
        count: u8,
        at: Option<Point>,
        modifiers: &[Modifier],
    ) -> Result<(), ActionError> {
        if !(1..=3).contains(&count) {
            return Err(ActionError::ClickCount);
        }
        if let Some(at) = at {
            self.move_to(at)?;
        }
        let mut input = lock(&self.desktop.input);
        input.press_modifiers(modifiers)?;
        for _ in 0..count {
            input.press(button, Hold::ForTheAction)?;
            input.release(button)?;
        }
        Ok(input.release_keys()?)
    }

    async fn drag(&self, from: Option<Point>, to: Point, modifiers: &[Modifier]) -> Result<(), ActionError> {
        if !self.desktop.screen.holds(Region { x: to.x, y: to.y, width: 1, height: 1 }) {
            return Err(ActionError::Outside);
        }
        if let Some(from) = from {
            self.move_to(from)?;
        }
        let from = self.desktop.screen.pointer()?;
        {
            let mut input = lock(&self.desktop.input);
            input.press_modifiers(modifiers)?;
            input.press(Button::Left, Hold::ForTheAction)?;
        }
        for step in 1..=DRAG_STEPS {
            tokio::time::sleep(DRAG_STEP).await;
            let along = |start: i32, end: i32| start + (end - start) * step / DRAG_STEPS;
            self.move_to(Point { x: along(from.x, to.x), y: along(from.y, to.y) })?;
        }
        tokio::time::sleep(DRAG_STEP).await;
        let mut input = lock(&self.desktop.input);
        input.release(Button::Left)?;
        Ok(input.release_keys()?)
    }

    fn scroll(
        &self,
        direction: ScrollDirection,
        clicks: u32,
        at: Option<Point>,
        modifiers: &[Modifier],
    ) -> Result<(), ActionError> {
        if !(1..=100).contains(&clicks) {
            return Err(ActionError::ScrollClicks);
        }
        if let Some(at) = at {
            self.move_to(at)?;
        }
        let mut input = lock(&self.desktop.input);
        input.press_modifiers(modifiers)?;
        for _ in 0..clicks {
            input.scroll(direction)?;
        }
        Ok(input.release_keys()?)
    }

    async fn key(&self, chord: &str, repeat: u8) -> Result<(), ActionError> {
        if !(1..=100).contains(&repeat) {
            return Err(ActionError::Repeat);
        }
        let chord = self.prepared_chord(chord).await?;
        for time in 0..repeat {
            if time > 0 {
                tokio::time::sleep(REPEAT_REST).await;
            }
            let mut input = lock(&self.desktop.input);
            input.press_chord(&chord)?;
            input.release_keys()?;
        }
        Ok(())
    }

    async fn hold_key(&self, chord: &str, duration_ms: u64) -> Result<(), ActionError> {
        let duration = duration(duration_ms)?;
        let chord = self.prepared_chord(chord).await?;
        lock(&self.desktop.input).press_chord(&chord)?;
        tokio::time::sleep(duration).await;
        Ok(lock(&self.desktop.input).release_keys()?)
    }

    async fn prepared_chord(&self, text: &str) -> Result<crate::input::Chord, ActionError> {
        let (chord, fresh) = {
            let mut input = lock(&self.desktop.input);
            let chord = input.chord(text)?;
            let fresh = input.prepare_chord(&chord)?;
            (chord, fresh)
        };
        if fresh {
            learn(&self.desktop.responses).await?;
        }
        Ok(chord)
    }
}
