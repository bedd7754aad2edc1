//! Desktop entries of applications (freedesktop.org, Desktop Entry Specification 1.5).

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;

/// Most bytes of an entry that are read; real ones are much shorter.
const LONGEST_ENTRY: u64 = 256 * 1024;

/// An installed application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The desktop file id, without `.desktop`.
    pub(super) id: String,
    pub(super) name: String,
    generic_name: String,
    pub(super) command: Vec<String>,
    pub(super) in_terminal: bool,
    /// Whether menus show it.
    pub(super) shown: bool,
    pub(super) categories: Vec<String>,
    pub(super) mime_types: Vec<String>,
}

/// What an application is to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Argument {
    /// The absolute path of a file or folder.
    File(std::path::PathBuf),
    /// A URL.
    Address(url::Url),
}

impl Entry {
    /// Reads an entry; `None` if it is not an application's.
    pub(super) fn read(id: String, path: &Path) -> Option<Self> {
        use std::io::Read as _;
        let mut text = String::new();
        std::fs::File::open(path).ok()?.take(LONGEST_ENTRY).read_to_string(&mut text).ok()?;
        Self::parse(id, &text)
    }

    fn parse(id: String, text: &str) -> Option<Self> {
        let keys = main_group(text);
        let key = |name: &str| keys.get(name).map(|value| unescape(value)).unwrap_or_default();
        let list = |name: &str| -> Vec<String> {
            key(name).split(';').filter(|item| !item.is_empty()).map(str::to_owned).collect()
        };
        let command = words(&key("Exec"))?;
        if key("Type") != "Application" || key("Hidden") == "true" || command.is_empty() {
            return None;
        }
        Some(Self {
            id,
            name: key("Name"),
            generic_name: key("GenericName"),
            command,
            in_terminal: key("Terminal") == "true",
            shown: key("NoDisplay") != "true",
            categories: list("Categories"),
            mime_types: list("MimeType"),
        })
    }

    /// How well a name matches, lower being better; `None` if it does not.
    pub(super) fn fits(&self, wanted: &str) -> Option<u8> {
        let wanted = plain(wanted.strip_suffix(".desktop").unwrap_or(wanted));
        let program = self.program().rsplit('/').next().unwrap_or_default();
        let kind = match wanted.as_str() {
            "terminal" => Some("TerminalEmulator"),
            "browser" => Some("WebBrowser"),
            "editor" => Some("TextEditor"),
            "file manager" => Some("FileManager"),
            _ => None,
        };
        if plain(&self.name) == wanted {
            Some(0)
        } else if kind.is_some_and(|kind| self.categories.iter().any(|category| category == kind)) {
            Some(1)
        } else if plain(program) == wanted {
            Some(2)
        } else if plain(&self.id) == wanted {
            Some(3)
        } else {
            (plain(&self.generic_name) == wanted).then_some(4)
        }
    }

    /// The program in the `Exec` line.
    pub(super) fn program(&self) -> &str {
        self.command.first().map(String::as_str).unwrap_or_default()
    }

    /// Whether the program accepts a file or URL.
    pub(super) fn takes_arguments(&self) -> bool {
        self.command.iter().any(|word| ["%f", "%F", "%u", "%U"].iter().any(|code| word.contains(code)))
    }

    /// The arguments of the program.
    pub(super) fn arguments(&self, argument: Option<&Argument>) -> Vec<OsString> {
        let rest = self.command.get(1..).unwrap_or_default();
        rest.iter().filter_map(|word| expand(word, argument, &self.name)).collect()
    }
}

/// A name in lower case with words joined in one way, for comparison.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', '-'], " ")
}

