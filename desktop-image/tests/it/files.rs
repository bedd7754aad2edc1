//! Transferring files, and never outside the home folder.

use std::os::unix::fs::symlink;

use futures_util::StreamExt as _;
use protocol::agent::AgentError;
use protocol::agent::files::{EntryKind, FileEntry, FolderPage};
use tokio::time::timeout;

use crate::agent::{LIMIT, TestAgent};

async fn put(agent: &TestAgent, path: &str, content: Vec<u8>) -> reqwest::Response {
    let url = agent.url(&format!("/v1/files/content/{path}"));
    agent.http.put(url).body(content).send().await.unwrap()
}

async fn list(agent: &TestAgent, under: &str) -> Vec<FileEntry> {
    agent.get(&format!("/v1/files?under={under}")).await.json().await.unwrap()
}

#[tokio::test]
async fn files_are_transferred_unchanged() {
    let agent = TestAgent::start();
    let content: Vec<u8> = (0..3_000_000_u32).flat_map(u32::to_le_bytes).collect();
    for path in ["Uploads/big.bin", "Uploads/deep/er/na%20me%20%C3%A9.bin"] {
        assert_eq!(put(&agent, path, content.clone()).await.status(), 204);
        let response = agent.get(&format!("/v1/files/content/{path}")).await;
        assert_eq!(response.content_length(), Some(content.len() as u64));
        assert_eq!(response.bytes().await.unwrap(), content);
    }
    assert_eq!(put(&agent, "Uploads/big.bin", b"new".to_vec()).await.status(), 204);
    assert_eq!(std::fs::read(agent.home.join("Uploads/big.bin")).unwrap(), b"new");
    let listed = list(&agent, "Uploads").await;
    let names: Vec<(&str, u64)> = listed.iter().map(|entry| (&*entry.path, entry.size)).collect();
    assert_eq!(names, [("Uploads/big.bin", 3), ("Uploads/deep/er/na me é.bin", 12_000_000)]);
    assert!(listed.iter().all(|entry| entry.modified_ms > 1_600_000_000_000));
}

#[tokio::test]
async fn paths_that_lead_outside_the_home_are_rejected() {
    let agent = TestAgent::start();
    let outside = agent.home.parent().unwrap().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "secret").unwrap();
    symlink(&outside, agent.home.join("folder-link")).unwrap();
    symlink(outside.join("secret"), agent.home.join("file-link")).unwrap();
    let traversals = [
        "..%2Foutside%2Fsecret",
        "%2Fetc%2Fpasswd",
        "Uploads%2F..%2F..%2Foutside%2Fsecret",
        "folder-link/secret",
        "folder-link/new",
        "file-link",
        "folder-link",
        "..",
        "a%00b",
    ];
    for path in traversals {
        let response = agent.get(&format!("/v1/files/content/{path}")).await;
        assert!([403, 404, 409].contains(&response.status().as_u16()), "read {path}: {}", response.status());
        let error: AgentError = response.json().await.unwrap();
        assert!(!error.code.is_empty());
        if path != "file-link" {
            let status = put(&agent, path, b"overwritten".to_vec()).await.status();
            assert!([403, 404, 409].contains(&status.as_u16()), "wrote {path}: {status}");
        }
    }
    put(&agent, "file-link", b"overwritten".to_vec()).await;
    assert_eq!(std::fs::read_to_string(outside.join("secret")).unwrap(), "secret");
    assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 1);
    for under in ["..", "%2Fetc", "folder-link"] {
        assert_eq!(agent.get(&format!("/v1/files?under={under}")).await.status(), 403, "{under}");
    }
    assert!(list(&agent, "").await.iter().all(|entry| !entry.path.contains("link")));
}

#[tokio::test]
async fn other_things_than_files_are_rejected() {
    let agent = TestAgent::start();
    agent.shell("mkfifo pipe; mkdir folder").await;
    for (path, status) in [("missing", 404), ("no/such/folder", 404), ("folder", 409), ("pipe", 409)] {
        let response = timeout(LIMIT, agent.get(&format!("/v1/files/content/{path}"))).await.unwrap();
        assert_eq!(response.status(), status, "{path}");
    }
    for path in ["folder", "pipe"] {
        assert_eq!(put(&agent, path, vec![1]).await.status(), 409, "{path}");
    }
    assert_eq!(list(&agent, "missing").await, []);
}

async fn folder(agent: &TestAgent, query: &str) -> FolderPage {
    agent.get(&format!("/v1/folder?{query}")).await.json().await.unwrap()
}

