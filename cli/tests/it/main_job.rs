//! The main job over plain HTTP: ask, and the desktop does it.

use reqwest::Method;

use crate::deskhand::{Deskhand, PASSWORD, ok, program};

/// Opens a terminal and types a command into it.
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

/// The chat has `proof.txt` with exactly the text.
pub(crate) async fn proof(deskhand: &Deskhand, token: &str, chat: &serde_json::Value) {
    let path = format!("/chats/{}/files", chat["id"].as_str().unwrap());
    let files = ok(deskhand.request(Method::GET, &path).bearer_auth(token)).await;
    assert_eq!(files[0]["name"], "proof.txt", "{files} {chat}");
    assert_eq!(files[0]["path"], "Outputs/proof.txt");
    let content = format!("/files/{}/content", files[0]["id"].as_str().unwrap());
    let content = deskhand.request(Method::GET, &content).bearer_auth(token).send().await.unwrap();
    assert_eq!(content.text().await.unwrap(), "deskhand-was-here\n");
}
