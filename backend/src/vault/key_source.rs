//! Where master keys come from: the settings, or a file in the data folder.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use rand::TryRngCore as _;
use rand::rngs::OsRng;
use redact::Lifetime;
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use super::VaultError;
use super::master_key::{KEY_LEN, MasterKey};
use crate::config::master_key::MasterKeyConfig;
use crate::data_folder::create_once;

/// The file in the data folder with the master keys in use, one in each line, the newest last.
pub(crate) const FILE: &str = "master.key";

/// The bytes of a key in hexadecimal.
pub(super) type HexKey = Zeroizing<String>;

/// A key that is at hand.
pub(super) struct Candidate {
    pub(super) key: Arc<MasterKey>,
    /// How the file has it.
    pub(super) hex: HexKey,
}

/// Where master keys come from.
pub(super) enum KeySource {
    /// The settings, oldest first. A key in the file may be one before.
    Settings { keys: Vec<HexKey>, file: PathBuf },
    /// The file.
    File(PathBuf),
}

impl KeySource {
    pub(super) fn new(config: &MasterKeyConfig, data_dir: &Path) -> anyhow::Result<Self> {
        let MasterKeyConfig { encryption_key, encryption_key_old } = config;
        let file = data_dir.join(FILE);
        let Some(current) = encryption_key else {
            anyhow::ensure!(
                encryption_key_old.is_none(),
                "ENCRYPTION_KEY_OLD is set, but ENCRYPTION_KEY is not. Set ENCRYPTION_KEY to the new master key"
            );
            return Ok(Self::File(file));
        };
        let keys = encryption_key_old.iter().chain([current]);
        let keys = keys.map(|key| Zeroizing::new(key.expose().to_ascii_lowercase())).collect();
        Ok(Self::Settings { keys, file })
    }

    /// The keys at hand, the current one last.
    pub(super) fn candidates(&self) -> anyhow::Result<Vec<Candidate>> {
        match self {
            Self::File(file) => read(file),
            Self::Settings { keys, file } => {
                let mut all = read(file)?;
                for hex in keys {
                    all.push(candidate(hex.clone())?);
                }
                Ok(all)
            }
        }
    }

    /// The keys of the settings alone.
    pub(super) fn settings(&self) -> anyhow::Result<Vec<Candidate>> {
        match self {
            Self::File(_) => Ok(Vec::new()),
            Self::Settings { keys, .. } => keys.iter().cloned().map(candidate).collect(),
        }
    }

    /// The keys at hand at the first start, which creates the file if none is set.
    pub(super) fn create(&self) -> anyhow::Result<Vec<Candidate>> {
        if let Self::File(file) = self {
            let key = generate()?;
            create_once::read_or_create(file, || format!("{}\n", *key))
                .with_context(|| format!("creating {}", file.display()))?;
        }
        self.candidates()
    }

    /// The file, if the keys come from it.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::File(file) => Some(file),
            Self::Settings { .. } => None,
        }
    }

    /// No key at hand is the one that is needed. Says what to do.
    pub(super) fn other_key(&self) -> VaultError {
        VaultError::OtherKey(match self {
            Self::File(file) => format!(
                "Put back the file {} that belongs to this database, or set ENCRYPTION_KEY to its key.",
                file.display()
            ),
            Self::Settings { .. } => {
                "Set ENCRYPTION_KEY to it, on every replica, or ENCRYPTION_KEY_OLD to change to a new one."
                    .to_owned()
            }
        })
    }
}

/// A new key.
pub(super) fn generate() -> anyhow::Result<HexKey> {
    let mut bytes = Zeroizing::new([0; KEY_LEN]);
    OsRng.try_fill_bytes(&mut *bytes).context("making a master key")?;
    Ok(Zeroizing::new(hex::encode(*bytes)))
}

/// A key and its text.
pub(super) fn candidate(hex: HexKey) -> anyhow::Result<Candidate> {
    redact::process().learn(&hex, Lifetime::Program);
    let mut bytes = Zeroizing::new([0; KEY_LEN]);
    hex::decode_to_slice(hex.as_bytes(), &mut *bytes).context("a master key has 64 hexadecimal digits")?;
    Ok(Candidate { key: Arc::new(MasterKey::new(&bytes)?), hex })
}

/// The keys in the file, if it exists.
fn read(file: &Path) -> anyhow::Result<Vec<Candidate>> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error).with_context(|| format!("reading {}", file.display())),
    };
    parse(&text).with_context(|| format!("reading {}", file.display()))
}

/// The keys in the text of a file.
pub(super) fn parse(text: &str) -> anyhow::Result<Vec<Candidate>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| candidate(Zeroizing::new(line.to_owned()))).collect()
}

/// Replaces the keys in the file.
pub(super) fn write<'a>(file: &Path, keys: impl Iterator<Item = &'a HexKey>) -> anyhow::Result<()> {
    let replace = || {
        let folder = file.parent().ok_or(std::io::ErrorKind::InvalidInput)?;
        let mut new = NamedTempFile::new_in(folder)?;
        for key in keys {
            writeln!(new, "{}", **key)?;
        }
        new.as_file().sync_all()?;
        new.persist(file)?;
        File::open(folder)?.sync_all()
    };
    replace().with_context(|| format!("writing {}", file.display()))
}
