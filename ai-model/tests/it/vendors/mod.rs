//! The other vendors, each through the HTTP API against a strict fake of it.

mod attachments;
mod cancelling;
mod choosing;
mod confirmation;
mod connections;
mod effort;
mod errors;
mod fallbacks;
mod functions;
mod gemini;
mod images;
mod kept_images;
mod news;
mod openai;
mod openai_compatible;
mod prefix;
mod spending;
mod takeover;
mod turn_ends;
mod usage;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use protocol::transcript::TranscriptItem;

use crate::harness::{Outcome, user};

/// The transcript of a message and the first `items` items that followed.
pub(crate) fn transcript(text: &str, outcome: &Outcome, items: usize) -> Vec<TranscriptItem> {
    std::iter::once(user(text)).chain(outcome.stored().0.into_iter().take(items)).collect()
}

/// The size of an image in base64.
pub(crate) fn image_size(base64: &str) -> (u32, u32) {
    let bytes = BASE64_STANDARD.decode(base64).unwrap();
    let reader = image::ImageReader::new(std::io::Cursor::new(bytes)).with_guessed_format().unwrap();
    reader.into_dimensions().unwrap()
}
