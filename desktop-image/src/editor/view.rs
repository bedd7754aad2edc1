//! Views of files and folders.

use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind};
use std::path::Path;

use memchr::memchr;

use super::error::{EditorError, at};
use super::{folder, image_file, store, text};
use crate::pictures::format_of;
use protocol::editor::EditorImage;

/// Most characters returned, and the default limit.
const MAX_CHARACTERS: usize = 100_000;
const BUFFER: usize = 64 * 1024;
/// Bytes at the start of a file that are checked to detect binary files.
const SNIFFED: usize = 8 * 1024;

/// The content of a file or folder.
#[derive(Debug)]
pub(super) enum View {
    Text(String),
    Image(EditorImage),
}

/// Reads a file or folder.
pub(super) fn view(
    path: &Path,
    range: Option<[i64; 2]>,
    most_characters: Option<usize>,
) -> Result<View, EditorError> {
    let most = most_characters.unwrap_or(MAX_CHARACTERS).clamp(1, MAX_CHARACTERS);
    let (file, metadata) = store::open(path)?;
    if metadata.is_dir() {
        if range.is_some() {
            return Err(EditorError::RangeOfFolder(path.display().to_string()));
        }
        return Ok(View::Text(cut(folder::list(path)?, most, |_| "of the listing".into())));
    }
    let mut reader = BufReader::with_capacity(BUFFER, file);
    let start = filled(&mut reader).map_err(at(path))?;
    if let Some(format) = format_of(start) {
        return image_file::load(path, format).map(View::Image);
    }
    if is_other_image(start) {
        return Err(EditorError::OtherImage(path.display().to_string()));
    }
    if memchr(0, &start[..start.len().min(SNIFFED)]).is_some() {
        return Err(EditorError::Binary(path.display().to_string()));
    }
    lines(path, &mut reader, Lines::of(range)?, most).map(View::Text)
}

/// Whether a file is an image that models are not shown. TIFF has two orders of bytes; HEIC and AVIF are in the container
/// of MP4.
fn is_other_image(start: &[u8]) -> bool {
    let brand = start.get(4..12).unwrap_or_default();
    let in_container = [b"ftyphei", b"ftyphev", b"ftypmif", b"ftypmsf", b"ftypavi"];
    start.starts_with(b"II*\0")
        || start.starts_with(b"MM\0*")
        || in_container.iter().any(|kind| brand.starts_with(*kind))
}

/// Which lines to show.
#[derive(Debug, Clone, Copy)]
struct Lines {
    first: u64,
    last: Option<u64>,
}

impl Lines {
    fn of(range: Option<[i64; 2]>) -> Result<Self, EditorError> {
        let Some([first, last]) = range else { return Ok(Self { first: 1, last: None }) };
        match (u64::try_from(first), u64::try_from(last)) {
            (Ok(start @ 1..), Ok(end)) if end >= start => Ok(Self { first: start, last: Some(end) }),
            (Ok(start @ 1..), Err(_)) if last == -1 => Ok(Self { first: start, last: None }),
            _ => Err(EditorError::Range { first, last }),
        }
    }
}

fn lines(
    path: &Path,
    reader: &mut BufReader<File>,
    lines: Lines,
    most: usize,
) -> Result<String, EditorError> {
    // A character has at most four bytes.
    let part = read_lines(reader, lines, most * 4).map_err(at(path))?;
    if part.bytes.is_empty() {
        return match (lines.first, part.ended_with) {
            (1, _) => Ok("The file is empty.".to_owned()),
            (first, ended) => Err(EditorError::BeyondEnd { first, lines: ended }),
        };
    }
    if memchr(0, &part.bytes).is_some() {
        return Err(EditorError::Binary(path.display().to_string()));
    }
    let numbered = text::numbered(&part.bytes, lines.first);
    let in_line = |kept: &str| {
        let line = lines.first + kept.matches('\n').count() as u64;
        format!("in line {line}; view_range shows other lines")
    };
    let mut shown = cut(numbered, most, in_line);
    if std::str::from_utf8(&part.bytes).is_err_and(|error| error.error_len().is_some()) {
        shown.push_str("\n[Some bytes are not UTF-8; they are shown as \u{fffd}.]");
    }
    Ok(shown)
}

