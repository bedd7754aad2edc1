//! Decides how each file of a message is shown. The decision depends on the message and the model alone.

use protocol::action::Size;
use protocol::transcript::attachment::{AttachedDocument, AttachmentContent};
use protocol::transcript::{ScreenshotRef, UserMessage};

use super::{AttachmentRules, words};
use crate::images::Images;

/// What attachments take of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    /// Pictures.
    pub(crate) pictures: usize,
    /// Bytes: pictures and documents in base64, and text.
    pub(crate) bytes: usize,
    /// Pages of documents that are sent whole.
    pub(crate) pages: u32,
}

impl Weight {
    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            pictures: self.pictures.saturating_add(other.pictures),
            bytes: self.bytes.saturating_add(other.bytes),
            pages: self.pages.saturating_add(other.pages),
        }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self {
            pictures: self.pictures.saturating_sub(other.pictures),
            bytes: self.bytes.saturating_sub(other.bytes),
            pages: self.pages.saturating_sub(other.pages),
        }
    }

    pub(super) fn fits(self, most: Self) -> bool {
        self.pictures <= most.pictures && self.bytes <= most.bytes && self.pages <= most.pages
    }
}

/// How a file, or a part of it, is shown.
#[derive(Debug)]
pub(super) enum Planned<'a> {
    Text(String),
    Picture { label: String, picture: &'a ScreenshotRef, size: Size },
    Document { label: String, name: &'a str, document: &'a AttachedDocument },
}

/// Decides how the files of a message are shown, and what that takes.
pub(super) fn plan<'a>(
    message: &'a UserMessage,
    rules: &AttachmentRules,
    images: &Images,
    is_refused: impl Fn(&str) -> bool,
) -> (Vec<Planned<'a>>, Weight) {
    let mut planner = Planner { rules, images, planned: Vec::new(), taken: Weight::default() };
    for attachment in &message.shown {
        let path = attachment.path.as_str();
        match &attachment.content {
            AttachmentContent::Unreadable { why } => planner.text(words::unreadable(path, *why)),
            AttachmentContent::Picture(attached) => {
                let label = |size| words::picture(path, attached.original, size);
                if rules.pictures.is_none() {
                    planner.text(words::unseen_picture(path));
                } else if !planner.picture(&attached.picture, label) {
                    planner.text(words::too_many(path));
                }
            }
            AttachmentContent::Document(document) => {
                let whole = !is_refused(&document.sha256) && planner.whole(path, document);
                if !whole {
                    planner.pages(path, document);
                }
            }
        }
    }
    (planner.planned, planner.taken)
}

struct Planner<'r, 'a> {
    rules: &'r AttachmentRules,
    images: &'r Images,
    planned: Vec<Planned<'a>>,
    taken: Weight,
}

impl<'a> Planner<'_, 'a> {
    fn text(&mut self, text: String) {
        self.taken.bytes = self.taken.bytes.saturating_add(text.len());
        self.planned.push(Planned::Text(text));
    }

    /// Takes what there is room for. Returns whether there was.
    fn take(&mut self, weight: Weight) -> bool {
        let taken = self.taken.plus(weight);
        let fits = taken.fits(self.rules.most);
        if fits {
            self.taken = taken;
        }
        fits
    }

    fn picture(&mut self, picture: &'a ScreenshotRef, label: impl Fn(Size) -> String) -> bool {
        let Some(fit) = self.rules.pictures else { return false };
        let weight = Weight { pictures: 1, bytes: self.images.bytes_of(picture), pages: 0 };
        let fits = self.take(weight);
        if fits {
            let size = fit.fit(picture.size);
            self.planned.push(Planned::Picture { label: label(size), picture, size });
        }
        fits
    }

    fn whole(&mut self, path: &'a str, document: &'a AttachedDocument) -> bool {
        let Some(whole) = self.rules.whole else { return false };
        let bytes = base64_length(document.bytes);
        let weight = Weight { pictures: 0, bytes, pages: document.pages };
        let fits = document.pages <= whole.max_pages
            && bytes <= whole.max_bytes
            && self.images.has(&document.sha256)
            && self.take(weight);
        if fits {
            let label = words::document(path, document.pages);
            self.planned.push(Planned::Document { label, name: words::name_of(path), document });
        }
        fits
    }

    /// A document as text, and as pictures of its first pages for a model that sees.
    fn pages(&mut self, path: &str, document: &'a AttachedDocument) {
        let room = self.rules.most.bytes.saturating_sub(self.taken.bytes);
        let most = self.rules.text_chars.min(room);
        self.text(words::document_text(path, document, most));
        for (number, picture) in (1_usize..).zip(document.pictures.iter().take(self.rules.page_pictures)) {
            if !self.picture(picture, |_| words::page(path, number)) {
                break;
            }
        }
    }
}

/// The length in base64 of so many bytes.
fn base64_length(bytes: u64) -> usize {
    usize::try_from(bytes.div_ceil(3).saturating_mul(4)).unwrap_or(usize::MAX)
}
