//! What a request shows of the files that came with a person's messages: pictures, and documents whole or as text and
//! pictures of their pages.
//!
//! Old ones are left out in batches, a message at a time, and what is left out depends on the transcript alone. So a message
//! stays the same from request to request until a batch is due, as the vendors' caches require.

mod plan;
mod refused;
mod words;

use std::collections::HashSet;
use std::sync::Arc;

use protocol::action::Size;
use protocol::transcript::TranscriptItem;
use protocol::transcript::UserMessage;
use protocol::transcript::attachment::{AttachedDocument, AttachmentContent};

use super::instructions::NO_IMAGE;
use super::screen::ScreenshotLimits;
use crate::images::{FittedImage, ImageTier};
use crate::transcript::Conversation;
pub(crate) use plan::Weight;
use plan::{Planned, plan};
pub(crate) use refused::{RefusedDocuments, Subject};

/// What a model accepts of attached files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AttachmentRules {
    /// How large pictures may be; `None` for a model that sees none.
    pub(crate) pictures: Option<PictureFit>,
    /// Which documents are sent whole; `None`: none.
    pub(crate) whole: Option<WholeDocuments>,
    /// The most pictures of pages of a document that is not sent whole.
    pub(crate) page_pictures: usize,
    /// The most characters of the text of such a document.
    pub(crate) text_chars: usize,
    /// The most of all messages, and of a single one.
    pub(crate) most: Weight,
    /// What is kept when all messages have more.
    pub(crate) kept: Weight,
}

/// Which documents are sent whole. Others are sent as text and pictures.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WholeDocuments {
    /// The most pages of one.
    pub(crate) max_pages: u32,
    /// The most bytes of one, in base64.
    pub(crate) max_bytes: usize,
}

/// The largest picture that is not shrunk.
#[derive(Debug, Clone, Copy)]
pub(crate) enum PictureFit {
    Tier(ImageTier),
    Limits(ScreenshotLimits),
}

impl PictureFit {
    fn fit(self, size: Size) -> Size {
        match self {
            Self::Tier(tier) => tier.fit_among_many(size),
            Self::Limits(limits) => limits.scale(size).sent,
        }
    }
}

/// A part of a message, after its text.
#[derive(Debug)]
pub(crate) enum AttachedPart {
    Text(String),
    Picture(FittedImage),
    Document(WholeDocument),
}

/// A document that is sent as it is.
#[derive(Debug)]
pub(crate) struct WholeDocument {
    /// Its file name.
    pub(crate) name: String,
    /// Such as `application/pdf`.
    pub(crate) media_type: String,
    /// The file in base64.
    pub(crate) base64: Arc<str>,
}

/// The attachments of a conversation.
#[derive(Debug)]
pub(crate) struct Attachments<'a> {
    conversation: &'a Conversation,
    rules: AttachmentRules,
    refused: HashSet<&'a str>,
    /// The index of the first item whose attachments are shown.
    horizon: usize,
}

impl<'a> Attachments<'a> {
    /// Decides what is shown. Items before `in_view_from` are not seen in any case; `is_refused` says whether the vendor has
    /// refused a document, by its SHA-256.
    pub(crate) fn new(
        conversation: &'a Conversation,
        rules: AttachmentRules,
        in_view_from: usize,
        is_refused: impl Fn(&str) -> bool,
    ) -> Self {
        let documents = documents(conversation).map(|document| document.sha256.as_str());
        let refused = documents.filter(|sha256| is_refused(sha256)).collect();
        let mut this = Self { conversation, rules, refused, horizon: in_view_from };
        let weights: Vec<(usize, Weight)> = messages(conversation)
            .filter(|(index, message)| *index >= in_view_from && !message.shown.is_empty())
            .map(|(index, message)| (index, this.plan(message).1))
            .collect();
        this.horizon = in_view_from.max(horizon(&weights, rules.most, rules.kept));
        this
    }

