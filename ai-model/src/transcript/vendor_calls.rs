//! Vendors' calls with several actions. Each action becomes a call of ours, so that it is shown, counted and stopped
//! like any other; their results are combined again for the vendor.

use protocol::transcript::{AssistantTurn, Tool, ToolCall};

use super::calls_of;

/// Separates the vendor's id from the number of the action.
const SEPARATOR: char = '#';

/// Our calls for a vendor's call. If the vendor wants it confirmed, the first of them needs approval, and the others
/// wait for it.
pub(crate) fn calls_for(vendor_id: &str, tools: Vec<Tool>, confirmation: Option<&str>) -> Vec<ToolCall> {
    let several = tools.len() > 1;
    let id = |index: usize| match several {
        true => format!("{vendor_id}{SEPARATOR}{}", index + 1),
        false => vendor_id.to_owned(),
    };
    let call = |(index, tool)| ToolCall {
        call_id: id(index),
        tool,
        confirmation: confirmation.filter(|_| index == 0).map(str::to_owned),
    };
    tools.into_iter().enumerate().map(call).collect()
}

/// The vendor's id within an id of ours.
pub(crate) fn vendor_id(call_id: &str) -> &str {
    match call_id.rsplit_once(SEPARATOR) {
        Some((id, number)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => id,
        _ => call_id,
    }
}

/// Whether two consecutive calls belong to the same vendor's call.
pub(crate) fn are_of_one_call(one: &ToolCall, next: &ToolCall) -> bool {
    next.call_id.contains(SEPARATOR) && vendor_id(&one.call_id) == vendor_id(&next.call_id)
}

/// The calls of a turn, grouped by vendor's call.
pub(crate) fn by_vendor_call(turn: &AssistantTurn) -> Vec<Vec<&ToolCall>> {
    let mut groups: Vec<Vec<&ToolCall>> = Vec::new();
    for call in calls_of(turn) {
        let same = |group: &&mut Vec<&ToolCall>| group.last().is_some_and(|last| are_of_one_call(last, call));
        match groups.last_mut().filter(same) {
            Some(group) => group.push(call),
            None => groups.push(vec![call]),
        }
    }
    groups
}

/// An id for a call that the vendor gave none: short and of letters and digits, which all servers accept.
pub(crate) fn new_id() -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut number: u64 = rand::random();
    let digit = |_| {
        let digit = DIGITS[usize::try_from(number % 36).unwrap_or_default()];
        number /= 36;
        char::from(digit)
    };
    (0..9).map(digit).collect()
}

#[cfg(test)]
mod tests {
    use protocol::action::Action;
    use protocol::transcript::{AssistantBlock, TokenUsage, TurnCost};

    use super::*;

    fn turn(calls: Vec<ToolCall>) -> AssistantTurn {
        AssistantTurn {
            provider: String::new(),
            model: String::new(),
            raw: String::new(),
            content: calls.into_iter().map(AssistantBlock::ToolCall).collect(),
            stop_reason: String::new(),
            usage: TokenUsage::default(),
            cost: TurnCost::default(),
            connection: None,
        }
    }

    #[test]
    fn actions_are_grouped_by_vendor_call() {
        let look = || Tool::Computer { action: Action::Screenshot };
        let mut calls = calls_for("a", vec![look(), look()], Some("Why."));
        calls.extend(calls_for("b", vec![look()], None));
        calls.extend(calls_for("c", vec![look(), look(), look()], None));
        let ids: Vec<&str> = calls.iter().map(|call| call.call_id.as_str()).collect();
        assert_eq!(ids, ["a#1", "a#2", "b", "c#1", "c#2", "c#3"]);
        let guarded: Vec<bool> = calls.iter().map(|call| call.confirmation.is_some()).collect();
        assert_eq!(guarded, [true, false, false, false, false, false]);
        let turn = turn(calls);
        let groups = by_vendor_call(&turn);
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1, 3]);
        assert_eq!(vendor_id("c#3"), "c");
        assert_eq!(vendor_id("c#x"), "c#x");
        assert_eq!(vendor_id("c#"), "c#");
    }

    #[test]
    fn new_ids_are_nine_letters_and_digits() {
        let id = new_id();
        assert!(id.len() == 9 && id.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{id}");
        assert_ne!(id, new_id());
    }
}
