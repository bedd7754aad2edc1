//! `deskhand users` and `deskhand invite`, and the first administrator from the environment.

use std::path::Path;
use std::process::Stdio;

use reqwest::{Method, StatusCode};
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use crate::deskhand::{Deskhand, PASSWORD, ok, program};
use crate::two_step::TwoStep;

/// Runs the program with arguments and an input; returns what it printed, or why it failed.
async fn run(data: &Path, arguments: &[&str], input: &str) -> Result<String, String> {
    let mut command = program();
    command.args(arguments).arg("--data-dir").arg(data);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let output = child.wait_with_output().await.unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
}

#[tokio::test]
async fn users_are_administered_beside_a_running_deskhand() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    let ada = deskhand.first_administrator().await;
    let form = json!({ "username": "eve", "email": "eve@example.com", "password": PASSWORD });
    ok(deskhand.request(Method::POST, "/users").bearer_auth(&ada).json(&form)).await;
    let eve = deskhand.login("eve").await;
    let users = async |arguments: &[&str]| run(data.path(), &[&["users"][..], arguments].concat(), "").await;
    let me = async || {
        let me = deskhand.request(Method::GET, "/users/me").bearer_auth(&eve);
        me.send().await.unwrap().status()
    };

    let listed = users(&["list"]).await.unwrap();
    assert_eq!(listed, "ada\tada@example.com\tsuperuser\tenabled\neve\teve@example.com\tuser\tenabled\n");
    assert_eq!(users(&["disable", "EVE"]).await.unwrap(), "eve can't log in any more.\n");
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
    assert!(users(&["list"]).await.unwrap().ends_with("user\tdisabled\n"));
    assert_eq!(users(&["enable", "eve"]).await.unwrap(), "eve can log in.\n");
    deskhand.login("eve").await;

    let link = users(&["reset", "eve", "--url", "https://desk.example.org/x/"]).await.unwrap();
    let token = link.trim().split_once("https://desk.example.org/x/password#token=").unwrap().1;
    let new = json!({ "token": token, "password": "battery staple" });
    ok(deskhand.request(Method::POST, "/auth/password-link").json(&new)).await;

    let eve = deskhand.login_with("eve", "battery staple").await;
    TwoStep::turn_on(&deskhand, &eve, "battery staple").await;
    let plain = json!({ "username": "eve", "password": "battery staple" });
    let login = deskhand.request(Method::POST, "/auth/login").json(&plain).send().await.unwrap();
    assert_eq!(login.status(), StatusCode::UNAUTHORIZED);
    let told = "eve logs in with the password only.\n";
    assert_eq!(users(&["reset-second-factor", "Eve"]).await.unwrap(), told);
    deskhand.login_with("eve", "battery staple").await;

    for (arguments, told) in [
        (["reset-second-factor", "eve"], "Two-step login is not on"),
        (["disable", "ada"], "This is the last superuser who can log in"),
        (["delete", "ada"], "Nothing was deleted"),
        (["disable", "bob"], "There is no such user"),
    ] {
        let error = users(&arguments).await.unwrap_err();
        assert!(error.contains(told), "{error}");
    }
    let deleted = run(data.path(), &["users", "delete", "eve"], "eve\n").await.unwrap();
    assert!(deleted.starts_with("eve is deleted."), "{deleted}");
    assert_eq!(me().await, StatusCode::UNAUTHORIZED);
    assert_eq!(users(&["list"]).await.unwrap().lines().count(), 1);
}

#[tokio::test]
async fn an_invitation_from_the_command_line_admits_somebody() {
    let data = tempfile::tempdir().unwrap();
    let password = data.path().join("password");
    std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    let first = format!("ada:{}", password.display());
    let environment = [("DESKHAND_FIRST_ADMIN", first.as_str()), ("DESKHAND_REGISTRATION", "invite")];
    let deskhand = Deskhand::up_with(data.path(), &environment).await;
    assert_eq!(deskhand.setup_link, None);
    deskhand.login("ada").await;
    let invite = ["invite", "--email", "grace@example.com", "--url", "https://desk.example.org"];
    let link = run(data.path(), &invite, "").await.unwrap();
    let token = link.trim().strip_prefix("https://desk.example.org/register#invitation=").unwrap();
    let form = json!({
        "username": "grace", "email": "grace@example.com", "password": PASSWORD, "invitation": token,
    });
    ok(deskhand.request(Method::POST, "/auth/register").json(&form)).await;
    deskhand.login("grace").await;
    let error = run(data.path(), &["invite", "--uses", "0"], "").await.unwrap_err();
    assert!(error.contains("An invitation can be for 1 to 1000 people"), "{error}");
}
