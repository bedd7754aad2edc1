//! `deskhand keys`.

use std::path::Path;
use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::deskhand::{Deskhand, PASSWORD, ok, program};
use crate::installation::until;

async fn keys(data: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = program().arg("keys").args(arguments).arg("--data-dir").arg(data).output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

async fn tokens(deskhand: &Deskhand) -> Value {
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    ok(deskhand.request(Method::POST, "/auth/login").json(&credentials)).await
}

async fn status(deskhand: &Deskhand, tokens: &Value) -> StatusCode {
    let me = deskhand.request(Method::GET, "/users/me").bearer_auth(tokens["access_token"].as_str().unwrap());
    me.send().await.unwrap().status()
}

#[tokio::test]
async fn keys_are_changed_while_it_runs() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    deskhand.first_administrator().await;
    let first = tokens(&deskhand).await;
    let key = std::fs::read_to_string(data.path().join("master.key")).unwrap();
    let told = keys(data.path(), &["rotate"]).await.unwrap();
    assert!(told.contains("version 2 of the master key"), "{told}");
    assert_ne!(std::fs::read_to_string(data.path().join("master.key")).unwrap(), key);
    assert_eq!(status(&deskhand, &first).await, StatusCode::OK);

    let told = keys(data.path(), &["rotate", "signing"]).await.unwrap();
    assert!(told.contains("signs access tokens from now on"), "{told}");
    assert_eq!(status(&deskhand, &first).await, StatusCode::OK, "the old key verifies for a while");
    let second = tokens(&deskhand).await;
    keys(data.path(), &["rotate", "signing", "--end-tokens"]).await.unwrap();
    until("the old keys end", async || status(&deskhand, &second).await == StatusCode::UNAUTHORIZED).await;
    let refresh = json!({ "refresh_token": second["refresh_token"] });
    let third = ok(deskhand.request(Method::POST, "/auth/refresh").json(&refresh)).await;
    assert_eq!(status(&deskhand, &third).await, StatusCode::OK);
    drop(deskhand);

    let deskhand = Deskhand::up(data.path()).await;
    assert_eq!(status(&deskhand, &third).await, StatusCode::OK, "a restart finds all keys");
}

#[tokio::test]
async fn without_its_master_key_it_does_not_start_and_says_what_to_do() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    deskhand.first_administrator().await;
    drop(deskhand);
    std::fs::remove_file(data.path().join("master.key")).unwrap();
    let mut up = program();
    up.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path());
    let output = tokio::time::timeout(Duration::from_secs(60), up.output()).await.unwrap().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && told.contains("Put back the file"), "{told}");
    assert!(told.contains("deskhand keys reset"), "{told}");

    let told = keys(data.path(), &["reset"]).await.unwrap_err();
    assert!(told.contains("--yes"), "{told}");
    keys(data.path(), &["reset", "--yes"]).await.unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    let again = tokens(&deskhand).await;
    assert_eq!(status(&deskhand, &again).await, StatusCode::OK, "accounts stay");
}
