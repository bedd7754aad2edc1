//! Carries out input actions.

use std::time::Duration;

use chords::{Chord, Sequence};
use protocol::action::{Action, Button, Modifier, Point, Region, ScrollDirection};

use super::error::ActionError;
use super::{Runner, duration, lock};
use crate::input::{Hold, TypeError, type_text, wait_for_binding};

/// Number and interval of the pointer moves by which programs recognise a drag.
const DRAG_STEPS: i32 = 12;
const DRAG_STEP_INTERVAL: Duration = Duration::from_millis(6);
/// Time between the clicks of a double or triple click: browsers merge clicks within a millisecond.
const CLICK_INTERVAL: Duration = Duration::from_millis(2);
/// How long to wait for the window manager between the clicks of a double click. After about 400 ms programs would
/// count two single clicks.
const CLICK_TIMEOUT: Duration = Duration::from_millis(250);
/// At the end of a drag: how long to wait for a busy program, and how long programs take to accept the drop target.
const DRAG_TIMEOUT: Duration = Duration::from_millis(500);
const DROP_TARGET_DELAY: Duration = Duration::from_millis(40);
/// Least time from any press to a drag, double or triple click. Within it programs count the press as part of a
/// multiple click, and GTK ignores a double click elsewhere.
const MULTI_CLICK_PERIOD: Duration = Duration::from_millis(500);
/// Time between presses of the same chord.
const REPEAT_INTERVAL: Duration = Duration::from_millis(2);

impl Runner<'_> {
    pub(super) async fn input(&mut self, action: &Action) -> Result<(), ActionError> {
        let input = &*self.desktop.input;
        match action {
            Action::MouseMove { to } => self.move_to(*to)?,
            Action::Click { button, count, at, modifiers } => {
                self.click(*button, *count, *at, modifiers).await?
            }
            Action::Drag { from, to, modifiers } => self.drag(*from, *to, modifiers).await?,
            Action::MouseDown { button } => lock(input).press(*button, Hold::UntilReleased)?,
            Action::MouseUp { button } => lock(input).release(*button)?,
            Action::Scroll { direction, clicks, at, modifiers } => {
                self.scroll(*direction, *clicks, *at, modifiers).await?;
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

    async fn click(
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
        if count > 1 {
            self.wait_for_multi_click_period().await;
        }
        lock(&self.desktop.input).press_modifiers(modifiers)?;
        for time in 0..count {
            if time > 0 {
                self.wait_for_click().await?;
            }
            let mut input = lock(&self.desktop.input);
            input.press(button, Hold::ForTheAction)?;
            input.release(button)?;
        }
        Ok(lock(&self.desktop.input).release_keys()?)
    }

    /// Waits until the window manager has passed a click on. It intercepts every press, and may lose another one
    /// meanwhile.
    async fn wait_for_click(&self) -> Result<(), ActionError> {
        let passed = self.desktop.responses.sync_window_manager(CLICK_TIMEOUT);
        let (passed, ()) = tokio::join!(passed, tokio::time::sleep(CLICK_INTERVAL));
        Ok(passed?)
    }

    async fn drag(&self, from: Option<Point>, to: Point, modifiers: &[Modifier]) -> Result<(), ActionError> {
        if !self.desktop.screen.holds(Region { x: to.x, y: to.y, width: 1, height: 1 }) {
            return Err(ActionError::Outside);
        }
        if let Some(from) = from {
            self.move_to(from)?;
        }
        let from = self.desktop.screen.pointer()?;
        self.wait_for_multi_click_period().await;
        {
            let mut input = lock(&self.desktop.input);
            input.press_modifiers(modifiers)?;
            input.press(Button::Left, Hold::ForTheAction)?;
        }
        // The last pixel is a separate step.
        let near = Point { x: to.x - (to.x - from.x).signum(), y: to.y - (to.y - from.y).signum() };
        for step in 1..=DRAG_STEPS {
            tokio::time::sleep(DRAG_STEP_INTERVAL).await;
            let along = |start: i32, end: i32| start + (end - start) * step / DRAG_STEPS;
            self.move_to(Point { x: along(from.x, near.x), y: along(from.y, near.y) })?;
        }
        self.wait_for_drag().await?;
        self.move_to(to)?;
        self.wait_for_drag().await?;
        let mut input = lock(&self.desktop.input);
        input.release(Button::Left)?;
        Ok(input.release_keys()?)
    }

    /// Waits until the program has handled the drag's last move and announced the drop target. Released earlier, the
    /// drop goes to the previous position, and text dropped on itself is lost. Browsers announce the target of the
    /// previous move, so they need two moves.
    async fn wait_for_drag(&self) -> Result<(), ActionError> {
        self.desktop.responses.sync_program(DRAG_TIMEOUT).await?;
        tokio::time::sleep(DROP_TARGET_DELAY).await;
        Ok(())
    }

    /// Waits until a press no longer counts as part of a multiple click.
    async fn wait_for_multi_click_period(&self) {
        let last_press = lock(&self.desktop.input).last_press();
        if let Some(last_press) = last_press {
            tokio::time::sleep_until(last_press + MULTI_CLICK_PERIOD).await;
        }
    }

    async fn scroll(
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
        lock(&self.desktop.input).press_modifiers(modifiers)?;
        for _ in 0..clicks {
            lock(&self.desktop.input).scroll(direction)?;
            tokio::task::yield_now().await;
        }
        Ok(lock(&self.desktop.input).release_keys()?)
    }

    /// Presses chords one after the other, and all of them as often as requested.
    async fn key(&mut self, text: &str, repeat: u8) -> Result<(), ActionError> {
        if !(1..=100).contains(&repeat) {
            return Err(ActionError::Repeat);
        }
        let sequence: Sequence = text.parse()?;
        self.prepare(sequence.chords()).await?;
        let presses = std::iter::repeat_n(sequence.chords(), repeat.into()).flatten();
        let mut before = None;
        for chord in presses {
            match before {
                Some(before) if before == chord => tokio::time::sleep(REPEAT_INTERVAL).await,
                // Another chord may be for what this one opened.
                Some(_) => self.settling.between_inputs().await?,
                None => {}
            }
            self.settling.action_begins();
            {
                let mut input = lock(&self.desktop.input);
                input.press_chord(chord)?;
                input.release_keys()?;
            }
            self.settling.action_ended();
            before = Some(chord);
        }
        Ok(())
    }

    async fn hold_key(&self, text: &str, duration_ms: u64) -> Result<(), ActionError> {
        let duration = duration(duration_ms)?;
        let chord = text.parse::<Sequence>()?.into_one()?;
        self.prepare(std::slice::from_ref(&chord)).await?;
        lock(&self.desktop.input).press_chord(&chord)?;
        tokio::time::sleep(duration).await;
        Ok(lock(&self.desktop.input).release_keys()?)
    }

    /// Makes sure that every key of the chords exists, and that programs know it.
    async fn prepare(&self, chords: &[Chord]) -> Result<(), ActionError> {
        let fresh = lock(&self.desktop.input).prepare(chords)?;
        if fresh {
            wait_for_binding(&self.desktop.responses).await?;
        }
        Ok(())
    }
}
