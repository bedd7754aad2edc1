//! The agent's lifecycle: starts the desktop, announces it, serves its API, and shuts everything down.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use nix::sys::signal::Signal;
use protocol::agent::AgentReady;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::activity::Activity;
use crate::config::{Config, MemoryConfig};
use crate::desktop::Desktop;
use crate::egress;
use crate::egress::EgressPort;
use crate::environment::{AppEnvironment, SingleThreaded, limit_open_files, limit_processes};
use crate::home_limit::{HomeLimit, HomeSize};
use crate::http::token::Token;
use crate::memory_limit::MemoryLimit;
use crate::processes::{BaseProcesses, Process, Processes};
use crate::routes;
use crate::screen;
use crate::session::{self, SandboxProbe};
use crate::x11::Display;
use crate::xserver::{StartingXServer, XServer, write_authority};

/// How long unfinished tasks, such as completing a recording, may take at shutdown.
const FINISH_TIMEOUT: Duration = Duration::from_secs(3);

/// Whether standard input is a lifeline: the agent ends when its other end is closed, which also happens when the
/// parent process is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifeline {
    /// The agent ends with standard input.
    StandardInput,
    /// Standard input is ignored.
    None,
}

/// A desktop whose X server is running. Created while the process has a single thread.
#[derive(Debug)]
pub struct Started {
    config: Config,
    token: Token,
    processes: Processes,
    x_server: XServer,
    environment: AppEnvironment,
    bus: Process,
    sandbox: SandboxProbe,
    home_limit: Option<HomeLimit>,
    home_size: HomeSize,
    egress: Option<EgressPort>,
}

/// Starts the X server and everything that needs no display, and points this process at the display.
///
/// # Errors
/// When a program is missing or the X server does not start.
pub fn start(config: Config, token: Token, single: SingleThreaded) -> anyhow::Result<Started> {
    Processes::become_subreaper().context("could not become a subreaper")?;
    // Programs of the desktop run as the same user and must not read the token from our memory.
    nix::sys::prctl::set_dumpable(false).context("could not protect the agent's memory")?;
    limit_open_files().context("could not limit the number of open files")?;
    if let Some(count) = config.max_processes {
        limit_processes(count).context("could not limit the number of processes")?;
    }
    let config = Config { runtime_dir: private_folder(&config.runtime_dir)?, ..config };
    std::fs::create_dir_all(&config.home).context("could not create the home folder")?;
    let home = config.home.canonicalize().context("could not resolve the home folder")?;
    let mut config = Config { home, ..config };
    let home_limit = config.home_bytes.map(|bytes| HomeLimit::new(&config.home, bytes)).transpose();
    let home_limit = home_limit.context("could not limit the size of files")?;
    let home_size = home_limit.as_ref().map(HomeLimit::size).unwrap_or_default();
    let egress = config.egress.take().map(EgressPort::open).transpose();
    let egress = egress.context("could not listen for connections to the internet")?;
    let authority = config.runtime_dir.join("Xauthority");
    write_authority(&authority).context("could not write the X server's cookie")?;
    let processes = Processes::default();
    let starting = StartingXServer::start(&processes, config.max_screen, &authority, &config.runtime_dir)?;
    // While the X server starts.
    let environment = AppEnvironment::new(&config.home, &config.runtime_dir, &authority);
    let environment = if egress.is_some() { environment.with_proxy(egress::ADDRESS) } else { environment };
    if let Some(locale) = &config.locale {
        environment.set_locale(locale).context("could not set the locale")?;
    }
    let sandbox = SandboxProbe::start(&processes, &environment);
    session::prepare_folders(&environment)?;
    let bus = session::start_bus(&processes, &environment, &config.runtime_dir)?;
    let x_server = starting.wait_until_ready()?;
    single.use_display(&x_server.display, &authority);
    if config.screen != config.max_screen {
        // The server starts at the maximum size: shrink it before any client reads it.
        let display = Display::connect(&x_server.display)?;
        screen::set_size(&display, config.screen).context("could not set the screen's size")?;
    }
    let environment = environment.with_display(&x_server.display);
    Ok(Started {
        config,
        token,
        processes,
        x_server,
        environment,
        bus,
        sandbox,
        home_limit,
        home_size,
        egress,
    })
}

