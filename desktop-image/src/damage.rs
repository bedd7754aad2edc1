//! Changes on the screen, as the X server reports them (XDamage), for any number of subscribers.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use protocol::action::Region;
use tokio::sync::Notify;
use tokio::time::Instant;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::damage::{ConnectionExt as _, Damage as DamageId, ReportLevel};
use x11rb::protocol::xfixes::{ConnectionExt as _, CursorNotifyMask};
use x11rb::protocol::xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask, Rectangle};

use crate::region::around;
use crate::x11::{Display, XError, spawn_event_thread};

/// Most boxes kept for a subscriber; more are merged into one.
const MAX_BOXES: usize = 256;
/// How long and how many boxes are kept for later subscribers.
const RECENT_PERIOD: Duration = Duration::from_millis(600);
const MAX_RECENT: usize = 256;
/// Most windows whose positions are kept for a subscriber.
const MAX_WINDOWS: usize = 256;

/// A region of the screen that was drawn to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DamageBox {
    /// When the event arrived.
    pub at: Instant,
    /// The region.
    pub region: Region,
}

/// What changed since a subscriber last took its changes.
#[derive(Debug, Default)]
pub struct Changes {
    /// The regions that were drawn to, oldest first.
    pub boxes: Vec<DamageBox>,
    /// Whether the pointer moved or took another shape.
    pub pointer: bool,
    /// Whether the pointer took another shape.
    pub pointer_shape: bool,
    /// Top-level windows, the window manager's frames among them, that were moved or resized, with their new region; `None`
    /// when they are gone. They do not wake a subscriber.
    pub windows: BTreeMap<u32, Option<Region>>,
}

impl Changes {
    fn wakes(&self) -> bool {
        self.pointer || !self.boxes.is_empty()
    }
}

/// The changes for one subscriber, bounded even if they are never taken.
#[derive(Debug, Default)]
pub struct Subscription {
    changes: Mutex<Changes>,
    changed: Notify,
}

/// Publishes damage. Its thread ends with the X server.
#[derive(Debug, Clone, Default)]
pub struct Damage {
    subscribers: Arc<Mutex<Vec<Weak<Subscription>>>>,
    recent: Arc<Mutex<VecDeque<DamageBox>>>,
}

impl Damage {
    /// Starts watching a display.
    ///
    /// # Errors
    /// When the server does not answer or lacks an extension.
    pub fn watch(display_name: &str) -> Result<Self, XError> {
        let display = Display::connect(display_name)?;
        let connection = &display.connection;
        connection.xfixes_query_version(5, 0)?.reply()?;
        connection.damage_query_version(1, 1)?.reply()?;
        let damage = connection.generate_id()?;
        connection.damage_create(damage, display.root, ReportLevel::DELTA_RECTANGLES)?.check()?;
        let windows = ChangeWindowAttributesAux::new().event_mask(EventMask::SUBSTRUCTURE_NOTIFY);
        connection.change_window_attributes(display.root, &windows)?;
        connection.xfixes_select_cursor_input(display.root, CursorNotifyMask::DISPLAY_CURSOR)?;
        display.sync()?;
        let watched = Self::default();
        let publisher = watched.clone();
        spawn_event_thread("damage", move || {
            // The connection broke. The X server's exit is handled elsewhere.
            let Err(error) = publisher.publish(&display, damage);
            tracing::debug!(error = %error, "no longer watching the screen");
        })?;
        Ok(watched)
    }

    /// Subscribes to changes from now on.
    #[must_use]
    pub fn subscribe(&self) -> Arc<Subscription> {
        let subscription = Arc::new(Subscription::default());
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| subscriber.strong_count() > 0);
        subscribers.push(Arc::downgrade(&subscription));
        subscription
    }

    /// What was drawn recently, oldest first.
    #[must_use]
    pub fn recent(&self) -> Vec<DamageBox> {
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().filter(|damaged| damaged.at.elapsed() < RECENT_PERIOD).copied().collect()
    }

    /// Reports that the agent moved the pointer, which the X server does not.
    pub fn pointer_moved(&self) {
        self.notify(&Changes { pointer: true, ..Changes::default() });
    }

    fn publish(&self, display: &Display, damage: DamageId) -> Result<std::convert::Infallible, XError> {
        let connection = &display.connection;
        loop {
            let mut changes = Changes::default();
            let mut next = Some(connection.wait_for_event()?);
            while let Some(event) = next {
                changes.add_event(&event);
                next = connection.poll_for_event()?;
            }
            if !changes.boxes.is_empty() {
                // Subtract the damage before subscribers capture the screen, so that later drawing is reported again.
                connection.damage_subtract(damage, x11rb::NONE, x11rb::NONE)?;
                display.sync()?;
            }
            self.notify(&changes);
        }
    }

    fn notify(&self, changes: &Changes) {
        self.keep_recent(&changes.boxes);
        let mut subscribers = self.subscribers.lock().unwrap_or_else(PoisonError::into_inner);
        subscribers.retain(|subscriber| {
            let Some(subscriber) = subscriber.upgrade() else { return false };
            subscriber.add(changes);
            true
        });
    }
}

