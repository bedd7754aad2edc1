//! What needs a person's word before it happens, and how that word is written down.
//!
//! A call that needs approval goes through the transcript in these steps, each an item of its own:
//! [`ApprovalRequest`] (the run ends there), [`Decision`] (a person's), [`CallStarted`], and the call's result. A
//! call with a decision and no `CallStarted` has certainly not begun and is gone on with; one with a `CallStarted`
//! and no result may have taken effect and is never done again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a call does to the world beyond looking at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The pointer moves, presses or turns the wheel.
    Pointing,
    /// Text or keys go to a program; so does what the middle button pastes.
    Typing,
    /// The Return key, also within a text: it submits forms and runs commands.
    Submitting,
    /// A command runs in the shell.
    Shell,
    /// The editor writes a file.
    Editing,
    /// A program or an address is opened.
    Navigating,
}

/// Which effects need a person's word.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "ask_for", rename_all = "snake_case")]
pub enum ApprovalPolicy {
    /// None.
    #[default]
    Nothing,
    /// All.
    Everything,
    /// These.
    Effects {
        /// A call that has one of them needs a person's word.
        effects: BTreeSet<Effect>,
    },
}

/// A person is asked whether a call may be done. Nothing of it has been done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalRequest {
    /// The call.
    pub call_id: String,
    /// What of it needs the person's word.
    pub effects: BTreeSet<Effect>,
    /// Why the model's vendor wants a person's word, in the vendor's words; absent where it is only the policy that
    /// does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A person's word on a call. The first one on a call counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// The call.
    pub call_id: String,
    /// Yes or no.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// Yes or no.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// The call may be done.
    Approve,
    /// The call may not be done; those after it in the same turn are not done either.
    Deny {
        /// Why, for the model; may be empty.
        #[serde(default)]
        reason: String,
    },
}

/// A call is about to be done: from here on it may have taken effect.
///
/// The model service tells it right before the call, and where events are acknowledged it waits until this has been
/// written down (see [`crate::run`]). Writing it down twice does no harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallStarted {
    /// The call.
    pub call_id: String,
}
