//! Whether keys are those of a database that is in an archive.

use std::path::Path;

use super::key_source::{Candidate, KeySource, parse};
use super::opens;
use crate::config::master_key::MasterKeyConfig;

/// Whether the keys in the text of a file open all checks, each of a version.
///
/// # Errors
/// When the text has anything but keys.
pub(crate) fn opens_all(text: &[u8], checks: &[(i32, Vec<u8>)]) -> anyhow::Result<bool> {
    Ok(all(&parse(std::str::from_utf8(text)?)?, checks))
}

/// Whether the keys of the settings, those in the data folder and those in an archive open all checks. The file of the archive
/// takes the place of the one in the data folder.
///
/// # Errors
/// When a file has anything but keys.
pub(crate) fn opens_with(
    config: &MasterKeyConfig,
    data_dir: &Path,
    archived: Option<&[u8]>,
    checks: &[(i32, Vec<u8>)],
) -> anyhow::Result<bool> {
    let mut candidates = KeySource::new(config, data_dir)?.settings()?;
    match archived {
        Some(text) => candidates.extend(parse(std::str::from_utf8(text)?)?),
        None => candidates.extend(KeySource::new(&MasterKeyConfig::default(), data_dir)?.candidates()?),
    }
    Ok(all(&candidates, checks))
}

fn all(candidates: &[Candidate], checks: &[(i32, Vec<u8>)]) -> bool {
    checks.iter().all(|(version, check)| candidates.iter().any(|candidate| opens(candidate, *version, check)))
}
