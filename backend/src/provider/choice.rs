//! Chooses the provider of this machine's desktops.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::docker::{DockerProvider, DockerSettings};
use super::local::LocalProvider;
use super::{DesktopProvider, DesktopProviderError};
use crate::config::{Config, DesktopsIn};
use crate::data_folder::DataFolder;

/// A provider, and why it was chosen.
pub struct Choice {
    /// The provider.
    pub provider: Arc<dyn DesktopProvider>,
    /// One sentence for people.
    pub why: String,
}

/// The file in the data folder that says where desktops ran last.
const FILE: &str = "desktops-in";

/// The configured provider; if none is configured, containers where they work, else processes.
///
/// # Errors
/// When the configured provider, or both, can't be used.
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
    choice.why.extend(moved);
    Ok(choice)
}

/// What to tell people when desktops ran elsewhere the last time, where their home folders are.
fn moved(folder: &Path, now: &str) -> io::Result<Option<String>> {
    let file = folder.join(FILE);
    let before = match std::fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read?),
    };
    std::fs::write(file, now)?;
    Ok(before.filter(|before| before != now).map(|before| {
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
    Ok(Choice { provider: Arc::new(provider), why })
}

/// How containers of desktops are made.
fn docker_settings(config: &Config) -> DockerSettings {
    let desktops = &config.desktops;
    DockerSettings {
        image: desktops.desktop_image.clone(),
        screen: config.screen,
        memory_bytes: u64::from(desktops.desktop_memory) << 20,
        milli_cpus: desktops.desktop_cpu,
        pids: desktops.desktop_pids,
        home_bytes: config.home_bytes(),
        runtime: desktops.desktop_runtime.clone(),
        host: None,
    }
}

async fn on_this_machine(
    config: &Config,
    folder: &DataFolder,
    why: &str,
) -> Result<Choice, DesktopProviderError> {
    let agent = config
        .agent_path()
        .map_err(|source| DesktopProviderError::Machine { attempt: "prepared", source })?;
    let provider = LocalProvider::open(agent, folder.path(), config.screen, config.home_bytes()).await?;
    let why = format!("Desktops run as processes of this machine, {}.", why.trim_end_matches('.'));
    Ok(Choice { provider: Arc::new(provider), why })
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
    }
}
