//! Writes the server's log to a file. On the terminal, messages such as "FATAL" about a closed connection
//! would alarm people needlessly.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::Context as _;

/// The name of the file in the data folder.
const NAME: &str = "postgres.log";

/// The log file, and where this start of the server begins in it.
pub(super) struct ServerLog {
    file: File,
    /// Size of the file before this start, in bytes.
    begin: u64,
}

impl ServerLog {
    pub(super) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let path = data_dir.join(NAME);
        let file = OpenOptions::new().create(true).read(true).append(true).mode(0o600).open(&path);
        let file = file.with_context(|| format!("opening {}", path.display()))?;
        let begin = file.metadata()?.len();
        Ok(Self { file, begin })
    }

    /// The server's standard error.
    pub(super) fn output(&self) -> io::Result<Stdio> {
        Ok(self.file.try_clone()?.into())
    }

    /// The text that the server has written since this start.
    pub(super) fn written(&self) -> io::Result<String> {
        let mut file = &self.file;
        file.seek(SeekFrom::Start(self.begin))?;
        let mut text = String::new();
        file.read_to_string(&mut text)?;
        Ok(text.trim_end().to_owned())
    }
}
