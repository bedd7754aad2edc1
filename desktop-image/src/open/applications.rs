//! The installed applications and their default types.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::entry::Entry;
use crate::environment::AppEnvironment;

/// The application of the flavour `full` for documents.
pub(super) const OFFICE: &str = "LibreOffice";
/// The entry by which other programs ask the agent to open a file. It is no application.
const ASK_AGENT: &str = "deskhand-open";

/// Most levels of subfolders that are searched for entries.
const DEEPEST: usize = 4;

/// The installed applications, those of earlier data folders first.
#[derive(Debug)]
pub(super) struct Applications {
    entries: Vec<Entry>,
    /// Contents of the `mimeapps.list` files, by precedence.
    defaults: Vec<String>,
}

impl Applications {
    /// Reads the installed applications.
    pub(super) fn read(environment: &AppEnvironment) -> Self {
        let home = environment.home();
        let system = paths(environment, "XDG_DATA_DIRS");
        let data = [home.join(".local/share")].into_iter().chain(system);
        let folders: Vec<PathBuf> = data.map(|folder| folder.join("applications")).collect();
        let config = [home.join(".config")].into_iter().chain(paths(environment, "XDG_CONFIG_DIRS"));
        let defaults = config.chain(folders.iter().cloned()).map(|folder| folder.join("mimeapps.list"));
        let defaults = defaults.filter_map(|path| std::fs::read_to_string(path).ok()).collect();
        let mut entries = Vec::new();
        let mut seen = HashSet::new();
        for folder in &folders {
            collect(folder, "", DEEPEST, &mut seen, &mut entries);
        }
        Self { entries, defaults }
    }

    /// The best match for a name.
    pub(super) fn named(&self, name: &str) -> Option<&Entry> {
        let fitting = self.entries.iter().filter_map(|entry| Some((entry.fits(name)?, entry)));
        // The first of equal matches.
        fitting.min_by_key(|(rank, _)| *rank).map(|(_, entry)| entry)
    }

    /// The default application of a MIME type, or else the first that supports it.
    pub(super) fn for_type(&self, kind: &str) -> Option<&Entry> {
        let chosen = self.defaults.iter().flat_map(|text| defaults_of(text, kind));
        let default = chosen.into_iter().find_map(|id| self.entries.iter().find(|entry| entry.id == id));
        default
            .or_else(|| self.entries.iter().find(|entry| entry.mime_types.iter().any(|known| known == kind)))
    }

    /// An application that is preferred for a MIME type and is not installed.
    pub(super) fn missing_for(&self, kind: &str) -> Option<&'static str> {
        let preferred = self.defaults.iter().flat_map(|text| defaults_of(text, kind)).next()?;
        match preferred.as_str() {
            id if self.entries.iter().any(|entry| entry.id == id) => None,
            id if id.starts_with("libreoffice-") => Some(OFFICE),
            "mpv" => Some("mpv"),
            _ => None,
        }
    }

    /// The names shown in menus, as a list for error messages.
    pub(super) fn names(&self) -> String {
        let shown = self.entries.iter().filter(|entry| entry.shown).map(|entry| entry.name.as_str());
        let mut seen = HashSet::new();
        shown.filter(|name| seen.insert(*name)).collect::<Vec<_>>().join(", ")
    }
}

/// Splits a colon-separated variable into folders.
fn paths(environment: &AppEnvironment, variable: &str) -> Vec<PathBuf> {
    environment.variable(variable).map(|value| std::env::split_paths(value).collect()).unwrap_or_default()
}

/// Reads the entries of a folder. Ids found in an earlier folder are skipped.
fn collect(folder: &Path, prefix: &str, depth: usize, seen: &mut HashSet<String>, entries: &mut Vec<Entry>) {
    let mut found: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
    found.sort_by_key(std::fs::DirEntry::file_name);
    for file in found {
        let name = file.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = file.path();
        if let Some(stem) = name.strip_suffix(".desktop") {
            let id = format!("{prefix}{stem}");
            if id != ASK_AGENT && seen.insert(id.clone()) {
                entries.extend(Entry::read(id, &path));
            }
        } else if depth > 0 && path.is_dir() {
            collect(&path, &format!("{prefix}{name}-"), depth - 1, seen, entries);
        }
    }
}

/// The ids of the default applications for a type in a `mimeapps.list`.
fn defaults_of(text: &str, kind: &str) -> Vec<String> {
    let group = text.lines().skip_while(|line| line.trim() != "[Default Applications]").skip(1);
    let mut keys = group.take_while(|line| !line.starts_with('[')).filter_map(|line| line.split_once('='));
    let value = keys.find(|(key, _)| key.trim() == kind).map(|(_, value)| value).unwrap_or_default();
    value.split(';').filter_map(|id| id.trim().strip_suffix(".desktop")).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::defaults_of;

    #[test]
    fn defaults_are_read_from_their_group() {
        let list = "[Added Associations]\ntext/plain=no.desktop;\n[Default Applications]\ntext/html=web.desktop\n\
            text/plain=one.desktop;two.desktop;\n[Removed Associations]\ntext/css=no.desktop\n";
        assert_eq!(defaults_of(list, "text/plain"), ["one", "two"]);
        assert!(defaults_of(list, "text/css").is_empty() && defaults_of("", "text/css").is_empty());
    }
}
