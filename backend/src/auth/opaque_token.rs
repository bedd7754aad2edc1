//! Tokens without a meaning of their own: a prefix, 32 random bytes and a checksum, in hexadecimal.
//!
//! Scanners find those that leak by the prefix and the checksum. Only the SHA-256 is stored.

use std::fmt::Write as _;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use protocol::secret::Secret;
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// The number of random bytes of a token.
const RANDOM_LEN: usize = 32;
/// The number of bytes of a checksum.
const CHECKSUM_LEN: usize = 4;
/// What the key for a successor is derived for.
const SUCCESSOR: &[u8] = b"deskhand refresh successor";

/// What a token is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Gets new access tokens.
    Refresh,
    /// Authenticates a program.
    Api,
    /// Authenticates one WebSocket.
    Ticket,
}

impl TokenKind {
    /// How tokens of this kind begin.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Refresh => "dhr_",
            Self::Api => "dh_",
            Self::Ticket => "dht_",
        }
    }
}

/// A token.
#[derive(Debug, Clone)]
pub struct OpaqueToken(Secret);

impl OpaqueToken {
    /// Makes a token.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn generate(kind: TokenKind) -> anyhow::Result<Self> {
        let mut bytes = Zeroizing::new([0; RANDOM_LEN]);
        OsRng.try_fill_bytes(&mut *bytes)?;
        let mut text = format!("{}{}", kind.prefix(), hex::encode(*bytes));
        let checksum = crc32fast::hash(text.as_bytes());
        write!(text, "{checksum:08x}")?;
        Ok(Self(Secret::new(text)))
    }

    /// Reads a token; `None` if it is of another kind or mistyped.
    #[must_use]
    pub fn parse(kind: TokenKind, text: &str) -> Option<Self> {
        let digits = text.strip_prefix(kind.prefix())?;
        let is_hex = digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if !is_hex || digits.len() != 2 * (RANDOM_LEN + CHECKSUM_LEN) {
            return None;
        }
        let (token, checksum) = text.split_at(text.len() - 2 * CHECKSUM_LEN);
        let expected = crc32fast::hash(token.as_bytes());
        (u32::from_str_radix(checksum, 16).ok()? == expected).then(|| Self(Secret::new(text)))
    }

    /// The token itself, for the one who asked for it.
    #[must_use]
    pub fn secret(&self) -> &Secret {
        &self.0
    }

    /// What the database stores.
    #[must_use]
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.expose()).into()
    }

    /// Seals the token that is given for this one, with a key that follows from this one.
    ///
    /// # Errors
    /// When sealing fails.
    pub fn seal_successor(&self, successor: &Self) -> anyhow::Result<Vec<u8>> {
        let mut text = successor.0.expose().as_bytes().to_vec();
        let nonce = self.successor_key()?.seal_in_place_append_tag(Aad::from(self.sha256()), &mut text)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// Opens the token that was given for this one; `None` if it was given for another.
    #[must_use]
    pub fn open_successor(&self, sealed: &[u8]) -> Option<Self> {
        let (nonce, text) = sealed.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(text.to_vec());
        let opened =
            self.successor_key().ok()?.open_in_place(nonce, Aad::from(self.sha256()), &mut text).ok()?;
        Self::parse(TokenKind::Refresh, std::str::from_utf8(opened).ok()?)
    }

    fn successor_key(&self) -> anyhow::Result<RandomizedNonceKey> {
        struct Length;
        impl KeyType for Length {
            fn len(&self) -> usize {
                RANDOM_LEN
            }
        }

        let mut key = Zeroizing::new([0; RANDOM_LEN]);
        let secret = Salt::new(HKDF_SHA256, &[]).extract(self.0.expose().as_bytes());
        secret.expand(&[SUCCESSOR], Length)?.fill(&mut *key)?;
        Ok(RandomizedNonceKey::new(&AES_256_GCM, &*key)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_as_it_was_made() {
        for kind in [TokenKind::Refresh, TokenKind::Api, TokenKind::Ticket] {
            let token = OpaqueToken::generate(kind).unwrap();
            let text = token.secret().expose();
            assert_eq!(OpaqueToken::parse(kind, text).unwrap().sha256(), token.sha256());
            for other in [TokenKind::Refresh, TokenKind::Api, TokenKind::Ticket] {
                assert_eq!(OpaqueToken::parse(other, text).is_some(), other == kind, "{other:?}");
            }
        }
    }

    #[test]
    fn a_mistyped_token_is_recognised() {
        let token = OpaqueToken::generate(TokenKind::Api).unwrap();
        let text = token.secret().expose();
        for nth in 0..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[nth] = if bytes[nth] == b'0' { b'1' } else { b'0' };
            assert!(OpaqueToken::parse(TokenKind::Api, std::str::from_utf8(&bytes).unwrap()).is_none());
            assert!(OpaqueToken::parse(TokenKind::Api, &text[..nth]).is_none());
        }
        for text in ["", "dh_", "dh_é", &text.to_uppercase(), &format!("{text}0"), &format!(" {text}")] {
            assert!(OpaqueToken::parse(TokenKind::Api, text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_successor_opens_only_with_its_predecessor() {
        let [parent, successor, other] = [(); 3].map(|()| OpaqueToken::generate(TokenKind::Refresh).unwrap());
        let sealed = parent.seal_successor(&successor).unwrap();
        assert_eq!(parent.open_successor(&sealed).unwrap().sha256(), successor.sha256());
        assert!(other.open_successor(&sealed).is_none());
        assert!(parent.open_successor(&sealed[1..]).is_none());
        assert!(parent.open_successor(&[]).is_none());
    }
}