/// Creates a folder that only its owner can enter.
fn private_folder(path: &Path) -> anyhow::Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::create_dir_all(path).context("could not create the runtime folder")?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
        .context("could not restrict the runtime folder")?;
    path.canonicalize().context("could not resolve the runtime folder")
}

impl Started {
    /// Starts the rest, announces it on standard output, and serves until shut down.
    ///
    /// # Errors
    /// When the desktop does not start, or one of its essential programs ends.
    pub async fn serve(mut self, lifeline: Lifeline) -> anyhow::Result<()> {
        let processes = self.processes.clone();
        let x_server = self.x_server.process.pid;
        let ending = CancellationToken::new();
        let unfinished = TaskTracker::new();
        // Started early, since programs of the desktop could use up all threads.
        let outgrown = self.home_limit.take().map(HomeLimit::watch).transpose();
        let outgrown = outgrown.context("could not watch the home folder")?;
        let outgrown = async {
            match outgrown {
                Some(outgrown) => outgrown.await.context("the watch of the home folder ended"),
                None => std::future::pending().await,
            }
        };
        let outcome = tokio::select! {
            reaping = processes.reap() => match reaping.context("could not listen for ended processes") {
                Err(error) => Err(error),
            },
            requested = shutdown_requested(lifeline) => requested.context("could not listen for signals"),
            served = self.run(ending.clone(), unfinished.clone()) => served,
            outgrown = outgrown => Err(outgrown.map_or_else(|error| error, Into::into)),
        };
        ending.cancel();
        unfinished.close();
        // Before the X server ends, since recordings capture a last frame.
        if tokio::time::timeout(FINISH_TIMEOUT, unfinished.wait()).await.is_err() {
            tracing::error!("the disk is too slow to complete a recording; it can still be played");
        }
        processes.end_all(x_server).await;
        outcome
    }

    async fn run(&mut self, ending: CancellationToken, unfinished: TaskTracker) -> anyhow::Result<()> {
        let display_name = self.x_server.display.clone();
        // The background's pixmap lives as long as this connection.
        let display = Arc::new(Display::connect(&display_name)?);
        let desktop = {
            let (name, home) = (display_name.clone(), self.config.home.clone());
            let (environment, processes) = (self.environment.clone(), self.processes.clone());
            let activity = Activity::of_programs(self.x_server.process.pid);
            tokio::task::spawn_blocking(move || {
                Desktop::open(&name, home, environment, processes, activity, ending, unfinished)
            })
        };
        let (window_manager, panel) = session::start_window_manager(
            &self.processes,
            &self.environment,
            &display,
            &self.config.runtime_dir,
        )
        .await?;
        let mut desktop = desktop.await.context("could not open the desktop")??;
        let base = [&self.x_server.process, &window_manager, &panel, &self.bus];
        desktop.home_size = self.home_size.clone();
        desktop.base = BaseProcesses::new(base.map(|process| process.pid).to_vec());
        let memory_full = match self.config.memory.take() {
            Some(MemoryConfig { bytes, in_memory }) => {
                let limit = MemoryLimit::new(bytes, in_memory, desktop.notices.clone());
                Some(limit.watch(desktop.base.clone()).context("could not watch the memory")?)
            }
            None => None,
        };
        let memory_full = async {
            match memory_full {
                Some(full) => full.await.context("the watch of the memory ended"),
                None => std::future::pending().await,
            }
        };
        let desktop = Arc::new(desktop);
        if !desktop.responses.wait_for_window_manager(session::WINDOW_MANAGER_TIMEOUT).await? {
            bail!("openbox does not respond");
        }
        let listener = self.config.listen.take().context("the agent serves only once")?.open().await?;
        let ready = AgentReady { port: listener.port()?, display: display_name, screen: self.config.screen };
        announce(&ready)?;
        let router = routes::router(Arc::clone(&desktop), self.token.clone(), self.config.access_log);
        let egress = self.egress.take();
        let egress = async {
            match egress {
                Some(egress) => egress.serve().await,
                None => std::future::pending().await,
            }
        };
        let sandbox = std::mem::replace(&mut self.sandbox, SandboxProbe::done());
        if let Err(error) = sandbox.finish(&self.config.runtime_dir).await {
            tracing::error!(error = %error, "could not record whether Chromium can use its sandbox");
        }
        let programs = EssentialPrograms {
            bus: &mut self.bus,
            x_server: &mut self.x_server.process,
            window_manager,
            panel,
            processes: &self.processes,
            environment: &self.environment,
            desktop: &desktop,
        };
        tokio::select! {
            Err(error) = session::repaint_on_resize(&display, desktop.screen.sizes()) => {
                Err(error).context("could not repaint the background")
            }
            served = listener.serve(router) => served.context("could not serve"),
            Err(error) = egress => Err(error).context("could not pass on connections to the internet"),
            ended = programs.until_one_ends() => ended,
            full = memory_full => Err(full.map_or_else(|error| error, Into::into)),
        }
    }
}

