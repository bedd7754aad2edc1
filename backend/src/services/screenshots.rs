//! Stores the screenshots that events refer to.

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::ids::ChatId;

use crate::blobs::{BlobStore, StagedBlob};
use crate::store::{Connection, blobs, screenshots};

/// Maximum size of a screenshot, in bytes.
const LIMIT: u64 = 64 << 20;

/// Decodes a base64 screenshot into a staging file beside the blobs.
///
/// # Errors
/// When it is not base64, is too large or can't be written.
pub async fn stage(blobs: &BlobStore, base64: &str) -> anyhow::Result<StagedBlob> {
    let bytes = BASE64_STANDARD.decode(base64)?;
    let chunks = futures_util::stream::iter([Ok::<_, std::convert::Infallible>(bytes)]);
    Ok(blobs.stage_always(chunks, LIMIT).await?)
}

/// Stores a staged screenshot for a chat. Call it inside a transaction.
///
/// # Errors
/// When it can't be written.
pub async fn keep(
    conn: &mut Connection,
    store: &BlobStore,
    chat_id: ChatId,
    staged: &StagedBlob,
    media_type: &str,
) -> anyhow::Result<()> {
    blobs::lock_shared(conn, &staged.sha256).await?;
    store.keep(staged).await?;
    screenshots::insert(conn, chat_id, &staged.sha256, media_type).await?;
    Ok(())
}
