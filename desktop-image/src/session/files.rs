//! The session's settings, embedded from `rootfs/` and written at start.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::menu;

/// X resources: fonts and colours of the terminal. xcap reads the resolution from the first 240 bytes.
pub(super) const X_RESOURCES: &str = include_str!("../../rootfs/Xresources");

macro_rules! shipped {
    ($($path:literal => $source:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../rootfs/", $source)))),*]
    };
}

/// Path below the runtime folder and content, in which `@RUNTIME@`, `@HOME@`, `@AGENT@` (this program) and `@MENU@` are
/// replaced.
const SETTINGS: &[(&str, &str)] = shipped! {
    "tint2rc" => "tint2rc",
    "openbox/rc.xml" => "openbox/rc.xml",
    "openbox/menu.xml" => "openbox/menu.xml",
    "share/themes/Deskhand/openbox-3/themerc" => "themes/Deskhand/openbox-3/themerc",
    "share/applications/deskhand-terminal.desktop" => "applications/terminal.desktop",
    "share/applications/deskhand-editor.desktop" => "applications/editor.desktop",
    "share/applications/deskhand-files.desktop" => "applications/files.desktop",
    "share/applications/deskhand-browser.desktop" => "applications/browser.desktop",
    "share/applications/deskhand-pdf.desktop" => "applications/pdf.desktop",
    "share/applications/deskhand-pictures.desktop" => "applications/pictures.desktop",
    "share/applications/deskhand-archives.desktop" => "applications/archives.desktop",
    "share/applications/deskhand-open.desktop" => "applications/open.desktop",
    "share/dbus-1/services/org.a11y.Bus.service" => "dbus/org.a11y.Bus.service",
    "share/applications/mimeapps.list" => "applications/mimeapps.list",
    "icons/terminal.svg" => "icons/terminal.svg",
    "icons/editor.svg" => "icons/editor.svg",
    "icons/files.svg" => "icons/files.svg",
    "icons/browser.svg" => "icons/browser.svg",
    "gtkrc-2.0" => "gtkrc-2.0",
    "xdg/gtk-3.0/settings.ini" => "xdg/gtk-3.0/settings.ini",
    "xdg/libfm/libfm.conf" => "xdg/libfm.conf",
};

/// Executables in the folder that comes first in `PATH`.
const PROGRAMS: &[(&str, &str)] = shipped! {
    "bin/chromium" => "bin/chromium",
    "bin/x-www-browser" => "bin/chromium",
    "bin/xterm" => "bin/xterm",
    "bin/x-terminal-emulator" => "bin/xterm",
    "bin/xdg-open" => "bin/xdg-open",
    "bin/in-locale" => "bin/in-locale",
};

/// The same, if LibreOffice is installed.
const OFFICE_PROGRAMS: &[(&str, &str)] = shipped! {
    "bin/libreoffice" => "bin/libreoffice",
    "bin/soffice" => "bin/libreoffice",
};
const OFFICE: &str = "/usr/bin/libreoffice";

/// Initial files of a home folder; existing ones are kept.
const HOME: &[(&str, &str)] = shipped! {
    ".bashrc" => "home/bashrc",
    ".config/chromium/Default/Preferences" => "home/chromium-preferences.json",
    ".config/chromium/First Run" => "home/chromium-first-run",
};

/// The same, if LibreOffice is installed.
const OFFICE_HOME: &[(&str, &str)] = shipped! {
    ".config/libreoffice/4/user/registrymodifications.xcu" => "home/libreoffice.xcu",
};

/// Writes all settings.
///
/// # Errors
/// When a file or folder can't be created.
pub(super) fn write(home: &Path, runtime_dir: &Path) -> std::io::Result<()> {
    let agent = std::env::current_exe()?;
    let menu = menu::items();
    let fill = |content: &str| {
        content
            .replace("@RUNTIME@", &runtime_dir.to_string_lossy())
            .replace("@HOME@", &home.to_string_lossy())
            .replace("@AGENT@", &agent.to_string_lossy())
            .replace("@MENU@", &menu)
    };
    let has_office = Path::new(OFFICE).exists();
    let (programs, home_files) = if has_office { (OFFICE_PROGRAMS, OFFICE_HOME) } else { (&[][..], &[][..]) };
    for (files, mode) in [(SETTINGS, 0o644), (PROGRAMS, 0o755), (programs, 0o755)] {
        for (path, content) in files {
            write_file(
                &runtime_dir.join(path),
                &fill(content),
                OpenOptions::new().create(true).truncate(true).mode(mode),
            )?;
        }
    }
    for (path, content) in HOME.iter().chain(home_files) {
        let written =
            write_file(&home.join(path), &fill(content), OpenOptions::new().create_new(true).mode(0o644));
        match written {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            other => other?,
        }
    }
    Ok(())
}

fn write_file(path: &Path, content: &str, options: &mut OpenOptions) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    options.write(true).open(path)?.write_all(content.as_bytes())
}
