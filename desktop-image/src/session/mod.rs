//! The desktop session: window manager, panel, menu, background and session bus.

mod background;
mod files;
mod locale;
mod menu;

use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail};
use protocol::action::Size;
use protocol::agent::files::{OUTPUT_FOLDERS, UPLOADS_FOLDER};
use tokio::sync::watch;
use x11rb::connection::Connection as _;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{AtomEnum, ChangeWindowAttributesAux, ConnectionExt as _, EventMask, PropMode};
use x11rb::wrapper::ConnectionExt as _;

use crate::environment::AppEnvironment;
use crate::processes::{Process, Processes};
use crate::x11::{Display, XError};
pub use locale::{SessionLocale, SetLocaleError};

/// How long the window manager may take to start. It needs 30 ms on an idle machine.
pub const WINDOW_MANAGER_TIMEOUT: Duration = Duration::from_secs(20);

/// Finds out whether Chromium can use its sandbox here.
#[derive(Debug)]
pub struct SandboxProbe(Option<Process>);

impl SandboxProbe {
    /// Tries to create namespaces without privileges, which Chromium's sandbox needs. As root Chromium never uses one.
    #[must_use]
    pub fn start(processes: &Processes, environment: &AppEnvironment) -> Self {
        if nix::unistd::geteuid().is_root() {
            return Self(None);
        }
        let mut command = environment.command("unshare");
        command.args(["--user", "--map-current-user", "--pid", "--net", "--fork", "true"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(processes.spawn(command).ok())
    }

    /// A placeholder for a probe that has been taken.
    #[must_use]
    pub fn done() -> Self {
        Self(None)
    }

    /// Logs the result and writes it to the file that the browser's launcher reads.
    pub async fn finish(self, runtime_dir: &Path) -> std::io::Result<()> {
        let sandboxed = match self.0 {
            Some(mut probe) => probe.exited().await == Some(0),
            None => false,
        };
        if sandboxed {
            tracing::info!(browser.sandbox = true, "Chromium runs in its sandbox");
            tokio::fs::write(runtime_dir.join("browser-sandbox"), "yes\n").await
        } else {
            tracing::warn!(
                browser.sandbox = false,
                "Chromium runs without its sandbox: user namespaces are not available here"
            );
            Ok(())
        }
    }
}

/// Creates the folders of the home and writes the session's settings to the runtime folder.
///
/// # Errors
/// When a folder or file can't be created.
pub fn prepare_folders(environment: &AppEnvironment) -> anyhow::Result<()> {
    let (home, runtime_dir) = (environment.home(), environment.runtime_dir());
    for folder in [UPLOADS_FOLDER, "Desktop"].into_iter().chain(OUTPUT_FOLDERS) {
        let folder = home.join(folder);
        std::fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
    }
    remove_locks(home).context("could not remove the locks that programs have left behind")?;
    files::write(home, runtime_dir)
        .and_then(|()| std::fs::write(locale::file(environment), locale::script_of(environment)))
        .context("could not write the session's settings")
}

/// Locks of profiles, below the home folder. They name a process by its id; if another has that now, the browser or the
/// office asks whether to open the profile at all.
const LOCKS: [&str; 4] = [
    ".config/chromium/SingletonLock",
    ".config/chromium/SingletonSocket",
    ".config/chromium/SingletonCookie",
    ".config/libreoffice/4/.lock",
];

/// Removes the locks that programs left behind when the desktop ended.
fn remove_locks(home: &Path) -> std::io::Result<()> {
    for name in LOCKS {
        match std::fs::remove_file(home.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

/// Starts the D-Bus session bus.
pub fn start_bus(
    processes: &Processes,
    environment: &AppEnvironment,
    runtime_dir: &Path,
) -> anyhow::Result<Process> {
    let mut address = std::ffi::OsString::from("--address=unix:path=");
    address.push(AppEnvironment::bus_socket(runtime_dir));
    let mut command = environment.command("dbus-daemon");
    command.args(["--session", "--nofork", "--nopidfile", "--nosyslog"]).arg(address);
    start(processes, command, "dbus-daemon")
}

/// Starts the window manager, waits until it manages windows, and starts the panel without waiting for it.
///
/// # Errors
/// When a program is missing or the window manager does not start in time.
pub async fn start_window_manager(
    processes: &Processes,
    environment: &AppEnvironment,
    display: &Arc<Display>,
    runtime_dir: &Path,
) -> anyhow::Result<(Process, Process)> {
    let wm_check = display.atom("_NET_SUPPORTING_WM_CHECK")?;
    let watch = ChangeWindowAttributesAux::new().event_mask(EventMask::PROPERTY_CHANGE);
    display.connection.change_window_attributes(display.root, &watch)?;
    display.sync()?;
    let mut command = environment.command("openbox");
    command.arg("--config-file").arg(runtime_dir.join("openbox/rc.xml"));
    // It would read the compose table, which it does not need, again whenever a key is bound.
    command.env("XCOMPOSEFILE", "/dev/null");
    let mut window_manager = start(processes, command, "openbox")?;
    set_up_root_window(display)?;
    let managed = tokio::task::spawn_blocking({
        let display = Arc::clone(display);
        move || wait_for_property(&display, wm_check)
    });
    tokio::select! {
        managed = tokio::time::timeout(WINDOW_MANAGER_TIMEOUT, managed) => {
            managed.context("openbox did not start in time")???;
        }
        _ = window_manager.exited() => bail!("openbox ended before it managed any window"),
    }
    // No one reads events on this connection from here on.
    let no_events = ChangeWindowAttributesAux::new().event_mask(EventMask::NO_EVENT);
    display.connection.change_window_attributes(display.root, &no_events)?;
    display.sync()?;
    Ok((window_manager, start_panel(processes, environment)?))
}

/// Starts the panel.
///
/// # Errors
/// When it is missing.
pub fn start_panel(processes: &Processes, environment: &AppEnvironment) -> anyhow::Result<Process> {
    let mut command = environment.command("tint2");
    command.arg("-c").arg(environment.runtime_dir().join("tint2rc"));
    start(processes, command, "tint2")
}

/// Sets up the root window: the background and the X resources.
fn set_up_root_window(display: &Display) -> Result<(), XError> {
    background::paint(display, display.screen.height_in_pixels)?;
    display.connection.change_property8(
        PropMode::REPLACE,
        display.root,
        AtomEnum::RESOURCE_MANAGER,
        AtomEnum::STRING,
        files::X_RESOURCES.as_bytes(),
    )?;
    display.sync()
}

/// Repaints the background whenever the screen is resized.
pub async fn repaint_on_resize(
    display: &Display,
    mut sizes: watch::Receiver<Size>,
) -> Result<std::convert::Infallible, XError> {
    let mut painted = None;
    loop {
        if sizes.changed().await.is_err() {
            // The screen is gone.
            std::future::pending::<()>().await;
        }
        let height = u16::try_from(sizes.borrow_and_update().height).unwrap_or(u16::MAX);
        let pixmap = background::paint(display, height)?;
        if let Some(before) = painted.replace(pixmap) {
            display.connection.free_pixmap(before)?;
        }
        display.sync()?;
    }
}

/// Blocks until the root window gets the property.
fn wait_for_property(display: &Display, property: u32) -> Result<(), XError> {
    loop {
        if let Event::PropertyNotify(changed) = display.connection.wait_for_event()?
            && changed.atom == property
        {
            return Ok(());
        }
    }
}

fn start(processes: &Processes, mut command: std::process::Command, name: &str) -> anyhow::Result<Process> {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    processes.spawn(command).with_context(|| format!("could not start {name}; is it installed?"))
}
