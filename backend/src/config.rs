//! What the service is told when it starts.

use std::path::PathBuf;

use protocol::action::Size;

/// What the backend is told when it starts.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Folder for everything that Deskhand keeps
    #[arg(long, env = "DESKHAND_DATA_DIR", default_value_os_t = default_data_dir())]
    pub data_dir: PathBuf,

    /// Bytes that an uploaded file may have
    #[arg(long, env = "DESKHAND_UPLOAD_LIMIT", default_value_t = 1 << 30)]
    pub upload_limit: u64,

    /// Pixels of each desktop's screen, as WIDTHxHEIGHT
    #[arg(long, env = "DESKHAND_SCREEN", default_value = "1280x800", value_parser = parse_size)]
    pub screen: Size,

    /// The program that runs inside each desktop [default: desktop-agent, beside this program]
    #[arg(long, env = "DESKHAND_DESKTOP_AGENT")]
    pub desktop_agent: Option<PathBuf>,
}

impl Config {
    /// The program that runs inside each desktop.
    ///
    /// # Errors
    /// When it is not told and our own path can't be read.
    pub fn agent_path(&self) -> std::io::Result<PathBuf> {
        match &self.desktop_agent {
            Some(path) => Ok(path.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("desktop-agent")),
        }
    }
}

/// `/var/lib/deskhand` for root, whose own folder is closed to the users that Postgres and desktops run as;
/// `~/.local/share/deskhand` for everybody else.
#[must_use]
pub fn default_data_dir() -> PathBuf {
    if nix::unistd::geteuid().is_root() {
        return "/var/lib/deskhand".into();
    }
    let home = std::env::var_os("HOME").map_or_else(|| PathBuf::from("."), PathBuf::from);
    std::env::var_os("XDG_DATA_HOME")
        .map_or_else(|| home.join(".local/share"), PathBuf::from)
        .join("deskhand")
}

fn parse_size(text: &str) -> Result<Size, String> {
    let parsed = text
        .split_once('x')
        .and_then(|(width, height)| Some(Size { width: width.parse().ok()?, height: height.parse().ok()? }));
    match parsed {
        Some(size) if (320..=7680).contains(&size.width) && (240..=4320).contains(&size.height) => Ok(size),
        _ => Err("a screen is written WIDTHxHEIGHT, such as 1280x800, from 320x240 to 7680x4320".into()),
    }
}
