//! The MIME type of a file, by its name or else by its content.

use std::io::Read as _;
use std::path::Path;

/// Bytes read from the start of a file.
const SNIFFED: u64 = 4096;
/// The system's database of types and names, which other programs use. Lines such as `50:image/png:*.png`.
const DATABASE: &str = "/usr/share/mime/globs2";
/// How a compound file of Microsoft starts.
const OLD_CONTAINER: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];

/// The possible MIME types of a file, best first.
pub(super) fn types(path: &Path) -> std::io::Result<Vec<String>> {
    if path.is_dir() {
        return Ok(vec!["inode/directory".into()]);
    }
    let mut start = Vec::new();
    std::fs::File::open(path)?.take(SNIFFED).read_to_end(&mut start)?;
    let mut types: Vec<String> = mime_guess::from_path(path).iter().map(|kind| kind.to_string()).collect();
    types.extend(by_system(path));
    types.extend(by_content(&start).map(str::to_owned));
    if types.is_empty() {
        types.push("application/octet-stream".into());
    }
    Ok(types)
}

/// Whether a file of these types is an encrypted office document. Those of the types that are archives otherwise are in
/// a container of the old formats.
pub(super) fn is_locked(path: &Path, types: &[String]) -> bool {
    let mut start = [0; OLD_CONTAINER.len()];
    types.iter().any(|kind| kind.contains("openxmlformats-officedocument"))
        && std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && start == OLD_CONTAINER
}

/// The types that the system's database gives a name, those of longer endings first.
fn by_system(path: &Path) -> Vec<String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    let database = std::fs::read_to_string(DATABASE).unwrap_or_default();
    let endings = database.lines().filter_map(|line| {
        let (_, line) = line.split_once(':')?;
        let (kind, pattern) = line.split_once(":*.")?;
        Some((pattern, kind))
    });
    let fits = |(ending, _): &(&str, &str)| name.strip_suffix(ending).is_some_and(|rest| rest.ends_with('.'));
    let mut found: Vec<_> = endings.filter(fits).collect();
    // The database is sorted by weight, and this sort is stable.
    found.sort_by_key(|(ending, _)| std::cmp::Reverse(ending.len()));
    found.into_iter().map(|(_, kind)| kind.to_owned()).collect()
}

fn by_content(start: &[u8]) -> Option<&'static str> {
    if start.starts_with(b"%PDF-") {
        return Some("application/pdf");
    }
    if let Ok(format) = image::guess_format(start) {
        return Some(format.to_mime_type());
    }
    let text = match std::str::from_utf8(start) {
        Ok(_) => true,
        // The last character may be cut off.
        Err(error) => error.error_len().is_none(),
    };
    (text && !start.contains(&0)).then_some("text/plain")
}

#[cfg(test)]
mod tests {
    use super::types;

    #[test]
    fn the_name_takes_precedence_over_the_content() {
        let folder = tempfile::tempdir().unwrap();
        let kinds = |name: &str, content: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, content).unwrap();
            types(&path).unwrap()
        };
        assert_eq!(kinds("page.HTML", b"<p>")[0], "text/html");
        assert_eq!(kinds("Makefile", "all: ä".as_bytes()), ["text/plain"]);
        assert_eq!(kinds("cut", &"ä".repeat(5000).as_bytes()[1..])[0], "application/octet-stream");
        assert_eq!(kinds("long", format!("a{}", "ä".repeat(5000)).as_bytes()), ["text/plain"]);
        assert_eq!(kinds("report", b"%PDF-1.7"), ["application/pdf"]);
        assert_eq!(kinds("photo", b"\xff\xd8\xff\xe0"), ["image/jpeg"]);
        assert_eq!(kinds("data", b"\0\x01\x02"), ["application/octet-stream"]);
        assert_eq!(kinds("a.tar.zst", b"\0")[0], "application/x-zstd-compressed-tar");
        assert_eq!(kinds("main.rs", b"fn main() {}").last().unwrap(), "text/plain");
        assert_eq!(types(folder.path()).unwrap(), ["inode/directory"]);
    }
}
