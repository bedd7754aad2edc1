//! Approval of calls before they are executed.
//!
//! A call that needs approval passes through these items of the transcript: [`ApprovalRequest`], where the run ends; the
//! person's [`Decision`]; [`CallStarted`]; the call's result. A call with a decision and no `CallStarted` has certainly not
//! run and is continued; one with a `CallStarted` and no result may have taken effect and is never repeated.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a call changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Moves the pointer, presses a button or turns the wheel.
    Pointing,
    /// Sends text or keys to a program, including a paste by the middle button.
    Typing,
    /// Presses Return, also within typed text: it submits forms and runs commands.
    Submitting,
    /// Runs a command in the shell.
    Shell,
    /// Writes a file with the editor.
    Editing,
    /// Opens a program or an address.
    Navigating,
}

/// Which effects need approval.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(
    tag = "ask_for",
    rename_all = "snake_case",
    expecting = "a policy such as {\"ask_for\": \"nothing\"}"
)]
pub enum ApprovalPolicy {
    /// None.
    #[default]
    Nothing,
    /// All.
    Everything,
    /// Some.
    Effects {
        /// A call with one of these needs approval.
        #[schema(value_type = Vec<Effect>)]
        effects: BTreeSet<Effect>,
    },
}

/// A person is asked to approve a call. None of it has been executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalRequest {
    /// The call.
    pub call_id: String,
    /// Its effects that need approval.
    pub effects: BTreeSet<Effect>,
    /// Why the model's vendor requires confirmation, in the vendor's words; absent where only the policy does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A person's decision on a call. The first one counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decision {
    /// The call.
    pub call_id: String,
    /// The decision.
    #[serde(flatten)]
    pub verdict: Verdict,
}

/// What the person decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// Execute the call.
    Approve,
    /// Do not execute the call, nor the calls after it in the same turn.
    Deny {
        /// Why, for the model; may be empty.
        #[serde(default)]
        reason: String,
    },
}

/// A call is about to be executed: from here on it may have taken effect.
///
/// The model service sends it right before the call and, where events are acknowledged, waits for the acknowledgement (see
/// [`crate::run`]). Storing it twice is harmless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CallStarted {
    /// The call.
    pub call_id: String,
}
