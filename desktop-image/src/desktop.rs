//! One running desktop and its parts.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::Context as _;
use nix::unistd::Pid;
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
use crate::input::Input;
use crate::open::Launcher;
use crate::processes::Processes;
use crate::recording::Recordings;
use crate::responses::Responses;
use crate::screen::Screen;
use crate::shell::Shell;
use crate::takeover::Takeovers;
use crate::windows::Windows;

/// What the HTTP API works on.
#[derive(Debug)]
pub struct Desktop {
    /// The screen.
    pub screen: Arc<Screen>,
    /// Keyboard and pointer.
    pub input: Arc<Mutex<Input>>,
    /// What changes on the screen.
    pub damage: Damage,
    /// What the viewers of the live view share.
    pub framebuffer: FramebufferSlot,
    /// Whether programs have caught up.
    pub responses: Responses,
    /// How busy programs are.
    pub activity: Activity,
    /// The programs that every desktop has.
    pub base: Vec<Pid>,
    /// The windows.
    pub windows: Windows,
    /// What programs copy and paste.
    pub clipboard: Clipboard,
    /// Starts applications.
    pub launcher: Launcher,
    /// What programs say is on the screen.
    pub accessibility: Accessibility,
    /// The persistent shell.
    pub shell: Shell,
    /// The text editor.
    pub editor: Editor,
    /// The home folder.
    pub home: Home,
    /// Videos of the screen.
    pub recordings: Arc<Recordings>,
    /// What people do while they are in control.
    pub takeovers: Takeovers,
    /// Held by the batch whose turn it is.
    pub turn: tokio::sync::Mutex<()>,
    /// A number that no other run of this or another desktop has.
    pub run: u64,
    /// Cancelled when the desktop ends: streams that would never end by themselves stop.
    pub ending: CancellationToken,
}

impl Desktop {
    /// Opens the parts of a desktop whose X server runs. Once `ending` is cancelled, the tasks of `unfinished`
    /// bring to an end what must not be broken off.
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
            responses: Responses::open(display_name).context("could not listen to programs")?,
            activity,
            base: Vec::new(),
            windows: Windows::open(display_name).context("could not ask for windows")?,
            clipboard: Clipboard::open(display_name).context("could not attend to the clipboard")?,
            launcher: Launcher::new(environment.clone(), processes.clone()),
            accessibility: Accessibility::new(display_name, &environment),
            shell: Shell::new(environment, processes),
            editor,
            home,
            recordings: Arc::new(recordings),
            takeovers: Takeovers::default(),
            turn: tokio::sync::Mutex::new(()),
            run: rand::random(),
            ending,
        })
    }
}
