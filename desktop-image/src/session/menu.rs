//! The menu that a right click on the background opens.

use std::path::Path;

/// Where programs are installed.
const FOLDERS: [&str; 3] = ["/usr/bin", "/usr/local/bin", "/usr/games"];

/// An item: its label, and the command that it runs.
type Item = (&'static str, &'static str);

const FIRST: &[Item] = &[
    ("Terminal", "xterm"),
    ("Text Editor", "mousepad"),
    ("Files", "pcmanfm"),
    ("Web Browser", "chromium"),
    ("PDF Viewer", "qpdfview"),
    ("Picture Viewer", "viewnior"),
    ("Archive Manager", "xarchiver"),
    ("Media Player", "mpv --player-operation-mode=pseudo-gui"),
];
const LIBREOFFICE: &[Item] = &[
    ("LibreOffice Writer", "libreoffice --writer"),
    ("LibreOffice Calc", "libreoffice --calc"),
    ("LibreOffice Impress", "libreoffice --impress"),
    ("LibreOffice Draw", "libreoffice --draw"),
];
const SMALL_OFFICE: &[Item] = &[("AbiWord", "abiword"), ("Gnumeric", "gnumeric")];

/// The items of installed programs, as openbox reads them.
pub(super) fn items() -> String {
    items_of(|program| FOLDERS.iter().any(|folder| Path::new(folder).join(program).exists()))
}

fn items_of(is_installed: impl Fn(&str) -> bool) -> String {
    let is_installed = |(_, command): &&Item| is_installed(command.split(' ').next().unwrap_or_default());
    let office = if LIBREOFFICE.iter().any(|item| is_installed(&item)) { LIBREOFFICE } else { SMALL_OFFICE };
    FIRST.iter().chain(office).filter(is_installed).map(item).collect()
}

fn item((label, command): &Item) -> String {
    format!(
        "    <item label=\"{label}\"><action name=\"Execute\"><command>in-locale {command}</command></action></item>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::items_of;

    #[test]
    fn the_menu_has_the_installed_programs_and_one_office() {
        let labels = |installed: &[&str]| {
            let items = items_of(|program| installed.contains(&program));
            let labels = items.lines().map(|line| line.split('"').nth(1).unwrap_or_default().to_owned());
            labels.collect::<Vec<_>>()
        };
        assert_eq!(labels(&["abiword", "gnumeric", "xterm"]), ["Terminal", "AbiWord", "Gnumeric"]);
        let both = labels(&["libreoffice", "abiword", "mpv"]);
        assert_eq!(both[..2], ["Media Player", "LibreOffice Writer"]);
        assert!(both.iter().all(|label| label != "AbiWord"), "{both:?}");
    }
}
