//! Keeps a part of the disk free: a private Postgres in the same data folder stops when it can't write.

use std::io;
use std::path::Path;

use nix::sys::statvfs::statvfs;

/// What stays free, in bytes; on a small disk a tenth of it.
const RESERVE: u64 = 512 << 20;
const RESERVE_PART: u64 = 10;

/// Looks whether there is room for files on the disk of a folder.
///
/// # Errors
/// [`io::ErrorKind::StorageFull`] if so little space is left that nobody may store files there.
pub fn check(folder: &Path) -> io::Result<()> {
    let disk = statvfs(folder)?;
    let size = disk.blocks() * disk.fragment_size();
    let free = disk.blocks_available() * disk.fragment_size();
    if free < RESERVE.min(size / RESERVE_PART) { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
}
