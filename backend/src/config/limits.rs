//! What people may have.

use std::num::NonZeroU32;

use protocol::dollars::Dollars;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a person may have; a limit that is absent is set elsewhere, or there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Maximum number of desktops of one person at once [default: 20]
    #[arg(id = "desktops_per_person", long, env = "DESKHAND_DESKTOPS_PER_PERSON")]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub desktops: Option<u32>,

    /// Maximum number of runs of one person at once; further ones wait in the queue [default: 10]
    #[arg(id = "runs_per_person", long, env = "DESKHAND_RUNS_PER_PERSON")]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub runs_at_once: Option<u32>,

    /// Maximum number of runs of one person a day, in UTC [default: 1000]
    #[arg(id = "runs_per_day", long, env = "DESKHAND_RUNS_PER_DAY")]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub runs_per_day: Option<u32>,

    /// Maximum size of all files and home folders of one person together, in megabytes [default: 51200]
    #[arg(id = "files_quota", long, env = "DESKHAND_FILES_QUOTA")]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub disk_mb: Option<u32>,

    /// Maximum size of an upload of one person, in megabytes [default: that of all uploads]
    #[arg(skip)]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub upload_mb: Option<u32>,

    /// Maximum number of WebSockets of one person at once, on each replica; every tab with a chat uses two [default: 100]
    #[arg(id = "sockets_per_person", long, env = "DESKHAND_SOCKETS_PER_PERSON")]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub sockets: Option<u32>,

    /// Maximum cost of the models of one run, in dollars at list prices, such as 0.5 [default: no limit]
    #[arg(id = "dollars_per_run", long, env = "DESKHAND_DOLLARS_PER_RUN")]
    pub dollars_per_run: Option<Dollars>,

    /// Maximum cost of the models of one chat, in dollars at list prices [default: no limit]
    #[arg(id = "dollars_per_chat", long, env = "DESKHAND_DOLLARS_PER_CHAT")]
    pub dollars_per_chat: Option<Dollars>,

    /// Maximum cost of the models of one person a day in UTC, in dollars at list prices [default: no limit]
    #[arg(id = "dollars_per_person_and_day", long, env = "DESKHAND_DOLLARS_PER_PERSON_AND_DAY")]
    pub dollars_per_day: Option<Dollars>,

    /// Maximum cost of the models of one person a month, in dollars at list prices [default: no limit]
    #[arg(id = "dollars_per_person", long, env = "DESKHAND_DOLLARS_PER_PERSON")]
    pub dollars_per_month: Option<Dollars>,
}

impl Limits {
    /// What applies where nobody has set anything.
    pub const BUILT_IN: Self = Self {
        desktops: Some(20),
        runs_at_once: Some(10),
        runs_per_day: Some(1000),
        disk_mb: Some(51_200),
        upload_mb: None,
        sockets: Some(100),
        dollars_per_run: None,
        dollars_per_chat: None,
        dollars_per_day: None,
        dollars_per_month: None,
    };

    /// The names of the limits that are set.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let each = [
            ("desktops", self.desktops.is_some()),
            ("runs_at_once", self.runs_at_once.is_some()),
            ("runs_per_day", self.runs_per_day.is_some()),
            ("disk_mb", self.disk_mb.is_some()),
            ("upload_mb", self.upload_mb.is_some()),
            ("sockets", self.sockets.is_some()),
            ("dollars_per_run", self.dollars_per_run.is_some()),
            ("dollars_per_chat", self.dollars_per_chat.is_some()),
            ("dollars_per_day", self.dollars_per_day.is_some()),
            ("dollars_per_month", self.dollars_per_month.is_some()),
        ];
        each.into_iter().filter_map(|(name, is_set)| is_set.then_some(name))
    }

    /// These limits, and others for those that are absent.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            desktops: self.desktops.or(others.desktops),
            runs_at_once: self.runs_at_once.or(others.runs_at_once),
            runs_per_day: self.runs_per_day.or(others.runs_per_day),
            disk_mb: self.disk_mb.or(others.disk_mb),
            upload_mb: self.upload_mb.or(others.upload_mb),
            sockets: self.sockets.or(others.sockets),
            dollars_per_run: self.dollars_per_run.or(others.dollars_per_run),
            dollars_per_chat: self.dollars_per_chat.or(others.dollars_per_chat),
            dollars_per_day: self.dollars_per_day.or(others.dollars_per_day),
            dollars_per_month: self.dollars_per_month.or(others.dollars_per_month),
        }
    }
}

/// What all people together may have; a limit that is absent is set elsewhere, or there is none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct TotalLimits {
    /// Maximum number of desktops at once, of everybody [default: 200]
    #[arg(id = "desktops_at_once", long, env = "DESKHAND_DESKTOPS_AT_ONCE")]
    #[schema(format = "uint32", maximum = 4_294_967_295u32)]
    pub desktops: Option<u32>,

    /// Maximum number of runs at once, of everybody; further ones wait in the queue [default: 100]
    #[arg(long, env = "DESKHAND_RUNS_AT_ONCE")]
    #[schema(value_type = Option<u32>, format = "uint32", minimum = 1, maximum = 4_294_967_295u32)]
    pub runs_at_once: Option<NonZeroU32>,

    /// Maximum cost of the models a day in UTC, of everybody, in dollars at list prices [default: no limit]
    #[arg(long, env = "DESKHAND_DOLLARS_PER_DAY")]
    pub dollars_per_day: Option<Dollars>,

    /// Maximum cost of the models a month, of everybody, in dollars at list prices [default: no limit]
    #[arg(long, env = "DESKHAND_DOLLARS_PER_MONTH")]
    pub dollars_per_month: Option<Dollars>,
}

impl TotalLimits {
    /// What applies where nobody has set anything.
    pub const BUILT_IN: Self = Self {
        desktops: Some(200),
        runs_at_once: NonZeroU32::new(100),
        dollars_per_day: None,
        dollars_per_month: None,
    };

    /// The names of the limits that are set.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let each = [
            ("desktops", self.desktops.is_some()),
            ("runs_at_once", self.runs_at_once.is_some()),
            ("dollars_per_day", self.dollars_per_day.is_some()),
            ("dollars_per_month", self.dollars_per_month.is_some()),
        ];
        each.into_iter().filter_map(|(name, is_set)| is_set.then_some(name))
    }

    /// These limits, and others for those that are absent.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            desktops: self.desktops.or(others.desktops),
            runs_at_once: self.runs_at_once.or(others.runs_at_once),
            dollars_per_day: self.dollars_per_day.or(others.dollars_per_day),
            dollars_per_month: self.dollars_per_month.or(others.dollars_per_month),
        }
    }
}

/// How many requests of the API are answered.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct RequestRate {
    /// Maximum number of requests of one person a minute, and from one address without a login; 0 for no limit
    #[arg(long, env = "DESKHAND_REQUESTS_PER_MINUTE", default_value_t = 600)]
    pub requests_per_minute: u32,

    /// How many of them may come at once
    #[arg(long, env = "DESKHAND_REQUESTS_AT_ONCE", default_value_t = 100)]
    pub requests_at_once: u32,
}
