//! How a secret may be written.

use base64::Engine as _;
use base64::alphabet::{self, Alphabet};
use base64::engine::general_purpose::{GeneralPurpose, NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What addresses encode at least: `a-z`, `0-9` and `-._~` stay as they are.
const IN_ADDRESS: AsciiSet = NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The shortest part of a secret in base64 that is looked for, in characters.
const SHORTEST_BASE64: usize = 10;

/// The secret itself, as in addresses, in JSON, and in base64, wherever in the encoded text it begins.
pub(crate) fn of(secret: &str) -> Vec<String> {
    let mut all =
        vec![secret.to_owned(), utf8_percent_encode(secret, &IN_ADDRESS).to_string(), in_json(secret)];
    for alphabet in [alphabet::STANDARD, alphabet::URL_SAFE] {
        all.extend((0..3).map(|offset| in_base64(secret, offset, &alphabet)));
    }
    all.retain(|text| text == secret || text.len() >= SHORTEST_BASE64);
    all.sort_unstable();
    all.dedup();
    all
}

fn in_json(secret: &str) -> String {
    let quoted = serde_json::Value::from(secret).to_string();
    quoted.trim_start_matches('"').strip_suffix('"').unwrap_or(&quoted).to_owned()
}

/// The characters that are the same whatever stands before and after it, if `offset` bytes of the last three stand before it.
fn in_base64(secret: &str, offset: usize, alphabet: &Alphabet) -> String {
    let padded = [&vec![0; offset][..], secret.as_bytes()].concat();
    let encoded = GeneralPurpose::new(alphabet, NO_PAD).encode(&padded);
    // A character has six bits: the first that has none of what stands before, and the last that is full.
    let first = (offset * 8).div_ceil(6);
    let last = padded.len() * 8 / 6;
    encoded.get(first..last).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use base64::prelude::BASE64_STANDARD;

    use super::*;

    #[test]
    fn a_secret_is_found_within_other_base64() {
        let secret = "hunter2-and-more";
        for before in ["", "a", "ab", "abc", "user:"] {
            for after in ["", "x", "xy", "xyz"] {
                let encoded = BASE64_STANDARD.encode(format!("{before}{secret}{after}"));
                assert!(of(secret).iter().any(|text| encoded.contains(text.as_str())), "{before} {after}");
            }
        }
    }

    #[test]
    fn a_secret_is_found_in_addresses_and_json() {
        let encodings = of("a \"quoted\"/secret&");
        assert!(encodings.contains(&"a%20%22quoted%22%2Fsecret%26".to_owned()), "{encodings:?}");
        assert!(encodings.contains(&r#"a \"quoted\"/secret&"#.to_owned()), "{encodings:?}");
    }
}
