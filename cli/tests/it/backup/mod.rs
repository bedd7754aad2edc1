//! `deskhand backup` and `deskhand restore`.

mod damage;
mod exchange;
mod in_containers;
mod kill;
mod newer_postgres;
mod own_database;
mod place;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use backend::data_folder::private_cluster::PrivateCluster;
use nix::sys::signal::Signal;
use reqwest::Method;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio::process::Command;

use crate::deskhand::{Deskhand, ok, program};
use crate::installation::until;
use crate::rows::select;

/// Runs a command of the program; returns what it printed, or its error.
pub(crate) async fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().await.unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) }
}

fn backup_command(data: &Path, file: &Path, options: &[&str]) -> Command {
    let mut command = program();
    command.arg("backup").arg(file).arg("--data-dir").arg(data).args(options);
    command
}

fn restore_command(data: &Path, file: &Path, options: &[&str]) -> Command {
    let mut command = program();
    command.arg("restore").arg(file).arg("--data-dir").arg(data).args(options);
    command
}

pub(crate) async fn backup(data: &Path, file: &Path, options: &[&str]) -> Result<String, String> {
    run(&mut backup_command(data, file, options)).await
}

pub(crate) async fn restore(data: &Path, file: &Path, options: &[&str]) -> Result<String, String> {
    run(&mut restore_command(data, file, options)).await
}

/// A stopped installation with a chat, a home folder, files and screenshots.
struct Stopped {
    data: TempDir,
    chat: String,
}

impl Stopped {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let mut deskhand = Deskhand::up(data.path()).await;
        let token = deskhand.first_administrator().await;
        let chat = deskhand.chat(&token, "run `echo mine > ~/kept`, take a screenshot").await;
        assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
        upload(&deskhand, &token, b"an upload".to_vec()).await;
        stop(&mut deskhand).await;
        Self { data, chat: chat["id"].as_str().unwrap().to_owned() }
    }

    fn path(&self) -> &Path {
        self.data.path()
    }

    /// The home folder of the only desktop.
    fn home(&self) -> PathBuf {
        home(self.path())
    }
}

fn home(data: &Path) -> PathBuf {
    let desktops = std::fs::read_dir(data.join("desktops")).unwrap();
    desktops.map(|entry| entry.unwrap().path()).next().unwrap().join("home")
}

async fn stop(deskhand: &mut Deskhand) {
    deskhand.signal(Signal::SIGTERM);
    assert!(deskhand.ended().await.success());
}

async fn upload(deskhand: &Deskhand, token: &str, bytes: Vec<u8>) -> String {
    let mut body =
        b"--part\r\ncontent-disposition: form-data; name=\"file\"; filename=\"upload.bin\"\r\n\r\n".to_vec();
    body.extend(bytes);
    body.extend(b"\r\n--part--\r\n");
    let request = deskhand.request(Method::POST, "/files/upload").bearer_auth(token);
    let file = ok(request.header("content-type", "multipart/form-data; boundary=part").body(body)).await;
    file["id"].as_str().unwrap().to_owned()
}

/// Everything in the database of a stopped installation: the rows of each table by their hash, and its schema.
async fn content(data: &Path) -> BTreeMap<String, Value> {
    let cluster = PrivateCluster::start(data).await.unwrap();
    let content = content_of(cluster.url()).await;
    cluster.stop().await.unwrap();
    content
}

async fn content_of(url: &str) -> BTreeMap<String, Value> {
    let mut content = BTreeMap::new();
    let tables =
        "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'";
    for table in select(url, tables).await {
        let table = table["relname"].as_str().unwrap();
        let columns = if table == "__diesel_schema_migrations" { "version" } else { "t" };
        let rows = format!("SELECT {columns}::text AS line FROM {table} t");
        let query = format!(
            "SELECT count(*), encode(sha256(coalesce(string_agg(line, E'\\n' ORDER BY line), '')::bytea), 'hex') AS hash \
             FROM ({rows}) lines"
        );
        content.insert(format!("table {table}"), json!(select(url, &query).await));
    }
    for (name, query) in [
        (
            "constraints",
            "SELECT conrelid::regclass::text AS table, conname, pg_get_constraintdef(oid) AS definition, convalidated \
             FROM pg_constraint WHERE connamespace = current_schema()::regnamespace ORDER BY 1, 2",
        ),
        ("indexes", "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 1"),
        (
            "triggers",
            "SELECT pg_get_triggerdef(oid) AS definition, tgenabled FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
        ),
        (
            "functions",
            "SELECT pg_get_functiondef(oid) AS definition FROM pg_proc \
             WHERE pronamespace = current_schema()::regnamespace ORDER BY 1",
        ),
        ("sequences", "SELECT sequencename, last_value FROM pg_sequences ORDER BY 1"),
    ] {
        content.insert(name.to_owned(), json!(select(url, query).await));
    }
    content
}

