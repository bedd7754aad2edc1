//! Changes the keys of an installation.

use std::io::Write as _;
use std::path::PathBuf;

use backend::auth::signing_keys::{self, OldTokens};
use backend::clock::Clock;
use backend::config::master_key::MasterKeyConfig;
use backend::data_folder::DataFolder;
use backend::database::Database;
use backend::vault::{self, Vault};
use clap::Subcommand;

use crate::database::{DatabaseChoice, OpenDatabase};

/// Change the keys of an installation; works whether or not Deskhand is running
#[derive(clap::Args)]
pub(crate) struct Keys {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Change to a new key, while Deskhand goes on
    Rotate(Rotate),
    /// Delete all secrets whose master key is lost, and begin with a new one
    Reset(Reset),
}

#[derive(clap::Args)]
struct Installation {
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
    #[command(flatten)]
    master_key: MasterKeyConfig,
}

/// A key that can be changed.
#[derive(Clone, Copy, clap::ValueEnum)]
enum WhichKey {
    /// What all secrets in the database are sealed with.
    Master,
    /// What signs access tokens.
    Signing,
}

#[derive(clap::Args)]
struct Rotate {
    /// The key: `master` seals the secrets in the database, `signing` signs access tokens
    #[arg(value_enum, default_value = "master")]
    key: WhichKey,
    /// Refuse at once what the old signing key has signed, because others may know that key. Programs get new access tokens
    /// with their refresh tokens
    #[arg(long)]
    end_tokens: bool,
    /// As for `deskhand up`: a signing key of your own is changed in its file
    #[arg(long, env = "JWT_PRIVATE_KEY_PATH")]
    jwt_private_key_path: Option<PathBuf>,
    #[command(flatten)]
    installation: Installation,
}

#[derive(clap::Args)]
struct Reset {
    /// Delete without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    installation: Installation,
}

impl Keys {
    /// Changes the keys.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        match self.action {
            Action::Rotate(rotate) => rotate.run().await,
            Action::Reset(reset) => reset.run().await,
        }
    }
}

impl Installation {
    /// Opens the database, which has to belong to the data folder.
    async fn open(&self) -> anyhow::Result<(OpenDatabase, Database)> {
        let open = self.database.share(&self.data_dir).await?;
        let database = Database::new(&open.url)?;
        DataFolder::open(&self.data_dir, &database).await?;
        Ok((open, database))
    }
}

impl Rotate {
    async fn run(self) -> anyhow::Result<()> {
        let (open, database) = self.installation.open().await?;
        let told = self.rotate(&database).await;
        open.close().await?;
        writeln!(std::io::stdout(), "{}", told?)?;
        Ok(())
    }

    /// Changes the key; returns what to tell about it.
    async fn rotate(&self, database: &Database) -> anyhow::Result<String> {
        let clock = Clock::of_database(database).await?;
        let Installation { data_dir, master_key, .. } = &self.installation;
        let vault = Vault::open(master_key, data_dir, database, &clock).await?;
        match self.key {
            WhichKey::Master => {
                let rotated = vault::rotate(&vault, &clock).await?;
                Ok(format!(
                    "Sealed what is secret in the database ({}) with version {} of the master key. A copy of the database \
                     from before needs the old key.",
                    rotated.secrets, rotated.version
                ))
            }
            WhichKey::Signing => {
                if let Some(path) = &self.jwt_private_key_path {
                    anyhow::bail!(
                        "The signing key comes from {} (JWT_PRIVATE_KEY_PATH). Put another key into that file, and restart \
                         the replicas",
                        path.display()
                    );
                }
                let old = if self.end_tokens { OldTokens::End } else { OldTokens::Expire };
                let kid = signing_keys::rotate(database, &vault, &clock, old).await?;
                Ok(format!("The key {kid} signs access tokens from now on."))
            }
        }
    }
}

impl Reset {
    async fn run(self) -> anyhow::Result<()> {
        anyhow::ensure!(
            self.yes,
            "This deletes the keys that sign logins, and every other secret in the database. People and programs have to \
             log in again, and to enter their keys again; two-step login is off for everybody. Stop Deskhand first, and give --yes to go on"
        );
        let installation = self.installation;
        let (open, database) = installation.open().await?;
        let deleted = vault::reset(&installation.master_key, &installation.data_dir, &database).await;
        open.close().await?;
        writeln!(std::io::stdout(), "Deleted {} secrets. The next start makes a new master key.", deleted?)?;
        Ok(())
    }
}
