//! Which of a conversation's older images and texts a request leaves out, so that it stays within what a vendor
//! takes and a model has in view.
//!
//! That happens in batches, never one by one, because whatever changes in the prefix has to be paid for again from there
//! on. What is left out follows from the transcript alone, so every replica leaves out the same.

use std::borrow::Cow;
use std::collections::HashSet;

use protocol::transcript::{ToolResult, ToolStatus, TranscriptItem};

use crate::transcript::Conversation;

/// What stands for an old image.
pub(crate) const OLD_IMAGE: &str = "[The picture of this step was left out to save space.]";
/// Most characters of an old text.
const MAX_OLD_TEXT_CHARS: usize = 1_000;
/// What follows an old text that was longer.
const OLD_TEXT_END: &str = "\n[... the rest was left out to save space ...]";

/// What a request holds at most, and what stays when it would be more.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Images at most.
    pub(crate) max_images: usize,
    /// Images that stay.
    pub(crate) keep_images: usize,
    /// Bytes of images, in base64, at most.
    pub(crate) max_bytes: usize,
    /// Bytes that stay.
    pub(crate) keep_bytes: usize,
}

/// How a conversation is trimmed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Trimming {
    /// How much a request holds.
    pub(crate) limits: Limits,
    /// The place of the first item that the model still has in view: older images are left out in any case.
    pub(crate) in_view_from: usize,
    /// Whether the bulk of old texts is left out, too.
    pub(crate) texts: bool,
    /// The bytes of the image that goes with an answer; `None` when none does.
    pub(crate) image: fn(&Conversation, &ToolResult) -> Option<usize>,
}

/// The bytes of the image that the model is shown with an answer.
pub(crate) fn shown_image(conversation: &Conversation, result: &ToolResult) -> Option<usize> {
    let image = result.screenshot.as_ref()?;
    let shown = result.shown_to_model && result.status == ToolStatus::Done;
    shown.then(|| conversation.images.bytes_of(image))
}

/// The bytes of the image that goes with an answer where every answer has one: also the one that the model knows, or
/// that came of a failure.
pub(crate) fn image_at_hand(conversation: &Conversation, result: &ToolResult) -> Option<usize> {
    let image = result.screenshot.as_ref()?;
    conversation.images.holds(image).then(|| conversation.images.bytes_of(image))
}

/// The old answers.
#[derive(Debug, Default)]
pub(crate) struct Trimmed<'a> {
    calls: HashSet<&'a str>,
    /// The place of the first item that is not old.
    horizon: usize,
    texts: bool,
}

impl<'a> Trimmed<'a> {
    /// What is old in a conversation.
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
        let kept = first + trimming.limits.drop_oldest(&images[first..]);
        let horizon = match images.get(kept) {
            _ if kept == 0 => 0,
            Some((index, _)) => *index,
            None => images.last().map_or(0, |(index, _)| index + 1),
        };
        let old = results().take_while(|(index, _)| *index < horizon);
        let calls = old.map(|(_, result)| result.call_id.as_str()).collect();
        Self { calls, horizon, texts: trimming.texts }
    }

    /// Whether this answer's image is left out.
    pub(crate) fn leaves_out_image(&self, result: &ToolResult) -> bool {
        self.calls.contains(result.call_id.as_str())
    }

    /// Whether the image of the item at this place, which is no answer, is left out.
    pub(crate) fn leaves_out_image_at(&self, index: usize) -> bool {
        index < self.horizon
    }

    /// The answer's text, or its beginning.
    pub(crate) fn text<'r>(&self, result: &'r ToolResult) -> Cow<'r, str> {
        let end = result.text.char_indices().nth(MAX_OLD_TEXT_CHARS);
        match end.filter(|_| self.texts && self.leaves_out_image(result)) {
            Some((end, _)) => format!("{}{OLD_TEXT_END}", &result.text[..end]).into(),
            None => result.text.as_str().into(),
        }
    }

    /// Whether the request differs from those before it in more than what was added.
    pub(crate) fn changes_prefix(&self) -> bool {
        self.horizon > 0
    }
}

impl Limits {
    /// How many of the oldest images are left out. It follows the conversation image by image, as the
    /// requests did, so that each request leaves out what the one before it did until the next batch is due.
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
    fn images_give_way_in_batches_by_their_number_and_by_their_bytes() {
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