/// The keys of the group `[Desktop Entry]`.
fn main_group(text: &str) -> HashMap<&str, &str> {
    text.lines()
        .skip_while(|line| line.trim() != "[Desktop Entry]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.trim(), value.trim()))
        .collect()
}

/// Resolves the escapes of string values.
fn unescape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let mut letters = value.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            out.push(letter);
            continue;
        }
        match letters.next() {
            Some('s') => out.push(' '),
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some('\\') => out.push('\\'),
            // Escapes of the command line are resolved later.
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    out
}

/// The words of a command line; `None` if a quote is not closed. Quoting is the only syntax; this is not a shell.
fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            '\\' if quoted => word.get_or_insert_default().push(letters.next()?),
            ' ' | '\t' | '\n' if !quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    (!quoted).then_some(words)
}

/// Expands the field codes of a word; `None` if nothing is left of it.
fn expand(word: &str, argument: Option<&Argument>, name: &str) -> Option<OsString> {
    let mut out = OsString::new();
    let mut letters = word.chars();
    let mut literal = false;
    while let Some(letter) = letters.next() {
        let code = if letter == '%' { letters.next() } else { None };
        match (code, argument) {
            (None, _) => out.push(letter.encode_utf8(&mut [0; 4])),
            (Some('%'), _) => out.push("%"),
            (Some('c'), _) => out.push(name),
            (Some('f' | 'F' | 'u' | 'U'), Some(Argument::File(path))) => out.push(path),
            (Some('f' | 'F' | 'u' | 'U'), Some(Argument::Address(address))) => out.push(address.as_str()),
            // Deprecated codes and the icon.
            (Some(_), _) => continue,
        }
        literal = true;
    }
    literal.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::{Argument, Entry};

    const EDITOR: &str = "# a comment\n[Desktop Entry]\nType=Application\nName=Some Editor\nName[de]=Ein Editor\n\
        GenericName=Text Editor\nExec=\"/opt/an editor/bin\" --flag=\"a \\\\$ b\" --icon %i -- %F 100%%\n\
        Categories=Utility;TextEditor;\nMimeType=text/plain;text/x-c;\n[Desktop Action new]\nName=New\nExec=no\n";

    fn parse(text: &str) -> Option<Entry> {
        Entry::parse("org.some.Editor".into(), text)
    }

    #[test]
    fn command_lines_are_split_and_expanded_without_a_shell() {
        let entry = parse(EDITOR).unwrap();
        assert_eq!(entry.program(), "/opt/an editor/bin");
        let file = Argument::File("/home/a b/$(touch x) 'y' \"z\".txt".into());
        let expected = ["--flag=a $ b", "--icon", "--", "/home/a b/$(touch x) 'y' \"z\".txt", "100%"];
        assert_eq!(entry.arguments(Some(&file)), expected);
        assert_eq!(entry.arguments(None), ["--flag=a $ b", "--icon", "--", "100%"]);
        assert!(entry.takes_arguments());
        assert_eq!(entry.mime_types, ["text/plain", "text/x-c"]);
    }

    #[test]
    fn applications_match_several_names() {
        let entry = parse(EDITOR).unwrap();
        let fits = |name| entry.fits(name);
        assert_eq!((fits("some editor"), fits("SOME_EDITOR"), fits("editor")), (Some(0), Some(0), Some(1)));
        assert_eq!((fits("bin"), fits("org.some.editor.desktop")), (Some(2), Some(3)));
        assert_eq!((fits("text_editor"), fits("New"), fits("")), (Some(4), None, None));
    }

    #[test]
    fn other_entries_are_skipped() {
        assert_eq!(parse("[Desktop Entry]\nType=Link\nExec=x\nName=x\n"), None);
        assert_eq!(parse("[Desktop Entry]\nType=Application\nExec=x \"y\nName=x\n"), None);
        assert_eq!(parse("[Desktop Entry]\nType=Application\nName=x\n"), None);
        assert_eq!(parse("[Desktop Entry]\nType=Application\nExec=x\nHidden=true\nName=x\n"), None);
        assert_eq!(parse("nonsense"), None);
    }
}
