//! Uploads that come with a message, and where they appear on the desktop.

use std::collections::HashSet;

use protocol::agent::files::UPLOADS_FOLDER;
use protocol::ids::{ChatId, FileId, UserId};

use crate::database::DatabaseError;
use crate::services::messages::MessageFile;
use crate::store::{Connection, files};

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

/// `Uploads/name.ext`, or `Uploads/name (2).ext` if that is taken.
fn free_path(name: &str, taken: &HashSet<String>) -> String {
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
        _ => (name, String::new()),
    };
    let numbered = (2..).map(|number| format!("{UPLOADS_FOLDER}/{stem} ({number}){extension}"));
    std::iter::once(format!("{UPLOADS_FOLDER}/{name}"))
        .chain(numbered)
        .find(|path| !taken.contains(path))
        .unwrap_or_default()
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
}
