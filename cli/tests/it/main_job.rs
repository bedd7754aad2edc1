//! The main use case over plain HTTP: a user asks, and the desktop does it.

use nix::sys::signal::Signal;
use reqwest::Method;

use crate::deskhand::{Deskhand, PASSWORD, ok, program};

/// A prompt that opens a terminal and types a command into it.
pub(crate) const PROMPT: &str =
    "open the terminal, type \"echo deskhand-was-here > ~/Outputs/proof.txt\", press Return";

#[tokio::test]
async fn a_created_user_asks_waits_and_downloads_the_proof() {
    let data = tempfile::tempdir().unwrap();
    let deskhand = Deskhand::up(data.path()).await;
    let made = program()
        .args(["create-user", "--username", "grace", "--email", "grace@example.com", "--password", PASSWORD])
        .args(["--first-name", "Grace", "--last-name", "Hopper", "--superuser", "--data-dir"])
        .arg(data.path())
        .output()
        .await
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let token = deskhand.login("grace").await;
    let chat = deskhand.chat(&token, PROMPT).await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    proof(&deskhand, &token, &chat).await;
    let users = ok(deskhand.request(Method::GET, "/users/").bearer_auth(&token)).await;
    assert_eq!(
        (users[0]["username"].as_str(), users[0]["is_superuser"].as_bool()),
        (Some("grace"), Some(true))
    );
}

#[tokio::test]
async fn desktops_in_containers_end_with_deskhand() {
    let data = tempfile::tempdir().unwrap();
    let image = std::env::var("DESKHAND_TEST_IMAGE").unwrap_or_else(|_| "deskhand-desktop:test".into());
    let settings = [
        ("DESKHAND_DESKTOPS", "docker"),
        ("DESKHAND_DESKTOP_IMAGE", &*image),
        // Without a pool, every container belongs to a chat.
        ("DESKHAND_DESKTOP_POOL", "0"),
    ];
    let mut deskhand = Deskhand::up_with(data.path(), &settings).await;
    assert!(
        deskhand.printed[0].starts_with("Desktops run in containers of Docker"),
        "{:?}",
        deskhand.printed
    );
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, PROMPT).await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    proof(&deskhand, &token, &chat).await;
    let instance =
        deskhand.printed[0].split("deskhand.instance=").nth(1).unwrap().split(',').next().unwrap().to_owned();
    assert_eq!(docker_lists(&["ps", "-a"], &instance).len(), 1);
    let path = format!("/chats/{}", chat["id"].as_str().unwrap());
    let deleted = deskhand.request(Method::DELETE, &path).bearer_auth(&token).send().await.unwrap();
    assert!(deleted.status().is_success());
    assert!(docker_lists(&["ps", "-a"], &instance).is_empty(), "a chat's container goes with it");
    assert!(docker_lists(&["volume", "ls"], &instance).is_empty(), "a chat's home goes with it");
    deskhand.chat(&token, "open the terminal").await;
    deskhand.signal(Signal::SIGINT);
    deskhand.ended().await;
    assert!(docker_lists(&["ps", "-a"], &instance).is_empty(), "containers end with Deskhand");
    let homes = docker_lists(&["volume", "ls"], &instance);
    assert_eq!(homes.len(), 1, "homes outlive it");
    assert!(docker_lists(&["network", "ls"], &instance).is_empty(), "so do their networks");
    let removed = std::process::Command::new("docker").args(["volume", "rm"]).args(homes).output().unwrap();
    assert!(removed.status.success(), "{}", String::from_utf8_lossy(&removed.stderr));
}

#[tokio::test]
async fn it_says_why_desktops_are_processes_when_docker_does_not_answer() {
    let data = tempfile::tempdir().unwrap();
    let nobody = format!("unix://{}", data.path().join("nobody.sock").display());
    let settings = [("DESKHAND_DESKTOPS", "auto"), ("DOCKER_HOST", &*nobody)];
    let deskhand = Deskhand::up_with(data.path(), &settings).await;
    let why = &deskhand.printed[0];
    assert!(why.starts_with("Desktops run as processes of this machine, and not in containers: "), "{why}");
    assert!(why.contains("Docker"), "{why}");
}

#[tokio::test]
async fn it_says_why_desktops_are_not_in_containers_when_the_image_is_missing() {
    let data = tempfile::tempdir().unwrap();
    let settings = [("DESKHAND_DESKTOPS", "auto"), ("DESKHAND_DESKTOP_IMAGE", "deskhand-desktop:never-made")];
    let deskhand = Deskhand::up_with(data.path(), &settings).await;
    assert!(deskhand.printed[0].contains("make image"), "{:?}", deskhand.printed);
}

/// Checks that the chat's `proof.txt` has exactly the expected text.
pub(crate) async fn proof(deskhand: &Deskhand, token: &str, chat: &serde_json::Value) {
    let path = format!("/chats/{}/files", chat["id"].as_str().unwrap());
    let files = ok(deskhand.request(Method::GET, &path).bearer_auth(token)).await;
    assert_eq!(files[0]["name"], "proof.txt", "{files} {chat}");
    assert_eq!(files[0]["path"], "Outputs/proof.txt");
    let content = format!("/files/{}/content", files[0]["id"].as_str().unwrap());
    let content = deskhand.request(Method::GET, &content).bearer_auth(token).send().await.unwrap();
    assert_eq!(content.text().await.unwrap(), "deskhand-was-here\n");
}

/// What `docker` lists for a Deskhand: `ps -a` its containers, `volume ls` the home folders, `network ls` the
/// networks.
fn docker_lists(what: &[&str], instance: &str) -> Vec<String> {
    let filter = format!("label=deskhand.instance={instance}");
    let output =
        std::process::Command::new("docker").args(what).args(["-q", "--filter", &filter]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
