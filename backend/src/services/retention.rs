//! Deletes every night what is kept no longer.

use std::num::NonZeroU32;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use utoipa::ToSchema;

use crate::config::retention::RetentionPeriods;
use crate::database::{DatabaseError, from_database};
use crate::services::chats::Chats;
use crate::services::site_settings::{SettingError, SiteSettings};
use crate::store::audit::{self, AuditAction, NewAuditEntry};
use crate::store::chats::{self, DueChat, KeptChats};
use crate::store::retention_sweeps::{self, Deleted, RetentionSweep};
use crate::store::{Connection, internet_requests};

/// How often a replica looks whether the sweep of the day is still to be made.
pub const LOOK_EVERY: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// The time of day, in UTC, from which on a sweep is made.
const SWEEP_AT: TimeDelta = TimeDelta::hours(3);
/// How long another replica waits for one that makes a sweep and deletes nothing any more.
const LEASE: TimeDelta = TimeDelta::minutes(30);
/// The most chats of a sweep; the next one goes on.
const MOST_CHATS: i64 = 10_000;
/// How many entries of a log are deleted at once, to stay far below the time-out of statements.
const BATCH: i64 = 10_000;
/// The most entries of the audit log that are kept.
const MOST_AUDIT_ENTRIES: i64 = 1_000_000;
/// A chat used within this time is kept, however many its owner has.
const PROTECTED_FOR: TimeDelta = TimeDelta::hours(24);
/// The number of sweeps that are told about.
const SHOWN: i64 = 30;
/// How long sweeps are remembered.
const REMEMBERED_FOR: Days = Days::new(366);

/// Why the retention can't be applied or told. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The periods could not be read.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// The database failed.
    #[error("using the database")]
    Database(#[from] DatabaseError),
}

from_database!(RetentionError);

/// What is deleted next, and what was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "next_at": "2026-12-01T03:00:00Z",
    "due": { "chats": 12, "audit_entries": 340, "internet_requests": 0 },
    "sweeps": [{ "day": "2026-11-30", "finished_at": "2026-11-30T03:00:04Z", "chats": 3, "audit_entries": 310, "internet_requests": 1200 }] }))]
pub struct RetentionView {
    /// When the next sweep is made.
    pub next_at: DateTime<Utc>,
    /// What it deletes if nothing is used or changed until then.
    pub due: Due,
    /// The last 30 sweeps, the newest first.
    pub sweeps: Vec<RetentionSweep>,
}

/// What is kept no longer, and not deleted yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct Due {
    /// The number of chats; a sweep deletes at most 10,000.
    pub chats: i64,
    /// The number of entries of the audit log.
    pub audit_entries: i64,
    /// The number of recorded requests of desktops to the internet, those of the chats left out.
    pub internet_requests: i64,
}

/// Applies the retention. Cheap to clone.
#[derive(Clone)]
pub struct Retention {
    /// Say how long things are kept.
    pub settings: SiteSettings,
    /// Deletes chats.
    pub chats: Chats,
    /// Ends a sweep before its next step; the next look goes on once the lease has expired.
    pub shutdown: CancellationToken,
}

impl Retention {
    /// What is deleted next, and what was.
    pub async fn view(&self) -> Result<RetentionView, RetentionError> {
        let now = self.settings.clock.now();
        let mut conn = self.settings.database.connection().await?;
        let periods = self.settings.retention(&mut conn).await?.value;
        let next_at = next_sweep(now);
        let due = Due {
            chats: chats::count_due(&mut conn, kept_chats(periods, next_at)).await?,
            audit_entries: match ago(periods.audit_days, next_at) {
                Some(before) => audit::count_before(&mut conn, before).await?,
                None => 0,
            },
            internet_requests: match ago(periods.internet_log_days, next_at) {
                Some(before) => internet_requests::count_before(&mut conn, before).await?,
                None => 0,
            },
        };
        let sweeps = retention_sweeps::newest(&mut conn, SHOWN).await?;
        Ok(RetentionView { next_at, due, sweeps })
    }

    /// Makes the sweep of the day, unless it has been made or another replica is at it.
    ///
    /// # Errors
    /// When the database fails. The sweep is tried again.
    pub async fn sweep(&self) -> Result<(), RetentionError> {
        let now = self.settings.clock.now();
        let day = day_of_sweep(now);
        let mut conn = self.settings.database.connection().await?;
        if !retention_sweeps::claim(&mut conn, day, now + LEASE, now).await? {
            return Ok(());
        }
        let periods = self.settings.retention(&mut conn).await?.value;
        let due = chats::due(&mut conn, kept_chats(periods, now), MOST_CHATS).await?;
        drop(conn);
        for chat in due {
            if self.shutdown.is_cancelled() {
                return Ok(());
            }
            self.delete_chat(&chat, day).await?;
        }
        while self.delete_entries(periods, day).await? {
            if self.shutdown.is_cancelled() {
                return Ok(());
            }
        }
        self.finish(day).await
    }

