//! A running desktop and its parts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accessibility::Accessibility;
use crate::activity::Activity;
use crate::clipboard::Clipboard;
use crate::damage::Damage;
use crate::editor::Editor;
use crate::environment::AppEnvironment;
use crate::files::Home;
use crate::framebuffer::FramebufferSlot;
use crate::home_limit::HomeSize;
use crate::input::Input;
use crate::notices::Notices;
use crate::open::Launcher;
use crate::processes::{BaseProcesses, Processes};
use crate::reading::FileReader;
use crate::recording::Recordings;
use crate::responses::Responses;
use crate::screen::Screen;
use crate::session::SessionLocale;
use crate::shell::Shell;
use crate::takeover::Takeovers;
use crate::windows::Windows;

/// The state behind the HTTP API.
#[derive(Debug)]
pub struct Desktop {
    /// The screen.
    pub screen: Arc<Screen>,
    /// Keyboard and pointer.
    pub input: Arc<Mutex<Input>>,
    /// Changes of the screen.
    pub damage: Damage,
    /// The framebuffer that viewers of the live view share.
    pub framebuffer: FramebufferSlot,
    /// Waits until programs have handled their input.
    pub responses: Responses,
    /// How busy programs are.
    pub activity: Activity,
    /// Programs that every desktop runs, whose CPU time is not counted.
    pub base: BaseProcesses,
    /// The windows.
    pub windows: Windows,
    /// The clipboard.
    pub clipboard: Clipboard,
    /// Starts applications.
    pub launcher: Launcher,
    /// The accessibility tree.
    pub accessibility: Accessibility,
    /// The person's time zone and language.
    pub locale: SessionLocale,
    /// The persistent shell.
    pub shell: Shell,
    /// The text editor.
    pub editor: Editor,
    /// The home folder.
    pub home: Home,
    /// Reads its files for a model.
    pub reader: FileReader,
    /// Its size.
    pub home_size: HomeSize,
    /// Videos of the screen.
    pub recordings: Arc<Recordings>,
    /// What people do while they are in control.
    pub takeovers: Takeovers,
    /// Held by the running batch of actions: batches run one at a time.
    pub turn: tokio::sync::Mutex<()>,
    /// What nobody has been told yet.
    pub notices: Notices,
    /// A random number that tells this run of the agent from others.
    pub run: u64,
    /// Cancelled when the desktop shuts down, to end streams that would never end by themselves.
    pub ending: CancellationToken,
}

impl Desktop {
    /// Opens the parts of a desktop whose X server is running. Shutdown cancels `ending` and then waits for the tasks
    /// in `unfinished`, which must not be interrupted.
    ///
    /// # Errors
    /// When the X server does not answer or the home can't be opened.
    pub fn open(
        display_name: &str,
        home: PathBuf,
        environment: AppEnvironment,
        processes: Processes,
        activity: Activity,
        ending: CancellationToken,
        unfinished: TaskTracker,
    ) -> anyhow::Result<Self> {
        let input = Input::open(display_name).context("could not open keyboard and pointer")?;
        let screen = Arc::new(Screen::open(display_name).context("could not open the screen")?);
        let damage = Damage::watch(display_name).context("could not watch the screen")?;
        let editor = Editor::new(home.clone());
        let home = Home::open(home).context("could not open the home folder")?;
        let recordings =
            Recordings::new(home.clone(), Arc::clone(&screen), damage.clone(), ending.clone(), unfinished);
        Ok(Self {
            screen,
            input: Arc::new(Mutex::new(input)),
            damage,
            framebuffer: FramebufferSlot::default(),
            responses: Responses::open(display_name).context("could not set up pings to programs")?,
            activity,
            base: BaseProcesses::default(),
            windows: Windows::open(display_name).context("could not list windows")?,
            clipboard: Clipboard::open(display_name).context("could not open the clipboard")?,
            launcher: Launcher::new(environment.clone(), processes.clone()),
            accessibility: Accessibility::new(display_name, &environment),
            locale: SessionLocale::new(environment.clone()),
            reader: FileReader::new(home.clone(), environment.clone(), processes.clone()),
            shell: Shell::new(environment, processes),
            editor,
            home,
            home_size: HomeSize::default(),
            recordings: Arc::new(recordings),
            takeovers: Takeovers::default(),
            turn: tokio::sync::Mutex::new(()),
            notices: Notices::default(),
            run: rand::random(),
            ending,
        })
    }
}
