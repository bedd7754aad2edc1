//! The text editor.

use std::fs;
use std::io::Cursor;
use std::os::unix::fs::{FileExt as _, MetadataExt as _, PermissionsExt as _, symlink};

use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{DynamicImage, ImageFormat, RgbImage};
use protocol::agent::AgentError;
use protocol::editor::{EditorOutcome, EditorResult};
use serde_json::{Value, json};

use crate::agent::TestAgent;

async fn edit(agent: &TestAgent, command: &Value) -> EditorResult {
    let response = agent.post("/v1/editor", command).await;
    assert_eq!(response.status(), 200, "{command}");
    response.json().await.unwrap()
}

/// The output of a command that must succeed.
async fn done(agent: &TestAgent, command: Value) -> String {
    let result = edit(agent, &command).await;
    assert_eq!(result.outcome, EditorOutcome::Done, "{command}");
    assert!(result.image.is_none());
    result.text
}

/// The message of a command that must fail.
async fn failed(agent: &TestAgent, command: Value) -> String {
    match edit(agent, &command).await {
        EditorResult { outcome: EditorOutcome::Failed { message }, text, image: None } if text.is_empty() => {
            message
        }
        other => panic!("{command} gave {other:?}"),
    }
}

fn view(path: &str) -> Value {
    json!({ "command": "view", "path": path })
}

fn replace(path: &str, old: &str, new: &str) -> Value {
    json!({ "command": "str_replace", "path": path, "old_str": old, "new_str": new })
}

fn create(path: &str, text: &str) -> Value {
    json!({ "command": "create", "path": path, "file_text": text })
}

fn undo(path: &str) -> Value {
    json!({ "command": "undo_edit", "path": path })
}

/// A path as the agent reports it.
fn reported(agent: &TestAgent, path: &str) -> String {
    fs::canonicalize(&agent.home).unwrap().join(path).display().to_string()
}

#[tokio::test]
async fn a_file_is_created_viewed_changed_and_overwritten() {
    let agent = TestAgent::start();
    let path = reported(&agent, "new/folder/a.txt");
    let said = done(&agent, create("new/folder/a.txt", "one\ntwo\nthree\n")).await;
    assert_eq!(said, format!("{path} was created."));
    assert_eq!(done(&agent, view(&path)).await, "     1\tone\n     2\ttwo\n     3\tthree");
    let said = done(&agent, replace("~/new/folder/a.txt", "two", "zwei\nmehr")).await;
    let lines = "     1\tone\n     2\tzwei\n     3\tmehr\n     4\tthree";
    assert_eq!(said, format!("{path} was changed. The lines around the change are now:\n{lines}"));
    let insert = json!({ "command": "insert", "path": path, "insert_line": 0, "insert_text": "zero" });
    assert!(
        done(&agent, insert)
            .await
            .ends_with("\n     1\tzero\n     2\tone\n     3\tzwei\n     4\tmehr\n     5\tthree")
    );
    let older = json!({ "command": "insert", "path": path, "insert_line": 5, "new_str": "last" });
    done(&agent, older).await;
    assert_eq!(fs::read_to_string(&path).unwrap(), "zero\none\nzwei\nmehr\nthree\nlast\n");
    let delete =
        json!({ "command": "str_replace", "path": path, "old_str": "zero\none\nzwei\nmehr\nthree\nlast\n" });
    assert_eq!(done(&agent, delete).await, format!("{path} was changed. It is empty now."));
    assert_eq!(done(&agent, view(&path)).await, "The file is empty.");
    assert_eq!(done(&agent, create(&path, "new")).await, format!("{path} was overwritten."));
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    assert_eq!(agent.shell("ls -A new/folder; cat new/folder/a.txt").await.output, "a.txt\nnew");
}

