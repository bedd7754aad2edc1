//! Folders whose files other users of the machine can't read.

use std::io;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;

/// Creates a folder for this user only, or closes an existing one that an earlier version left open. Parent folders are
/// created if needed.
///
/// # Errors
/// When it can't be created.
pub fn create_closed(folder: &Path) -> io::Result<()> {
    create_with_mode(folder, 0o700)?;
    restrict(folder, 0o700);
    Ok(())
}

/// Like [`create_closed`], for a folder above those of desktops: under root, desktops have users of their own, who pass
/// through it but can't list it.
///
/// # Errors
/// When it can't be created.
pub fn create_passable(folder: &Path) -> io::Result<()> {
    create_with_mode(folder, passable())?;
    restrict(folder, passable());
    Ok(())
}

/// Creates the data folder, or closes the one of an earlier version. A folder with other contents keeps its mode.
///
/// # Errors
/// When it can't be created.
pub fn create_data_folder(folder: &Path) -> io::Result<()> {
    create_with_mode(folder, passable())?;
    if folder.join(super::installation::FILE).exists() {
        restrict(folder, passable());
    }
    Ok(())
}

/// Fails under root if another user runs the installation in the folder, who could not open what root makes there.
///
/// # Errors
/// When that is so; the message says what to do.
pub fn require_own(folder: &Path) -> anyhow::Result<()> {
    let Ok(found) = std::fs::metadata(folder.join(super::INSTALLATION_FILE)) else { return Ok(()) };
    let is_own = !nix::unistd::geteuid().is_root() || found.uid() == 0;
    anyhow::ensure!(is_own, "{}", belongs_to_another(folder, found.uid()));
    Ok(())
}

/// What to do about a folder that belongs to another user.
pub(crate) fn belongs_to_another(folder: &Path, uid: u32) -> String {
    let user = nix::unistd::User::from_uid(uid.into()).ok().flatten();
    let user = user.map_or_else(|| uid.to_string(), |user| user.name);
    format!(
        "{} belongs to the user {user}. Run Deskhand as that user (`deskhand-admin` does, if the Debian package is installed), \
         or choose another folder with --data-dir.",
        folder.display()
    )
}

fn passable() -> u32 {
    if nix::unistd::geteuid().is_root() { 0o711 } else { 0o700 }
}

fn create_with_mode(folder: &Path, mode: u32) -> io::Result<()> {
    let create = || std::fs::DirBuilder::new().mode(mode).create(folder);
    match (create(), folder.parent()) {
        (Err(error), _) if error.kind() == io::ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        (Err(error), Some(parent)) if error.kind() == io::ErrorKind::NotFound => {
            std::fs::create_dir_all(parent)?;
            create()
        }
        (created, _) => created,
    }
}

/// Removes permissions beyond `mode`.
fn restrict(folder: &Path, mode: u32) {
    let restricted = std::fs::metadata(folder).and_then(|found| {
        let permissions = std::fs::Permissions::from_mode(found.permissions().mode() & (0o7000 | mode));
        std::fs::set_permissions(folder, permissions)
    });
    if let Err(error) = restricted {
        // It belongs to another user, who decides.
        tracing::warn!(folder = %folder.display(), %error, "could not close a folder to other users");
    }
}
