//! Finds the Postgres binaries on this machine.

use std::path::PathBuf;

/// The folder in which Debian installs each version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The folder with `initdb` and `postgres`: Debian's newest version, else the first one on the `PATH`.
pub(super) fn find() -> anyhow::Result<PathBuf> {
    let debian = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut versions: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_unstable_by(|left, right| right.cmp(left));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path: Vec<PathBuf> = std::env::split_paths(&path).collect();
    versions
        .into_iter()
        .map(|(_, folder)| folder)
        .chain(on_path)
        .find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
        .ok_or_else(|| {
            anyhow::anyhow!(
                "Postgres is not installed. Install it (on Debian: apt-get install postgresql), or name a server \
                 with DATABASE_URL."
            )
        })
}