impl Damage {
    fn keep_recent(&self, boxes: &[DamageBox]) {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let new = boxes.iter().rev().take(MAX_RECENT).rev();
        recent.extend(new);
        let over = recent.len().saturating_sub(MAX_RECENT);
        recent.drain(..over);
    }
}

impl Changes {
    fn add_event(&mut self, event: &Event) {
        match event {
            Event::DamageNotify(notify) if notify.area.width > 0 && notify.area.height > 0 => {
                let at = Instant::now();
                let Rectangle { x, y, width, height } = notify.area;
                self.boxes.push(DamageBox { at, region: region(x, y, width, height) });
            }
            Event::XfixesCursorNotify(_) => (self.pointer, self.pointer_shape) = (true, true),
            Event::ConfigureNotify(placed) => {
                let border = placed.border_width.saturating_mul(2);
                let (width, height) =
                    (placed.width.saturating_add(border), placed.height.saturating_add(border));
                self.windows.insert(placed.window, Some(region(placed.x, placed.y, width, height)));
            }
            Event::DestroyNotify(gone) => drop(self.windows.insert(gone.window, None)),
            _ => {}
        }
    }
}

fn region(x: i16, y: i16, width: u16, height: u16) -> Region {
    Region { x: x.into(), y: y.into(), width: width.into(), height: height.into() }
}

impl Subscription {
    /// Takes what has changed.
    pub fn take(&self) -> Changes {
        std::mem::take(&mut *self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until something has changed since the last [`Subscription::take`].
    pub async fn changed(&self) {
        loop {
            let changed = self.changed.notified();
            {
                let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
                if changes.wakes() {
                    return;
                }
            }
            changed.await;
        }
    }

    fn add(&self, new: &Changes) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        changes.pointer |= new.pointer;
        changes.pointer_shape |= new.pointer_shape;
        changes.boxes.extend_from_slice(&new.boxes);
        if changes.boxes.len() > MAX_BOXES {
            let merged = changes.boxes.drain(..).reduce(merge);
            changes.boxes.extend(merged);
        }
        changes.windows.extend(&new.windows);
        if changes.windows.len() > MAX_WINDOWS {
            // Positions are only hints, so they can be dropped.
            changes.windows.clear();
        }
        drop(changes);
        if new.wakes() {
            self.changed.notify_one();
        }
    }
}

/// The smallest box around two, with the later time.
fn merge(first: DamageBox, second: DamageBox) -> DamageBox {
    let region = around(first.region, second.region);
    DamageBox { at: first.at.max(second.at), region }
}

#[cfg(test)]
mod tests {
    use super::{Changes, Damage, DamageBox, Instant, MAX_BOXES, Region};

    fn damaged(x: i32) -> DamageBox {
        DamageBox { at: Instant::now(), region: Region { x, y: 5, width: 2, height: 3 } }
    }

    #[test]
    fn an_idle_subscriber_keeps_a_bounded_number_of_boxes_that_cover_all() {
        let damage = Damage::default();
        let subscription = damage.subscribe();
        for x in 0..10_000 {
            damage.notify(&Changes { boxes: vec![damaged(x % 700)], ..Changes::default() });
        }
        let boxes = subscription.take().boxes;
        assert!(boxes.len() <= MAX_BOXES, "{} boxes are kept", boxes.len());
        let whole = boxes.into_iter().reduce(super::merge).unwrap().region;
        assert_eq!(whole, Region { x: 0, y: 5, width: 701, height: 3 });
    }

    #[tokio::test]
    async fn a_change_before_waiting_is_not_missed() {
        let damage = Damage::default();
        let subscription = damage.subscribe();
        damage.pointer_moved();
        subscription.changed().await;
        assert!(subscription.take().pointer);
    }
}
