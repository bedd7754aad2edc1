//! Reasoning of earlier turns that the vendor withholds from a model, such as that of another model or organisation.

use std::collections::BTreeMap;

use super::events::{InputTransformation, Response};

/// Logs why reasoning was withheld, if it was.
pub(super) fn log(response: &Response) {
    if let Some(reasons) = counted(response) {
        tracing::warn!(reasons, "the vendor withheld reasoning of earlier turns from the model");
    }
}

/// How often the vendor has withheld reasoning of earlier turns from the model, by reason; `None`: never.
fn counted(response: &Response) -> Option<String> {
    let transformations = response.input_transformations.as_deref().filter(|list| !list.is_empty())?;
    let mut counts = BTreeMap::new();
    for InputTransformation { reason } in transformations {
        *counts.entry(reason.as_str()).or_insert(0) += 1;
    }
    let counts: Vec<String> =
        counts.into_iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
    Some(counts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn withheld_reasoning_is_counted_by_its_reason() {
        let response = |transformations: &str| {
            let json = format!(r#"{{"id":"resp_1","input_transformations":{transformations}}}"#);
            serde_json::from_str::<Response>(&json).unwrap()
        };
        let removed = r#"{"id":"rs_1","type":"reasoning","action":"removed","reason":"prefix_mismatch"}"#;
        let other = r#"{"id":"rs_2","type":"reasoning","action":"removed","reason":"model_mismatch"}"#;
        let reasons = counted(&response(&format!("[{removed},{other},{removed}]")));
        assert_eq!(reasons.as_deref(), Some("model_mismatch: 1, prefix_mismatch: 2"));
        for none in ["[]", "null"] {
            assert_eq!(counted(&response(none)), None);
        }
    }
}
