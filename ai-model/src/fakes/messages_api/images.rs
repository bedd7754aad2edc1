//! The sizes of images. Each image is decoded once, because a long conversation sends the same images with every
//! request.

use std::collections::HashMap;
use std::io::Cursor;
use std::sync::{Mutex, PoisonError};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{ImageFormat, ImageReader};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// Width and height in pixels; `None` when the data is no image.
type Dimensions = Option<(u32, u32)>;

/// The sizes, by the digest of the image.
#[derive(Debug, Default)]
pub(super) struct Images(Mutex<HashMap<[u8; 32], Dimensions>>);

impl Images {
    /// The size of the image in a block; `None` when it is not of the declared type.
    pub(super) fn size(&self, block: &Value) -> Dimensions {
        let source = &block["source"];
        let format = match source["media_type"].as_str()? {
            "image/png" => ImageFormat::Png,
            "image/jpeg" => ImageFormat::Jpeg,
            "image/webp" => ImageFormat::WebP,
            "image/gif" => ImageFormat::Gif,
            _ => return None,
        };
        let data = source["data"].as_str()?;
        let key: [u8; 32] =
            Sha256::new().chain_update(format.to_mime_type()).chain_update(data).finalize().into();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(key).or_insert_with(|| {
            let bytes = BASE64_STANDARD.decode(data).ok()?;
            ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().ok()
        })
    }

    /// The input tokens of an image block.
    pub(super) fn tokens(&self, block: &Value) -> u64 {
        self.size(block).map_or(0, |(width, height)| u64::from(width.div_ceil(28) * height.div_ceil(28)))
    }
}
