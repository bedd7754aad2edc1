//! Assembles calls from pieces, which servers split and number differently.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::chunks::CallPiece;

/// The calls of a turn that is being received.
#[derive(Debug, Default)]
pub(super) struct Calls(pub(super) Vec<Call>);

/// A call that is being received.
#[derive(Debug, Default)]
pub(super) struct Call {
    index: Option<u64>,
    pub(super) id: String,
    pub(super) name: String,
    pub(super) arguments: String,
}

impl Call {
    /// Whether its arguments are complete.
    fn is_whole(&self) -> bool {
        serde_json::from_str::<IgnoredAny>(&self.arguments).is_ok()
    }
}

impl CallPiece {
    /// Whether the piece begins another call than this last one of its index: it names a function, and is no further piece of
    /// this call, since some servers repeat the name on each piece, or give each piece an id of its own.
    fn begins_after(&self, call: &Call) -> bool {
        let name = self.function.as_ref().and_then(|function| function.name.as_deref());
        let Some(name) = name.filter(|name| !name.is_empty()) else { return false };
        let same_id = self.id.as_deref().is_some_and(|id| !id.is_empty() && id == call.id);
        !(call.name.is_empty() || same_id || (name == call.name && !call.is_whole()))
    }
}

impl Calls {
    /// The call that a piece belongs to: the last one of its index, unless the piece begins another. Some servers give all
    /// calls of a turn the same index, or none.
    fn call_of(&mut self, piece: &CallPiece) -> Option<&mut Call> {
        let same_index = |call: &Call| piece.index.is_none() || call.index == piece.index;
        let last = self.0.iter().rposition(same_index);
        let place = last.filter(|place| !piece.begins_after(&self.0[*place]));
        let place = place.unwrap_or_else(|| {
            self.0.push(Call { index: piece.index, ..Call::default() });
            self.0.len() - 1
        });
        self.0.get_mut(place)
    }

    /// Takes a piece.
    pub(super) fn take(&mut self, piece: CallPiece) {
        let Some(call) = self.call_of(&piece) else { return };
        if call.id.is_empty() {
            call.id = piece.id.unwrap_or_default();
        }
        let Some(function) = piece.function else { return };
        if call.name.is_empty() {
            call.name = function.name.unwrap_or_default();
        }
        match function.arguments {
            Some(Value::String(text)) => call.arguments.push_str(&text),
            Some(Value::Null) | None => {}
            Some(whole) => call.arguments = whole.to_string(),
        }
    }
}
