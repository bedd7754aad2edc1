//! Resolves paths given to the editor.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::error::EditorError;

/// Most links followed, as in the kernel.
const MAX_LINKS: usize = 40;

/// Makes a path absolute. Relative paths and `~` start at the home folder.
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

/// Follows links to the path where a file is or would be created, so that writing goes through links.
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
            // The file does not exist, and its folder may not either.
            Err(_) => {
                return Ok(folder.canonicalize().map_or_else(|_| path.clone(), |folder| folder.join(name)));
            }
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// Whether a path can only be that of a folder.
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
    fn relative_paths_and_the_tilde_start_at_the_home_folder() {
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
    fn a_path_with_a_trailing_slash_or_dots_names_a_folder() {
        assert!(["/", "a/", "/a/..", "a/b/"].iter().all(|path| names_folder(Path::new(path))));
        assert!(!["/a", "a/b", "..a"].iter().any(|path| names_folder(Path::new(path))));
    }

    #[test]
    fn links_are_followed_to_existing_and_new_files() {
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
