//! Loads image files, scaled and encoded for a model.

use std::io::Read as _;
use std::path::Path;

use image::ImageFormat;
use protocol::editor::EditorImage;

use super::error::{EditorError, at};
use super::store;
use crate::pictures::{self, MAX_BYTES_READ};

/// Limit on the encoded image in bytes: in base64 it is below the 5 MB that the strictest vendor accepts.
const MAX_BYTES: usize = 3_700_000;

/// Loads an image. A small enough PNG or JPEG without rotation is returned unchanged, an animation as its first frame.
pub(super) fn load(path: &Path, format: ImageFormat) -> Result<EditorImage, EditorError> {
    let failed = |source| EditorError::Image(path.display().to_string(), source);
    let (file, metadata) = store::open(path)?;
    if metadata.len() > MAX_BYTES_READ {
        return Err(failed(None));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES_READ).read_to_end(&mut bytes).map_err(at(path))?;
    let fitted = pictures::fit(&bytes, format, MAX_BYTES).map_err(|error| failed(Some(error)))?;
    Ok(fitted.image)
}
