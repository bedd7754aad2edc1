//! Environment variables: the agent's own, which X libraries read, and the clean set that programs of the
//! desktop get.

#![expect(unsafe_code, reason = "changing the process environment is unsafe in edition 2024")]

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// What programs find as the agent found it.
const PASSED_ON: [&str; 8] =
    ["TMPDIR", "TZ", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"];

/// Variable that carries the API token to the agent. Programs of the desktop never see it.
pub const TOKEN_VARIABLE: &str = "DESKHAND_AGENT_TOKEN";

/// Proof that the process still has one thread, so that its environment may change. `main` makes it first.
#[derive(Debug)]
pub struct SingleThreaded(());

impl SingleThreaded {
    /// # Safety
    /// No other thread may exist until the value is dropped.
    #[must_use]
    pub unsafe fn assume() -> Self {
        Self(())
    }

    /// Takes the API token out of the environment.
    #[must_use]
    pub fn take_token(&self) -> Option<String> {
        let token = std::env::var(TOKEN_VARIABLE).ok();
        // SAFETY: there is one thread, see `assume`.
        unsafe { std::env::remove_var(TOKEN_VARIABLE) };
        token.filter(|token| !token.is_empty())
    }

    /// Points the X libraries at our display. x11rb, xcap and enigo read the cookie's place, and xcap the
    /// display's name, from nowhere else; and xcap would prefer a Wayland session that the agent inherited.
    #[expect(clippy::disallowed_methods, reason = "this module is the edge where the environment is set")]
    pub fn use_display(self, display: &str, authority: &Path) {
        // SAFETY: there is one thread, see `assume`.
        unsafe {
            std::env::set_var("DISPLAY", display);
            std::env::set_var("XAUTHORITY", authority);
            std::env::remove_var("WAYLAND_DISPLAY");
            std::env::remove_var("XDG_SESSION_TYPE");
        }
    }
}

/// What a program of the desktop finds in its environment: nothing is inherited but a few locale settings.
#[derive(Debug, Clone)]
pub struct AppEnvironment {
    home: PathBuf,
    runtime_dir: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl AppEnvironment {
    /// The environment of a desktop whose generated settings are in `runtime_dir`.
    #[must_use]
    pub fn new(home: &Path, runtime_dir: &Path, authority: &Path) -> Self {
        let join = |folder: &str, rest: &str| {
            let mut value = runtime_dir.join(folder).into_os_string();
            value.push(rest);
            value
        };
        let mut bus = OsString::from("unix:path=");
        bus.push(Self::bus_socket(runtime_dir));
        let mut variables: Vec<(OsString, OsString)> = Vec::new();
        let mut set = |name: &str, value: &OsStr| variables.push((name.into(), value.into()));
        set("HOME", home.as_os_str());
        set("PATH", &join("bin", ":/usr/local/bin:/usr/bin:/bin:/usr/local/games:/usr/games"));
        set("XAUTHORITY", authority.as_os_str());
        set("XDG_RUNTIME_DIR", runtime_dir.as_os_str());
        set("GTK2_RC_FILES", &join("gtkrc-2.0", ""));
        set("XDG_CONFIG_DIRS", &join("xdg", ":/etc/xdg"));
        set("XDG_DATA_DIRS", &join("share", ":/usr/local/share:/usr/share"));
        set("DBUS_SESSION_BUS_ADDRESS", &bus);
        // A uid without a passwd entry has no name of its own, and programs ask for one.
        set("USER", "desktop".as_ref());
        set("LOGNAME", "desktop".as_ref());
        set("SHELL", "/bin/bash".as_ref());
        set("BROWSER", "x-www-browser".as_ref());
        set("XCURSOR_THEME", "Adwaita".as_ref());
        // Settings in a file: the usual place for them needs the session bus.
        set("GSETTINGS_BACKEND", "keyfile".as_ref());
        set("LANG", &std::env::var_os("LANG").unwrap_or_else(|| "C.UTF-8".into()));
        for name in PASSED_ON {
            if let Some(value) = std::env::var_os(name) {
                set(name, &value);
            }
        }
        Self { home: home.to_owned(), runtime_dir: runtime_dir.to_owned(), variables }
    }

    /// The same with the display's name, known once the X server runs.
    #[must_use]
    pub fn with_display(mut self, display: &str) -> Self {
        self.variables.push(("DISPLAY".into(), display.into()));
        self
    }

    /// The folder of the desktop's generated settings, which only its user can look into.
    #[must_use]
    pub fn runtime_dir(&self) -> &Path {
        &self.runtime_dir
    }

    /// Where the session bus listens.
    #[must_use]
    pub fn bus_socket(runtime_dir: &Path) -> PathBuf {
        runtime_dir.join("bus")
    }

    /// The home folder.
    #[must_use]
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// What programs find under a name.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
    }

    /// Where this desktop's session bus listens.
    #[must_use]
    pub fn session_bus(&self) -> PathBuf {
        Self::bus_socket(&self.runtime_dir)
    }

    /// A command that gets exactly this environment and starts in the home folder.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> std::process::Command {
        let mut command = std::process::Command::new(program);
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.current_dir(&self.home);
        command
    }
}
