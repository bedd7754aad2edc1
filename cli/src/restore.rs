//! Restores an installation from a backup.

use std::io::Write as _;
use std::path::PathBuf;

use backend::backup::{RestoreOptions, restore};
use backend::config::DesktopsIn;
use backend::config::master_key::MasterKeyConfig;
use tokio_util::task::TaskTracker;

use crate::database::DatabaseChoice;
use crate::signals::shutdown_token;

/// Restore an installation from a backup, while Deskhand is stopped
#[derive(clap::Args)]
pub(crate) struct Restore {
    /// The archive
    file: PathBuf,
    /// Delete the installation that is there, once the restore is complete
    #[arg(long)]
    replace: bool,
    /// Take over the containers and volumes of the desktops, with the home folders in them, in place of those in the
    /// archive. Only if the installation that was backed up does not run any more: two would delete each other's desktops
    #[arg(long)]
    adopt_containers: bool,
    /// Where desktops will run, and so where their home folders go: volumes of Docker, or the data folder
    #[arg(long, env = "DESKHAND_DESKTOPS", value_enum, default_value = "auto")]
    desktops: DesktopsIn,
    /// Image of desktops in containers
    #[arg(long, env = "DESKHAND_DESKTOP_IMAGE", default_value = "deskhand-desktop")]
    desktop_image: String,
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
    #[command(flatten)]
    master_key: MasterKeyConfig,
}

impl Restore {
    /// Restores everything and says what it was.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        let shutdown = shutdown_token(&TaskTracker::new())?;
        let options = RestoreOptions {
            file: self.file,
            data_dir: self.data_dir,
            database_url: self.database.database_url,
            replace: self.replace,
            adopt_containers: self.adopt_containers,
            desktops: self.desktops,
            desktop_image: self.desktop_image,
            master_key: self.master_key,
        };
        let restored = restore(&options, &shutdown).await?;
        let mut stdout = std::io::stdout();
        writeln!(
            stdout,
            "Restored the backup of {} to {}: the database, {} files and screenshots, and the home folders of {} \
             desktops. Start Deskhand with this data folder.",
            restored.created_at.format("%Y-%m-%d %H:%M:%S UTC"),
            options.data_dir.display(),
            restored.blobs,
            restored.homes,
        )?;
        if restored.needs_master_key {
            writeln!(stdout, "It needs ENCRYPTION_KEY at each start, set as it was for this command.")?;
        }
        if restored.new_homes {
            writeln!(
                stdout,
                "Conversations get new, empty home folders; their uploads are delivered again."
            )?;
        }
        Ok(())
    }
}
