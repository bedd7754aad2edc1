//! What a path given to the editor means.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::EditorError;

/// As many links as the kernel follows.
const MAX_LINKS: usize = 40;

/// An absolute path; a relative one starts at the home folder, as `~` does.
pub(super) fn absolute(home: &Path, path: &str) -> Result<PathBuf, EditorError> {
    if path.is_empty() {
        return Err(EditorError::NoPath);
    }
    if path.contains('\0') {
        return Err(EditorError::ZeroByte);
    }
    if path == "~" {
        return Ok(home.to_owned());
    }
    Ok(match path.strip_prefix("~/") {
        Some(below) => home.join(below.trim_start_matches('/')),
        None => home.join(path),
    })
}

/// Where a file really is, or would be made: links are followed, so that a write goes through them.
pub(super) fn target(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match path.canonicalize() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            known => return known,
        }
        let Some((folder, name)) = path.parent().zip(path.file_name()) else { break };
        match path.read_link() {
            Ok(link) => path = folder.join(link),
            // Nothing there. Its folder may be missing too.
            Err(_) => {
                return Ok(folder.canonicalize().map_or_else(|_| path.clone(), |folder| folder.join(name)));
            }
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Whether a path can only be a folder's.
pub(super) fn names_folder(path: &Path) -> bool {
    path.as_os_str().as_encoded_bytes().ends_with(b"/")
        || !matches!(path.components().next_back(), Some(Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::path::Path;

    use super::{absolute, names_folder, target};

    #[test]
    fn relative_paths_and_the_tilde_start_at_the_home() {
        let at = |path| absolute(Path::new("/home/me"), path).unwrap();
        assert_eq!(at("/etc/hosts"), Path::new("/etc/hosts"));
        for path in ["a/b", "~/a/b", "~//a/b", "./a/b"] {
            assert_eq!(at(path), Path::new("/home/me/a/b"));
        }
        assert_eq!(at("~"), Path::new("/home/me"));
        assert_eq!(at("~other"), Path::new("/home/me/~other"));
        assert!(absolute(Path::new("/"), "").is_err() && absolute(Path::new("/"), "a\0").is_err());
    }

    #[test]
    fn a_path_that_ends_like_a_folder_names_one() {
        assert!(["/", "a/", "/a/..", "a/b/"].iter().all(|path| names_folder(Path::new(path))));
        assert!(!["/a", "a/b", "..a"].iter().any(|path| names_folder(Path::new(path))));
    }

    #[test]
    fn links_lead_to_where_a_file_is_or_would_be() {
        let folder = tempfile::tempdir().unwrap();
        let real = folder.path().canonicalize().unwrap();
        std::fs::create_dir(real.join("sub")).unwrap();
        symlink("sub", real.join("to-folder")).unwrap();
        symlink("to-folder/new", real.join("to-missing")).unwrap();
        symlink("loop", real.join("loop")).unwrap();
        assert_eq!(target(&real.join("to-folder/x")).unwrap(), real.join("sub/x"));
        assert_eq!(target(&real.join("to-missing")).unwrap(), real.join("sub/new"));
        assert_eq!(target(&real.join("no/where")).unwrap(), real.join("no/where"));
        assert!(target(&real.join("loop")).is_err());
    }
}
