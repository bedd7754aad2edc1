//! Resolves a name, path or address to the command line that opens it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use protocol::agent::open::OpenRequest;
use url::Url;

use super::applications::Applications;
use super::entry::{Argument, Entry};
use super::{OpenError, mime};
use crate::environment::AppEnvironment;

/// A command line, and what to report about it.
#[derive(Debug)]
pub(super) struct Launch {
    pub(super) application: String,
    pub(super) opened: Option<String>,
    pub(super) program: OsString,
    pub(super) arguments: Vec<OsString>,
    /// The working directory, if not the home folder.
    pub(super) folder: Option<PathBuf>,
}

impl Launch {
    pub(super) fn command(&self, environment: &AppEnvironment) -> Command {
        let mut command = environment.command(&self.program);
        command.args(&self.arguments);
        if let Some(folder) = &self.folder {
            command.current_dir(folder);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }
}

/// Resolves a request. An application takes precedence over a file of the same name in the home folder.
pub(super) fn find(environment: &AppEnvironment, request: &OpenRequest) -> Result<Launch, OpenError> {
    let target = request.target.trim();
    let texts = [Some(target), request.argument.as_deref()];
    if target.is_empty() || texts.into_iter().flatten().any(|text| text.contains('\0')) {
        return Err(OpenError::Nonsense);
    }
    let applications = Applications::read(environment);
    let finder = Finder { environment, applications };
    if let Some(argument) = &request.argument {
        let entry = finder.applications.named(target).ok_or_else(|| finder.unknown(target))?;
        return finder.with_argument(entry, argument);
    }
    if is_address(target) {
        return finder.address(target);
    }
    if !target.starts_with('~') && !target.contains('/') {
        if let Some(entry) = finder.applications.named(target) {
            return Ok(finder.launch(entry, None));
        }
        if !finder.path(target).exists() {
            return Err(finder.unknown(target));
        }
    }
    finder.file(finder.path(target))
}

/// Resolves what a program asks to open: an address, or a path relative to the current folder.
pub(super) fn find_for_program(environment: &AppEnvironment, target: &OsStr) -> Result<Launch, OpenError> {
    let finder = Finder { environment, applications: Applications::read(environment) };
    let path = std::path::absolute(target).map_err(|_| OpenError::Nonsense)?;
    let address = target.to_str().filter(|_| !path.exists()).and_then(|text| Url::parse(text).ok());
    match address {
        Some(address) if address.scheme() == "file" => match address.to_file_path() {
            Ok(path) => finder.file(path),
            Err(()) => Err(OpenError::Address(address.into())),
        },
        Some(address) => finder.with_handler_of(address.scheme(), &address),
        None => finder.file(path),
    }
}

/// Whether a text starts with a URL scheme.
fn is_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    })
}

/// Parses a URL that a browser can open. Its normal form is a single ASCII word.
fn parse_address(text: &str) -> Result<Url, OpenError> {
    let address =
        Url::parse(text).ok().filter(|address| ["http", "https", "file"].contains(&address.scheme()));
    address.ok_or_else(|| OpenError::Address(text.to_owned()))
}

struct Finder<'a> {
    environment: &'a AppEnvironment,
    applications: Applications,
}