/// The session's programs. The agent ends with the essential ones and outlives the others.
struct EssentialPrograms<'a> {
    bus: &'a mut Process,
    x_server: &'a mut Process,
    window_manager: Process,
    panel: Process,
    processes: &'a Processes,
    environment: &'a AppEnvironment,
    desktop: &'a Desktop,
}

impl EssentialPrograms<'_> {
    async fn until_one_ends(mut self) -> anyhow::Result<()> {
        let (mut bus_runs, mut panel_runs) = (true, true);
        loop {
            tokio::select! {
                _ = self.x_server.exited() => bail!("the X server ended"),
                _ = self.window_manager.exited() => bail!("the window manager ended"),
                _ = self.bus.exited(), if bus_runs => {
                    bus_runs = false;
                    tracing::warn!("the session bus ended, as it does for a user without a passwd entry; programs work without it");
                }
                _ = self.panel.exited(), if panel_runs => {
                    panel_runs = false;
                    tracing::error!("the panel ended; programs can be started from the menu of the background");
                }
                () = self.desktop.locale.changed() => {
                    self.restart_panel().await?;
                    panel_runs = true;
                }
            }
        }
    }

    /// Gives the panel the locale: its clock and the programs that it starts have that of its own start.
    async fn restart_panel(&mut self) -> anyhow::Result<()> {
        let before = self.panel.pid;
        self.processes.signal(before, Signal::SIGKILL);
        self.panel.exited().await;
        self.panel = session::start_panel(self.processes, self.environment)?;
        self.desktop.base.replace(before, self.panel.pid);
        Ok(())
    }
}

/// Waits for a signal, or for the end of the lifeline.
async fn shutdown_requested(lifeline: Lifeline) -> std::io::Result<()> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let cut = async {
        if lifeline == Lifeline::None || watch_standard_input()?.await.is_err() {
            std::future::pending::<()>().await;
        }
        std::io::Result::Ok(())
    };
    tokio::select! {
        _ = terminate.recv() => tracing::info!("shutting down on a signal"),
        _ = interrupt.recv() => tracing::info!("shutting down on a signal"),
        cut = cut => {
            cut?;
            tracing::info!("shutting down: the lifeline was closed");
        }
    }
    Ok(())
}

/// Completes when standard input ends. It is read on a separate thread, since a terminal or file can't be polled.
fn watch_standard_input() -> std::io::Result<oneshot::Receiver<()>> {
    let (sender, ended) = oneshot::channel();
    std::thread::Builder::new().name("lifeline".into()).spawn(move || {
        // An error counts as the end.
        let _ = std::io::copy(&mut std::io::stdin().lock(), &mut std::io::sink());
        let _ = sender.send(());
    })?;
    Ok(ended)
}

/// Writes the line that says the desktop is ready to standard output.
fn announce(ready: &AgentReady) -> anyhow::Result<()> {
    let mut line = serde_json::to_vec(ready)?;
    line.push(b'\n');
    let mut output = std::io::stdout().lock();
    output.write_all(&line).and_then(|()| output.flush()).context("could not write to standard output")
}
