//! Which provider this machine's desktops come from.

use std::io;
use std::path::Path;
use std::sync::Arc;

use super::docker::{DockerProvider, DockerSettings};
use super::local::LocalProvider;
use super::{DesktopProvider, DesktopProviderError};
use crate::config::{Config, DesktopsIn};
use crate::data_folder::DataFolder;

/// A provider, and why it is this one.
pub struct Choice {
    /// The provider.
    pub provider: Arc<dyn DesktopProvider>,
    /// One sentence for people.
    pub why: String,
}

/// Where the data folder says where desktops ran the last time.
const FILE: &str = "desktops-in";

/// The provider that the settings ask for; where they leave it open, containers if that works.
///
/// # Errors
/// When the provider asked for can't be had, or neither.
pub async fn choose(config: &Config, folder: &DataFolder) -> Result<Choice, DesktopProviderError> {
    let (mut choice, now) = match config.desktops.desktops {
        DesktopsIn::Docker => (in_containers(config, folder, "as the settings ask for").await?, "docker"),
        DesktopsIn::Local => (on_this_machine(config, folder, "as the settings ask for").await?, "local"),
        DesktopsIn::Auto => {
            match in_containers(config, folder, "since Docker answers and has their image").await {
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

/// What to say when desktops ran elsewhere the last time: their home folders are there.
fn moved(folder: &Path, now: &str) -> io::Result<Option<String>> {
    let file = folder.join(FILE);
    let before = match std::fs::read_to_string(&file) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        read => Some(read?),
    };
    std::fs::write(file, now)?;
    Ok(before.filter(|before| before != now).map(|before| {
        format!(
            " Until now they ran elsewhere: conversations that have a home folder there begin with an empty one here. \
             DESKHAND_DESKTOPS={before} goes back to those, which are kept."
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
    fn a_move_of_the_desktops_is_told_once() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(moved(folder.path(), "local").unwrap(), None);
        assert_eq!(moved(folder.path(), "local").unwrap(), None);
        let told = moved(folder.path(), "docker").unwrap().unwrap();
        assert!(told.contains("DESKHAND_DESKTOPS=local goes back"), "{told}");
        assert_eq!(moved(folder.path(), "docker").unwrap(), None);
    }
}
