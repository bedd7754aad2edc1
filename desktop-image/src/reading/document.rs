//! Reads PDFs with the programs of poppler.

use std::fs::File;
use std::time::Duration;

use image::ImageFormat;
use protocol::agent::reading::FileReading;
use protocol::editor::EditorImage;
use protocol::transcript::attachment::{MAX_TEXT_CHARS, Unreadable};
use tokio::time::Instant;

use super::picture::MAX_BYTES as MAX_PICTURE_BYTES;
use super::program::{INPUT, Written, run};
use crate::blocking::blocking;
use crate::environment::AppEnvironment;
use crate::pictures::fit;
use crate::processes::Processes;

/// The largest document, in bytes.
const MAX_BYTES: u64 = 100 << 20;
/// How long reading one may take.
const TIME: Duration = Duration::from_secs(30);
/// How long its facts and its text may take of that.
const TIME_FOR_TEXT: Duration = Duration::from_secs(15);
/// The most pages of which pictures are made, and that are searched for text.
const MAX_PICTURES: u32 = 8;
const MAX_PAGES_OF_TEXT: u32 = 1000;
/// The longer edge of a picture of a page, in pixels.
const PICTURE_EDGE: &str = "1400";
/// The most bytes of an answer about a document, of a character, and of a picture before it is fitted.
const MAX_FACTS: usize = 64 << 10;
const MAX_CHAR_BYTES: usize = 4;
const MAX_RAW_PICTURE: usize = 16 << 20;

/// Reads PDFs.
#[derive(Debug)]
pub(super) struct DocumentReader {
    environment: AppEnvironment,
    processes: Processes,
}

impl DocumentReader {
    pub(super) fn new(environment: AppEnvironment, processes: Processes) -> Self {
        Self { environment, processes }
    }

    /// Reads a PDF of so many bytes.
    pub(super) async fn read(&self, file: File, length: u64) -> FileReading {
        if length > MAX_BYTES {
            return FileReading::Unreadable { why: Unreadable::TooLarge };
        }
        let begun = Instant::now();
        let pages = match self.pages(&file, begun + TIME_FOR_TEXT).await {
            Ok(pages) => pages,
            Err(why) => return FileReading::Unreadable { why },
        };
        let (text, text_is_cut) = self.text(&file, begun + TIME_FOR_TEXT).await;
        let text_is_cut = text_is_cut || pages > MAX_PAGES_OF_TEXT;
        let pictures = self.pictures(&file, pages, begun + TIME).await;
        FileReading::Document { pages, text, text_is_cut, pictures }
    }

    async fn run(
        &self,
        words: &[&str],
        file: &File,
        most: usize,
        deadline: Instant,
    ) -> Result<Written, Unreadable> {
        run((&self.environment, &self.processes), words, file, most, deadline).await
    }

    /// The number of pages.
    async fn pages(&self, file: &File, deadline: Instant) -> Result<u32, Unreadable> {
        let told = self.run(&["pdfinfo", INPUT], file, MAX_FACTS, deadline).await?;
        if told.exit.is_none() {
            // A signal ended it: it has taken too much memory or time.
            return Err(if Instant::now() < deadline { Unreadable::TooLarge } else { Unreadable::TooSlow });
        }
        if told.messages.contains("Incorrect password") {
            return Err(Unreadable::Encrypted);
        }
        let facts = String::from_utf8_lossy(&told.output);
        let pages = facts.lines().find_map(|line| line.strip_prefix("Pages:")?.trim().parse().ok());
        pages.filter(|pages| *pages > 0 && told.is_usable()).ok_or(Unreadable::Broken)
    }

    /// The text, and whether there is more. A document without text, such as a scan, is none the worse for it.
    async fn text(&self, file: &File, deadline: Instant) -> (String, bool) {
        let last = MAX_PAGES_OF_TEXT.to_string();
        let words = ["pdftotext", "-q", "-enc", "UTF-8", "-l", &last, INPUT, "-"];
        match self.run(&words, file, MAX_TEXT_CHARS * MAX_CHAR_BYTES, deadline).await {
            Ok(written) if written.is_usable() => {
                let whole = String::from_utf8_lossy(&written.output).replace('\0', "\u{fffd}");
                let text: String = whole.chars().take(MAX_TEXT_CHARS).collect();
                let is_cut = written.is_cut || text.len() < whole.len();
                (text, is_cut)
            }
            Ok(_) | Err(_) => (String::new(), true),
        }
    }

    /// Pictures of the first pages, as far as there are any in time.
    async fn pictures(&self, file: &File, pages: u32, deadline: Instant) -> Vec<EditorImage> {
        let mut pictures = Vec::new();
        for page in 1..=pages.min(MAX_PICTURES) {
            let Some(picture) = self.picture(file, page, deadline).await else { break };
            pictures.push(picture);
        }
        pictures
    }

    async fn picture(&self, file: &File, page: u32, deadline: Instant) -> Option<EditorImage> {
        let page = page.to_string();
        let words = ["pdftoppm", "-q", "-f", &page, "-l", &page, "-scale-to", PICTURE_EDGE, "-jpeg", INPUT];
        let written = self.run(&words, file, MAX_RAW_PICTURE, deadline).await.ok()?;
        if written.is_cut || !written.is_usable() {
            return None;
        }
        let fitted = blocking(move || fit(&written.output, ImageFormat::Jpeg, MAX_PICTURE_BYTES)).await;
        fitted.ok().map(|fitted| fitted.image)
    }
}