/// Unchanged lines of a file.
struct Part {
    bytes: Vec<u8>,
    /// The number of the last line read.
    ended_with: u64,
}

/// Reads lines of a file up to a number of bytes, whatever the size of the file.
fn read_lines(reader: &mut impl BufRead, lines: Lines, most_bytes: usize) -> io::Result<Part> {
    let mut part = Part { bytes: Vec::new(), ended_with: 0 };
    let mut begins = true;
    loop {
        let chunk = filled(reader)?;
        if chunk.is_empty() {
            return Ok(part);
        }
        let end = memchr(b'\n', chunk).map_or(chunk.len(), |end| end + 1);
        let piece = &chunk[..end];
        part.ended_with += u64::from(begins);
        begins = piece.ends_with(b"\n");
        if lines.last.is_some_and(|last| part.ended_with > last) || part.bytes.len() > most_bytes {
            return Ok(part);
        }
        if part.ended_with >= lines.first {
            part.bytes.extend_from_slice(piece);
        }
        reader.consume(end);
    }
}

/// The next buffered bytes; empty at the end.
fn filled(reader: &mut impl BufRead) -> io::Result<&[u8]> {
    loop {
        match reader.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
            Ok(_) => break,
        }
    }
    reader.fill_buf()
}

/// Cuts a text after a number of characters and appends a note; `place` says where.
pub(super) fn cut(text: String, most: usize, place: impl FnOnce(&str) -> String) -> String {
    match text.char_indices().nth(most) {
        None => text,
        Some((end, _)) => {
            let kept = &text[..end];
            format!("{kept}\n[... cut after {most} characters {} ...]", place(kept))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, cut, read_lines};

    fn part(text: &[u8], range: [i64; 2], most_bytes: usize) -> (Vec<u8>, u64) {
        // A buffer smaller than a line, as with a huge line.
        let mut reader = std::io::BufReader::with_capacity(4, text);
        let part = read_lines(&mut reader, Lines::of(Some(range)).unwrap(), most_bytes).unwrap();
        (part.bytes, part.ended_with)
    }

    #[test]
    fn lines_are_read_by_number() {
        let text = b"one\nsecond\n\nfourth";
        assert_eq!(part(text, [2, 3], 99).0, b"second\n\n");
        assert_eq!(part(text, [4, 4], 99), (b"fourth".to_vec(), 4));
        assert_eq!(part(text, [3, -1], 99), (b"\nfourth".to_vec(), 4));
        assert_eq!(part(text, [4, 400], 99), (b"fourth".to_vec(), 4));
        assert_eq!(part(text, [5, -1], 99), (Vec::new(), 4));
        assert_eq!(part(b"", [1, -1], 99), (Vec::new(), 0));
    }

    #[test]
    fn no_more_is_read_than_can_be_shown() {
        let (bytes, _) = part(&[b'x'; 1000], [1, -1], 10);
        assert!((11..=16).contains(&bytes.len()));
    }

    #[test]
    fn invalid_ranges_are_refused() {
        for range in [[0, 3], [-1, 3], [3, 2], [3, -2], [1, 0]] {
            assert!(Lines::of(Some(range)).is_err(), "{range:?}");
        }
    }

    #[test]
    fn long_text_is_cut_between_characters() {
        let said = |kept: &str| kept.to_uppercase();
        assert_eq!(cut("äöü".to_owned(), 3, said), "äöü");
        assert_eq!(cut("äöü".to_owned(), 2, said), "äö\n[... cut after 2 characters ÄÖ ...]");
    }
}
