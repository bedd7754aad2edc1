//! Digests of requests. Cache breakpoints do not change a digest.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// The digest of a sequence of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Chain([u8; 32]);

impl Chain {
    /// The chain extended by a value.
    pub(super) fn with(self, value: &Value) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        add(&mut hash, value);
        Self(hash.finalize().into())
    }

    /// The chain extended by a word.
    pub(super) fn with_word(self, word: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.0);
        add_text(&mut hash, b'w', word);
        Self(hash.finalize().into())
    }
}

fn add(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Object(fields) => {
            hash.update([b'{']);
            for (key, value) in fields.iter().filter(|(key, _)| *key != "cache_control") {
                add_text(hash, b'k', key);
                add(hash, value);
            }
            hash.update([b'}']);
        }
        Value::Array(items) => {
            hash.update([b'[']);
            items.iter().for_each(|item| add(hash, item));
            hash.update([b']']);
        }
        Value::String(text) => add_text(hash, b's', text),
        other => add_text(hash, b'v', &other.to_string()),
    }
}

fn add_text(hash: &mut Sha256, kind: u8, text: &str) {
    hash.update([kind]);
    hash.update(text.len().to_le_bytes());
    hash.update(text);
}