/// All files below a folder, with the hash of their bytes.
pub(crate) fn files(folder: &Path) -> BTreeMap<PathBuf, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in std::fs::read_dir(one).unwrap() {
            let path = entry.unwrap().path();
            if path.is_symlink() {
                let target = std::fs::read_link(&path).unwrap().display().to_string();
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), target);
            } else if path.is_dir() {
                folders.push(path);
            } else if path.is_file() {
                let hash = hex::encode(Sha256::digest(std::fs::read(&path).unwrap()));
                found.insert(path.strip_prefix(folder).unwrap().to_owned(), hash);
            }
        }
    }
    found
}

/// Checks that ada can log in, that the file in the home folder is there, and that the chat goes on.
async fn goes_on(deskhand: &Deskhand, chat: &str) {
    let token = deskhand.login("ada").await;
    let body = json!({ "message": "run `cat ~/kept`" });
    let said =
        deskhand.request(Method::POST, &format!("/chats/{chat}/history")).bearer_auth(&token).json(&body);
    let said = ok(said.header("prefer", "wait=60")).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");
    let last = ok(deskhand.request(Method::GET, &format!("/chats/{chat}")).bearer_auth(&token)).await;
    assert!(last.to_string().contains("mine"), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_restored_elsewhere_is_what_was_backed_up() {
    let stopped = Stopped::new().await;
    let home = stopped.home();
    std::fs::create_dir_all(home.join("a/b")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", home.join("a/link")).unwrap();
    std::fs::write(home.join("a/b").join("name ".repeat(40)), "long").unwrap();
    std::fs::write(home.join("a\nb\\c"), "odd").unwrap();
    give_to_owner(&home, &home);
    let (database, blobs) = (content(stopped.path()).await, files(&stopped.path().join("blobs")));
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("backup.tar.gz");
    let told = backup(stopped.path(), &file, &[]).await.unwrap();
    assert!(told.contains("The master key is inside"), "{told}");
    assert_eq!(mode(&file), 0o600);

    let data = elsewhere.path().join("data");
    let told = restore(&data, &file, &[]).await.unwrap();
    assert!(told.contains("home folders of 1 desktops"), "{told}");
    assert_eq!(content(&data).await, database);
    let mut restored = files(&data.join("blobs"));
    restored.retain(|path, _| !path.starts_with("staging"));
    let mut expected = blobs;
    expected.retain(|path, _| !path.starts_with("staging") && path.extension().is_none());
    assert!(expected.len() >= 2);
    assert_eq!(restored, expected);
    assert_eq!(files(&self::home(&data)), files(&home));
    assert_eq!(owners(&self::home(&data)), owners(&home));
    assert!(!data.join(".restoring").exists());
    for name in ["master.key", "installation-id", "desktops-in"] {
        assert_eq!(
            std::fs::read(data.join(name)).unwrap(),
            std::fs::read(stopped.path().join(name)).unwrap()
        );
    }
    let checked = std::process::Command::new("sh")
        .args(["-ec", "mkdir unpacked && tar -xzf backup.tar.gz -C unpacked && cd unpacked && sha256sum --quiet --check SHA256SUMS"])
        .current_dir(elsewhere.path())
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");
    goes_on(&Deskhand::up(&data).await, &stopped.chat).await;
}

/// Gives what is in a home folder to the user of its desktop.
fn give_to_owner(folder: &Path, home: &Path) {
    use std::os::unix::fs::{MetadataExt as _, lchown};
    let owner = home.metadata().unwrap().uid();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        lchown(&path, Some(owner), Some(owner)).unwrap();
        if path.is_dir() && !path.is_symlink() {
            give_to_owner(&path, home);
        }
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// The users that own the files of a folder.
fn owners(folder: &Path) -> Vec<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = |path: &Path| folder.join(path).symlink_metadata().unwrap().uid();
    files(folder).keys().map(|path| owner(path)).chain([folder.metadata().unwrap().uid()]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_consistent_while_everything_changes() {
    let place = tempfile::tempdir().unwrap();
    let (data, file) = (place.path().join("data"), place.path().join("backup.tar.gz"));
    let deskhand = Deskhand::up(&data).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `echo mine > ~/kept`").await;
    let chat = chat["id"].as_str().unwrap();
    // A backup reads these files last, and people delete them meanwhile.
    let mut uploads = Vec::new();
    for nth in 0..40_u8 {
        uploads.push(upload(&deskhand, &token, vec![nth; 1 << 20]).await);
    }
    let path = format!("/chats/{chat}/history");
    let busy = json!({ "message": "run `for i in $(seq 60); do echo $i >> ~/log; sleep 0.05; done`" });
    ok(deskhand.request(Method::POST, &path).bearer_auth(&token).json(&busy)).await;
    let mut command = backup_command(&data, &file, &[]);
    let backup = run(&mut command);
    let change = async {
        for (nth, id) in uploads.iter().enumerate() {
            let delete = deskhand.request(Method::DELETE, &format!("/files/{id}")).bearer_auth(&token);
            delete.send().await.unwrap().error_for_status().unwrap();
            upload(&deskhand, &token, vec![b'x'; 1000 + nth]).await;
        }
    };
    let (told, ()) = tokio::join!(backup, change);
    let told = told.unwrap();
    assert!(!told.contains("missing") && !told.contains("damaged"), "{told}");
    drop(deskhand);

    let elsewhere = place.path().join("elsewhere");
    restore(&elsewhere, &file, &[]).await.unwrap();
    let cluster = PrivateCluster::start(&elsewhere).await.unwrap();
    let named = select(cluster.url(), "SELECT sha256 FROM files UNION SELECT sha256 FROM screenshots").await;
    cluster.stop().await.unwrap();
    assert!(named.len() >= 39, "{}", named.len());
    for row in named {
        let sha256 = row["sha256"].as_str().unwrap();
        let blob = elsewhere.join("blobs").join(&sha256[..2]).join(&sha256[2..4]).join(sha256);
        assert_eq!(hex::encode(Sha256::digest(std::fs::read(blob).unwrap())), sha256);
    }
    let deskhand = Deskhand::up(&elsewhere).await;
    let token = deskhand.login("ada").await;
    // The run that was at work is taken up again, or ends.
    until("the run ends", async || {
        let chat = ok(deskhand.request(Method::GET, &format!("/chats/{chat}")).bearer_auth(&token)).await;
        matches!(chat["run"]["state"].as_str(), None | Some("succeeded" | "failed" | "cancelled"))
    })
    .await;
    goes_on(&deskhand, chat).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_master_key_may_be_kept_apart() {
    let stopped = Stopped::new().await;
    let place = tempfile::tempdir().unwrap();
    let (file, data) = (place.path().join("backup.tar.gz"), place.path().join("data"));
    let told = backup(stopped.path(), &file, &["--without-master-key", "--without-homes"]).await.unwrap();
    assert!(told.contains("needs it as ENCRYPTION_KEY") && told.contains("no home folders"), "{told}");

    let told = restore(&data, &file, &[]).await.unwrap_err();
    assert!(told.contains("made without the master key") && told.contains("Set ENCRYPTION_KEY"), "{told}");
    let wrong =
        run(restore_command(&data, &file, &[]).env("ENCRYPTION_KEY", "ab".repeat(32))).await.unwrap_err();
    assert!(wrong.contains("ENCRYPTION_KEY is not the master key"), "{wrong}");
    assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "nothing was made");

    let key = std::fs::read_to_string(stopped.path().join("master.key")).unwrap();
    let told = run(restore_command(&data, &file, &[]).env("ENCRYPTION_KEY", key.trim())).await.unwrap();
    assert!(told.contains("It needs ENCRYPTION_KEY at each start"), "{told}");
    assert!(told.contains("new, empty home folders"), "{told}");
    let deskhand = Deskhand::up_with(&data, &[("ENCRYPTION_KEY", key.trim())]).await;
    assert!(
        deskhand.printed.iter().any(|line| line.contains("had no home folders")),
        "{:?}",
        deskhand.printed
    );
    deskhand.login("ada").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_an_earlier_version_is_upgraded_after_it_was_restored() {
    for version in ["0.1.0", "2026-11-29"] {
        let place = tempfile::tempdir().unwrap();
        let (file, data) = (place.path().join("backup.tar.gz"), place.path().join("data"));
        let old = crate::upgrade::restored(&crate::upgrade::folders().join(version)).await;
        let before = content(old.path()).await;
        backup(old.path(), &file, &[]).await.unwrap();
        assert_eq!(content(old.path()).await, before, "a backup changes nothing");
        restore(&data, &file, &[]).await.unwrap();
        assert_eq!(content(&data).await, before);
        crate::upgrade::is_intact(&data, version).await;
    }
}