    /// What follows the text of a message.
    pub(crate) fn parts(&self, index: usize, message: &UserMessage) -> Vec<AttachedPart> {
        if index < self.horizon {
            return message.shown.iter().map(|it| AttachedPart::Text(words::left_out(it))).collect();
        }
        let mut parts = Vec::new();
        for planned in self.plan(message).0 {
            match planned {
                Planned::Text(text) => parts.push(AttachedPart::Text(text)),
                Planned::Picture { label, picture, size } => {
                    parts.push(AttachedPart::Text(label));
                    let fitted = self.conversation.images.at_size_or_none(picture, size);
                    parts.push(
                        fitted.map_or_else(|| AttachedPart::Text(NO_IMAGE.to_owned()), AttachedPart::Picture),
                    );
                }
                Planned::Document { label, name, document } => {
                    parts.push(AttachedPart::Text(label));
                    let base64 = self.conversation.images.bytes(&document.sha256);
                    let media_type = document.media_type.clone();
                    parts.push(base64.map_or_else(
                        || AttachedPart::Text(NO_IMAGE.to_owned()),
                        |base64| {
                            AttachedPart::Document(WholeDocument {
                                name: name.to_owned(),
                                media_type,
                                base64,
                            })
                        },
                    ));
                }
            }
        }
        parts
    }

    /// Whether something is left out that earlier requests had.
    pub(crate) fn changes_prefix(&self) -> bool {
        self.horizon > 0
            && messages(self.conversation).any(|(index, it)| index < self.horizon && !it.shown.is_empty())
    }

    /// Whether a picture is shown.
    pub(crate) fn has_pictures(&self) -> bool {
        let mut planned = self.shown().flat_map(|message| self.plan(message).0);
        planned.any(|it| matches!(it, Planned::Picture { .. }))
    }

    /// The SHA-256 of the documents that are sent whole.
    pub(crate) fn whole_documents(&self) -> Vec<String> {
        let planned = self.shown().flat_map(|message| self.plan(message).0);
        planned
            .filter_map(|it| match it {
                Planned::Document { document, .. } => Some(document.sha256.clone()),
                _ => None,
            })
            .collect()
    }

    fn shown(&self) -> impl Iterator<Item = &'a UserMessage> {
        messages(self.conversation).filter(|(index, _)| *index >= self.horizon).map(|(_, message)| message)
    }

    fn plan<'m>(&self, message: &'m UserMessage) -> (Vec<Planned<'m>>, Weight) {
        plan(message, &self.rules, &self.conversation.images, |sha256| self.refused.contains(sha256))
    }
}

fn messages(conversation: &Conversation) -> impl Iterator<Item = (usize, &UserMessage)> {
    conversation.items.iter().enumerate().filter_map(|(index, item)| match item {
        TranscriptItem::UserMessage(message) => Some((index, message)),
        _ => None,
    })
}

fn documents(conversation: &Conversation) -> impl Iterator<Item = &AttachedDocument> {
    let shown = messages(conversation).flat_map(|(_, message)| &message.shown);
    shown.filter_map(|attachment| match &attachment.content {
        AttachmentContent::Document(document) => Some(document),
        AttachmentContent::Picture(_) | AttachmentContent::Unreadable { .. } => None,
    })
}

/// The index of the first message whose attachments are shown. It replays the conversation message by message, so that each
/// request leaves out the same as the one before it until the next batch is due. The latest message stays in any case.
fn horizon(messages: &[(usize, Weight)], most: Weight, kept: Weight) -> usize {
    let (mut start, mut total) = (0, Weight::default());
    for (end, (_, weight)) in messages.iter().enumerate() {
        total = total.plus(*weight);
        if !total.fits(most) {
            while start < end && !total.fits(kept) {
                total = total.minus(messages[start].1);
                start += 1;
            }
        }
    }
    if start == 0 { 0 } else { messages[start].0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_left_out_in_batches_and_the_latest_stays() {
        let weight = |pictures| Weight { pictures, ..Weight::default() };
        let (most, kept) =
            (Weight { pictures: 4, bytes: 9, pages: 9 }, Weight { pictures: 2, bytes: 9, pages: 9 });
        let horizons = |counts: &[usize]| -> Vec<usize> {
            let messages: Vec<_> =
                counts.iter().enumerate().map(|(place, count)| (10 * place, weight(*count))).collect();
            (1..=counts.len()).map(|end| horizon(&messages[..end], most, kept)).collect()
        };
        assert_eq!(horizons(&[1; 8]), [0, 0, 0, 0, 30, 30, 30, 60]);
        assert_eq!(horizons(&[2, 4, 1, 4]), [0, 10, 20, 30]);
        let heavy = [(5, Weight { bytes: 20, ..weight(1) }), (7, Weight { pages: 20, ..weight(0) })];
        assert_eq!((horizon(&heavy[..1], most, kept), horizon(&heavy, most, kept)), (0, 7));
    }
}
