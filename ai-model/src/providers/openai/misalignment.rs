//! Turns that the vendor stops because the model may be doing what nobody asked for. A person may let it go on: the vendor says
//! what the model is to be told then.

use protocol::action::Action;
use protocol::transcript::{AssistantBlock, Tool, ToolCall};
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use super::events::{Misalignment, WireError};
use crate::transcript::vendor_calls::new_id;

/// The code of the vendor's error.
pub(super) const CODE: &str = "misalignment_policy_violation";

/// An invitation to let the model go on. In a transcript it stands in place of the items of the turn; the vendor never sees
/// it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "type", rename = "misalignment")]
pub(super) struct Invitation {
    /// Identifies the call that a person has to approve.
    call_id: String,
    /// Why the vendor stopped the turn.
    explanation: String,
    /// What the model is told if the person agrees.
    pub(super) steer: String,
}

impl Invitation {
    /// The invitation in an error, if there is one.
    pub(super) fn of(error: &WireError) -> Option<Self> {
        let misalignment = error.misalignment.as_ref().filter(|_| error.code.as_deref() == Some(CODE))?;
        let steer = misalignment.steer.as_ref().map(|steer| steer.message.trim());
        let steer = steer.filter(|message| !message.is_empty())?.to_owned();
        let explanation = misalignment.explanation().or_else(|| error.message.clone()).unwrap_or_default();
        Some(Self { call_id: new_id(), explanation, steer })
    }

    /// The invitation that an item of a transcript is, if it is one.
    pub(super) fn read(item: &RawValue) -> Option<Self> {
        serde_json::from_str(item.get()).ok()
    }

    /// A call that only looks at the screen, and needs a person's approval.
    pub(super) fn call(&self) -> AssistantBlock {
        AssistantBlock::ToolCall(ToolCall {
            call_id: self.call_id.clone(),
            tool: Tool::Computer { action: Action::Screenshot },
            confirmation: Some(self.explanation.clone()),
        })
    }

    /// The item for the transcript.
    pub(super) fn item(&self) -> Result<Box<RawValue>, serde_json::Error> {
        to_raw_value(self)
    }
}

impl Misalignment {
    /// The vendor's explanation for everybody.
    pub(super) fn explanation(&self) -> Option<String> {
        self.detailed_explanation.clone().filter(|text| !text.trim().is_empty())
    }
}
