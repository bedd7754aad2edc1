//! Chooses the database: the one named by `DATABASE_URL`, or a private one in the data folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use backend::backup;
use backend::data_folder::closed::{create_data_folder, require_own};
use backend::data_folder::private_cluster::{self, PrivateCluster};

/// The choice of a database.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct DatabaseChoice {
    /// A Postgres server to use, as postgres://USER:PASSWORD@HOST/DATABASE [default: a private one in the data folder]
    #[arg(long, env = "DATABASE_URL", hide_env_values = true)]
    pub(crate) database_url: Option<String>,
}

/// Apply pending database migrations
#[derive(clap::Args)]
pub(crate) struct Migrate {
    #[command(flatten)]
    database: DatabaseChoice,
    /// Data folder: database, uploads, screenshots, home folders
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = backend::config::default_data_dir())]
    data_dir: PathBuf,
}

/// A migrated database, with its private cluster if this process started one.
pub(crate) struct OpenDatabase {
    pub(crate) url: String,
    cluster: Option<PrivateCluster>,
}

impl DatabaseChoice {
    /// Opens the named database, or starts the private one, and applies pending migrations.
    pub(crate) async fn open(&self, data_dir: &Path) -> anyhow::Result<OpenDatabase> {
        self.finish_restore(data_dir).await?;
        let open = match &self.database_url {
            Some(url) => OpenDatabase { url: url.clone(), cluster: None },
            None => OpenDatabase::start_private(data_dir).await?,
        };
        open.migrated().await
    }

    /// Like [`DatabaseChoice::open`], but uses the private database of another process if one is running.
    pub(crate) async fn share(&self, data_dir: &Path) -> anyhow::Result<OpenDatabase> {
        self.finish_restore(data_dir).await?;
        if self.database_url.is_none()
            && let Some(url) = private_cluster::running_url(data_dir)?
        {
            return OpenDatabase { url, cluster: None }.migrated().await;
        }
        self.open(data_dir).await
    }

    /// Like [`DatabaseChoice::share`], but makes no new database and leaves the version of the schema as it is.
    pub(crate) async fn existing(&self, data_dir: &Path) -> anyhow::Result<OpenDatabase> {
        self.finish_restore(data_dir).await?;
        if let Some(url) = &self.database_url {
            return Ok(OpenDatabase { url: url.clone(), cluster: None });
        }
        if let Some(url) = private_cluster::running_url(data_dir)? {
            return Ok(OpenDatabase { url, cluster: None });
        }
        anyhow::ensure!(
            private_cluster::exists(data_dir),
            "There is no database in the data folder {}. Name the folder of the installation with --data-dir, or its \
             database with DATABASE_URL",
            data_dir.display()
        );
        OpenDatabase::start_private(data_dir).await
    }

    async fn finish_restore(&self, data_dir: &Path) -> anyhow::Result<()> {
        backup::finish_interrupted(data_dir, self.database_url.as_deref()).await
    }
}

impl OpenDatabase {
    async fn start_private(data_dir: &Path) -> anyhow::Result<Self> {
        create_data_dir(data_dir)?;
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

    /// Stops the private cluster, if this process started it.
    pub(crate) async fn close(self) -> anyhow::Result<()> {
        if let Some(cluster) = self.cluster {
            cluster.stop().await.context("stopping the private database")?;
        }
        Ok(())
    }
}

impl Migrate {
    /// Applies pending migrations.
    pub(crate) async fn run(self) -> anyhow::Result<()> {
        self.database.share(&self.data_dir).await?.close().await
    }
}

/// Creates the data folder if it does not exist.
pub(crate) fn create_data_dir(data_dir: &Path) -> anyhow::Result<()> {
    require_own(data_dir)?;
    create_data_folder(data_dir).with_context(|| no_data_dir(data_dir))
}

/// What is wrong if the data folder can't be made, and what to do.
pub(crate) fn no_data_dir(data_dir: &Path) -> String {
    format!("Cannot create the data folder {}. Choose another with --data-dir", data_dir.display())
}
