//! Recovery codes: 80 random bits as people can type them. Only the SHA-256 is stored.

use protocol::secret::Secret;
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// Digits and letters without those that are taken for others: `i`, `l`, `o` and `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// The number of characters of a code, without hyphens.
const LEN: usize = 16;
/// The number of characters between hyphens.
const GROUP: usize = 4;

/// A recovery code, in lower case and without hyphens.
#[derive(Debug)]
pub struct RecoveryCode(Secret);

impl RecoveryCode {
    /// Makes a code.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn generate() -> anyhow::Result<Self> {
        let mut bytes = Zeroizing::new([0; LEN]);
        OsRng.try_fill_bytes(&mut *bytes)?;
        // 256 is a multiple of 32, so that all characters are equally likely.
        let characters = bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
        Ok(Self(Secret::new(characters.collect::<String>())))
    }

    /// Reads what somebody typed, in any case and with or without hyphens; `None` if no code looks like this.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        // Longer than any code with a space between all characters.
        if text.len() > 2 * LEN {
            return None;
        }
        let characters = text.chars().filter(|character| !matches!(character, '-' | ' '));
        let code: String = characters.map(|character| character.to_ascii_lowercase()).collect();
        let is_code = code.len() == LEN && code.bytes().all(|byte| ALPHABET.contains(&byte));
        is_code.then(|| Self(Secret::new(code)))
    }

    /// The code as it is shown, with hyphens.
    #[must_use]
    pub fn shown(&self) -> Secret {
        let code = self.0.expose();
        let groups: Vec<&str> = (0..LEN).step_by(GROUP).map(|start| &code[start..start + GROUP]).collect();
        Secret::new(groups.join("-"))
    }

    /// What the database stores.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose()).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let code = RecoveryCode::generate().unwrap();
        let shown = code.shown().expose().to_owned();
        assert_eq!(shown.len(), 19);
        for typed in [
            shown.clone(),
            shown.to_uppercase(),
            shown.replace('-', ""),
            format!(" {} ", shown.replace('-', " ")),
        ] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().sha256(), code.sha256(), "{typed}");
        }
        assert_ne!(RecoveryCode::generate().unwrap().sha256(), code.sha256());
    }

    #[test]
    fn other_text_is_no_code() {
        for text in [
            "",
            "123456",
            "0123-4567-89ab-cde",
            "0123-4567-89ab-cdefg",
            "0123-4567-89ab-cdeu",
            &"0".repeat(99),
        ] {
            assert!(RecoveryCode::parse(text).is_none(), "{text}");
        }
    }
}
