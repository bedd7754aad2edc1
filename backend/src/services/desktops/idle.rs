//! The idle sweeper: pauses desktops that have been unused for a while and stops them after longer. Home
//! folders are kept, and a desktop resumes or restarts when it is next used.
//!
//! Each replica sweeps only the desktops it runs, because only it sees their runs and viewers.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::stream::{self, StreamExt as _};
use protocol::agent::DesktopActivity;
use protocol::ids::ChatId;
use tokio::time::Instant;

use crate::config::IdleConfig;
use crate::services::desktops::usage::{BUSY_SHARE, UsageSnapshot};
use crate::services::desktops::{AT_ONCE, DesktopError, Desktops, Slot};
use crate::store::desktops::{self, DesktopLoad, ObservedState};
use crate::store::runs::{self, Engagement};

/// Interval between sweeps.
pub const SWEEP_EVERY: Duration = Duration::from_secs(30);
/// Multiplies the stop limit while a run waits for a person, because the question may refer to what is on the
/// screen.
const WAITING_FACTOR: i32 = 24;
/// The reason shown for a paused desktop.
const PAUSED_REASON: &str =
    "Nobody has used it for a while, so its programs are paused. They continue when somebody comes back.";
/// The reason shown for a stopped desktop.
const STOPPED_REASON: &str = "Nobody has used it for a while, so its programs were ended. Its home folder is kept; it starts when somebody comes back.";

/// How long a desktop may be idle before it is paused or stopped.
#[derive(Debug, Clone, Copy)]
pub struct IdleLimits {
    /// Idle time before pausing; `None` never pauses.
    pub pause: Option<TimeDelta>,
    /// Idle time before stopping; `None` never stops.
    pub stop: Option<TimeDelta>,
}

impl From<IdleConfig> for IdleLimits {
    fn from(config: IdleConfig) -> Self {
        let minutes = |minutes: u32| (minutes > 0).then(|| TimeDelta::minutes(minutes.into()));
        Self { pause: minutes(config.idle_pause), stop: minutes(config.idle_stop) }
    }
}

/// The state of a running or paused desktop at one sweep.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    /// Its users and when it was last used.
    pub usage: UsageSnapshot,
    /// What the chat's runs need of it.
    pub engagement: Engagement,
    /// Whether its programs are busy, or may be.
    pub at_work: bool,
}

/// What the sweeper does with a desktop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is in use: restart its idle time.
    Used,
    /// Do nothing.
    Leave,
    /// Freeze its programs.
    Pause,
    /// Stop it.
    Stop,
}

/// Decides what to do with a desktop. Pure, so that tests can cover every case.
#[must_use]
pub fn decide(seen: &Seen, limits: &IdleLimits, now: DateTime<Utc>) -> Verdict {
    if seen.usage.users > 0 || seen.at_work || seen.engagement == Engagement::AtWork {
        return Verdict::Used;
    }
    let idle = now - seen.usage.used_at;
    let factor = if seen.engagement == Engagement::WaitsForPerson { WAITING_FACTOR } else { 1 };
    if limits.stop.is_some_and(|stop| idle >= stop * factor) {
        return Verdict::Stop;
    }
    if !seen.usage.paused && limits.pause.is_some_and(|pause| idle >= pause) {
        return Verdict::Pause;
    }
    Verdict::Leave
}

impl Desktops {
    /// Pauses and stops idle desktops. A failure on one desktop is logged and does not affect the others.
    ///
    /// # Errors
    /// When the state of the runs can't be read; then no desktop is touched.
    pub async fn sweep_idle(&self) -> Result<(), DesktopError> {
        let slots: Vec<(ChatId, Arc<Slot>)> = {
            let slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
            let up = slots.iter().filter(|(_, slot)| slot.usage.now().is_some());
            up.map(|(chat_id, slot)| (*chat_id, Arc::clone(slot))).collect()
        };
        if slots.is_empty() {
            return Ok(());
        }
        let chats: Vec<ChatId> = slots.iter().map(|(chat_id, _)| *chat_id).collect();
        let mut conn = self.database.connection().await?;
        let engagements = runs::engagements(&mut conn, &chats).await?;
        drop(conn);
        let each = stream::iter(slots).for_each_concurrent(AT_ONCE, async |(chat_id, slot)| {
            let engagement = engagements.get(&chat_id).copied().unwrap_or(Engagement::None);
            if let Err(error) = self.suspend_if_idle(chat_id, &slot, engagement).await {
                tracing::warn!(chat.id = %chat_id, ?error, "could not suspend an idle desktop");
            }
        });
        each.await;
        Ok(())
    }

