//! What people may have, and what they have. Each limit is decided in the transaction that takes something.

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use protocol::dollars::Dollars;
use protocol::ids::{ChatId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::config::limits::Limits;
use crate::database::{DatabaseError, from_database};
use crate::services::budgets::{BudgetReached, Budgets};
use crate::services::site_settings::{SettingError, SiteSettings};
use crate::store::chats::ChatRow;
use crate::store::quota_use::{self, QuotaKind};
use crate::store::users::User;
use crate::store::{Connection, desktops, files, runs, users};

/// A megabyte, in bytes.
const MB: u64 = 1 << 20;
/// Why a person can't have more. Messages are user-facing.
#[derive(Debug, thiserror::Error)]
pub enum QuotaError {
    /// They have as many desktops as they may.
    #[error(
        "You have {0} desktops at once, which is the limit. One that nobody uses stops after a while; or delete a chat that \
         you don't need."
    )]
    Desktops(u32),
    /// Everybody together has as many desktops as there may be.
    #[error("All desktops of this installation are in use. Try again in a few minutes.")]
    AllDesktops,
    /// They have had as many runs today as they may.
    #[error(
        "You have had {0} runs today, which is the limit. It begins anew at midnight UTC; or ask an administrator for more."
    )]
    RunsToday(u32),
    /// No more may be spent.
    #[error(transparent)]
    Spending(#[from] BudgetReached),
    /// They set a limit for themselves above what they may spend.
    #[error("You may spend at most ${0}, which superusers have set. Set a lower limit.")]
    OwnLimitTooHigh(Dollars),
    /// The settings could not be read.
    #[error(transparent)]
    Setting(#[from] SettingError),
    /// What is used could not be read or written.
    #[error("using the database")]
    Database(#[from] DatabaseError),
    /// Stored limits can't be read.
    #[error(transparent)]
    Internal(#[from] anyhow::Error),
}

from_database!(QuotaError);

/// How much of something a person uses, and may use.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Used {
    /// How much they use.
    pub used: u64,
    /// How much they may use; `null`: there is no limit.
    pub limit: Option<u64>,
}

/// What a person uses, and may use.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Usage {
    /// Desktops that are up.
    pub desktops: Used,
    /// Runs in progress; further ones wait in the queue.
    pub runs_at_once: Used,
    /// Runs since midnight UTC.
    pub runs_today: Used,
    /// Bytes of all files and home folders together.
    pub disk_bytes: Used,
    /// Bytes of one upload.
    pub upload_bytes: Used,
    /// Open WebSockets, on the replica that answers.
    pub sockets: Used,
    /// Millionths of a dollar that runs have cost the installation since the first of the month in UTC, at list prices.
    pub microdollars_this_month: Used,
}

/// The limits of people. Cheap to clone.
#[derive(Clone)]
pub struct Quotas {
    /// What superusers have set for everybody.
    pub settings: SiteSettings,
    /// Maximum size of any upload, in bytes.
    pub upload_limit: u64,
}

impl Quotas {
    /// What a user may have.
    pub async fn of(&self, conn: &mut Connection, user: &User) -> Result<Limits, QuotaError> {
        let own: Limits = serde_json::from_value(user.limits.clone()).context("reading a user's limits")?;
        Ok(own.or(self.settings.limits(conn).await?.value))
    }

    pub(super) async fn of_user(&self, conn: &mut Connection, user_id: UserId) -> Result<Limits, QuotaError> {
        match users::find(conn, user_id).await? {
            Some(user) => self.of(conn, &user).await,
            // Their data is being deleted.
            None => Ok(Limits::BUILT_IN),
        }
    }

    /// Maximum size of an upload of a user, in bytes.
    pub async fn upload_bytes(&self, conn: &mut Connection, user: &User) -> Result<u64, QuotaError> {
        let own = self.of(conn, user).await?.upload_mb.map(|mb| u64::from(mb) * MB);
        Ok(own.map_or(self.upload_limit, |own| own.min(self.upload_limit)))
    }

    /// Maximum size of all files and home folders of a user together, in bytes.
    pub async fn disk_bytes(&self, conn: &mut Connection, user_id: UserId) -> Result<u64, QuotaError> {
        let limit = self.of_user(conn, user_id).await?.disk_mb;
        Ok(limit.map_or(u64::MAX, |mb| u64::from(mb) * MB))
    }

    /// Maximum number of WebSockets of a user.
    pub async fn sockets(&self, conn: &mut Connection, user: &User) -> Result<u32, QuotaError> {
        Ok(self.of(conn, user).await?.sockets.unwrap_or(u32::MAX))
    }

    /// Counts a run that a user begins in a chat, and returns its budgets. Call it inside the transaction that stores the run.
    ///
    /// # Errors
    /// When they may have no more today, or have spent as much as they may.
    pub async fn take_run(
        &self,
        conn: &mut Connection,
        chat: &ChatRow,
        now: DateTime<Utc>,
    ) -> Result<Budgets, QuotaError> {
        let budgets = self.budgets_of_chat(conn, chat, None, now).await?;
        budgets.check()?;
        let limits = self.of_user(conn, chat.user_id).await?;
        if let Some(limit) = limits.runs_per_day
            && !quota_use::take(conn, chat.user_id, QuotaKind::Runs, limit.into(), now).await?
        {
            return Err(QuotaError::RunsToday(limit));
        }
        Ok(budgets)
    }

    /// Checks that the owner of a chat may have its desktop besides those that they have. Call it inside the transaction
    /// that records that the desktop is up: others wait until it ends.
    ///
    /// # Errors
    /// When they, or everybody together, have as many as they may.
    pub async fn take_desktop(
        &self,
        conn: &mut Connection,
        chat_id: ChatId,
        owner: UserId,
    ) -> Result<(), QuotaError> {
        desktops::lock_count(conn).await?;
        let limit = self.of_user(conn, owner).await?.desktops.unwrap_or(u32::MAX);
        if desktops::count_up(conn, Some(owner), Some(chat_id)).await? >= i64::from(limit) {
            return Err(QuotaError::Desktops(limit));
        }
        let total = self.settings.total_limits(conn).await?.value.desktops.unwrap_or(u32::MAX);
        if desktops::count_up(conn, None, Some(chat_id)).await? >= i64::from(total) {
            return Err(QuotaError::AllDesktops);
        }
        Ok(())
    }

    /// What a user uses, and may use. `sockets` are those that are open.
    pub async fn usage(
        &self,
        conn: &mut Connection,
        user: &User,
        sockets: u32,
        now: DateTime<Utc>,
    ) -> Result<Usage, QuotaError> {
        let limits = self.of(conn, user).await?;
        let count = |used: i64, limit: Option<u32>| Used {
            used: used.max(0).cast_unsigned(),
            limit: limit.map(u64::from),
        };
        let spent = quota_use::used(conn, user.id, QuotaKind::Microdollars, now).await?;
        Ok(Usage {
            desktops: count(desktops::count_up(conn, Some(user.id), None).await?, limits.desktops),
            runs_at_once: count(runs::count_running(conn, user.id).await?, limits.runs_at_once),
            runs_today: count(
                quota_use::used(conn, user.id, QuotaKind::Runs, now).await?,
                limits.runs_per_day,
            ),
            disk_bytes: Used {
                used: files::used_bytes(conn, user.id).await?,
                limit: limits.disk_mb.map(|mb| u64::from(mb) * MB),
            },
            upload_bytes: Used { used: 0, limit: Some(self.upload_bytes(conn, user).await?) },
            sockets: count(sockets.into(), limits.sockets),
            microdollars_this_month: Used {
                used: spent.max(0).cast_unsigned(),
                limit: limits.dollars_per_month.map(Dollars::microdollars),
            },
        })
    }
}