#[tokio::test]
async fn text_that_does_not_match_once_is_not_replaced() {
    let agent = TestAgent::start();
    let (file, path) = (agent.home.join("a"), reported(&agent, "a"));
    fs::write(&file, "x = 1\ny = 2\nx = 1\n").unwrap();
    let message = failed(&agent, replace("a", "z = 3", "")).await;
    assert_eq!(
        message,
        format!("The old_str is not in {path}. It must match exactly, white space included.")
    );
    let message = failed(&agent, replace("a", "x = 1", "")).await;
    assert!(message.starts_with(&format!("The old_str is in {path} 2 times, on lines 1, 3. ")), "{message}");
    assert_eq!(failed(&agent, replace("a", "", "x")).await, "The old_str is empty; insert adds text.");
    for line in [-1, 4] {
        let insert = json!({ "command": "insert", "path": "a", "insert_line": line, "insert_text": "x" });
        let message = failed(&agent, insert).await;
        assert!(message.ends_with("insert_line goes from 0 to 3."), "{message}");
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), "x = 1\ny = 2\nx = 1\n");
    fs::write(&file, "x\n".repeat(5000)).unwrap();
    let message = failed(&agent, replace("a", "x", "")).await;
    assert!(message.contains("5000 times, on lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...."), "{message}");
}

#[tokio::test]
async fn a_view_shows_the_requested_lines_and_says_what_it_cuts() {
    let agent = TestAgent::start();
    let text: String = (1..=2000).map(|line| format!("line {line}\n")).collect();
    fs::write(agent.home.join("long"), text).unwrap();
    let range =
        |first: i64, last: i64| json!({ "command": "view", "path": "long", "view_range": [first, last] });
    assert_eq!(done(&agent, range(999, 1000)).await, "   999\tline 999\n  1000\tline 1000");
    assert_eq!(done(&agent, range(2000, -1)).await, "  2000\tline 2000");
    assert_eq!(done(&agent, range(1999, 9999)).await.lines().count(), 2);
    let message = failed(&agent, range(2001, -1)).await;
    assert_eq!(message, "The file ends with line 2000, before line 2001 where view_range starts.");
    for (first, last) in [(0, 5), (5, 4), (-1, -1)] {
        assert!(failed(&agent, range(first, last)).await.contains(&format!("[{first}, {last}]")));
    }
    let cut = json!({ "command": "view", "path": "long", "max_characters": 20 });
    let expected =
        "     1\tline 1\n     2\n[... cut after 20 characters in line 2; view_range shows other lines ...]";
    assert_eq!(done(&agent, cut).await, expected);
}

#[tokio::test]
async fn a_huge_file_is_viewed_in_part_and_not_changed() {
    let agent = TestAgent::start();
    let file = fs::File::create(agent.home.join("huge")).unwrap();
    let line = [b"x".repeat(1023), b"\n".to_vec()].concat();
    for chunk in 0..100 {
        file.write_all_at(&line.repeat(1024), chunk << 20).unwrap();
    }
    let range = json!({ "command": "view", "path": "huge", "view_range": [102_400, -1] });
    assert_eq!(done(&agent, range).await, format!("102400\t{}", "x".repeat(1023)));
    let whole = done(&agent, view("huge")).await;
    assert!(whole.chars().count() < 100_200 && whole.contains("cut after 100000 characters in line 97;"));
    let message = failed(&agent, replace("huge", "x", "y")).await;
    assert!(message.contains("larger than 10 MiB") && message.contains("shell"), "{message}");
    assert_eq!(file.metadata().unwrap().len(), 100 << 20);
}