impl Finder<'_> {
    fn unknown(&self, target: &str) -> OpenError {
        OpenError::Unknown { target: target.to_owned(), applications: self.applications.names() }
    }

    /// Makes a path absolute, so that no program takes it for an option.
    fn path(&self, text: &str) -> PathBuf {
        let home = self.environment.home();
        match text.strip_prefix("~/") {
            Some(rest) => home.join(rest),
            None if text == "~" => home.to_owned(),
            None => home.join(text),
        }
    }

    fn address(&self, text: &str) -> Result<Launch, OpenError> {
        // The browser opens `file:` URLs too.
        self.with_handler_of("https", &parse_address(text)?)
    }

    /// Opens an address with the application for a scheme.
    fn with_handler_of(&self, scheme: &str, address: &Url) -> Result<Launch, OpenError> {
        let kind = format!("x-scheme-handler/{scheme}");
        match self.applications.for_type(&kind) {
            Some(entry) => Ok(self.launch(entry, Some(&Argument::Address(address.clone())))),
            None => Err(OpenError::NoApplication { path: address.to_string(), kind, missing: None }),
        }
    }

    fn file(&self, path: PathBuf) -> Result<Launch, OpenError> {
        let shown = path.display().to_string();
        let types = mime::types(&path).map_err(|_| OpenError::NoFile(shown.clone()))?;
        let missing = types.iter().find_map(|kind| self.applications.missing_for(kind));
        match types.iter().find_map(|kind| self.applications.for_type(kind)) {
            Some(entry) if missing.is_some() && mime::is_locked(&path, &types) => {
                Err(OpenError::Locked { path: shown, application: entry.name.clone() })
            }
            Some(entry) => Ok(self.launch(entry, Some(&Argument::File(path)))),
            None => Err(OpenError::NoApplication { path: shown, kind: types.join(" or "), missing }),
        }
    }

    /// Opens an argument in the given application. A file need not exist, since editors create it.
    fn with_argument(&self, entry: &Entry, text: &str) -> Result<Launch, OpenError> {
        let path = self.path(text);
        if !entry.takes_arguments() {
            // A terminal starts in the given folder.
            if entry.categories.iter().any(|category| category == "TerminalEmulator") && path.is_dir() {
                let opened = Some(path.display().to_string());
                return Ok(Launch { folder: Some(path), opened, ..self.launch(entry, None) });
            }
            return Err(OpenError::NoArgument(entry.name.clone()));
        }
        let browses = entry.categories.iter().any(|category| category == "WebBrowser");
        if is_address(text) {
            Ok(self.launch(entry, Some(&Argument::Address(parse_address(text)?))))
        } else if browses && !path.exists() {
            // As in an address bar, the scheme is optional.
            let address =
                Url::parse(&format!("http://{text}")).map_err(|_| OpenError::Address(text.into()))?;
            Ok(self.launch(entry, Some(&Argument::Address(address))))
        } else {
            Ok(self.launch(entry, Some(&Argument::File(path))))
        }
    }

    fn launch(&self, entry: &Entry, argument: Option<&Argument>) -> Launch {
        let opened = argument.map(|argument| match argument {
            Argument::File(path) => path.display().to_string(),
            Argument::Address(address) => address.to_string(),
        });
        let mut program = self.program(entry);
        let mut arguments = entry.arguments(argument);
        if entry.in_terminal {
            let inner = std::mem::replace(&mut program, "x-terminal-emulator".into());
            arguments.splice(..0, ["-e".into(), inner]);
        }
        Launch { application: entry.name.clone(), opened, program, arguments, folder: None }
    }

    /// The program of an entry. One with an absolute path in a folder of `PATH` is looked up by name, since the
    /// desktop's own wrappers come first, such as the browser's.
    fn program(&self, entry: &Entry) -> OsString {
        let program = Path::new(entry.program());
        let search = self.environment.variable("PATH").unwrap_or_default();
        let in_path = std::env::split_paths(search).any(|folder| Some(folder.as_path()) == program.parent());
        match program.file_name() {
            Some(name) if in_path => name.to_owned(),
            _ => program.as_os_str().to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{is_address, parse_address};

    #[test]
    fn addresses_are_distinguished_from_paths_and_names() {
        for text in ["http://a", "HTTPS://a.b/c", "file:///x", "data://x", "view-source://x"] {
            assert!(is_address(text), "{text}");
        }
        for text in ["a/b://c", "://x", "notes.txt", "~/a://b", "C:"] {
            assert!(!is_address(text), "{text}");
        }
        let address = parse_address("https://a.b/c d\"$(touch x)'ä").unwrap();
        assert_eq!(address.as_str(), "https://a.b/c%20d%22$(touch%20x)'%C3%A4");
        assert!(parse_address("data://x").is_err() && parse_address("http://").is_err());
    }
}
