//! `deskhand create-user` without a running Deskhand.

use std::process::Stdio;

use tokio::io::AsyncWriteExt as _;

use crate::deskhand::{Deskhand, PASSWORD, program};

#[tokio::test]
async fn a_user_is_created_without_a_running_service_and_with_a_password_from_standard_input() {
    let data = tempfile::tempdir().unwrap();
    let mut command = program();
    command
        .args(["create-user", "--username", "grace", "--email", "grace@example.com", "--data-dir"])
        .arg(data.path());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(format!("{PASSWORD}\n").as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Created the user grace.\n");

    let deskhand = Deskhand::up(data.path()).await;
    assert_eq!(deskhand.setup_link, None);
    deskhand.login("grace").await;
}

#[tokio::test]
async fn the_image_has_it_under_another_name() {
    let data = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/create_user");
    let mut command = tokio::process::Command::new(script);
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_deskhand")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    command.env("PATH", path).env_remove("DATABASE_URL").arg("--data-dir").arg(data.path());
    command.args(["--username", "shakir", "--email", "shakir@gmail.com", "--password", "shakir123"]);
    command.args(["--first-name", "shakir", "--last-name", "fattani", "--superuser"]);
    let output = command.output().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "Created the user shakir.\n", "{output:?}");
}

#[tokio::test]
async fn invalid_input_is_reported() {
    let data = tempfile::tempdir().unwrap();
    for (arguments, told) in [
        (["--username", "a b", "--email", "a@b", "--password", PASSWORD], "Choose a username"),
        (["--username", "ada", "--email", "nobody", "--password", PASSWORD], "Give an e-mail address"),
        (["--username", "ada", "--email", "a@b", "--password", "short"], "Choose a password"),
    ] {
        let output = program()
            .arg("create-user")
            .args(arguments)
            .arg("--data-dir")
            .arg(data.path())
            .output()
            .await
            .unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && error.contains(&format!("Error: {told}")), "{error}");
    }
}
