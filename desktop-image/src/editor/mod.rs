//! A text editor for models: views files and folders, and edits files with small commands.
//!
//! Like the shell, it can access everything that the desktop's user can. Commands run one at a time, so that no change
//! is lost between reading and writing a file.

mod error;
mod folder;
mod history;
mod image_file;
mod paths;
mod store;
mod text;
mod view;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use protocol::editor::{EditorCommand, EditorOutcome, EditorResult};

use error::{EditorError, at};
use history::History;
use text::{Edited, NotReplaced};
use view::View;

/// Characters of the lines shown around a change.
const MAX_SNIPPET: usize = 10_000;

/// The text editor of a desktop. The methods block on the disk.
#[derive(Debug)]
pub struct Editor {
    home: PathBuf,
    history: Mutex<History>,
}

impl Editor {
    /// An editor that resolves relative paths from the home folder.
    #[must_use]
    pub fn new(home: PathBuf) -> Self {
        Self { home, history: Mutex::default() }
    }

    /// Runs one command. Failures are reported in the result.
    #[must_use]
    pub fn run(&self, command: EditorCommand) -> EditorResult {
        let viewed = self.perform(command);
        let mut result = EditorResult { outcome: EditorOutcome::Done, text: String::new(), image: None };
        match viewed {
            Ok(View::Text(text)) => result.text = text,
            Ok(View::Image(image)) => result.image = Some(image),
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                tracing::info!(error = %error, error.source = source, "an editor command failed");
                result.outcome = EditorOutcome::Failed { message: error.to_string() };
            }
        }
        result
    }

    fn perform(&self, command: EditorCommand) -> Result<View, EditorError> {
        let absolute = |path: &str| paths::absolute(&self.home, path);
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let message = match command {
            EditorCommand::View { path, view_range, max_characters } => {
                return view::view(&absolute(&path)?, view_range, max_characters);
            }
            EditorCommand::Create { path, file_text } => {
                create(&mut history, &absolute(&path)?, file_text.as_bytes())
            }
            EditorCommand::StrReplace { path, old_str, new_str } => {
                replace(&mut history, &absolute(&path)?, &old_str, &new_str)
            }
            EditorCommand::Insert { path, insert_line, insert_text } => {
                insert(&mut history, &absolute(&path)?, insert_line, &insert_text)
            }
            EditorCommand::UndoEdit { path } => undo(&mut history, &absolute(&path)?),
        };
        message.map(View::Text)
    }
}

fn create(history: &mut History, path: &Path, content: &[u8]) -> Result<String, EditorError> {
    if paths::names_folder(path) {
        return Err(EditorError::Folder(display(path)));
    }
    let target = paths::target(path).map_err(at(path))?;
    let before = match store::read(&target) {
        Ok(before) => Some(Some(before)),
        Err(EditorError::NotFound(_)) => Some(None),
        // A file that can't be read can be overwritten, but the change can't be undone.
        Err(EditorError::TooLarge(_) | EditorError::Permission(_)) => None,
        Err(other) => return Err(other),
    };
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder).map_err(at(path))?;
    }
    // The path can only be resolved now that its folders exist.
    let target = paths::target(path).map_err(at(path))?;
    store::write(&target, content)?;
    let overwritten = !matches!(before, Some(None));
    match before {
        Some(before) => history.remember(&target, before, content),
        None => history.forget(&target),
    }
    Ok(format!("{} was {}.", display(path), if overwritten { "overwritten" } else { "created" }))
}

fn replace(history: &mut History, path: &Path, old: &str, new: &str) -> Result<String, EditorError> {
    if old.is_empty() {
        return Err(EditorError::NoOldText);
    }
    change(history, path, |text| {
        text::replace(text, old, new).map_err(|why| match why {
            NotReplaced::Absent => EditorError::NoMatch(display(path)),
            NotReplaced::Ambiguous { count, lines } => {
                let mut lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                if count > text::MAX_PLACES {
                    lines.push("...".to_owned());
                }
                EditorError::ManyMatches { path: display(path), count, lines: lines.join(", ") }
            }
        })
    })
}

fn insert(history: &mut History, path: &Path, line: i64, lines: &str) -> Result<String, EditorError> {
    change(history, path, |text| {
        let after = usize::try_from(line).ok();
        after.and_then(|after| text::insert(text, after, lines)).ok_or_else(|| EditorError::NoLine {
            path: display(path),
            line,
            lines: text::line_count(text),
        })
    })
}

fn change(
    history: &mut History,
    path: &Path,
    edit: impl FnOnce(&[u8]) -> Result<Edited, EditorError>,
) -> Result<String, EditorError> {
    let target = paths::target(path).map_err(at(path))?;
    let before = store::read(&target)?;
    if before.contains(&0) {
        return Err(EditorError::Binary(display(path)));
    }
    let edited = edit(&before)?;
    store::write(&target, &edited.text)?;
    history.remember(&target, Some(before), &edited.text);
    let snippet = text::snippet(&edited);
    if snippet.is_empty() {
        return Ok(format!("{} was changed. It is empty now.", display(path)));
    }
    let snippet = view::cut(snippet, MAX_SNIPPET, |_| "of the changed lines".into());
    Ok(format!("{} was changed. The lines around the change are now:\n{snippet}", display(path)))
}

fn undo(history: &mut History, path: &Path) -> Result<String, EditorError> {
    let target = paths::target(path).map_err(at(path))?;
    let step = history.last(&target).ok_or_else(|| EditorError::NothingToUndo(display(path)))?;
    match store::read(&target) {
        Ok(now) if step.left(&now) => {}
        Ok(_) | Err(EditorError::NotFound(_) | EditorError::TooLarge(_)) => {
            return Err(EditorError::ChangedSince(display(path)));
        }
        Err(other) => return Err(other),
    }
    let message = if let Some(before) = &step.before {
        store::write(&target, before)?;
        format!("The last change of {} was taken back.", display(path))
    } else {
        std::fs::remove_file(&target).map_err(at(path))?;
        format!("{} was removed: the last change had created it.", display(path))
    };
    history.forget_last(&target);
    Ok(message)
}

fn display(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use nix::unistd::{Uid, setfsuid};
    use protocol::editor::{EditorCommand, EditorOutcome};

    use super::Editor;

    #[test]
    fn files_without_permission_are_left_unchanged() {
        let home = tempfile::tempdir().unwrap();
        let path = |name: &str| home.path().join(name).display().to_string();
        std::fs::write(path("secret"), "secret").unwrap();
        std::fs::set_permissions(path("secret"), std::fs::Permissions::from_mode(0o000)).unwrap();
        let editor = Editor::new(home.path().to_owned());
        let commands = [
            EditorCommand::View { path: "secret".into(), view_range: None, max_characters: None },
            EditorCommand::Insert { path: "secret".into(), insert_line: 0, insert_text: "x".into() },
            EditorCommand::Create { path: "/etc/deskhand-test".into(), file_text: "x".into() },
        ];
        // Root can do everything; the test gives up its privileges on a separate thread.
        let outcomes = std::thread::scope(|scope| {
            let refused = scope.spawn(|| {
                setfsuid(Uid::from_raw(65_534));
                commands.map(|command| editor.run(command).outcome)
            });
            refused.join().unwrap()
        });
        let message = |path: &str| EditorOutcome::Failed {
            message: format!("The desktop's user has no permission for {path}."),
        };
        let secret = path("secret");
        assert_eq!(outcomes, [message(&secret), message(&secret), message("/etc/deskhand-test")]);
    }
}
