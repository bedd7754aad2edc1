//! A private Postgres cluster, run from this machine's binaries when no database is configured.
//!
//! It is stored in the data folder and listens only on a Unix socket. Postgres refuses to run as root, so
//! root runs it as another user. The server ends with this process, for whatever reason that ends.

mod binaries;
mod leftover;
mod owner;
mod server_log;
mod socket;

use std::io;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::Context as _;
use nix::sys::signal::Signal;
use tokio::process::Child;

use binaries::Binaries;
use owner::Owner;
use server_log::ServerLog;
use socket::SocketFolder;

/// How long Postgres may take to start, including crash recovery.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long Postgres may take for a fast shutdown before it gets an immediate one, without a checkpoint.
const STOP_TIMEOUT: Duration = Duration::from_secs(3);
/// The folder of the cluster in the data folder.
pub(crate) const FOLDER: &str = "postgres";
/// The name of the cluster's superuser and of its only database.
const NAME: &str = "deskhand";
/// Only part of the Unix socket's name; the server does not listen on TCP.
const PORT: u16 = 5432;

/// A running private cluster.
pub struct PrivateCluster {
    child: Child,
    url: String,
    socket: SocketFolder,
}

impl PrivateCluster {
    /// Starts the cluster in `data_dir`, creating it on first use, and returns once it accepts connections.
    ///
    /// Await this on the main task: the kernel kills Postgres together with the thread that started it, and
    /// only the main thread is sure to live as long as the process.
    ///
    /// # Errors
    /// When Postgres is not installed or does not start, or another process uses the folder. The message says
    /// what to do.
    pub async fn start(data_dir: &Path) -> anyhow::Result<Self> {
        let owner = Owner::choose()?;
        let folder = data_dir.join(FOLDER);
        let binaries = Binaries::for_cluster(&folder).await?;
        owner.make_folder(&folder)?;
        let path = owner.path_of(&folder)?;
        if !folder.join("PG_VERSION").exists() {
            init(&binaries, &owner, &folder, &path).await?;
        }
        leftover::stop(&folder).await?;
        let log = ServerLog::open(data_dir)?;
        let socket = SocketFolder::of(&folder)?;
        owner.make_folder(socket.path())?;
        let child = spawn(&binaries, &owner, &path, socket.seen_by_server(&path), log.output()?)?;
        let mut cluster = Self { child, url: url(socket.path(), NAME), socket };
        if let Err(error) = cluster.wait_until_ready(&folder, &log).await {
            cluster.stop().await.context("stopping a database server that did not start")?;
            return Err(error);
        }
        Ok(cluster)
    }

    /// The connection string.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Stops the server, closing open connections first.
    pub async fn stop(mut self) -> io::Result<()> {
        signal(&self.child, Signal::SIGINT)?;
        if tokio::time::timeout(STOP_TIMEOUT, self.child.wait()).await.is_err() {
            // The next start recovers from the write-ahead log.
            signal(&self.child, Signal::SIGQUIT)?;
            self.child.wait().await?;
        }
        self.socket.remove()
    }