    async fn suspend_if_idle(
        &self,
        chat_id: ChatId,
        slot: &Arc<Slot>,
        engagement: Engagement,
    ) -> Result<(), DesktopError> {
        let at_work = self.may_be_at_work(chat_id, slot).await;
        // A user registers before waiting for this lock, so none can appear while the sweeper holds it.
        let Ok(mut access) = slot.access.try_lock() else { return Ok(()) };
        let (Some(id), Some(usage)) = (slot.usage.id(), slot.usage.now()) else { return Ok(()) };
        let now = self.clock.now();
        match decide(&Seen { usage, engagement, at_work }, &self.idle, now) {
            Verdict::Used => slot.usage.used(now),
            Verdict::Leave => {}
            Verdict::Pause => {
                self.provider.pause(id).await?;
                slot.usage.set_paused(true);
                let screen = access.as_ref().map(|access| access.screen);
                tracing::info!(desktop.id = %id, "paused an idle desktop");
                self.observe(chat_id, id, ObservedState::Paused, Some(PAUSED_REASON), screen).await?;
            }
            Verdict::Stop => {
                self.provider.stop(id).await?;
                slot.usage.ended();
                *access = None;
                tracing::info!(desktop.id = %id, "stopped an idle desktop");
                let mut conn = self.database.connection().await?;
                desktops::want_stopped(&mut conn, id).await?;
                drop(conn);
                self.observe(chat_id, id, ObservedState::Stopped, Some(STOPPED_REASON), None).await?;
            }
        }
        Ok(())
    }

    /// Records what a desktop takes; its home folder counts for its owner's disk quota.
    async fn note_load(&self, chat_id: ChatId, slot: &Slot, activity: DesktopActivity, share: Option<f64>) {
        let Some(id) = slot.usage.id() else { return };
        #[expect(clippy::cast_possible_truncation, reason = "a share needs no more digits")]
        let load = DesktopLoad {
            home_bytes: activity.home_bytes.map(u64::cast_signed),
            memory_bytes: activity.memory_bytes.map(u64::cast_signed),
            processor_share: share.map(|share| share as f32),
            measured_at: Some(self.clock.now()),
        };
        let noted: Result<(), DesktopError> = async {
            let mut conn = self.database.connection().await?;
            Ok(desktops::set_load(&mut conn, id, load).await?)
        }
        .await;
        if let Err(error) = noted {
            tracing::warn!(chat.id = %chat_id, ?error, "could not record what a desktop takes");
        }
    }

    /// Whether programs that the person started may be busy. Paused programs are not; if the agent does not
    /// answer, assume they are.
    async fn may_be_at_work(&self, chat_id: ChatId, slot: &Slot) -> bool {
        if slot.usage.now().is_none_or(|usage| usage.paused) {
            return false;
        }
        let access = slot.access.try_lock().ok().and_then(|access| access.clone());
        let Some(access) = access else { return true };
        match self.client(access).activity().await {
            Ok(activity) => {
                let total = Duration::from_millis(activity.processor_ms);
                let share = slot.usage.share_since_last_sample(Instant::now(), total);
                self.note_load(chat_id, slot, activity, share).await;
                // The first look can't tell.
                share.is_none_or(|share| share >= BUSY_SHARE)
            }
            Err(error) => {
                tracing::debug!(chat.id = %chat_id, error = format!("{error:#}"), "could not read the activity of a desktop");
                true
            }
        }
    }
}
