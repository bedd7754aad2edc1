//! The desktop's X server: Xvfb, which picks a free display number.

use std::fs::OpenOptions;
use std::io::{Read as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use protocol::action::Size;

use crate::processes::{Process, Processes};

const COOKIE_NAME: &[u8] = b"MIT-MAGIC-COOKIE-1";
/// The address family of an `Xauthority` entry that matches every host.
const FAMILY_WILD: u16 = 0xffff;

/// An X server that has been started and may not be ready yet.
#[derive(Debug)]
pub struct StartingXServer {
    process: Process,
    log: PathBuf,
}

/// A running X server.
#[derive(Debug)]
pub struct XServer {
    /// The process.
    pub process: Process,
    /// Its display, such as `:1`.
    pub display: String,
}

/// Writes an `Xauthority` file with a fresh cookie that server and clients share.
pub fn write_authority(path: &Path) -> std::io::Result<()> {
    let cookie: [u8; 16] = rand::random();
    let mut entry = FAMILY_WILD.to_be_bytes().to_vec();
    // An empty address and display number match any.
    for field in [&b""[..], b"", COOKIE_NAME, &cookie] {
        let length = u16::try_from(field.len()).map_err(std::io::Error::other)?;
        entry.extend(length.to_be_bytes());
        entry.extend(field);
    }
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(&entry)
}

impl StartingXServer {
    /// Starts Xvfb without waiting for it.
    ///
    /// # Errors
    /// When the program is missing or its log can't be written.
    pub fn start(
        processes: &Processes,
        screen: Size,
        authority: &Path,
        runtime_dir: &Path,
    ) -> anyhow::Result<Self> {
        let log = runtime_dir.join("xserver.log");
        let stderr = std::fs::File::create(&log).context("could not write the X server's log")?;
        let mut command = Command::new("Xvfb");
        command
            // Xvfb writes its display number to standard output once clients may connect.
            .args(["-displayfd", "1", "-screen", "0", &format!("{}x{}x24", screen.width, screen.height)])
            // Keep the abstract socket: binding it reserves the display number, and X clients try it before the file,
            // so without it they could reach another server with our number.
            .args(["-nolisten", "tcp", "-noreset", "-dpi", "96"])
            // GLX would double the start-up time and take 50 MB.
            .args(["-extension", "GLX"])
            .arg("-auth")
            .arg(authority)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(stderr);
        let process =
            processes.spawn(command).context("could not start Xvfb; is the package xvfb installed?")?;
        Ok(Self { process, log })
    }

    /// Waits until clients may connect.
    ///
    /// # Errors
    /// When the server exits first; the message contains its log.
    pub fn wait_until_ready(mut self) -> anyhow::Result<XServer> {
        let mut stdout = self.process.stdout.take().context("Xvfb was started without a pipe")?;
        let mut number = Vec::new();
        let mut byte = [0_u8];
        while stdout.read(&mut byte).context("could not read from Xvfb")? == 1 && byte[0] != b'\n' {
            number.push(byte[0]);
        }
        match String::from_utf8(number).ok().and_then(|text| text.trim().parse::<u32>().ok()) {
            Some(number) => Ok(XServer { process: self.process, display: format!(":{number}") }),
            None => {
                let said = std::fs::read_to_string(&self.log).unwrap_or_default();
                bail!("Xvfb exited before it was ready: {}", said.trim())
            }
        }
    }
}
