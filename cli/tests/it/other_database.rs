//! A data folder opened with a database that it does not belong to.

use backend::data_folder::private_cluster::PrivateCluster;
use nix::sys::signal::Signal;
use reqwest::Method;

use crate::deskhand::{Deskhand, PASSWORD, ok, program};

#[tokio::test]
async fn another_database_is_refused_and_home_folders_are_kept_until_it_is_confirmed() {
    let data = tempfile::tempdir().unwrap();
    let mut deskhand = Deskhand::up(data.path()).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `echo mine > ~/kept`").await;
    assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
    deskhand.signal(Signal::SIGTERM);
    deskhand.ended().await;
    let desktops = data.path().join("desktops");
    let desktop = std::fs::read_dir(&desktops).unwrap().next().unwrap().unwrap().path();
    let kept = || std::fs::read_to_string(desktop.join("home/kept")).ok();
    assert_eq!(kept().as_deref(), Some("mine\n"));

    let elsewhere = tempfile::tempdir().unwrap();
    let other = PrivateCluster::start(elsewhere.path()).await.unwrap();
    // Postgres trusts every connection through its socket, even one with a password.
    let url = format!("{} password={}", other.url(), PASSWORD.replace(' ', ""));
    let file = data.path().join("installation-id");
    for service in [["up"].as_slice(), &["serve", "backend"]] {
        let mut command = program();
        command.args(service).args(["--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path());
        let output = command.env("DATABASE_URL", &url).output().await.unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{told}");
        let sentence = format!("Error: The data folder {} does not belong to", data.path().display());
        let remedy = format!("remove {}: the folder then follows this database", file.display());
        assert!(told.contains(&sentence) && told.contains(&remedy), "{told}");
        assert!(told.contains("the database deskhand at /tmp/"), "{told}");
        assert!(!told.contains(&PASSWORD.replace(' ', "")), "{told}");
        assert_eq!(kept().as_deref(), Some("mine\n"));
    }

    let mut deskhand = Deskhand::up(data.path()).await;
    let token = deskhand.login("ada").await;
    let chats = ok(deskhand.request(Method::GET, "/chats").bearer_auth(&token)).await;
    assert_eq!(chats[0]["id"], chat["id"]);
    assert_eq!(kept().as_deref(), Some("mine\n"));
    deskhand.signal(Signal::SIGTERM);
    deskhand.ended().await;

    std::fs::remove_file(file).unwrap();
    let follower = Deskhand::up_with(data.path(), &[("DATABASE_URL", &url)]).await;
    assert_eq!(kept(), None);
    drop(follower);
    other.stop().await.unwrap();
}
