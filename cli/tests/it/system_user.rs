//! Deskhand as a user whose group has another number, as those of services often do.

use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;

use nix::unistd::geteuid;
use reqwest::Method;
use tokio::process::Command;

use crate::deskhand::{Deskhand, ok, program};

/// The user `nobody`, since Postgres wants one with a name.
const USER: u32 = 65_534;
/// A number that no group has.
const GROUP: u32 = 719_002;

#[tokio::test]
async fn a_desktop_belongs_to_the_user_and_to_the_group() {
    let place = tempfile::tempdir().unwrap();
    std::fs::set_permissions(place.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let data = place.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let mut command = if geteuid().is_root() {
        chown(&data, Some(USER), Some(GROUP)).unwrap();
        as_service(place.path())
    } else {
        program()
    };
    command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(&data);
    let deskhand = Deskhand::spawn(command).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `id -un; id -gn; touch ~/mine`").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    let log = format!("/chats/{}/log", chat["id"].as_str().unwrap());
    let log = ok(deskhand.request(Method::GET, &log).bearer_auth(&token)).await.to_string();
    assert!(log.contains(r"deskhand\ndeskhand"), "{log}");
}

/// The program as that user, who may have no access to the folder that it was built in.
fn as_service(place: &Path) -> Command {
    let built = Path::new(env!("CARGO_BIN_EXE_deskhand"));
    for name in ["deskhand", "desktop-agent"] {
        std::fs::copy(built.with_file_name(name), place.join(name)).unwrap();
    }
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={USER}"), format!("--regid={GROUP}"), "--clear-groups".to_owned()]);
    command.arg(place.join("deskhand")).kill_on_drop(true);
    for (name, value) in program().as_std().get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    // That of the tests may be closed to others.
    let temporary = place.join("tmp");
    std::fs::create_dir(&temporary).unwrap();
    chown(&temporary, Some(USER), Some(GROUP)).unwrap();
    command.env("TMPDIR", temporary);
    command
}