    /// Deletes a chat that was not used in the meantime.
    async fn delete_chat(&self, chat: &DueChat, day: NaiveDate) -> Result<(), RetentionError> {
        match self.chats.delete_if_unused(chat.id, chat.updated_at).await {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            // Its rows may be gone; then what is left is found at the next start.
            Err(error) => {
                let error = format!("{:#}", anyhow::Error::new(error));
                tracing::warn!(chat.id = %chat.id, error, "could not delete a chat that is kept no longer");
                return Ok(());
            }
        }
        let mut conn = self.settings.database.connection().await?;
        let deleted = Deleted { chats: 1, ..Deleted::default() };
        Ok(retention_sweeps::count(&mut conn, day, deleted, self.settings.clock.now() + LEASE).await?)
    }

    /// Deletes a batch of the old entries of each log. Returns whether there may be more.
    async fn delete_entries(
        &self,
        periods: RetentionPeriods,
        day: NaiveDate,
    ) -> Result<bool, RetentionError> {
        let now = self.settings.clock.now();
        let mut conn = self.settings.database.connection().await?;
        let before = ago(periods.audit_days, now).unwrap_or(DateTime::UNIX_EPOCH);
        let audit_entries = audit::delete_old(&mut conn, before, MOST_AUDIT_ENTRIES, BATCH).await?;
        let internet_requests = match ago(periods.internet_log_days, now) {
            Some(before) => internet_requests::delete_before(&mut conn, before, BATCH).await?,
            None => 0,
        };
        let [audit_entries, internet_requests] =
            [audit_entries, internet_requests].map(|rows| i64::try_from(rows).unwrap_or(i64::MAX));
        let deleted = Deleted { audit_entries, internet_requests, ..Deleted::default() };
        retention_sweeps::count(&mut conn, day, deleted, now + LEASE).await?;
        Ok(audit_entries.max(internet_requests) >= BATCH)
    }

    async fn finish(&self, day: NaiveDate) -> Result<(), RetentionError> {
        let now = self.settings.clock.now();
        let mut conn = self.settings.database.connection().await?;
        let sweep = retention_sweeps::finish(&mut conn, day, now).await?;
        retention_sweeps::delete_before(&mut conn, day - REMEMBERED_FOR).await?;
        tell(&mut conn, &sweep, now).await
    }
}

/// Writes a sweep that has deleted anything into the log and the audit log.
async fn tell(
    conn: &mut Connection,
    sweep: &RetentionSweep,
    now: DateTime<Utc>,
) -> Result<(), RetentionError> {
    let RetentionSweep { day, chats, audit_entries, internet_requests, .. } = sweep;
    if chats + audit_entries + internet_requests == 0 {
        return Ok(());
    }
    tracing::info!(%day, chats, audit_entries, internet_requests, "deleted what is kept no longer");
    let mut entry = NewAuditEntry::of_installation(AuditAction::RetentionApplied, day.to_string(), now);
    entry.detail = serde_json::json!({
        "chats": chats, "audit_entries": audit_entries, "internet_requests": internet_requests,
    });
    Ok(audit::insert(conn, &entry).await?)
}

fn kept_chats(periods: RetentionPeriods, now: DateTime<Utc>) -> KeptChats {
    KeptChats {
        used_since: ago(periods.chats_days, now),
        per_person: periods.chats_per_person.map(|number| i64::from(number.get())),
        protected_since: now - PROTECTED_FOR,
    }
}

/// So many days ago; `None` as well for a time before all others.
fn ago(days: Option<NonZeroU32>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let ago = now.checked_sub_signed(TimeDelta::days(days?.get().into()))?;
    (ago > DateTime::UNIX_EPOCH).then_some(ago)
}

/// The day whose sweep is to be made: until [`SWEEP_AT`] that of yesterday.
fn day_of_sweep(now: DateTime<Utc>) -> NaiveDate {
    (now - SWEEP_AT).date_naive()
}

fn next_sweep(now: DateTime<Utc>) -> DateTime<Utc> {
    let tomorrow = day_of_sweep(now) + Days::new(1);
    tomorrow.and_time(NaiveTime::MIN).and_utc() + SWEEP_AT
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_sweep_is_made_once_a_day_from_three_o_clock_on() {
        for (now, day, next) in [
            ("2026-11-30T02:59:59Z", "2026-11-29", "2026-11-30T03:00:00Z"),
            ("2026-11-30T03:00:00Z", "2026-11-30", "2026-12-01T03:00:00Z"),
            ("2026-12-31T23:59:59Z", "2026-12-31", "2027-01-01T03:00:00Z"),
        ] {
            assert_eq!(day_of_sweep(time(now)).to_string(), day, "{now}");
            assert_eq!(next_sweep(time(now)), time(next), "{now}");
        }
    }

    #[test]
    fn a_period_longer_than_all_time_keeps_everything() {
        let now = time("2026-11-30T03:00:00Z");
        assert_eq!(ago(NonZeroU32::new(1), now), Some(time("2026-11-29T03:00:00Z")));
        for days in [None, NonZeroU32::new(30_000), Some(NonZeroU32::MAX)] {
            assert_eq!(ago(days, now), None, "{days:?}");
        }
    }
}
