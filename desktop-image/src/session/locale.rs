//! The locale of a session: the person's time zone and language may become known only when it runs already.

use std::path::PathBuf;
use std::sync::Arc;

use protocol::locale::Locale;
use tokio::sync::Notify;

use crate::environment::AppEnvironment;
use crate::locale::{LocaleError, script};

/// The locale of a session's programs.
#[derive(Debug, Clone)]
pub struct SessionLocale {
    environment: AppEnvironment,
    changed: Arc<Notify>,
}

/// Why a locale was not set.
#[derive(Debug, thiserror::Error)]
pub enum SetLocaleError {
    /// It is malformed.
    #[error(transparent)]
    Malformed(#[from] LocaleError),
    /// It could not be written to a file.
    #[error("could not write the locale to a file")]
    Io(#[from] std::io::Error),
}

impl SessionLocale {
    /// The locale of the programs that are started with an environment.
    #[must_use]
    pub fn new(environment: AppEnvironment) -> Self {
        Self { environment, changed: Arc::default() }
    }

    /// Sets the locale of programs that are started from now on.
    ///
    /// # Errors
    /// When it is malformed, or can't be written to the file of programs that the window manager starts.
    pub async fn set(&self, locale: &Locale) -> Result<(), SetLocaleError> {
        if self.environment.set_locale(locale)? {
            tokio::fs::write(file(&self.environment), script_of(&self.environment)).await?;
            self.changed.notify_one();
        }
        Ok(())
    }

    /// Waits until another locale is set.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }
}

/// The file of `bin/in-locale`, by which the window manager starts programs: its own environment is that of its start.
pub(super) fn file(environment: &AppEnvironment) -> PathBuf {
    environment.runtime_dir().join("locale")
}

pub(super) fn script_of(environment: &AppEnvironment) -> String {
    script(&environment.locale())
}
