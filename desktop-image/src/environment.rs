//! Environment variables: the agent's own, which X libraries read, and the clean environment for programs of the
//! desktop.

#![expect(unsafe_code, reason = "changing the process environment is unsafe in edition 2024")]

use std::ffi::{OsStr, OsString};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use protocol::agent::proxy::{PROXY_VARIABLES, proxy_variables};
use protocol::locale::Locale;

use crate::locale::{self, LOCALE_VARIABLES, LocaleError, LocaleValues, NEUTRAL};

/// A variable that programs inherit from the agent, besides those that name a proxy.
const PASSED_ON: &str = "TMPDIR";

/// The variable with the API token. Programs of the desktop do not get it.
pub const TOKEN_VARIABLE: &str = "DESKHAND_AGENT_TOKEN";

/// The limit of open files. Whoever starts the agent may have raised theirs to a million, and some programs close every
/// possible descriptor when they start another program. Those that need more raise it up to the hard limit.
const OPEN_FILES: rlim_t = 4096;

/// Limits the open files of the agent and the programs that it starts.
///
/// # Errors
/// When the system refuses.
pub fn limit_open_files() -> nix::Result<()> {
    let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, soft.min(OPEN_FILES), hard)
}

/// Limits the number of processes and threads of this user, in this user namespace.
///
/// # Errors
/// When the system refuses.
pub fn limit_processes(count: u64) -> nix::Result<()> {
    setrlimit(Resource::RLIMIT_NPROC, count, count)
}

/// Proof that the process has a single thread, so that its environment may be changed. `main` creates it first.
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

    /// Points the X libraries at our display. x11rb, xcap and enigo find the cookie only through the environment, and
    /// xcap the display too; xcap would also prefer an inherited Wayland session.
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

/// The environment of the desktop's programs. Only `PASSED_ON`, the variables in `PROXY_VARIABLES` and, until a locale is
/// set, those of the locale are inherited.
#[derive(Debug, Clone)]
pub struct AppEnvironment {
    home: PathBuf,
    runtime_dir: PathBuf,
    variables: Vec<(OsString, OsString)>,
    /// Shared between all clones.
    locale: Arc<Mutex<LocaleValues>>,
}

impl AppEnvironment {
    /// The environment for a desktop with its generated settings in `runtime_dir`.
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
        // The uid may lack a passwd entry, and programs ask for a name.
        set("USER", "desktop".as_ref());
        set("LOGNAME", "desktop".as_ref());
        set("SHELL", "/bin/bash".as_ref());
        set("BROWSER", "x-www-browser".as_ref());
        set("XCURSOR_THEME", "Adwaita".as_ref());
        // GSettings in a file: the default backend needs a service on the session bus.
        set("GSETTINGS_BACKEND", "keyfile".as_ref());
        for name in [PASSED_ON].iter().chain(&PROXY_VARIABLES) {
            if let Some(value) = std::env::var_os(name) {
                set(name, &value);
            }
        }
        let [zone, lang, languages] = LOCALE_VARIABLES.map(|name| std::env::var(name).ok());
        let locale = [zone, lang.or_else(|| Some(NEUTRAL.to_owned())), languages];
        let locale = Arc::new(Mutex::new(locale));
        Self { home: home.to_owned(), runtime_dir: runtime_dir.to_owned(), variables, locale }
    }

    /// The environment of this process, which is a program of the desktop.
    #[must_use]
    pub fn inherited() -> Self {
        let folder = |name| PathBuf::from(std::env::var_os(name).unwrap_or_default());
        let (home, runtime_dir) = (folder("HOME"), folder("XDG_RUNTIME_DIR"));
        let locale = LOCALE_VARIABLES.map(|name| std::env::var(name).ok());
        let is_other = |(name, _): &(OsString, OsString)| LOCALE_VARIABLES.iter().all(|its| name != its);
        let variables = std::env::vars_os().filter(is_other).collect();
        Self { home, runtime_dir, variables, locale: Arc::new(Mutex::new(locale)) }
    }

    /// Sets the locale of programs that are started from now on, by this environment and its clones. Returns whether it
    /// is another one.
    ///
    /// # Errors
    /// When the locale is malformed.
    pub fn set_locale(&self, locale: &Locale) -> Result<bool, LocaleError> {
        let values = locale::values_of(locale)?;
        let mut current = self.locale.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = *current != values;
        *current = values;
        Ok(is_new)
    }

    /// The variables of the locale.
    #[must_use]
    pub fn locale(&self) -> LocaleValues {
        self.locale.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Points programs to an HTTP proxy, instead of the inherited one.
    #[must_use]
    pub fn with_proxy(mut self, address: SocketAddr) -> Self {
        self.variables.retain(|(known, _)| PROXY_VARIABLES.iter().all(|name| known != name));
        self.variables
            .extend(proxy_variables(address).into_iter().map(|(name, value)| (name.into(), value.into())));
        self
    }

    /// Adds the display's name, which is known once the X server runs.
    #[must_use]
    pub fn with_display(mut self, display: &str) -> Self {
        self.variables.push(("DISPLAY".into(), display.into()));
        self
    }

    /// The folder with the desktop's sockets and generated settings, accessible to its user only.
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

    /// The value of a variable.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_os_str())
    }

    /// Where this desktop's session bus listens.
    #[must_use]
    pub fn session_bus(&self) -> PathBuf {
        Self::bus_socket(&self.runtime_dir)
    }

    /// A command with exactly this environment, starting in the home folder.
    #[must_use]
    pub fn command(&self, program: impl AsRef<OsStr>) -> std::process::Command {
        let mut command = std::process::Command::new(program);
        command.env_clear().envs(self.variables.iter().map(|(name, value)| (name, value)));
        let locale = LOCALE_VARIABLES.into_iter().zip(self.locale());
        command.envs(locale.filter_map(|(name, value)| Some((name, value?))));
        command.current_dir(&self.home);
        command
    }
}