    /// Waits until the server accepts connections, and creates the database if needed.
    async fn wait_until_ready(&mut self, folder: &Path, log: &ServerLog) -> anyhow::Result<()> {
        let pid = self.child.id();
        let ready = async {
            while !says_ready(folder, pid) {
                // Postgres announces readiness only in a file.
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::select! {
            status = self.child.wait() => {
                anyhow::bail!("Postgres ended while it was starting ({}): {}", status?, log.written()?)
            }
            ready = tokio::time::timeout(START_TIMEOUT, ready) => ready.context("Postgres did not become ready")?,
        }
        let mut conn = connect(&url(self.socket.path(), "postgres"))
            .await
            .context("connecting to the private database")?;
        create_database(&mut conn).await
    }
}

/// Whether the server accepts connections, according to line 8 of its `postmaster.pid`. A killed server
/// leaves the file behind, so line 1 must be this server's process id.
fn says_ready(folder: &Path, pid: Option<u32>) -> bool {
    let text = std::fs::read_to_string(folder.join("postmaster.pid")).unwrap_or_default();
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    lines.first().and_then(|line| line.parse().ok()) == pid && lines.get(7) == Some(&"ready")
}

/// The connection string of the private cluster in `data_dir`, if it is running.
pub fn running_url(data_dir: &Path) -> anyhow::Result<Option<String>> {
    let folder = data_dir.join(FOLDER);
    match leftover::running_postmaster(&folder)? {
        Some(_) => Ok(Some(url(SocketFolder::of(&folder)?.path(), NAME))),
        None => Ok(None),
    }
}

fn url(socket: &Path, database: &str) -> String {
    format!("host={} port={PORT} user={NAME} dbname={database}", socket.display())
}

async fn connect(url: &str) -> diesel::ConnectionResult<diesel_async::AsyncPgConnection> {
    <diesel_async::AsyncPgConnection as diesel_async::AsyncConnection>::establish(url).await
}

async fn create_database(conn: &mut diesel_async::AsyncPgConnection) -> anyhow::Result<()> {
    use diesel::result::{DatabaseErrorKind, Error};
    use diesel_async::RunQueryDsl as _;

    match diesel::sql_query(format!("CREATE DATABASE {NAME}")).execute(conn).await {
        Ok(_) => Ok(()),
        // SQLSTATE 42P04 (`duplicate_database`), for which diesel has no variant.
        Err(Error::DatabaseError(DatabaseErrorKind::Unknown, info))
            if info.message().contains("already exists") =>
        {
            Ok(())
        }
        Err(error) => Err(error).context("making the database"),
    }
}

/// Creates a cluster in a subfolder and moves it into place, so that an interruption leaves no partial
/// cluster.
async fn init(binaries: &Binaries, owner: &Owner, folder: &Path, path: &Path) -> anyhow::Result<()> {
    tracing::info!(folder = %folder.display(), "creating a new database");
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { std::fs::remove_dir_all(path)? } else { std::fs::remove_file(path)? }
    }
    let fresh = path.join("fresh");
    let output = owner
        .command(&binaries.initdb())
        .args([
            "--username",
            NAME,
            "--auth-local=trust",
            "--auth-host=reject",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        ])
        .args(["--no-instructions", "--pgdata"])
        .arg(&fresh)
        .output()
        .await
        .context("running initdb")?;
    anyhow::ensure!(output.status.success(), "initdb failed: {}", String::from_utf8_lossy(&output.stderr));
    // PG_VERSION marks a complete cluster, so move it last.
    let fresh = folder.join("fresh");
    for entry in std::fs::read_dir(&fresh)? {
        let entry = entry?;
        if entry.file_name() != "PG_VERSION" {
            std::fs::rename(entry.path(), folder.join(entry.file_name()))?;
        }
    }
    std::fs::rename(fresh.join("PG_VERSION"), folder.join("PG_VERSION"))?;
    std::fs::remove_dir(fresh)?;
    Ok(())
}

/// Stops the server of the cluster in `data_dir` if an earlier process has left it behind.
///
/// # Errors
/// When the Deskhand that started it is still running, or it does not stop.
pub async fn stop_abandoned(data_dir: &Path) -> anyhow::Result<()> {
    leftover::stop(&data_dir.join(FOLDER)).await
}

/// Whether there is a cluster in `data_dir`.
#[must_use]
pub fn exists(data_dir: &Path) -> bool {
    data_dir.join(FOLDER).join("PG_VERSION").exists()
}

/// The version of Postgres that would run the cluster in `data_dir`. Makes nothing.
///
/// # Errors
/// When it could not be started; the message says what to do.
pub async fn inspect(data_dir: &Path) -> anyhow::Result<String> {
    let folder = data_dir.join(FOLDER);
    let binaries = Binaries::for_cluster(&folder).await?;
    let owner = Owner::choose()?;
    if folder.try_exists()? {
        owner.require_own(&folder)?;
    }
    Ok(format!("Postgres {}", binaries.major))
}

fn spawn(
    binaries: &Binaries,
    owner: &Owner,
    path: &Path,
    socket: &Path,
    log: Stdio,
) -> anyhow::Result<Child> {
    let mut command = owner.command(&binaries.postgres());
    command.arg("-D").arg(path);
    for setting in [
        "listen_addresses=".to_owned(),
        format!("unix_socket_directories={}", socket.display()),
        format!("port={PORT}"),
        "max_connections=100".to_owned(),
        // Log only the server's own messages; query errors reach the client, which logs them.
        "log_min_messages=log".to_owned(),
        "log_checkpoints=off".to_owned(),
    ] {
        command.arg("-c").arg(setting);
    }
    // A process group of its own, so that Ctrl-C in the terminal does not reach Postgres: it is stopped last.
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    owner::end_with_parent(&mut command, Signal::SIGINT);
    command.spawn().context("starting Postgres")
}

fn signal(child: &Child, signal: Signal) -> io::Result<()> {
    let Some(pid) = child.id() else { return Ok(()) };
    Ok(nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid.cast_signed()), signal)?)
}