#[tokio::test]
async fn a_folder_is_listed_two_levels_deep_without_hidden_entries() {
    let agent = TestAgent::start();
    let folder = agent.home.join("f");
    fs::create_dir_all(folder.join("b/c/d")).unwrap();
    fs::create_dir_all(folder.join(".hidden")).unwrap();
    for name in ["a.txt", ".secret", "b/z", "b/.z", "b/c/deep", ".hidden/x"] {
        fs::write(folder.join(name), "").unwrap();
    }
    symlink("b", folder.join("link")).unwrap();
    let path = reported(&agent, "f");
    let names = ["/", "/a.txt", "/b/", "/b/c/", "/b/z", "/link"];
    let expected: Vec<String> = names.iter().map(|name| format!("{path}{name}")).collect();
    assert_eq!(done(&agent, view("f/")).await, expected.join("\n"));
    let range = json!({ "command": "view", "path": "f", "view_range": [1, 2] });
    assert!(failed(&agent, range).await.contains("is a folder"));
    for command in [create("f", ""), create("f/new/", ""), replace("f", "a", "b"), create("~", "")] {
        assert!(failed(&agent, command).await.contains("is a folder"));
    }
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    image.write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

#[tokio::test]
async fn an_image_file_is_returned_as_an_image() {
    let agent = TestAgent::start();
    let small = DynamicImage::from(RgbImage::from_fn(60, 40, |x, y| image::Rgb([x as u8, y as u8, 200])));
    let large = DynamicImage::from(RgbImage::new(5000, 100));
    let images = [
        ("small.png", &small, ImageFormat::Png, "image/png", (60, 40)),
        ("small.jpg", &small, ImageFormat::Jpeg, "image/jpeg", (60, 40)),
        // The content decides, not the name.
        ("small.txt", &small, ImageFormat::Gif, "image/png", (60, 40)),
        ("small.webp", &small, ImageFormat::WebP, "image/png", (60, 40)),
        ("large.png", &large, ImageFormat::Png, "image/png", (2000, 40)),
    ];
    for (name, image, format, media_type, size) in images {
        let file = encoded(image, format);
        fs::write(agent.home.join(name), &file).unwrap();
        let result = edit(&agent, &view(name)).await;
        assert_eq!((result.outcome, &*result.text), (EditorOutcome::Done, ""), "{name}");
        let shown = result.image.unwrap();
        assert_eq!((&*shown.media_type, shown.size.width, shown.size.height), (media_type, size.0, size.1));
        let bytes = BASE64_STANDARD.decode(&shown.data).unwrap();
        let decoded = image::load_from_memory(&bytes).unwrap();
        assert_eq!((decoded.width(), decoded.height()), size);
        assert_eq!(bytes == file, matches!(name, "small.png" | "small.jpg"), "{name}");
    }
    let mut damaged = encoded(&small, ImageFormat::Png);
    damaged.truncate(100);
    fs::write(agent.home.join("damaged.png"), damaged).unwrap();
    assert!(failed(&agent, view("damaged.png")).await.contains("not an image that can be shown"));
    agent.prints("for kind in heic avif tiff; do convert -size 9x9 xc:red a.$kind; done").await;
    for file in ["a.heic", "a.avif", "a.tiff"] {
        assert!(failed(&agent, view(file)).await.contains("Make a PNG of it first"), "{file}");
    }
    assert!(failed(&agent, replace("small.png", "a", "b")).await.contains("is a binary file"));
}

#[tokio::test]
async fn other_files_than_text_are_rejected_with_a_reason() {
    let agent = TestAgent::start();
    fs::write(agent.home.join("binary"), b"ab\0c").unwrap();
    fs::write(agent.home.join("late"), [&b"x\n".repeat(20_000)[..], b"\0"].concat()).unwrap();
    agent
        .shell("mkfifo pipe; python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'")
        .await;
    for (path, why) in [
        ("binary", "is a binary file"),
        ("late", "is a binary file"),
        ("pipe", "is a device, a pipe or a socket"),
        ("socket", "is a device, a pipe or a socket"),
        ("/dev/zero", "is a device, a pipe or a socket"),
        ("missing", "There is no file or folder at"),
        ("binary/below", "A part of the path"),
        ("", "The path is empty."),
        ("a\0b", "The path holds a zero byte."),
    ] {
        for command in [view(path), replace(path, "x", "y")] {
            let message = failed(&agent, command).await;
            assert!(message.contains(why), "{path:?}: {message}");
        }
    }
    for path in ["pipe", "socket", "/dev/null"] {
        assert!(
            failed(&agent, create(path, "x")).await.contains("is a device, a pipe or a socket"),
            "{path}"
        );
    }
    assert!(failed(&agent, create("binary/below", "x")).await.contains("A part of the path"));
    assert!(failed(&agent, create("/proc/new", "x")).await.contains("/proc/new"));
    assert_eq!(agent.shell("ls -A | grep -v '^[.A-Z]'").await.output, "binary\nlate\npipe\nsocket\n");
}

#[tokio::test]
async fn a_change_keeps_mode_line_ends_links_and_invalid_utf8() {
    let agent = TestAgent::start();
    let file = agent.home.join("script");
    fs::write(&file, b"caf\xe9\r\nx = 1\r\nend").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o4751)).unwrap();
    fs::create_dir(agent.home.join("links")).unwrap();
    symlink("../script", agent.home.join("links/there")).unwrap();
    let before = fs::metadata(&file).unwrap();
    done(&agent, replace("links/there", "x = 1\nend", "x = 2\ny\nend")).await;
    assert_eq!(fs::read(&file).unwrap(), b"caf\xe9\r\nx = 2\r\ny\r\nend");
    let after = fs::metadata(&file).unwrap();
    assert_eq!((after.mode() & 0o7777, after.uid()), (0o4751, before.uid()));
    assert_ne!(before.ino(), after.ino());
    assert!(agent.home.join("links/there").is_symlink());
    let said = "     1\tcaf\u{fffd}\n     2\tx = 2\n     3\ty\n     4\tend\n[Some bytes are not UTF-8; they are shown as \u{fffd}.]";
    assert_eq!(done(&agent, view("script")).await, said);
    symlink("../made", agent.home.join("links/dangling")).unwrap();
    done(&agent, create("links/dangling", "through the link")).await;
    assert_eq!(fs::read_to_string(agent.home.join("made")).unwrap(), "through the link");
}

