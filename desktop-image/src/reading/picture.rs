//! Reads pictures.

use image::{ImageError, ImageFormat};
use protocol::agent::reading::FileReading;
use protocol::transcript::attachment::Unreadable;

use crate::pictures::{FittedPicture, fit};

/// Limit on a picture in bytes. A message may have several, and all are sent with each request.
pub(super) const MAX_BYTES: usize = 1_500_000;

/// Reads a picture.
pub(super) fn read(bytes: &[u8], format: ImageFormat) -> FileReading {
    match fit(bytes, format, MAX_BYTES) {
        Ok(FittedPicture { image: picture, original }) => FileReading::Picture { picture, original },
        Err(ImageError::Limits(_)) => FileReading::Unreadable { why: Unreadable::TooLarge },
        Err(error) => {
            tracing::debug!(%error, "a picture can't be read");
            FileReading::Unreadable { why: Unreadable::Broken }
        }
    }
}
