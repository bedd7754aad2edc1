//! The home folders of desktops in containers, which are volumes.

use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use super::kill::kill_once;
use super::{Stopped, backup_command, goes_on, restore_command, run, stop};
use crate::deskhand::{Deskhand, ok};

/// Makes the files whose kinds matter.
const FILES: &str = "run `echo mine > ~/kept; mkdir -p ~/bin; printf '#!/bin/sh\\necho it ran\\n' > ~/bin/tool; \
                     chmod 755 ~/bin/tool; ln ~/kept ~/bin/kept-too; ln -s ../../../usr/share ~/bin/share; mkfifo ~/pipe; \
                     touch -d @1000000 ~/bin/tool ~/bin`";
/// Prints what they should be.
const LOOK: &str = "run `~/bin/tool; cat ~/bin/kept-too ~/foreign; readlink ~/bin/share; \
                    stat -c '%u:%a' ~ ~/foreign ~/bin; stat -c %Y ~/bin/tool ~/bin`";

fn image() -> String {
    std::env::var("DESKHAND_TEST_IMAGE").unwrap_or_else(|_| "deskhand-desktop:test".into())
}

/// What `docker` prints.
fn docker(arguments: &[&str]) -> String {
    let output = std::process::Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// What `docker` lists whose name has this text.
fn named(list: &[&str], name: &str) -> Vec<String> {
    let filter = format!("name={name}");
    let listed = docker(&[list, &["-q", "--filter", &*filter]].concat());
    listed.lines().map(str::to_owned).collect()
}

fn volumes(desktop: &str) -> Vec<String> {
    named(&["volume", "ls"], desktop)
}

fn containers(desktop: &str) -> Vec<String> {
    named(&["ps", "-a"], desktop)
}

/// Runs a script as root in `/home/desktop` of a volume.
fn in_volume(volume: &str, script: &str) -> String {
    let mount = format!("{volume}:/home/desktop");
    let (image, options) =
        (image(), ["run", "--rm", "--network", "none", "--user", "0", "--entrypoint", "sh"]);
    docker(&[&options[..], &["-v", &*mount, &*image, "-ec", script][..]].concat())
}

fn with_docker(command: &mut Command) -> &mut Command {
    command.env("DESKHAND_DESKTOPS", "docker").env("DESKHAND_DESKTOP_IMAGE", image())
}

async fn up(data: &Path) -> Deskhand {
    let image = image();
    let settings = [
        ("DESKHAND_DESKTOPS", "docker"),
        ("DESKHAND_DESKTOP_IMAGE", &*image),
        ("DESKHAND_DESKTOP_POOL", "0"),
    ];
    Deskhand::up_with(data, &settings).await
}

/// An installation with a desktop in a container.
struct Source {
    deskhand: Deskhand,
    data: TempDir,
    chat: String,
    desktop: Desktop,
}

/// The id of a desktop. Dropping it deletes all its containers and volumes, of whatever installation.
struct Desktop(String);

impl Drop for Desktop {
    fn drop(&mut self) {
        for (list, remove) in
            [(&["ps", "-a"][..], &["rm", "-f"][..]), (&["volume", "ls"][..], &["volume", "rm"][..])]
        {
            let found = named(list, &self.0);
            if !found.is_empty() {
                let _ = std::process::Command::new("docker").args(remove).args(found).output();
            }
        }
    }
}

impl Source {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let deskhand = up(data.path()).await;
        let token = deskhand.first_administrator().await;
        let chat = deskhand.chat(&token, FILES).await;
        assert_eq!(chat["run"]["state"], "succeeded", "{chat}");
        let instance = deskhand.printed[0].split("deskhand.instance=").nth(1).unwrap();
        let name = format!("deskhand-{}-", instance.split(',').next().unwrap());
        let volume = volumes(&name).pop().unwrap();
        let desktop = Desktop(volume.strip_prefix(&name).unwrap().to_owned());
        Self { deskhand, data, chat: chat["id"].as_str().unwrap().to_owned(), desktop }
    }

    fn path(&self) -> &Path {
        self.data.path()
    }

    fn volume(&self) -> String {
        volumes(&self.desktop.0).pop().unwrap()
    }

    /// Makes a file that takes a while to copy.
    fn enlarge(&self) {
        in_volume(&self.volume(), "truncate -s 300M zeros");
    }

    async fn backup(&self, file: &Path, options: &[&str]) -> Result<String, String> {
        run(with_docker(&mut backup_command(self.path(), file, options))).await
    }
}

