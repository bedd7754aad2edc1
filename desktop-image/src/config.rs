//! The settings of the agent.

use std::os::fd::OwnedFd;
use std::path::PathBuf;

use anyhow::{Context as _, bail};
use protocol::action::Size;
use protocol::locale::Locale;
use telemetry::access_log::AccessLog;

use crate::listen::Listen;

/// Smallest and largest edge of a screen, in pixels. X coordinates are 16 bits wide.
pub(crate) const SCREEN_EDGE: std::ops::RangeInclusive<u32> = 64..=8192;

/// The settings of one desktop.
#[derive(Debug)]
pub struct Config {
    /// The desktop's home folder; the file API is confined to it.
    pub home: PathBuf,
    /// The initial size of the screen.
    pub screen: Size,
    /// The largest size that the screen can be given. The X server allocates it at start.
    pub max_screen: Size,
    /// The time zone and language until others are set; `None` for those of the agent's environment.
    pub locale: Option<Locale>,
    /// Where the HTTP API listens; taken when it is served.
    pub listen: Option<Listen>,
    /// The socket of the egress proxy, opened with `O_PATH`; `None` if the desktop has a network.
    pub egress: Option<OwnedFd>,
    /// Folder for sockets and generated settings; not needed after the desktop has ended.
    pub runtime_dir: PathBuf,
    /// Limit on the disk usage of the home folder, and on the size of each file, in bytes; `None` for no limit.
    pub home_bytes: Option<u64>,
    /// Limit on the memory of the desktop's programs; `None` for no limit, or one that the system enforces.
    pub memory: Option<MemoryConfig>,
    /// Limit on the number of processes and threads of the desktop's user; `None` for no limit.
    pub max_processes: Option<u64>,
    /// Whether each request is logged.
    pub access_log: AccessLog,
}

/// The limit on the memory of the desktop's programs.
#[derive(Debug, Clone)]
pub struct MemoryConfig {
    /// Bytes of programs and the files in `in_memory` together.
    pub bytes: u64,
    /// Folders of the desktop whose files are in memory.
    pub in_memory: Vec<PathBuf>,
}

/// The default of [`Config::max_screen`]. It costs the X server 5 MB more than 1280x800.
pub const DEFAULT_MAX_SCREEN: Size = Size { width: 1920, height: 1200 };

/// Parses a screen size such as `1280x800`.
///
/// # Errors
/// When the text is not a size, or an edge is below 64 or above 8192 pixels.
pub fn parse_screen(text: &str) -> anyhow::Result<Size> {
    let (width, height) = text.split_once('x').context("expected WIDTHxHEIGHT, such as 1280x800")?;
    let size = Size {
        width: width.parse().context("the width is not a number")?,
        height: height.parse().context("the height is not a number")?,
    };
    if !SCREEN_EDGE.contains(&size.width) || !SCREEN_EDGE.contains(&size.height) {
        bail!("each edge must be from {} to {} pixels", SCREEN_EDGE.start(), SCREEN_EDGE.end());
    }
    Ok(size)
}

#[cfg(test)]
mod tests {
    use super::parse_screen;

    #[test]
    fn screens_are_two_numbers_within_bounds() {
        let size = parse_screen("1280x800").unwrap();
        assert_eq!((size.width, size.height), (1280, 800));
        for refused in ["", "1280", "x800", "1280x", "1280x800x24", "0x0", "-1x5", "63x800", "1280x8193"] {
            assert!(parse_screen(refused).is_err(), "{refused:?} was accepted");
        }
    }
}
