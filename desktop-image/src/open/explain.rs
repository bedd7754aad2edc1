//! `desktop-agent open`: what programs of the desktop run to open files and addresses.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::process::Stdio;

use super::{OpenError, target};
use crate::environment::AppEnvironment;

/// Opens a file or address with the desktop's application for it, without waiting for that to end. If it can't be
/// opened, the reason is also shown in a window, since a double click shows no error output.
///
/// # Errors
/// When it does not exist or no application opens it.
pub fn open_or_explain(target: &OsStr) -> anyhow::Result<()> {
    let environment = AppEnvironment::inherited();
    let opened = start(&environment, target);
    match &opened {
        Ok(()) | Err(OpenError::NoFile(_)) => {}
        Err(error) => explain(&environment, error),
    }
    Ok(opened?)
}

fn start(environment: &AppEnvironment, target: &OsStr) -> Result<(), OpenError> {
    let launch = target::find_for_program(environment, target)?;
    let mut command = launch.command(environment);
    // It outlives the terminal that this was called from.
    match command.process_group(0).spawn() {
        Ok(_) => Ok(()),
        Err(source) => Err(OpenError::Start { application: launch.application, source }),
    }
}

/// Shows an error in a window that is closed with a click.
fn explain(environment: &AppEnvironment, error: &OpenError) {
    let mut command = environment.command("gxmessage");
    command.args(["-center", "-wrap", "-geometry", "520x150", "-title", "This can't be opened"]);
    command.args(["-buttons", "Close:0", "-default", "Close"]).arg(error.to_string());
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    // Without a display or this program, the error output has to do.
    let _ = command.process_group(0).spawn();
}
