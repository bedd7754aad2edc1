//! Download links for people without an account. Each is signed with its file's key and expires; without the key, all links of
//! the file end, as they do when the file or its owner is deleted.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use protocol::ids::FileId;
use rand::Rng as _;
use sha2::Sha256;

use super::{FileError, Files};
use crate::store::file_link_keys;
use crate::store::files::FileRow;
use crate::store::users;

/// How long a link may be valid, in seconds.
const LIFETIMES: std::ops::RangeInclusive<i64> = 60..=30 * 24 * 60 * 60;

/// A signed link.
#[derive(Debug, Clone)]
pub struct FileLink {
    /// Its path and query, relative to `/api/v1/`. Whoever has it can download the file.
    pub address: String,
    /// Until when it is valid.
    pub expires_at: DateTime<Utc>,
}

impl Files {
    /// Makes a link to a file that is valid for so many seconds.
    ///
    /// # Errors
    /// When a link can't be valid for that long, or the database fails.
    pub async fn create_link(&self, file_id: FileId, seconds: i64) -> Result<FileLink, FileError> {
        if !LIFETIMES.contains(&seconds) {
            return Err(FileError::LinkLifetime);
        }
        let now = self.clock.now();
        let expires_at = now + TimeDelta::seconds(seconds);
        let new: [u8; 32] = rand::rng().random();
        let mut conn = self.database.connection().await?;
        let key = file_link_keys::get_or_insert(&mut conn, file_id, &new, now).await?;
        let expires = expires_at.timestamp();
        let signature =
            BASE64_URL_SAFE_NO_PAD.encode(signer(&key, file_id, expires)?.finalize().into_bytes());
        let address = format!("files/{file_id}/linked?expires={expires}&signature={signature}");
        Ok(FileLink { address, expires_at })
    }

    /// Ends all links to a file.
    pub async fn end_links(&self, file_id: FileId) -> Result<(), FileError> {
        Ok(file_link_keys::delete(&mut *self.database.connection().await?, file_id).await?)
    }

    /// The file of a link.
    ///
    /// # Errors
    /// When the link is forged, has ended or has expired.
    pub async fn linked(&self, file_id: FileId, expires: i64, signature: &str) -> Result<FileRow, FileError> {
        let (file, key) = {
            let mut conn = self.database.connection().await?;
            let (file, key) =
                file_link_keys::find(&mut conn, file_id).await?.ok_or(FileError::LinkInvalid)?;
            users::find_enabled(&mut conn, file.user_id).await?.ok_or(FileError::LinkInvalid)?;
            (file, key)
        };
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).map_err(|_| FileError::LinkInvalid)?;
        let verified = signer(&key, file_id, expires)?.verify_slice(&signature);
        verified.map_err(|_| FileError::LinkInvalid)?;
        if expires <= self.clock.now().timestamp() {
            return Err(FileError::LinkExpired);
        }
        Ok(file)
    }
}

/// Signs a link in constant time. What is signed begins with its purpose.
fn signer(key: &[u8], file_id: FileId, expires: i64) -> Result<Hmac<Sha256>, FileError> {
    // HMAC takes keys of any length.
    let mut signer = Hmac::<Sha256>::new_from_slice(key).map_err(|_| FileError::LinkInvalid)?;
    signer.update(format!("download link\n{file_id}\n{expires}").as_bytes());
    Ok(signer)
}
