//! Reads files of the home folder for a model: pictures and PDFs. It happens here and not outside, because such files are
//! what programs that read them are attacked with.

mod document;
mod picture;
mod program;

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;

use protocol::agent::reading::FileReading;
use protocol::transcript::attachment::Unreadable;
use tokio::sync::Mutex;

use crate::blocking::blocking;
use crate::environment::AppEnvironment;
use crate::files::{FileError, Home};
use crate::pictures::{MAX_BYTES_READ, format_of};
use crate::processes::Processes;
use document::DocumentReader;

/// The bytes that tell what a file is. What precedes the header of a PDF is ignored by those who read it.
const START: usize = 1024;
/// How a PDF begins.
const PDF_HEADER: &[u8] = b"%PDF-";

/// Reads files for a model, one at a time, so that the memory for it is bounded.
#[derive(Debug)]
pub struct FileReader {
    home: Home,
    documents: DocumentReader,
    turn: Mutex<()>,
}

/// What a file is, by its first bytes.
enum Kind {
    Picture(image::ImageFormat),
    Pdf,
    Other,
}

impl FileReader {
    /// A reader of the files of a home folder.
    #[must_use]
    pub fn new(home: Home, environment: AppEnvironment, processes: Processes) -> Self {
        Self { home, documents: DocumentReader::new(environment, processes), turn: Mutex::default() }
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When it is no regular file inside the home folder.
    pub async fn read(&self, path: String) -> Result<FileReading, FileError> {
        let _turn = self.turn.lock().await;
        let home = self.home.clone();
        let (file, length, kind) = blocking(move || {
            let (file, length) = home.read(&path)?;
            let kind = kind_of(&file)?;
            Ok::<_, FileError>((file, length, kind))
        })
        .await?;
        match kind {
            Kind::Other => Ok(FileReading::Other),
            Kind::Picture(_) if length > MAX_BYTES_READ => {
                Ok(FileReading::Unreadable { why: Unreadable::TooLarge })
            }
            Kind::Picture(format) => {
                blocking(move || {
                    let mut bytes = Vec::new();
                    // It may have grown.
                    file.take(MAX_BYTES_READ).read_to_end(&mut bytes)?;
                    Ok(picture::read(&bytes, format))
                })
                .await
            }
            Kind::Pdf => Ok(self.documents.read(file, length).await),
        }
    }
}

fn kind_of(file: &File) -> Result<Kind, FileError> {
    let mut start = [0; START];
    let mut length = 0;
    while length < START {
        match file.read_at(&mut start[length..], u64::try_from(length).unwrap_or(u64::MAX))? {
            0 => break,
            more => length += more,
        }
    }
    let start = &start[..length];
    if let Some(format) = format_of(start) {
        return Ok(Kind::Picture(format));
    }
    let is_pdf = start.windows(PDF_HEADER.len()).any(|bytes| bytes == PDF_HEADER);
    Ok(if is_pdf { Kind::Pdf } else { Kind::Other })
}
