//! Replaces what differs between test runs: ids, times, hashes, tokens, ports, temporary folders.

use chrono::DateTime;
use serde_json::Value;

/// Fields whose value differs between test runs, or with every change of a prompt.
const FIELDS: [(&str, &str); 32] = [
    ("access_token", "[token]"),
    ("cache_read_tokens", "[count]"),
    ("cache_write_tokens", "[count]"),
    ("cached_share", "[share]"),
    ("check", "[sealed]"),
    ("codes", "[codes]"),
    ("day", "[day]"),
    ("elapsed_ms", "[duration]"),
    ("home_bytes", "[count]"),
    ("input_tokens", "[count]"),
    ("key_sealed", "[sealed]"),
    ("last_step", "[step]"),
    ("microdollars", "[cost]"),
    ("modified_ms", "[time]"),
    ("n", "[modulus]"),
    ("password_hash", "[hash]"),
    ("period", "[day]"),
    ("prefix", "[prefix]"),
    ("private_sealed", "[sealed]"),
    ("public_der", "[key]"),
    ("refresh_token", "[token]"),
    ("request_sha256", "[sha256]"),
    ("secret", "[secret]"),
    ("secret_sealed", "[sealed]"),
    ("sha256", "[sha256]"),
    ("successor_sealed", "[sealed]"),
    ("ticket", "[token]"),
    ("token", "[token]"),
    ("token_sha256", "[sha256]"),
    ("traceparent", "[traceparent]"),
    ("url", "[link]"),
    ("version", "[version]"),
];

/// Fields that may be filled in at any time.
const MEASURED: [&str; 3] = ["measured_at", "memory_bytes", "processor_share"];

/// The value with placeholders.
pub(crate) fn redact(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(redact_text(&text)),
        Value::Array(values) => values.into_iter().map(redact).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| redact_field(name, value)).collect(),
        other => other,
    }
}

fn redact_field(name: String, value: Value) -> (String, Value) {
    if MEASURED.contains(&name.as_str()) {
        return (name, "[measured]".into());
    }
    let placeholder = FIELDS.iter().find(|(field, _)| *field == name && !value.is_null());
    let value = placeholder.map_or_else(|| redact(value), |(_, placeholder)| (*placeholder).into());
    (name, value)
}

/// The text with placeholders.
pub(crate) fn redact_text(text: &str) -> String {
    if DateTime::parse_from_rfc3339(text).is_ok() {
        return "[time]".into();
    }
    let mut redacted = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !is_of_word(c)).unwrap_or(rest.len());
        let (word, tail) = rest.split_at(end);
        redacted.push_str(placeholder(word, &redacted).unwrap_or(word));
        let next = tail.find(is_of_word).unwrap_or(tail.len());
        redacted.push_str(&tail[..next]);
        rest = &tail[next..];
    }
    redacted
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// The placeholder for a word, given the text before it; `None` if the word never varies.
fn placeholder(word: &str, before: &str) -> Option<&'static str> {
    let is_hex = word.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_uuid(word) {
        Some("[id]")
    } else if word.len() == 64 && is_hex {
        Some("[sha256]")
    } else if before.ends_with("127.0.0.1:") || before.ends_with("localhost:") {
        Some("[port]")
    } else if before.ends_with("/tmp/.") {
        Some("[folder]")
    } else {
        None
    }
}

fn is_uuid(word: &str) -> bool {
    let is_expected = |(at, byte): (usize, u8)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    };
    word.len() == 36 && word.bytes().enumerate().all(is_expected)
}

#[test]
fn only_what_differs_between_runs_becomes_a_placeholder() {
    let id = "0192f0c1-2d3e-7f40-8a51-62738495a6b7";
    let hash = "0123456789abcdef".repeat(4);
    let text = format!("/files/{id}/content {hash} http://127.0.0.1:4711/ /tmp/.tmpAb1/blobs demo_1 é");
    let expected = "/files/[id]/content [sha256] http://127.0.0.1:[port]/ /tmp/.[folder]/blobs demo_1 é";
    assert_eq!(redact_text(&text), expected);
    assert_eq!(redact_text("2026-11-28T17:35:00.123456Z"), "[time]");
    let redacted = redact(serde_json::json!({ "elapsed_ms": 3, "size": 3 }));
    assert_eq!(redacted, serde_json::json!({ "elapsed_ms": "[duration]", "size": 3 }));
}
