//! Which database: a named one, or the private one in the data folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use backend::private_cluster::{self, PrivateCluster};

/// Which database to use.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DatabaseChoice {
    /// A Postgres server to use, as postgres://USER:PASSWORD@HOST/DATABASE [default: a private one in the data folder]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

/// Bring the schema of the database up to date
#[derive(clap::Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    database: DatabaseChoice,
    /// Folder for everything that Deskhand keeps
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

/// A database that can be used, and the private cluster behind it if we started one.
pub(crate) struct OpenDatabase {
    pub(crate) url: String,
    cluster: Option<PrivateCluster>,
}

impl DatabaseChoice {
    /// The named database, or the private one, started if it does not run. The schema is up to date.
    pub(crate) async fn open(&self, data_dir: &Path) -> anyhow::Result<OpenDatabase> {
        let open = match &self.database_url {
            Some(url) => OpenDatabase { url: url.clone(), cluster: None },
            None => OpenDatabase::start_private(data_dir).await?,
        };
        open.migrated().await
    }

    /// As [`DatabaseChoice::open`], but shares a private one that runs already.
    pub(crate) async fn share(&self, data_dir: &Path) -> anyhow::Result<OpenDatabase> {
        if self.database_url.is_none()
            && let Some(url) = private_cluster::running_url(data_dir)?
        {
            return OpenDatabase { url, cluster: None }.migrated().await;
        }
        self.open(data_dir).await
    }
}

impl OpenDatabase {
    async fn start_private(data_dir: &Path) -> anyhow::Result<Self> {
        make_data_dir(data_dir)?;
        let cluster = PrivateCluster::start(data_dir).await?;
        Ok(Self { url: cluster.url().to_owned(), cluster: Some(cluster) })
    }

    async fn migrated(self) -> anyhow::Result<Self> {
        match backend::database::migrate(&self.url).await {
            Ok(()) => Ok(self),
            Err(error) => {
                self.close().await?;
                Err(error)
            }
        }
    }

    /// Ends the private cluster if we started it.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.stop().await.context("stopping the private database")?;
        }
        Ok(())
    }
}

impl Migrate {
    /// Brings the schema up to date.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        self.database.share(&self.data_dir).await?.close().await
    }
}

/// Makes the folder for everything that Deskhand keeps.
pub(crate) fn make_data_dir(data_dir: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(data_dir).with_context(|| {
        format!("The data folder {} can't be made. Choose another with --data-dir", data_dir.display())
    })
}
