//! Finds the programs of Postgres on this machine.

use std::path::{Path, PathBuf};

use tokio::process::Command;

/// The folder in which Debian installs each major version.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The programs of a major version.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Binaries {
    pub(super) major: u32,
    folder: PathBuf,
}

impl Binaries {
    /// Finds those that can run a cluster: of the major version that made it, or the newest for a new one.
    ///
    /// # Errors
    /// When they are not installed; the message says what to do.
    pub(super) async fn for_cluster(folder: &Path) -> anyhow::Result<Self> {
        let made_by = std::fs::read_to_string(folder.join("PG_VERSION")).ok();
        choose(installed().await, made_by.as_deref().map(str::trim), folder)
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.folder.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.folder.join("postgres")
    }
}

/// All on this machine, the newest first: Debian's, and the first ones on the `PATH`.
async fn installed() -> Vec<Binaries> {
    let debian = std::fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let mut found: Vec<Binaries> = debian
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            Some(Binaries { major, folder: entry.path().join("bin") })
        })
        .filter(|binaries| is_complete(&binaries.folder))
        .collect();
    let path = std::env::var_os("PATH").unwrap_or_default();
    if let Some(folder) = std::env::split_paths(&path).find(|folder| is_complete(folder))
        && let Some(major) = major_version(&folder).await
    {
        found.push(Binaries { major, folder });
    }
    found.sort_unstable_by(|left, right| right.cmp(left));
    found
}

fn is_complete(folder: &Path) -> bool {
    folder.join("initdb").is_file() && folder.join("postgres").is_file()
}

/// The major version of the programs in a folder, unless they can't be run.
async fn major_version(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("postgres")).arg("--version").env_clear().output().await.ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.split_whitespace().nth(2)?.split('.').next()?.parse().ok()
}

/// Chooses for a cluster in `folder`, made by a version or not there yet.
fn choose(installed: Vec<Binaries>, made_by: Option<&str>, folder: &Path) -> anyhow::Result<Binaries> {
    anyhow::ensure!(
        !installed.is_empty(),
        "Postgres is not installed. Install it (on Debian: apt-get install postgresql), or name a server with DATABASE_URL."
    );
    let mut majors: Vec<String> = installed.iter().map(|binaries| binaries.major.to_string()).collect();
    majors.dedup();
    let fits = |binaries: &Binaries| made_by.is_none_or(|made_by| binaries.major.to_string() == made_by);
    let made_by = made_by.unwrap_or_default();
    installed.into_iter().find(fits).ok_or_else(|| {
        anyhow::anyhow!(
            "The database in {} was made by Postgres {made_by}, and this machine has Postgres {}. Install Postgres {made_by} \
             beside it (on Debian: apt-get install postgresql-{made_by}; https://apt.postgresql.org has all versions), or \
             restore a backup with `deskhand restore --replace`.",
            folder.display(),
            majors.join(" and ")
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn debian(majors: &[u32]) -> Vec<Binaries> {
        majors
            .iter()
            .map(|&major| Binaries { major, folder: format!("{DEBIAN}/{major}/bin").into() })
            .collect()
    }

    fn chosen(installed: &[u32], made_by: Option<&str>) -> Result<u32, String> {
        let chosen = choose(debian(installed), made_by, Path::new("/data/postgres"));
        chosen.map(|binaries| binaries.major).map_err(|error| error.to_string())
    }

    #[test]
    fn a_cluster_is_run_by_the_version_that_made_it_and_a_new_one_by_the_newest() {
        assert_eq!(chosen(&[17, 15], Some("15")), Ok(15));
        assert_eq!(chosen(&[17, 15], Some("17")), Ok(17));
        assert_eq!(chosen(&[17, 15], None), Ok(17));
    }

    #[test]
    fn a_version_that_is_not_there_is_named_with_what_to_do() {
        let told = chosen(&[18, 17, 17], Some("15")).unwrap_err();
        assert!(told.contains("made by Postgres 15, and this machine has Postgres 18 and 17"), "{told}");
        assert!(told.contains("postgresql-15") && told.contains("deskhand restore --replace"), "{told}");
        assert!(chosen(&[], Some("15")).unwrap_err().starts_with("Postgres is not installed"));
    }
}
