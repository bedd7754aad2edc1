//! Chooses the desktop provider.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::NamedTempFile;

use super::docker::{DockerProvider, DockerSettings, DockerTimeouts};
use super::local::{self, LocalProvider, LocalSettings};
use super::{DesktopProvider, DesktopProviderError};
use crate::config::{Config, DesktopsIn};
use crate::data_folder::DataFolder;

/// The chosen provider and the reason.
pub struct Choice {
    /// The provider.
    pub provider: Arc<dyn DesktopProvider>,
    /// Why it was chosen, in one user-facing sentence.
    pub why: String,
    /// Whether desktops ran elsewhere before, so that their home folders are new.
    pub moved: bool,
}

/// The file in the data folder that records which provider was used last.
pub(crate) const DESKTOPS_IN: &str = "desktops-in";
/// In the place of a provider: the home folders were not in the backup that the folder was restored from.
pub(crate) const LOST: &str = "lost";

/// Opens the configured provider. If none is configured, uses containers if they work and local processes
/// otherwise.
///
/// # Errors
/// When the configured provider can't be used, or neither of the two.
pub async fn choose(config: &Config, folder: &DataFolder) -> Result<Choice, DesktopProviderError> {
    let (mut choice, now) = match config.desktops.desktops {
        DesktopsIn::Docker => (in_containers(config, folder, "as configured").await?, "docker"),
        DesktopsIn::Local => (on_this_machine(config, folder, "as configured").await?, "local"),
        DesktopsIn::Auto => {
            match in_containers(config, folder, "because Docker is running and has their image").await {
                Ok(choice) => (choice, "docker"),
                Err(error) => {
                    let why = format!("and not in containers: {error}");
                    (on_this_machine(config, folder, &why).await?, "local")
                }
            }
        }
    };
    let moved = moved(folder.path(), now)
        .map_err(|source| DesktopProviderError::Machine { attempt: "prepared", source })?;
    choice.moved = moved.is_some();
    choice.why.extend(moved);
    Ok(choice)
}

/// The version of Docker, if desktops could run in its containers. Makes nothing.
///
/// # Errors
/// When they could not; the message says what to do.
pub async fn probe_containers(config: &Config) -> Result<String, DesktopProviderError> {
    DockerProvider::probe(&docker_settings(config)).await
}

/// Looks for the program that runs inside each desktop.
///
/// # Errors
/// When it is not there; the message says what to do.
pub fn probe_agent(config: &Config) -> Result<(), DesktopProviderError> {
    local::find_agent(&agent_path(config)?).map(drop)
}

/// How this machine keeps desktops apart that are its processes, in one sentence. Makes nothing.
///
/// # Errors
/// When it can't; the message says what to do.
pub async fn probe_containment(config: &Config) -> Result<String, DesktopProviderError> {
    local::probe_containment(config.desktops.uncontained).await
}

fn agent_path(config: &Config) -> Result<PathBuf, DesktopProviderError> {
    config.agent_path().map_err(|source| DesktopProviderError::Machine { attempt: "prepared", source })
}

/// Records the provider. If it changed since the last start, returns a user-facing note that home folders did
/// not move.
fn moved(folder: &Path, now: &str) -> io::Result<Option<String>> {
    let file = folder.join(DESKTOPS_IN);
    let before = match std::fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read?),
    };
    let mut renewed = NamedTempFile::new_in(folder)?;
    renewed.write_all(now.as_bytes())?;
    renewed.persist(file).map_err(|error| error.error)?;
    Ok(before.filter(|before| before != now).map(|before| {
        if before == LOST {
            return " The backup that this was restored from had no home folders: conversations get a new, empty one.".to_owned();
        }
        format!(
            " Before, they ran elsewhere: existing conversations get a new, empty home folder here. Their old ones are kept; \
             DESKHAND_DESKTOPS={before} goes back to them."
        )
    }))
}

async fn in_containers(
    config: &Config,
    folder: &DataFolder,
    why: &str,
) -> Result<Choice, DesktopProviderError> {
    let provider = DockerProvider::open(folder.path(), docker_settings(config)).await?;
    let (engine, instance) = (provider.engine(), provider.instance());
    let why = format!(
        "Desktops run in containers of Docker {engine} with the label deskhand.instance={instance}, {why}."
    );
    Ok(Choice { provider: Arc::new(provider), why, moved: false })
}

/// The container settings from the configuration.
fn docker_settings(config: &Config) -> DockerSettings {
    let desktops = &config.desktops;
    DockerSettings {
        image: desktops.desktop_image.clone(),
        screen: config.screen,
        locale: config.locale(),
        memory_bytes: config.memory_bytes(),
        milli_cpus: desktops.desktop_cpu,
        pids: desktops.desktop_pids,
        home_bytes: config.home_bytes(),
        runtime: desktops.desktop_runtime.clone(),
        host: None,
        timeouts: DockerTimeouts::default(),
    }
}

async fn on_this_machine(
    config: &Config,
    folder: &DataFolder,
    why: &str,
) -> Result<Choice, DesktopProviderError> {
    let settings = LocalSettings {
        agent: agent_path(config)?,
        screen: config.screen,
        locale: config.locale(),
        home_bytes: config.home_bytes(),
        memory_bytes: config.memory_bytes(),
        processes: config.desktops.desktop_pids,
        uncontained: config.desktops.uncontained,
    };
    let provider = LocalProvider::open(folder.path(), settings).await?;
    let why = format!("Desktops run as processes of this machine, {}.", why.trim_end_matches('.'));
    Ok(Choice { provider: Arc::new(provider), why, moved: false })
}

#[cfg(test)]
mod tests {
    use super::moved;

    #[test]
    fn a_move_of_the_desktops_is_reported_once() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(moved(folder.path(), "local").unwrap(), None);
        assert_eq!(moved(folder.path(), "local").unwrap(), None);
        let told = moved(folder.path(), "docker").unwrap().unwrap();
        assert!(told.contains("DESKHAND_DESKTOPS=local goes back"), "{told}");
        assert_eq!(moved(folder.path(), "docker").unwrap(), None);
        std::fs::write(folder.path().join(super::DESKTOPS_IN), super::LOST).unwrap();
        let told = moved(folder.path(), "local").unwrap().unwrap();
        assert!(told.contains("new, empty one"), "{told}");
        assert_eq!(moved(folder.path(), "local").unwrap(), None);
    }
}
