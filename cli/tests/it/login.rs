//! `deskhand login`, `logout` and `token`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Output, Stdio};

use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use crate::deskhand::{Deskhand, PASSWORD, program};
use crate::two_step::TwoStep;

/// Runs the program as a user with these settings.
async fn run(settings: &Path, arguments: &[&str], input: &str) -> Output {
    let mut command = program();
    command.args(arguments).env("XDG_CONFIG_HOME", settings);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    child.wait_with_output().await.unwrap()
}

async fn succeeds(settings: &Path, arguments: &[&str]) -> String {
    let output = run(settings, arguments, "").await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

async fn fails(settings: &Path, arguments: &[&str], input: &str) -> String {
    let output = run(settings, arguments, input).await;
    assert!(!output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[tokio::test]
async fn a_login_is_stored_for_later_commands() {
    let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let deskhand = Deskhand::up(data.path()).await;
    deskhand.first_administrator().await;
    let settings = home.path();
    let told = fails(settings, &["token", "list"], "").await;
    assert!(told.contains("You are not logged in. Run `deskhand login URL`"), "{told}");
    let told = fails(settings, &["login", &deskhand.url, "--username", "ada"], "wrong horse\n").await;
    assert!(told.contains("Wrong username or password"), "{told}");
    let told = fails(settings, &["login", "desk.example.com"], "").await;
    assert!(told.contains("such as https://desk.example.com"), "{told}");

    let output = run(settings, &["login", &deskhand.url], &format!("ada@example.com\n{PASSWORD}\n")).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let file = settings.join("deskhand/login.json");
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!std::fs::read_to_string(&file).unwrap().contains(PASSWORD));

    let create = ["token", "create", "nightly backup", "--scope", "account:read,chats:read", "--days", "1"];
    let token = succeeds(settings, &create).await.trim().to_owned();
    let me = async || {
        let request = Client::new().get(format!("{}/api/v1/users/me", deskhand.url));
        request.header("x-api-key", &token).send().await.unwrap()
    };
    assert_eq!(me().await.json::<Value>().await.unwrap()["username"], "ada");
    let told = fails(settings, &["token", "create", "x", "--scope", "everything"], "").await;
    assert!(told.contains("chats:read"), "{told}");

    // Commands that run at once share the login.
    let lists = join_all((0..5).map(|_| succeeds(settings, &["token", "list"]))).await;
    assert!(lists.iter().all(|list| list.contains("nightly backup") && !list.contains(&token)), "{lists:?}");
    let id = lists[0].split(' ').next().unwrap().to_owned();
    succeeds(settings, &["token", "revoke", &id]).await;
    assert_eq!(me().await.status(), StatusCode::UNAUTHORIZED);

    let stored = std::fs::read(&file).unwrap();
    let told = succeeds(settings, &["logout"]).await;
    assert!(told.contains("Logged out of") && !file.exists(), "{told}");
    // The refresh token is of no use any more.
    std::fs::write(&file, stored).unwrap();
    let told = fails(settings, &["token", "list"], "").await;
    assert!(told.contains("Your login has ended. Run `deskhand login"), "{told}");
}

#[tokio::test]
async fn a_login_asks_for_the_code_of_an_account_that_has_one() {
    let (data, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let deskhand = Deskhand::up(data.path()).await;
    let ada = deskhand.first_administrator().await;
    let two_step = TwoStep::turn_on(&deskhand, &ada, PASSWORD).await;
    let settings = home.path();
    let login = ["login", &deskhand.url, "--username", "ada"];
    let told = fails(settings, &login, &format!("{PASSWORD}\n")).await;
    assert!(told.contains("Enter the code of your authenticator app"), "{told}");
    let told = fails(settings, &login, &format!("{PASSWORD}\n12345\n")).await;
    assert!(told.contains("This code is wrong"), "{told}");
    // A wrong one that was given is not asked for again.
    let with = |code: &'static str| [&login[..], &["--code", code]].concat();
    let told =
        fails(settings, &with("12345"), &format!("{PASSWORD}\n{}\n", two_step.recovery_codes[0])).await;
    assert!(told.contains("This code is wrong"), "{told}");
    let told = fails(settings, &login, "wrong horse\n").await;
    assert!(told.contains("Wrong username or password"), "{told}");

    let asked = format!("{PASSWORD}\n{}\n", two_step.next_code());
    let output = run(settings, &login, &asked).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    succeeds(settings, &["token", "list"]).await;
    let given = [&login[..], &["--code", &two_step.recovery_codes[0]]].concat();
    let output = run(settings, &given, &format!("{PASSWORD}\n")).await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
