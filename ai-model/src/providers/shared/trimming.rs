//! Which old images and texts of a conversation a request leaves out, to stay within the limits of the vendor and of
//! the context window.
//!
//! They are left out in batches, because a changed prefix has to be cached again. What is left out depends on the
//! transcript alone, so every replica leaves out the same.

use std::borrow::Cow;
use std::collections::HashSet;

use protocol::transcript::{ToolResult, ToolStatus, TranscriptItem};

use crate::transcript::Conversation;

/// Replaces an old image.
pub(crate) const OLD_IMAGE: &str = "[The picture of this step was left out to save space.]";
/// The most characters of an old text.
const MAX_OLD_TEXT_CHARS: usize = 1_000;
/// Ends an old text that was shortened.
const OLD_TEXT_END: &str = "\n[... the rest was left out to save space ...]";

/// The most that a request holds, and what is kept when it would hold more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// The most images.
    pub(crate) max_images: usize,
    /// Images that are kept.
    pub(crate) keep_images: usize,
    /// The most bytes of images, in base64.
    pub(crate) max_bytes: usize,
    /// Bytes that are kept.
    pub(crate) keep_bytes: usize,
}

/// How a conversation is trimmed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trimming {
    pub(crate) limits: Limits,
    /// The index of the first item that the model still sees: images before it are left out in any case.
    pub(crate) in_view_from: usize,
    /// Whether old texts are shortened as well.
    pub(crate) texts: bool,
    /// The bytes of the image that is sent with a result; `None` without an image.
    pub(crate) image: fn(&Conversation, &ToolResult) -> Option<usize>,
}

/// The bytes of the image that the model saw with a result.
pub(crate) fn shown_image(conversation: &Conversation, result: &ToolResult) -> Option<usize> {
    let image = result.screenshot.as_ref()?;
    let shown = result.shown_to_model && result.status == ToolStatus::Done;
    shown.then(|| conversation.images.bytes_of(image))
}

/// The bytes of the image of a result, whether or not the model saw it, for vendors that require one with every result.
pub(crate) fn available_image(conversation: &Conversation, result: &ToolResult) -> Option<usize> {
    let image = result.screenshot.as_ref()?;
    conversation.images.holds(image).then(|| conversation.images.bytes_of(image))
}

/// The old results of a conversation.
#[derive(Debug, Default)]
pub(crate) struct Trimmed<'a> {
    calls: HashSet<&'a str>,
    /// The index of the first item that is not old.
    horizon: usize,
    /// Whether an image is left out that the model would still see.
    leaves_out_in_view: bool,
    texts: bool,
}

impl<'a> Trimmed<'a> {
    /// Decides what is old.
    pub(crate) fn new(conversation: &'a Conversation, trimming: Trimming) -> Self {
        let results = || {
            conversation.items.iter().enumerate().filter_map(|(index, item)| match item {
                TranscriptItem::ToolResult(result) => Some((index, result)),
                _ => None,
            })
        };
        let bytes = |item: &TranscriptItem| match item {
            TranscriptItem::ToolResult(result) => (trimming.image)(conversation, result),
            TranscriptItem::Takeover(takeover) => {
                takeover.screenshot.as_ref().map(|image| conversation.images.bytes_of(image))
            }
            _ => None,
        };
        let items = conversation.items.iter().enumerate();
        let images: Vec<(usize, usize)> =
            items.filter_map(|(index, item)| Some((index, bytes(item)?))).collect();
        let first = images.partition_point(|(index, _)| *index < trimming.in_view_from);
        let dropped = trimming.limits.drop_oldest(&images[first..]);
        let kept = first + dropped;
        let horizon = match images.get(kept) {
            _ if kept == 0 => 0,
            Some((index, _)) => *index,
            None => images.last().map_or(0, |(index, _)| index + 1),
        };
        let old = results().take_while(|(index, _)| *index < horizon);
        let calls = old.map(|(_, result)| result.call_id.as_str()).collect();
        Self { calls, horizon, leaves_out_in_view: dropped > 0, texts: trimming.texts }
    }

    /// Whether the image of this result is left out.
    pub(crate) fn leaves_out_image(&self, result: &ToolResult) -> bool {
        self.calls.contains(result.call_id.as_str())
    }

    /// Whether the image of the item at this index, which is not a result, is left out.
    pub(crate) fn leaves_out_image_at(&self, index: usize) -> bool {
        index < self.horizon
    }

    /// The text of a result, shortened if it is old.
    pub(crate) fn text<'r>(&self, result: &'r ToolResult) -> Cow<'r, str> {
        let end = result.text.char_indices().nth(MAX_OLD_TEXT_CHARS);
        match end.filter(|_| self.texts && self.leaves_out_image(result)) {
            Some((end, _)) => format!("{}{OLD_TEXT_END}", &result.text[..end]).into(),
            None => result.text.as_str().into(),
        }
    }

    /// Whether the request changes the prefix of earlier ones.
    pub(crate) fn changes_prefix(&self) -> bool {
        self.horizon > 0
    }

    /// Whether the request changes the prefix of earlier ones, if it begins with what the model still sees.
    pub(crate) fn changes_prefix_in_view(&self) -> bool {
        self.leaves_out_in_view
    }
}

impl Limits {
    /// How many of the oldest images are left out. It replays the conversation image by image, so that each request
    /// leaves out the same images as the one before it until the next batch is due.
    fn drop_oldest(self, images: &[(usize, usize)]) -> usize {
        let (mut start, mut bytes) = (0, 0);
        for (end, (_, size)) in images.iter().enumerate() {
            bytes += size;
            let count = end + 1;
            if count - start > self.max_images || bytes > self.max_bytes {
                while start < end && (count - start > self.keep_images || bytes > self.keep_bytes) {
                    bytes -= images[start].1;
                    start += 1;
                }
            }
        }
        start
    }
}

#[cfg(test)]
mod tests {
    use super::Limits;

    #[test]
    fn images_are_left_out_in_batches_by_number_and_by_bytes() {
        let limits = Limits { max_images: 4, keep_images: 2, max_bytes: 100, keep_bytes: 50 };
        let dropped = |sizes: &[usize]| {
            let images: Vec<(usize, usize)> = sizes.iter().copied().enumerate().collect();
            (0..=sizes.len()).map(|count| limits.drop_oldest(&images[..count])).collect::<Vec<_>>()
        };
        assert_eq!(dropped(&[1; 9]), [0, 0, 0, 0, 0, 3, 3, 3, 6, 6]);
        assert_eq!(dropped(&[40, 40, 40, 40]), [0, 0, 0, 2, 2]);
        assert_eq!(dropped(&[200, 200]), [0, 0, 1], "the latest stays, however large");
    }
}