#[tokio::test]
async fn the_editor_can_access_files_outside_the_home() {
    let agent = TestAgent::start();
    let outside = agent.runtime.parent().unwrap().join("outside");
    fs::create_dir(&outside).unwrap();
    done(&agent, create("../outside/note", "1\n")).await;
    assert_eq!(fs::read_to_string(outside.join("note")).unwrap(), "1\n");
    assert!(done(&agent, view("/etc/passwd")).await.starts_with("     1\troot:"));
}

#[tokio::test]
async fn changes_are_undone_one_by_one() {
    let agent = TestAgent::start();
    let file = agent.home.join("a");
    let path = reported(&agent, "a");
    let nothing = format!("The editor remembers no change of {path}.");
    assert_eq!(failed(&agent, undo("a")).await, nothing);
    done(&agent, create("a", "one\n")).await;
    done(&agent, replace("a", "one", "two")).await;
    done(&agent, create("./a", "three\n")).await;
    for text in ["two\n", "one\n"] {
        assert_eq!(done(&agent, undo("~/a")).await, format!("The last change of {path} was taken back."));
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    }
    assert!(done(&agent, undo("a")).await.contains("was removed"));
    assert!(!file.exists());
    assert_eq!(failed(&agent, undo("a")).await, nothing);
    done(&agent, create("a", "one\n")).await;
    done(&agent, replace("a", "one", "two")).await;
    agent.shell("echo more >> a").await;
    assert!(failed(&agent, undo("a")).await.contains("was changed by something else"));
    assert_eq!(fs::read_to_string(&file).unwrap(), "two\nmore\n");
}

#[tokio::test]
async fn watchers_of_the_outputs_see_only_complete_changes() {
    let agent = TestAgent::start();
    let mut stream = agent.get("/v1/files/watch").await;
    done(&agent, create("Outputs/report.md", "draft\n")).await;
    let mut events = String::new();
    while !events.ends_with("\n\n") {
        events.push_str(std::str::from_utf8(&stream.chunk().await.unwrap().unwrap()).unwrap());
    }
    assert!(events.contains("\"path\":\"Outputs/report.md\",\"size\":6,"), "{events}");
    assert_eq!(events.matches("event:").count(), 1);
}

#[tokio::test]
async fn invalid_commands_are_rejected() {
    let agent = TestAgent::start();
    for body in [
        json!({ "command": "erase", "path": "a" }),
        json!({ "command": "view" }),
        json!({ "command": "view", "path": "a", "view_range": [1] }),
        json!({ "command": "insert", "path": "a", "insert_line": "1", "insert_text": "" }),
    ] {
        let response = agent.post("/v1/editor", &body).await;
        assert_eq!(response.status(), 422, "{body}");
        let error: AgentError = response.json().await.unwrap();
        assert_eq!(error.code, "invalid_request");
    }
}
