//! The limits of a chat, as they are stored.

use std::ops::RangeInclusive;

use protocol::dollars::Dollars;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the owner of a chat lets it cost, and how long each of its runs may work. A limit that is absent does not exist, or
/// is set elsewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "max_turns": 40, "max_cost_usd": 0.5, "max_minutes": 30 }))]
pub struct ChatLimits {
    /// Turns of the model in each run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 100)]
    pub max_turns: Option<u32>,
    /// Dollars that all runs of the chat may cost together, at list prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_cost_usd: Option<Dollars>,
    /// Minutes of work in each run; waiting for a person does not count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 240)]
    pub max_minutes: Option<u32>,
}

impl ChatLimits {
    /// How many turns a limit may have. More than the most is no run's.
    pub const TURNS: RangeInclusive<u32> = 1..=100;
    /// How many minutes a limit may have. More than the most is no run's.
    pub const MINUTES: RangeInclusive<u32> = 1..=240;

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}
