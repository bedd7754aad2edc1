//! Backs up an installation.

use std::io::Write as _;
use std::path::PathBuf;

use backend::backup::{BackupOptions, Contents, back_up};
use tokio_util::task::TaskTracker;

use crate::database::DatabaseChoice;
use crate::signals::shutdown_token;

/// Back up an installation to one file; works whether or not Deskhand is running
#[derive(clap::Args)]
pub(crate) struct Backup {
    /// The archive to write, such as deskhand.tar.gz; takes the place of an existing file once it is complete
    file: PathBuf,
    /// Include the home folders of desktops; this is the default
    #[arg(long, overrides_with = "without_homes")]
    homes: bool,
    /// Leave the home folders out
    #[arg(long)]
    without_homes: bool,
    /// Leave the file with the master key out. Without that key the archive can't be restored
    #[arg(long)]
    without_master_key: bool,
    /// Image of desktops in containers; a container of it, which is never started, mounts their home folders
    #[arg(long, env = "DESKHAND_DESKTOP_IMAGE", default_value = "deskhand-desktop")]
    desktop_image: String,
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

impl Backup {
    /// Writes the archive and says what is in it.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let shutdown = shutdown_token(&TaskTracker::new())?;
        let options = BackupOptions {
            file: self.file,
            data_dir: self.data_dir,
            with_homes: self.homes || !self.without_homes,
            desktop_image: self.desktop_image,
            with_master_key: !self.without_master_key,
        };
        let database = self.database.existing(&options.data_dir).await?;
        let result = back_up(&database.url, &options, &shutdown).await;
        database.close().await?;
        let told = describe(&options, &result?);
        writeln!(std::io::stdout(), "{}", told.join("\n"))?;
        Ok(())
    }
}

/// What the archive contains, and what to take care of.
fn describe(options: &BackupOptions, contents: &Contents) -> Vec<String> {
    let file = options.file.display();
    let homes = match options.with_homes {
        false => "no home folders".to_owned(),
        true => format!("the home folders of {} desktops", contents.homes),
    };
    let mut told = vec![format!(
        "Wrote {file}: {} MB, with the database, {} files and screenshots, and {homes}.",
        contents.bytes.div_ceil(1 << 20),
        contents.blobs + contents.damaged_blobs
    )];
    if contents.has_master_key {
        told.push(
            "The master key is inside: whoever reads the archive can read all secrets of the installation. Keep it where \
             nobody else can read it."
                .to_owned(),
        );
    }
    if contents.needs_master_key {
        told.push(
            "The master key is not inside: a restore needs it as ENCRYPTION_KEY. Keep it apart from the archive, and do not \
             lose it."
                .to_owned(),
        );
    }
    let counted = [
        (contents.lost_blobs, "files or screenshots are missing in the data folder, and so in the archive"),
        (
            contents.damaged_blobs,
            "files or screenshots were damaged on the disk; they are inside as they are",
        ),
        (
            contents.skipped_files,
            "entries of home folders were left out: sockets, devices, or what can't be read",
        ),
    ];
    told.extend(
        counted.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}.")),
    );
    told
}
