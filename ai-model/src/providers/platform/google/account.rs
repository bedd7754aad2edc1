//! The key file of a service account.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use pkcs8::{PrivateKeyInfoRef, SecretDocument};
use protocol::secret::Secret;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use url::Url;

/// What tokens are asked for: everything that the account may do in Google Cloud.
const SCOPE: &str = "https://www.googleapis.com/auth/cloud-platform";
/// How long a JWT is valid, in seconds: the most that Google takes.
const JWT_SECONDS: u64 = 3600;

/// A service account.
#[derive(Clone)]
pub(crate) struct ServiceAccount {
    email: String,
    key_id: Option<String>,
    key: EncodingKey,
    /// Where JWTs are exchanged.
    pub(crate) token_address: Url,
    /// The project that it belongs to.
    pub(crate) project: Option<String>,
    /// The private key as it is written in the file.
    pub(crate) private_key: Secret,
    fingerprint: [u8; 32],
}

impl fmt::Debug for ServiceAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServiceAccount").field("email", &self.email).finish_non_exhaustive()
    }
}

/// The key file, as Google writes it.
#[derive(Deserialize)]
struct KeyFile {
    r#type: String,
    client_email: String,
    private_key: Secret,
    token_uri: Url,
    #[serde(default)]
    private_key_id: Option<String>,
    #[serde(default)]
    project_id: Option<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    scope: &'a str,
    aud: &'a str,
    iat: u64,
    exp: u64,
}

impl ServiceAccount {
    /// Reads a key file. `None`: it is none.
    pub(crate) fn read(json: &str) -> Option<Self> {
        let file: KeyFile = serde_json::from_str(json).ok()?;
        if file.r#type != "service_account" {
            return None;
        }
        let key = signing_key(file.private_key.expose())?;
        let fingerprint = Sha256::digest(json.as_bytes()).into();
        Some(Self {
            email: file.client_email,
            key_id: file.private_key_id,
            key,
            token_address: file.token_uri,
            project: file.project_id,
            private_key: file.private_key,
            fingerprint,
        })
    }

    /// Names the account with its key and the address of its tokens.
    pub(crate) fn fingerprint(&self) -> [u8; 32] {
        self.fingerprint
    }

    /// A JWT that is exchanged for a token. `None`: the key can't sign.
    pub(crate) fn jwt(&self, now: SystemTime) -> Option<Secret> {
        let iat = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let header = Header { kid: self.key_id.clone(), ..Header::new(Algorithm::RS256) };
        let aud = self.token_address.as_str();
        let claims = Claims { iss: &self.email, scope: SCOPE, aud, iat, exp: iat + JWT_SECONDS };
        jsonwebtoken::encode(&header, &claims, &self.key).ok().map(Secret::new)
    }
}

/// The key in a PEM.
fn signing_key(pem: &str) -> Option<EncodingKey> {
    let (label, document) = SecretDocument::from_pem(pem.trim()).ok()?;
    match label {
        "PRIVATE KEY" => {
            let info = PrivateKeyInfoRef::try_from(document.as_bytes()).ok()?;
            Some(EncodingKey::from_rsa_der(info.private_key.as_bytes()))
        }
        "RSA PRIVATE KEY" => Some(EncodingKey::from_rsa_der(document.as_bytes())),
        _ => None,
    }
}