#[tokio::test]
async fn a_folder_is_listed_in_pages_and_links_are_not_followed() {
    let agent = TestAgent::start();
    agent.shell("mkdir many; cd many; seq 1 1203 | xargs -n 400 touch").await;
    let mut names = Vec::new();
    let mut after = String::new();
    loop {
        let page = folder(&agent, &format!("path=many&limit=500&after={after}")).await;
        assert!(page.entries.len() <= 500);
        names.extend(page.entries.into_iter().map(|entry| entry.name));
        let Some(next) = page.next else { break };
        assert_eq!(Some(&next), names.last());
        after = next;
    }
    let mut expected: Vec<String> = (1..=1203).map(|number| number.to_string()).collect();
    expected.sort();
    assert_eq!(names, expected);

    agent.shell("cd ~; mkdir kinds; cd kinds; echo 12345 > file; mkdir folder; ln -s /etc link; mkfifo pipe; touch .hidden").await;
    let listed = folder(&agent, "path=kinds").await;
    let kinds: Vec<_> = listed.entries.iter().map(|entry| (&*entry.name, entry.kind, entry.size)).collect();
    assert_eq!(
        kinds,
        [
            (".hidden", EntryKind::File, 0),
            ("file", EntryKind::File, 6),
            ("folder", EntryKind::Folder, 0),
            ("link", EntryKind::Link, 0),
            ("pipe", EntryKind::Other, 0),
        ]
    );
    assert!(listed.entries.iter().all(|entry| entry.modified_ms > 1_600_000_000_000));
    for (path, status) in [
        ("kinds/link", 403),
        ("..", 403),
        ("%2Fetc", 403),
        ("kinds/file", 403),
        ("missing", 404),
        ("a%00b", 403),
    ] {
        let refused = agent.get(&format!("/v1/folder?path={path}")).await;
        assert_eq!(refused.status(), status, "{path}");
    }
}

#[tokio::test]
async fn an_upload_replaces_nothing_unless_asked() {
    let agent = TestAgent::start();
    assert_eq!(put(&agent, "Uploads/new?replace=false", b"one".to_vec()).await.status(), 204);
    let refused = put(&agent, "Uploads/new?replace=false", b"two".to_vec()).await;
    assert_eq!(refused.status(), 409);
    assert_eq!(refused.json::<AgentError>().await.unwrap().code, "exists");
    assert_eq!(std::fs::read_to_string(agent.home.join("Uploads/new")).unwrap(), "one");
    assert_eq!(std::fs::read_dir(agent.home.join("Uploads")).unwrap().count(), 1);
}

#[tokio::test]
async fn an_interrupted_upload_leaves_nothing() {
    let agent = TestAgent::start();
    std::fs::write(agent.home.join("Uploads/kept"), "old").unwrap();
    let broken = futures_util::stream::iter([Ok(vec![7_u8; 100_000]), Err(std::io::Error::other("gone"))]);
    let url = agent.url("/v1/files/content/Uploads/kept");
    let sent = agent.http.put(url).body(reqwest::Body::wrap_stream(broken)).send().await;
    assert!(sent.is_err());
    let only_kept = async || {
        let names: Vec<_> = std::fs::read_dir(agent.home.join("Uploads")).unwrap().collect();
        (names.len() == 1).then_some(())
    };
    crate::agent::eventually("the partial file is gone", only_kept).await;
    assert_eq!(std::fs::read_to_string(agent.home.join("Uploads/kept")).unwrap(), "old");
}

/// Reads events of the watch until `count` files have been reported.
async fn reported(
    stream: &mut (impl futures_util::Stream<Item = reqwest::Result<impl AsRef<[u8]>>> + Unpin),
    count: usize,
) -> Vec<FileEntry> {
    let mut text = String::new();
    let mut entries = Vec::new();
    while entries.len() < count {
        let chunk = timeout(LIMIT, stream.next()).await.expect("no file was reported").unwrap().unwrap();
        text.push_str(std::str::from_utf8(chunk.as_ref()).unwrap());
        while let Some(end) = text.find("\n\n") {
            let event: String = text.drain(..end + 2).collect();
            if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data: ")) {
                assert!(event.contains("event: change"));
                entries.push(serde_json::from_str(data).unwrap());
            }
        }
    }
    entries
}

#[tokio::test]
async fn only_completed_files_are_reported() {
    let agent = TestAgent::start();
    let response = agent.get("/v1/files/watch").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let mut stream = response.bytes_stream();
    let mut paths = Vec::new();
    // One after the other: a file that is removed before the agent looks at it is not reported.
    for (command, expected) in [
        (
            "echo no > Uploads/elsewhere; echo no > Downloads/x.crdownload; echo no > Outputs/.hidden; \
             echo 12345 > Outputs/one.txt",
            "Outputs/one.txt",
        ),
        ("mkdir -p Downloads/a/b; echo 1 > Downloads/a/b/deep.txt", "Downloads/a/b/deep.txt"),
        ("mv Downloads/x.crdownload Downloads/x.pdf", "Downloads/x.pdf"),
        ("rm -r Outputs; mkdir Outputs; echo 22 > Outputs/again.txt", "Outputs/again.txt"),
    ] {
        agent.shell(command).await;
        while paths.last().map(String::as_str) != Some(expected) {
            let entry = reported(&mut stream, 1).await.remove(0);
            if entry.path == "Outputs/one.txt" {
                assert_eq!(entry.size, 6);
            }
            paths.push(entry.path);
        }
    }
    // A file in a new folder may be reported twice: when its watch begins, and by an event.
    paths.dedup();
    let first = ["Outputs/one.txt", "Downloads/a/b/deep.txt", "Downloads/x.pdf", "Outputs/again.txt"];
    assert_eq!(paths, first);
}

#[tokio::test]
async fn an_uploaded_file_is_reported_once_under_its_final_name() {
    let agent = TestAgent::start();
    let mut stream = agent.get("/v1/files/watch").await.bytes_stream();
    put(&agent, "Outputs/first.bin", vec![1; 500_000]).await;
    put(&agent, "Outputs/second.bin", vec![1; 10]).await;
    let paths: Vec<_> =
        reported(&mut stream, 2).await.into_iter().map(|entry| (entry.path, entry.size)).collect();
    assert_eq!(paths, [("Outputs/first.bin".into(), 500_000), ("Outputs/second.bin".into(), 10)]);
}
