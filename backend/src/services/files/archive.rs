//! A chat's files as one zip archive, made while it is sent: at no time is more than a piece of it in memory.

use std::collections::HashSet;
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use chrono::{DateTime, Datelike as _, Timelike as _, Utc};
use futures_util::Stream;
use protocol::ids::ChatId;
use tokio::io::AsyncReadExt as _;
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::{FileError, Files};
use crate::blobs::BlobStore;
use crate::store::files::{self, FileRow};

/// How much of a file is read at once, in bytes.
const PIECE: usize = 64 << 10;
/// Files from this size on need the 64-bit form of an entry. It is less than 4 GiB, since compression can add a little.
const LARGE: i64 = 4_000_000_000;
/// Compresses quickly: most large files are compressed already.
const LEVEL: i64 = 1;
/// Names that Windows has for devices.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "com", "lpt"];

/// A file of an archive.
#[derive(Debug, Clone)]
pub struct ArchiveEntry {
    /// Its path in the archive.
    pub name: String,
    /// The file.
    pub file: FileRow,
}

impl Files {
    /// The chat's files, outputs and uploads, under names that are safe to unpack anywhere.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn archive_entries(&self, chat_id: ChatId) -> Result<Vec<ArchiveEntry>, FileError> {
        let mut conn = self.database.connection().await?;
        let outputs = files::outputs(&mut conn, chat_id).await?;
        let uploads = files::uploads(&mut conn, chat_id).await?;
        drop(conn);
        let uploads = uploads.into_iter().map(|upload| FileRow { path: Some(upload.path), ..upload.file });
        let mut taken = HashSet::new();
        let named = outputs.into_iter().chain(uploads).map(|file| {
            let name = free_name(&safe_path(file.path.as_deref().unwrap_or(&file.name)), &taken);
            taken.insert(name.to_lowercase());
            ArchiveEntry { name, file }
        });
        Ok(named.collect())
    }

    /// The bytes of an archive.
    pub fn archive(&self, entries: Vec<ArchiveEntry>) -> impl Stream<Item = io::Result<Bytes>> + use<> {
        let blobs = self.blobs.clone();
        async_stream::try_stream! {
            let written = Written::default();
            let mut archive = ZipWriter::new_stream(written.clone());
            let mut piece = vec![0; PIECE];
            for entry in entries {
                let Some(mut bytes) = open(&blobs, &entry.file).await? else { continue };
                start(&mut archive, &entry)?;
                loop {
                    let length = bytes.read(&mut piece).await?;
                    if length == 0 {
                        break;
                    }
                    archive.write_all(&piece[..length])?;
                    yield written.take();
                }
            }
            archive.finish()?;
            yield written.take();
        }
    }
}

/// Opens a file's bytes. `None` if it was deleted since the archive was begun.
async fn open(blobs: &BlobStore, file: &FileRow) -> io::Result<Option<tokio::fs::File>> {
    match blobs.open_blob(&file.sha256).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            tracing::warn!(file.id = %file.id, "a file is missing in an archive: its bytes are gone");
            Ok(None)
        }
        opened => opened.map(Some),
    }
}

fn start(archive: &mut ZipWriter<StreamWriter<Written>>, entry: &ArchiveEntry) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(LEVEL))
        .large_file(entry.file.size >= LARGE)
        .last_modified_time(time_of(&entry.file));
    Ok(archive.start_file(&*entry.name, options)?)
}

/// When a file was changed, as archives write it: without a time zone, from 1980 on.
fn time_of(file: &FileRow) -> zip::DateTime {
    let modified =
        file.modified_ms.and_then(DateTime::<Utc>::from_timestamp_millis).unwrap_or(file.created_at);
    let number = |number: u32| u8::try_from(number).unwrap_or_default();
    let year = u16::try_from(modified.year()).unwrap_or_default();
    let (month, day) = (number(modified.month()), number(modified.day()));
    let (hour, minute, second) =
        (number(modified.hour()), number(modified.minute()), number(modified.second()));
    zip::DateTime::from_date_and_time(year, month, day, hour, minute, second).unwrap_or_default()
}

/// What an archive has written and nobody has taken yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The path without what leads out of a folder, or can't be a name on some system.
fn safe_path(path: &str) -> String {
    let names = path.split(['/', '\\']).filter(|name| !matches!(*name, "" | "." | ".."));
    let names: Vec<String> = names.map(safe_name).collect();
    if names.is_empty() { "file".to_owned() } else { names.join("/") }
}

fn safe_name(name: &str) -> String {
    let is_safe = |c: char| !c.is_control() && !r#"<>:"|?*"#.contains(c);
    let name: String = name.chars().map(|c| if is_safe(c) { c } else { '_' }).collect();
    // Windows ignores dots and spaces at the end of names.
    let name = name.trim_end_matches(['.', ' ']);
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let device = stem.trim_end_matches(|c: char| c.is_ascii_digit());
    if name.is_empty() || DEVICES.contains(&device) { format!("_{name}") } else { name.to_owned() }
}

/// The path, with a number before its extension if another file of the archive has it, in any case.
fn free_name(path: &str, taken: &HashSet<String>) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let gap = if folder.is_empty() { "" } else { "/" };
    let numbered = (2..).map(|number| format!("{folder}{gap}{stem} ({number}){extension}"));
    std::iter::once(path.to_owned())
        .chain(numbered)
        .find(|path| !taken.contains(&path.to_lowercase()))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leads_out_of_the_folder() {
        for (path, safe) in [
            ("Outputs/a.txt", "Outputs/a.txt"),
            ("../../etc/passwd", "etc/passwd"),
            ("/etc/passwd", "etc/passwd"),
            (r"..\..\windows\system32", "windows/system32"),
            ("C:/a", "C_/a"),
            ("a/./b//c/", "a/b/c"),
            ("..", "file"),
            ("", "file"),
            ("...", "_"),
            ("a\nb\u{7}", "a_b_"),
            ("con.txt", "_con.txt"),
            ("LPT1", "_LPT1"),
            ("console.txt", "console.txt"),
            ("a. .", "a"),
            ("übersicht.pdf", "übersicht.pdf"),
        ] {
            assert_eq!(safe_path(path), safe, "{path:?}");
        }
    }

    #[test]
    fn names_are_unique_in_any_case() {
        let mut taken = HashSet::new();
        let mut name = |path: &str| {
            let name = free_name(path, &taken);
            taken.insert(name.to_lowercase());
            name
        };
        assert_eq!(name("Outputs/a.txt"), "Outputs/a.txt");
        assert_eq!(name("Outputs/A.TXT"), "Outputs/A (2).TXT");
        assert_eq!(name("outputs/a.txt"), "outputs/a (3).txt");
        assert_eq!(name("a.txt"), "a.txt");
        assert_eq!(name(".profile"), ".profile");
        assert_eq!(name(".profile"), ".profile (2)");
    }
}
