//! How long things are kept.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How long things are kept; what is absent is set elsewhere, or kept until somebody deletes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::Args)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionPeriods {
    /// Days after its last event that a chat is kept, with its desktop and files [default: until it is deleted]
    #[arg(long, env = "DESKHAND_KEEP_CHATS_DAYS")]
    #[schema(value_type = Option<u32>, format = "uint32", minimum = 1, maximum = 4_294_967_295u32)]
    pub chats_days: Option<NonZeroU32>,

    /// Number of chats of one person that are kept, those used last; what was used in the last 24 hours is kept in any case
    /// [default: all]
    #[arg(long, env = "DESKHAND_KEEP_CHATS")]
    #[schema(value_type = Option<u32>, format = "uint32", minimum = 1, maximum = 4_294_967_295u32)]
    pub chats_per_person: Option<NonZeroU32>,

    /// Days that entries of the audit log are kept [default: 365]
    #[arg(long, env = "DESKHAND_KEEP_AUDIT_DAYS")]
    #[schema(value_type = Option<u32>, format = "uint32", minimum = 1, maximum = 4_294_967_295u32)]
    pub audit_days: Option<NonZeroU32>,

    /// Days that requests of desktops to the internet stay recorded [default: as long as their chat]
    #[arg(long, env = "DESKHAND_KEEP_INTERNET_LOG_DAYS")]
    #[schema(value_type = Option<u32>, format = "uint32", minimum = 1, maximum = 4_294_967_295u32)]
    pub internet_log_days: Option<NonZeroU32>,
}

impl RetentionPeriods {
    /// What applies where nobody has set anything.
    pub const BUILT_IN: Self = Self {
        chats_days: None,
        chats_per_person: None,
        audit_days: NonZeroU32::new(365),
        internet_log_days: None,
    };

    /// The names of those that are set.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        let each = [
            ("chats_days", self.chats_days),
            ("chats_per_person", self.chats_per_person),
            ("audit_days", self.audit_days),
            ("internet_log_days", self.internet_log_days),
        ];
        each.into_iter().filter_map(|(name, value)| value.map(|_| name))
    }

    /// These, and others for those that are absent.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            chats_days: self.chats_days.or(others.chats_days),
            chats_per_person: self.chats_per_person.or(others.chats_per_person),
            audit_days: self.audit_days.or(others.audit_days),
            internet_log_days: self.internet_log_days.or(others.internet_log_days),
        }
    }
}
