//! RSA keys: made here, or imported from a file.

use std::path::Path;

use anyhow::Context as _;
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use pkcs8::{EncryptedPrivateKeyInfoRef, PrivateKeyInfoRef, SecretDocument};
use protocol::secret::Secret;
use sha2::{Digest as _, Sha256};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The least length of an imported key, in bits.
const LEAST_BITS: usize = 2048;

/// An RSA key that signs.
pub(super) struct RsaKey {
    /// Identifies the key. It follows from the key, so that an import is recognised.
    pub(super) kid: Uuid,
    /// `RSAPublicKey` (RFC 8017).
    pub(super) public_der: Vec<u8>,
    /// `RSAPrivateKey` (RFC 8017).
    pub(super) private_der: Zeroizing<Vec<u8>>,
}

/// Why a key can't be imported. The first line says what was read, the rest what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum ImportError {
    /// The file can't be read.
    #[error("The key file can't be read")]
    File(#[source] std::io::Error),
    /// It is no private key in PEM.
    #[error(
        "It is no private key in PEM, or encrypted in an old way. `openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW` \
         converts it"
    )]
    Format,
    /// It is encrypted.
    #[error("It is encrypted: set JWT_PRIVATE_KEY_PASSPHRASE to its passphrase")]
    PassphraseNeeded,
    /// The passphrase is wrong.
    #[error("JWT_PRIVATE_KEY_PASSPHRASE does not open it")]
    PassphraseWrong,
    /// It is no RSA key.
    #[error("It is no valid RSA key. `openssl genrsa -out FILE 3072` makes one")]
    NotRsa,
    /// It is too short.
    #[error("It is too short: an RSA key needs at least {LEAST_BITS} bits. `openssl genrsa -out FILE 3072` makes one")]
    TooShort,
}

impl RsaKey {
    /// Makes a key. Takes a while.
    pub(super) fn generate() -> anyhow::Result<Self> {
        let pair = KeyPair::generate(KeySize::Rsa2048).context("making a signing key")?;
        let document: Pkcs8V1Der<'_> = pair.as_der().context("encoding a signing key")?;
        let info = PrivateKeyInfoRef::try_from(document.as_ref()).context("reading a signing key")?;
        Ok(Self::new(&pair, info.private_key.as_bytes()))
    }

    /// Reads the key in a PEM file: PKCS#1, PKCS#8, or PKCS#8 that is encrypted.
    pub(super) fn import(path: &Path, passphrase: Option<&Secret>) -> Result<Self, ImportError> {
        let pem = Zeroizing::new(std::fs::read_to_string(path).map_err(ImportError::File)?);
        let (label, document) = SecretDocument::from_pem(pem.trim()).map_err(|_| ImportError::Format)?;
        match label {
            "RSA PRIVATE KEY" => Self::from_pkcs1(document.as_bytes()),
            "PRIVATE KEY" => Self::from_pkcs8(document.as_bytes()),
            "ENCRYPTED PRIVATE KEY" => {
                let passphrase = passphrase.ok_or(ImportError::PassphraseNeeded)?;
                let encrypted = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes())
                    .map_err(|_| ImportError::Format)?;
                let document =
                    encrypted.decrypt(passphrase.expose()).map_err(|_| ImportError::PassphraseWrong)?;
                Self::from_pkcs8(document.as_bytes())
            }
            _ => Err(ImportError::NotRsa),
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, ImportError> {
        let info = PrivateKeyInfoRef::try_from(der).map_err(|_| ImportError::NotRsa)?;
        Self::from_pkcs1(info.private_key.as_bytes())
    }

    fn from_pkcs1(der: &[u8]) -> Result<Self, ImportError> {
        let pair = KeyPair::from_der(der).map_err(|rejected| match rejected.to_string().as_str() {
            // The library has no variants.
            "TooSmall" => ImportError::TooShort,
            _ => ImportError::NotRsa,
        })?;
        if pair.public_modulus_len() * 8 < LEAST_BITS {
            return Err(ImportError::TooShort);
        }
        Ok(Self::new(&pair, der))
    }

    fn new(pair: &KeyPair, private_der: &[u8]) -> Self {
        let public_der = pair.public_key().as_ref().to_vec();
        let mut id = [0; 16];
        id.copy_from_slice(&Sha256::digest(&public_der)[..16]);
        Self {
            kid: uuid::Builder::from_custom_bytes(id).into_uuid(),
            public_der,
            private_der: Zeroizing::new(private_der.to_vec()),
        }
    }
}
