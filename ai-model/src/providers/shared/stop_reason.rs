//! Why a turn ended, in Anthropic's terms, for vendors that use others.

/// `cut_off`: the model ran out of tokens.
pub(crate) fn stop_reason(cut_off: bool, has_calls: bool) -> String {
    let reason = match (cut_off, has_calls) {
        (true, _) => "max_tokens",
        (false, true) => "tool_use",
        (false, false) => "end_turn",
    };
    reason.to_owned()
}
