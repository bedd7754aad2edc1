//! AES-256-GCM under one master key.

use anyhow::Context as _;
use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// The length of a master key, in bytes.
pub(super) const KEY_LEN: usize = 32;
/// The length of the version at the start of a sealed value, in bytes.
const VERSION_LEN: usize = size_of::<i32>();

/// A master key. Its bytes are in the memory of the cipher alone, which clears it.
pub(super) struct MasterKey {
    cipher: RandomizedNonceKey,
    /// Tells keys apart.
    sha256: [u8; 32],
}

impl MasterKey {
    pub(super) fn new(bytes: &[u8; KEY_LEN]) -> anyhow::Result<Self> {
        let cipher = RandomizedNonceKey::new(&AES_256_GCM, bytes).context("preparing a master key")?;
        Ok(Self { cipher, sha256: Sha256::digest(bytes).into() })
    }

    /// Whether both are the same key.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.sha256.ct_eq(&other.sha256).into()
    }

    /// Seals a secret: the version, a random nonce, and the ciphertext with its tag.
    pub(super) fn seal(&self, version: i32, context: &str, secret: &[u8]) -> anyhow::Result<Vec<u8>> {
        let mut text = secret.to_vec();
        let nonce = self
            .cipher
            .seal_in_place_append_tag(Aad::from(bound(version, context)), &mut text)
            .context("sealing a secret")?;
        Ok([&version.to_be_bytes(), nonce.as_ref().as_slice(), &text].concat())
    }

    /// Opens a secret; `None` if it was sealed otherwise.
    pub(super) fn open(&self, context: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, text) = sealed.get(VERSION_LEN..)?.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut text = Zeroizing::new(text.to_vec());
        let aad = Aad::from(bound(version(sealed)?, context));
        let length = self.cipher.open_in_place(nonce, aad, &mut text).ok()?.len();
        text.truncate(length);
        Some(text)
    }
}

/// The version that a value was sealed with.
pub(super) fn version(sealed: &[u8]) -> Option<i32> {
    Some(i32::from_be_bytes(*sealed.first_chunk::<VERSION_LEN>()?))
}

fn bound(version: i32, context: &str) -> Vec<u8> {
    format!("{context}|{version}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_as_it_was_sealed() {
        let (key, other) = (MasterKey::new(&[7; 32]).unwrap(), MasterKey::new(&[8; 32]).unwrap());
        let sealed = key.seal(1, "keys|a|secret", b"canary").unwrap();
        assert_eq!(key.open("keys|a|secret", &sealed).unwrap().as_slice(), b"canary");
        for context in ["keys|b|secret", "keys|a|other", "users|a|secret", ""] {
            assert!(key.open(context, &sealed).is_none(), "{context}");
        }
        assert!(other.open("keys|a|secret", &sealed).is_none());
        for nth in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[nth] ^= 1;
            assert!(key.open("keys|a|secret", &changed).is_none(), "byte {nth}");
            assert!(key.open("keys|a|secret", &sealed[..nth]).is_none(), "the first {nth} bytes");
        }
    }

    #[test]
    fn the_same_secret_is_never_sealed_alike() {
        let key = MasterKey::new(&[7; 32]).unwrap();
        let sealed: std::collections::HashSet<_> =
            (0..1000).map(|_| key.seal(1, "", b"canary").unwrap()).collect();
        assert_eq!(sealed.len(), 1000);
    }
}
