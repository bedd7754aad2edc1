//! Classifies the engine's errors and turns them into user-facing messages.

use bollard::errors::Error;

use super::away::away;
use crate::provider::DesktopProviderError;

/// How to build the image; part of several messages.
const MAKE_IT: &str = "with `make image`, or under Compose with `docker compose build desktop`";

/// The classes of engine errors that are handled differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The object does not exist (404).
    NotFound,
    /// The object is in the requested state already (304).
    NotModified,
    /// The object's state or name forbids it (409): it is in the requested state already, or the name is
    /// taken.
    Conflict,
    /// Anything else.
    Other,
}

/// Classifies an error.
pub(super) fn answer(error: &Error) -> Answer {
    match error {
        Error::DockerResponseServerError { status_code: 404, .. } => Answer::NotFound,
        Error::DockerResponseServerError { status_code: 304, .. } => Answer::NotModified,
        Error::DockerResponseServerError { status_code: 409, .. } => Answer::Conflict,
        _ => Answer::Other,
    }
}

/// Treats "not found" as success.
pub(super) fn unless_gone<T>(result: Result<T, Error>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if answer(&error) == Answer::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Treats "not modified" and "conflict" as success.
pub(super) fn unless_unchanged<T>(result: Result<T, Error>) -> Result<(), Error> {
    match result {
        Err(error) if !matches!(answer(&error), Answer::NotModified | Answer::Conflict) => Err(error),
        _ => Ok(()),
    }
}

/// Whether the engine gave no answer at all.
pub(super) fn unreachable(error: &Error) -> bool {
    !matches!(
        error,
        Error::DockerResponseServerError { .. }
            | Error::DockerStreamError { .. }
            | Error::JsonDataError { .. }
    )
}

/// The error for an image built for another version of Deskhand.
pub(super) fn another_version(image: &str) -> DesktopProviderError {
    DesktopProviderError::Missing(format!(
        "The image of the desktops, {image}, is of another version of Deskhand. Rebuild it {MAKE_IT}."
    ))
}

/// The user-facing error; `attempt` is a past participle.
pub(super) fn explain(attempt: &'static str, image: &str, error: &Error) -> DesktopProviderError {
    let reason = match error {
        Error::DockerResponseServerError { message, .. } => message.trim().to_owned(),
        other if unreachable(other) => return away(other),
        other => other.to_string(),
    };
    let lower = reason.to_lowercase();
    if lower.contains("no such image") {
        return DesktopProviderError::Missing(format!(
            "The image of the desktops, {image}, is not on this machine. Build it {MAKE_IT}."
        ));
    }
    if lower.contains("no space left on device") {
        return DesktopProviderError::Missing(
            "The disk that Docker keeps its data on is full. Free some space, for example with `docker image prune`, and ask again; \
             `--volumes` would take the home folders of desktops that do not run.".into(),
        );
    }
    DesktopProviderError::Engine { attempt, reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status_code: u16, message: &str) -> String {
        let error = Error::DockerResponseServerError { status_code, message: message.into() };
        explain("started", "deskhand-desktop", &error).to_string()
    }

    #[test]
    fn fixable_errors_say_how_to_fix_them() {
        assert!(told(404, "No such image: deskhand-desktop:latest").contains("make image"));
        assert!(told(500, "mkdir /var/lib/docker/x: no space left on device").contains("is full"));
        assert!(told(500, "out of cheese").ends_with("Docker says: out of cheese"));
        let dead = explain("started", "deskhand-desktop", &Error::RequestTimeoutError);
        assert!(dead.to_string().contains("Docker does not answer"));
    }
}