/// What the desktop of a chat prints.
async fn printed(deskhand: &Deskhand, chat: &str, message: &str) -> String {
    let token = deskhand.login("ada").await;
    let path = format!("/chats/{chat}/history");
    let said = deskhand.request(Method::POST, &path).bearer_auth(&token).json(&json!({ "message": message }));
    let said = ok(said.header("prefer", "wait=60")).await;
    assert_eq!(said["run"]["state"], "succeeded", "{said}");
    ok(deskhand.request(Method::GET, &format!("/chats/{chat}")).bearer_auth(&token)).await.to_string()
}

fn looks_right(printed: &str, home_mode: &str) {
    let text = [
        "it ran",
        "mine",
        "theirs",
        "../../../usr/share",
        home_mode,
        "1000:640",
        "1000:500",
        "1000000",
        "1000000",
    ];
    let text = text.join("\\n");
    assert!(printed.contains(&text), "{text}\n{printed}");
}

fn place() -> (TempDir, PathBuf, PathBuf) {
    let place = tempfile::tempdir().unwrap();
    let (file, data) = (place.path().join("backup.tar.gz"), place.path().join("data"));
    (place, file, data)
}

#[tokio::test(flavor = "multi_thread")]
async fn home_folders_are_restored_to_new_volumes() {
    let mut source = Source::new().await;
    let desktop = &source.desktop.0;
    let first = source.volume();
    in_volume(
        &source.volume(),
        "echo theirs > foreign; chown 4242:4343 foreign; chmod 640 foreign; chmod 500 bin",
    );
    let mode = format!("1000:{}", in_volume(&source.volume(), "stat -c %a ."));
    let (_place, file, data) = place();
    let told = source.backup(&file, &[]).await.unwrap();
    assert!(told.contains("home folders of 1 desktops"), "{told}");
    assert!(told.contains("1 entries of home folders were left out"), "the pipe: {told}");
    assert_eq!(containers(desktop).len(), 1, "the desktop is left, and no helper");

    let told = run(with_docker(&mut restore_command(&data, &file, &[]))).await.unwrap();
    assert!(told.contains("home folders of 1 desktops") && !told.contains("empty"), "{told}");
    assert!(!data.join(".restoring").exists());
    assert_eq!((containers(desktop).len(), volumes(desktop).len()), (1, 2));
    stop(&mut source.deskhand).await;
    assert_ne!(
        std::fs::read(data.join("desktops.key")).unwrap(),
        std::fs::read(source.path().join("desktops.key")).unwrap()
    );
    let mut deskhand = up(&data).await;
    goes_on(&deskhand, &source.chat).await;
    looks_right(&printed(&deskhand, &source.chat, LOOK).await, &mode);
    stop(&mut deskhand).await;
    assert_eq!(containers(desktop), Vec::<String>::new());

    let before = volumes(desktop);
    run(with_docker(&mut restore_command(&data, &file, &["--replace"]))).await.unwrap();
    let after = volumes(desktop);
    assert_eq!(after.len(), 2, "the volume of what was replaced is deleted");
    assert_ne!(before, after);
    assert!(before.contains(&first) && after.contains(&first));
    let mut deskhand = up(&data).await;
    goes_on(&deskhand, &source.chat).await;
    stop(&mut deskhand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn home_folders_move_between_containers_and_this_machine() {
    let mut source = Source::new().await;
    let (_place, file, data) = place();
    source.backup(&file, &[]).await.unwrap();
    stop(&mut source.deskhand).await;
    run(&mut restore_command(&data, &file, &[])).await.unwrap();
    let home = super::home(&data);
    assert_eq!(std::fs::read_to_string(home.join("bin/kept-too")).unwrap(), "mine\n");
    assert_eq!(volumes(&source.desktop.0).len(), 1);
    let mut deskhand = Deskhand::up(&data).await;
    goes_on(&deskhand, &source.chat).await;
    stop(&mut deskhand).await;

    super::backup(&data, &file, &[]).await.unwrap();
    run(with_docker(&mut restore_command(&data, &file, &["--replace"]))).await.unwrap();
    assert_eq!(volumes(&source.desktop.0).len(), 2);
    assert!(!data.join("desktops").exists());
    let mut deskhand = up(&data).await;
    assert!(!deskhand.printed[0].contains("ran elsewhere"), "{:?}", deskhand.printed);
    goes_on(&deskhand, &source.chat).await;
    stop(&mut deskhand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn home_folders_may_be_left_out_or_taken_over() {
    let mut source = Source::new().await;
    let (_place, file, data) = place();
    let told = source.backup(&file, &["--without-homes"]).await.unwrap();
    assert!(told.contains("no home folders"), "{told}");
    let listed = std::process::Command::new("tar").arg("-tzf").arg(&file).output().unwrap();
    assert!(!String::from_utf8(listed.stdout).unwrap().contains("homes/"));
    let told = run(with_docker(&mut restore_command(&data, &file, &[]))).await.unwrap();
    assert!(told.contains("new, empty home folders"), "{told}");
    assert_eq!(volumes(&source.desktop.0).len(), 1);

    source.backup(&file, &[]).await.unwrap();
    stop(&mut source.deskhand).await;
    run(with_docker(&mut restore_command(&data, &file, &["--replace", "--adopt-containers"]))).await.unwrap();
    assert_eq!(volumes(&source.desktop.0).len(), 1, "the one that is there");
    let mut deskhand = up(&data).await;
    goes_on(&deskhand, &source.chat).await;
    stop(&mut deskhand).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_engine_is_told_with_what_to_do() {
    let mut source = Source::new().await;
    let (place, file, data) = place();
    let nobody = format!("unix://{}", place.path().join("nobody").display());
    let away = |command: &mut Command| {
        command.env("DOCKER_HOST", &nobody);
    };
    let mut command = backup_command(source.path(), &file, &[]);
    away(&mut command);
    let told = run(&mut command).await.unwrap_err();
    assert!(told.contains("Docker does not run") && told.contains("--without-homes"), "{told}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 0);
    source.backup(&file, &[]).await.unwrap();
    stop(&mut source.deskhand).await;
    for desktops in ["docker", "auto"] {
        let mut command = restore_command(&data, &file, &["--desktops", desktops]);
        away(&mut command);
        let told = run(&mut command).await.unwrap_err();
        assert!(told.contains("Docker does not run") && told.contains("--desktops local"), "{told}");
        assert_eq!(std::fs::read_dir(&data).unwrap().count(), 0, "nothing was made");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_killed_commands_leave_at_docker_is_removed() {
    let (mut source, old) = tokio::join!(Source::new(), Stopped::new());
    let (place, file, _) = place();
    source.enlarge();
    let helper = format!("{}-helper", source.desktop.0);
    let mut command = backup_command(source.path(), &file, &[]);
    kill_once(with_docker(&mut command), async || !containers(&helper).is_empty()).await;
    assert_eq!(containers(&helper).len(), 1);
    source.backup(&file, &[]).await.unwrap();
    assert!(containers(&helper).is_empty());

    // The next start removes it too.
    let again = place.path().join("again");
    let mut command = backup_command(source.path(), &again, &[]);
    kill_once(with_docker(&mut command), async || !containers(&helper).is_empty()).await;
    stop(&mut source.deskhand).await;
    assert_eq!(containers(&helper).len(), 1);
    let mut deskhand = up(source.path()).await;
    assert!(containers(&helper).is_empty());
    stop(&mut deskhand).await;

    for nth in 0..2 {
        let mut command = restore_command(old.path(), &file, &["--replace"]);
        kill_once(with_docker(&mut command), async || !containers(&helper).is_empty()).await;
        assert_eq!(volumes(&source.desktop.0).len(), 2, "one of them is abandoned, try {nth}");
    }
    let mut deskhand = Deskhand::up(old.path()).await;
    goes_on(&deskhand, &old.chat).await;
    stop(&mut deskhand).await;
    assert_eq!((containers(&helper).len(), volumes(&source.desktop.0).len()), (0, 1));
    run(with_docker(&mut restore_command(old.path(), &file, &["--replace"]))).await.unwrap();
    let mut deskhand = up(old.path()).await;
    goes_on(&deskhand, &source.chat).await;
    stop(&mut deskhand).await;
}
