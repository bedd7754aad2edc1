//! Lists a folder, two levels deep.

use std::fs::DirEntry;
use std::io;
use std::path::Path;

use super::error::{EditorError, at};

/// Most entries listed in all, and most entries read of one folder.
const MAX_LISTED: usize = 1000;
const MAX_SCANNED: usize = 10_000;
const DEPTH: usize = 2;

/// The paths of a folder, its entries and their entries. Hidden entries are omitted; folders end with a slash.
pub(super) fn list(folder: &Path) -> Result<String, EditorError> {
    let mut listing = Listing { lines: vec![as_folder(folder)], cut: false };
    listing.add(folder, DEPTH).map_err(at(folder))?;
    if listing.cut {
        listing.lines.push("[... more is left out; the shell lists it all ...]".to_owned());
    }
    Ok(listing.lines.join("\n"))
}

struct Listing {
    lines: Vec<String>,
    cut: bool,
}

impl Listing {
    fn add(&mut self, folder: &Path, depth: usize) -> io::Result<()> {
        let shown = |entry: &DirEntry| !entry.file_name().as_encoded_bytes().starts_with(b".");
        let mut entries: Vec<DirEntry> =
            std::fs::read_dir(folder)?.flatten().filter(shown).take(MAX_SCANNED + 1).collect();
        self.cut |= entries.len() > MAX_SCANNED;
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            if self.lines.len() > MAX_LISTED {
                self.cut = true;
                return Ok(());
            }
            let path = entry.path();
            // Symbolic links to folders are not followed.
            if !entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                self.lines.push(as_file(&path));
                continue;
            }
            self.lines.push(as_folder(&path));
            if depth > 1 {
                // A folder that can't be read is still listed itself.
                let _ = self.add(&path, depth - 1);
            }
        }
        Ok(())
    }
}

fn as_folder(path: &Path) -> String {
    format!("{}/", as_file(path).trim_end_matches('/'))
}

/// A path on one line.
fn as_file(path: &Path) -> String {
    path.to_string_lossy().replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::{MAX_LISTED, list};

    #[test]
    fn a_listing_has_a_limit() {
        let folder = tempfile::tempdir().unwrap();
        for name in 0..=MAX_LISTED {
            std::fs::write(folder.path().join(format!("{name:05}")), "").unwrap();
        }
        let listing = list(folder.path()).unwrap();
        assert_eq!(listing.lines().count(), MAX_LISTED + 2);
        assert!(listing.ends_with("/00999\n[... more is left out; the shell lists it all ...]"), "{listing}");
    }

    #[test]
    fn a_line_break_in_a_name_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("a\nb"), "").unwrap();
        assert_eq!(list(folder.path()).unwrap().lines().count(), 2);
    }
}
