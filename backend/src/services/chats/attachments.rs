//! Uploads that come with a message, and where they appear on the desktop.

use std::collections::HashSet;

use protocol::agent::files::UPLOADS_FOLDER;
use protocol::ids::{ChatId, FileId, UserId};

use crate::database::DatabaseError;
use crate::services::messages::MessageFile;
use crate::store::{Connection, files};

/// Maximum length of a file name, in bytes; the usual limit of file systems.
const MAX_NAME_BYTES: usize = 255;
/// The length from which on what follows the last dot is no extension, in bytes.
const MAX_EXTENSION_BYTES: usize = 32;

/// Attaches uploads to the chat, each under a free path on the desktop. `None` if a file isn't the person's.
pub(super) async fn attach(
    conn: &mut Connection,
    user_id: UserId,
    chat_id: ChatId,
    file_ids: &[FileId],
) -> Result<Option<Vec<MessageFile>>, DatabaseError> {
    let known = files::uploads(conn, chat_id).await?;
    let mut taken: HashSet<String> = known.iter().map(|upload| upload.path.clone()).collect();
    let mut attached: Vec<MessageFile> = Vec::new();
    for id in file_ids {
        if attached.iter().any(|file| file.id == *id) {
            continue;
        }
        let Some(file) = files::find_owned(conn, *id, user_id).await? else { return Ok(None) };
        let path = match known.iter().find(|upload| upload.file.id == *id) {
            Some(upload) => upload.path.clone(),
            None => {
                let path = free_path(&file.name, &taken);
                files::insert_chat_upload(conn, chat_id, *id, &path).await?;
                path
            }
        };
        taken.insert(path.clone());
        attached.push(MessageFile { id: *id, name: file.name, path });
    }
    Ok(Some(attached))
}

/// `Uploads/name.ext`, or `Uploads/name (2).ext` if that is taken. A name that the number makes too long is shortened.
fn free_path(name: &str, taken: &HashSet<String>) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= MAX_EXTENSION_BYTES => {
            (stem, format!(".{extension}"))
        }
        _ => (name, String::new()),
    };
    let numbered = (2..).map(|number| {
        let rest = format!(" ({number}){extension}");
        let stem = shortened(stem, MAX_NAME_BYTES - rest.len());
        format!("{UPLOADS_FOLDER}/{stem}{rest}")
    });
    std::iter::once(format!("{UPLOADS_FOLDER}/{name}"))
        .chain(numbered)
        .find(|path| !taken.contains(path))
        .unwrap_or_default()
}

/// The longest beginning that has at most `limit` bytes.
fn shortened(text: &str, limit: usize) -> &str {
    let ends = text.char_indices().map(|(start, c)| start + c.len_utf8());
    let end = ends.take_while(|end| *end <= limit).last().unwrap_or_default();
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_place_gets_a_number() {
        let taken = HashSet::from(["Uploads/a.txt".to_owned(), "Uploads/a (2).txt".to_owned()]);
        assert_eq!(free_path("b.txt", &taken), "Uploads/b.txt");
        assert_eq!(free_path("a.txt", &taken), "Uploads/a (3).txt");
        assert_eq!(
            free_path(".profile", &HashSet::from(["Uploads/.profile".into()])),
            "Uploads/.profile (2)"
        );
    }

    #[test]
    fn a_numbered_name_is_as_long_as_file_systems_allow() {
        for name in [
            "語".repeat(83) + ".txt",
            "語".repeat(85),
            "é".repeat(125) + ".pdf",
            "a".repeat(255),
            format!("a.{}", "b".repeat(253)),
            "🙂".repeat(63) + ".md",
        ] {
            let mut taken = HashSet::new();
            for number in 1..=12 {
                let path = free_path(&name, &taken);
                let file = path.strip_prefix("Uploads/").unwrap();
                assert!(file.len() <= MAX_NAME_BYTES, "{file}: {} bytes", file.len());
                assert!(number == 1 || file.contains(&format!(" ({number})")), "{file}");
                let extension = |name: &str| name.rsplit_once('.').map(|(_, extension)| extension.to_owned());
                let short = extension(&name).filter(|extension| extension.len() <= MAX_EXTENSION_BYTES);
                assert!(short.is_none() || extension(file) == short, "{file}");
                assert!(taken.insert(path));
            }
        }
    }
}
