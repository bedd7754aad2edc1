//! Home folders from an archive. Nothing is written outside of them, whatever the archive says.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _, lchown, symlink};
use std::path::{Component, Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use protocol::ids::DesktopId;

use super::super::homes::HOME;
use super::super::reader::Content;
use super::super::writer::Attributes;
use crate::data_folder::closed::create_passable;
use crate::provider::local::FIRST_UID;

/// The home folders that are being restored.
pub(super) struct Homes {
    /// The folder of the desktops.
    folder: PathBuf,
    /// Under root, each desktop has a user of its own.
    is_root: bool,
    /// The user ids that the archive does not say are given from here on.
    next_uid: u32,
    /// The desktop whose files come now, and its user.
    current: Option<(DesktopId, u32)>,
}

impl Homes {
    pub(super) fn new(folder: PathBuf) -> anyhow::Result<Self> {
        create_passable(&folder)?;
        // Far from the ids of desktops that come later in the archive.
        let next_uid = FIRST_UID + 1_000_000;
        Ok(Self { folder, is_root: nix::unistd::geteuid().is_root(), next_uid, current: None })
    }

    /// Writes an entry. The home folder itself comes first.
    pub(super) fn add(
        &mut self,
        desktop: DesktopId,
        path: &Path,
        attributes: Attributes,
        content: Content<'_>,
    ) -> anyhow::Result<()> {
        let root = self.folder.join(desktop.to_string());
        let home = root.join(HOME);
        if path.as_os_str().is_empty() {
            anyhow::ensure!(matches!(content, Content::Folder), "a home folder is no folder");
            let uid = if attributes.uid >= FIRST_UID { attributes.uid } else { self.next_uid };
            self.next_uid += u32::from(uid == self.next_uid);
            self.current = Some((desktop, uid));
            create_passable(&root)?;
            std::fs::DirBuilder::new().mode(0o700).create(&home)?;
            return Ok(self.give(&home, uid)?);
        }
        let uid = match self.current {
            Some((current, uid)) if current == desktop => uid,
            _ => anyhow::bail!("a home folder comes after its files"),
        };
        let place = home.join(path);
        self.make_parents(&home, path, uid)?;
        match content {
            Content::File(bytes, _) => write(&place, bytes, attributes)?,
            Content::Folder => {
                self.make_folder(&place, uid)?;
                std::fs::set_permissions(&place, permissions(attributes))?;
                File::open(&place)?.set_modified(modified(attributes))?;
            }
            Content::Link(target) => symlink(target, &place)?,
        }
        self.give(&place, uid).with_context(|| format!("writing {}", place.display()))
    }

    /// Makes the folders above an entry, whose own entries come after it.
    fn make_parents(&self, home: &Path, path: &Path, uid: u32) -> anyhow::Result<()> {
        let mut folder = home.to_owned();
        let parent = path.parent().unwrap_or(Path::new(""));
        for component in parent.components() {
            let Component::Normal(name) = component else {
                anyhow::bail!("{} leads elsewhere", path.display())
            };
            folder.push(name);
            self.make_folder(&folder, uid)?;
        }
        Ok(())
    }

    /// Makes a folder, unless it is there. Never follows a link.
    fn make_folder(&self, folder: &Path, uid: u32) -> anyhow::Result<()> {
        match std::fs::symlink_metadata(folder) {
            Ok(found) => {
                anyhow::ensure!(found.is_dir(), "{} is in the archive twice", folder.display());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::DirBuilder::new().mode(0o700).create(folder)?;
                Ok(self.give(folder, uid)?)
            }
            Err(error) => Err(error.into()),
        }
    }

    fn give(&self, place: &Path, uid: u32) -> io::Result<()> {
        if self.is_root { lchown(place, Some(uid), Some(uid)) } else { Ok(()) }
    }
}

fn write(place: &Path, bytes: &mut dyn Read, attributes: Attributes) -> io::Result<()> {
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(place)?;
    io::copy(bytes, &mut file)?;
    file.set_permissions(permissions(attributes))?;
    file.set_modified(modified(attributes))
}

/// Nothing that runs as somebody else.
fn permissions(attributes: Attributes) -> std::fs::Permissions {
    std::fs::Permissions::from_mode(attributes.mode & 0o777)
}

fn modified(attributes: Attributes) -> SystemTime {
    SystemTime::UNIX_EPOCH
        .checked_add(Duration::from_secs(attributes.modified))
        .unwrap_or(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::MetadataExt as _;

    use super::*;

    const ATTRIBUTES: Attributes = Attributes { mode: 0o6755, uid: 0, modified: 1_000_000 };

    fn desktop() -> DesktopId {
        "01939d5e-0000-7000-8000-000000000001".parse().unwrap()
    }

    fn add(homes: &mut Homes, path: &str, content: Content<'_>) -> anyhow::Result<()> {
        homes.add(desktop(), Path::new(path), ATTRIBUTES, content)
    }

    fn file(homes: &mut Homes, path: &str, text: &str) -> anyhow::Result<()> {
        add(homes, path, Content::File(&mut text.as_bytes(), text.len() as u64))
    }

    #[test]
    fn files_get_their_desktop_s_user_and_no_special_permissions() {
        let folder = tempfile::tempdir().unwrap();
        let mut homes = Homes::new(folder.path().join("desktops")).unwrap();
        add(&mut homes, "", Content::Folder).unwrap();
        file(&mut homes, "a/b/file", "text").unwrap();
        add(&mut homes, "a/b/link", Content::Link("/etc/passwd".into())).unwrap();
        add(&mut homes, "a/b", Content::Folder).unwrap();
        add(&mut homes, "empty", Content::Folder).unwrap();
        let home = folder.path().join("desktops").join(desktop().to_string()).join("home");
        let found = home.join("a/b/file").metadata().unwrap();
        assert_eq!((found.mode() & 0o7777, found.mtime()), (0o755, 1_000_000));
        assert_eq!(std::fs::read_link(home.join("a/b/link")).unwrap(), Path::new("/etc/passwd"));
        let owner = if nix::unistd::geteuid().is_root() { FIRST_UID + 1_000_000 } else { found.uid() };
        for path in ["", "a", "a/b", "a/b/file", "a/b/link", "empty"] {
            assert_eq!(home.join(path).symlink_metadata().unwrap().uid(), owner, "{path}");
        }
    }

    #[test]
    fn nothing_is_written_through_a_link_or_twice() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside");
        std::fs::create_dir(&outside).unwrap();
        std::fs::write(outside.join("kept"), "kept").unwrap();
        let mut homes = Homes::new(folder.path().join("desktops")).unwrap();
        assert!(file(&mut homes, "early", "text").is_err(), "the home folder comes first");
        add(&mut homes, "", Content::Folder).unwrap();
        add(&mut homes, "link", Content::Link(outside.clone())).unwrap();
        add(&mut homes, "to-file", Content::Link(outside.join("kept"))).unwrap();
        assert!(file(&mut homes, "link/new", "text").is_err());
        assert!(file(&mut homes, "link/below/new", "text").is_err());
        assert!(file(&mut homes, "to-file", "text").is_err());
        assert!(add(&mut homes, "link", Content::Folder).is_err());
        assert!(add(&mut homes, "link", Content::Link("/etc".into())).is_err());
        file(&mut homes, "file", "text").unwrap();
        assert!(file(&mut homes, "file", "again").is_err());
        assert!(file(&mut homes, "file/below", "text").is_err());
        assert!(add(&mut homes, "", Content::Folder).is_err());
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
        assert_eq!(std::fs::read(outside.join("kept")).unwrap(), b"kept");
    }
}
