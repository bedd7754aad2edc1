//! What the image's flavour `full` adds. `make test-full` builds it and runs these tests; `make test` leaves them out, since
//! that takes minutes and a download of 300 MB.

use std::time::Duration;

use backend::provider::docker::DockerSettings;
use protocol::action::Action;
use protocol::agent::actions::{ActionBatch, ActionBatchResult, ActionOutcome};
use protocol::agent::windows::Window;
use protocol::ids::DesktopId;
use protocol::run::DesktopAccess;
use serde_json::{Value, json};

use super::subject::{Subject, client, prints, settings};

/// A Word document that is locked with the password `sesame`.
const LOCKED: &[u8] = include_bytes!("../../../../desktop-image/tests/it/kinds/locked.docx");
/// An empty slide.
const SLIDES: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
    xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" office:version="1.2"
    office:mimetype="application/vnd.oasis.opendocument.presentation"><office:body><office:presentation>
    <draw:page draw:name="One"/></office:presentation></office:body></office:document>"#;
/// As much as desktops have by default, in bytes.
const MEMORY: u64 = 2 << 30;

async fn desktop() -> (Subject, DesktopAccess) {
    let image =
        std::env::var("DESKHAND_TEST_FULL_IMAGE").unwrap_or_else(|_| "deskhand-desktop:test-full".into());
    let subject = Subject::docker_with(DockerSettings { image, memory_bytes: MEMORY, ..settings() }).await;
    let access = subject.provider.start(DesktopId::generate()).await.unwrap();
    (subject, access)
}

async fn post(access: &DesktopAccess, path: &str, body: Value) -> Value {
    let request = client(access).post(access.url.join(path).unwrap()).bearer_auth(access.token.expose());
    request.json(&body).send().await.unwrap().json().await.unwrap()
}

async fn open(access: &DesktopAccess, target: &str) -> Value {
    post(access, "/v1/open", json!({ "target": target })).await
}

async fn act(access: &DesktopAccess, action: Action) {
    let batch = ActionBatch { actions: vec![action], ..ActionBatch::default() };
    let result: ActionBatchResult =
        serde_json::from_value(post(access, "/v1/actions", json!(batch)).await).unwrap();
    assert_eq!(result.results[0].outcome, ActionOutcome::Done);
}

async fn windows(access: &DesktopAccess) -> Vec<Window> {
    let request =
        client(access).get(access.url.join("/v1/windows").unwrap()).bearer_auth(access.token.expose());
    request.send().await.unwrap().json().await.unwrap()
}

/// Waits until there is one window, and its title contains a text.
async fn shows_only(access: &DesktopAccess, title: &str) {
    let shown = async {
        loop {
            let windows = windows(access).await;
            if matches!(&windows[..], [window] if window.title.contains(title)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    if tokio::time::timeout(Duration::from_secs(60), shown).await.is_err() {
        panic!("not only {title}: {:?}", windows(access).await);
    }
}

/// Waits until the screen is quiet.
async fn settle(access: &DesktopAccess) {
    act(access, Action::Screenshot).await;
}

#[tokio::test]
async fn the_office_asks_nothing_when_it_starts_even_after_a_hard_end() {
    let (subject, access) = desktop().await;
    for program in ["Writer", "Calc", "Impress", "Draw", "Writer"] {
        let title = format!("Untitled 1 - LibreOffice {program}");
        let body = open(&access, &format!("LibreOffice {program}")).await;
        assert_eq!(body["application"], format!("LibreOffice {program}"), "{body}");
        shows_only(&access, &title).await;
        act(&access, Action::Type { text: "not saved".into() }).await;
        settle(&access).await;
        shows_only(&access, &title).await;
        prints(&access, "pkill -9 soffice.bin; while pgrep soffice.bin; do sleep 0.1; done").await;
    }
    subject.provider.close().await;
}

#[tokio::test]
async fn office_files_open_in_the_office_and_locked_ones_ask_for_their_password() {
    let (subject, access) = desktop().await;
    prints(
        &access,
        "mkdir f; (cd f && echo words > a.txt && echo 1,2 > b.csv && \
         soffice --headless --convert-to docx a.txt && soffice --headless --convert-to xlsx b.csv && \
         soffice --headless --convert-to pdf a.txt && pdftotext a.pdf - | grep -q words)",
    )
    .await;
    let put = client(&access).put(access.url.join("/v1/files/content/f/locked.docx").unwrap());
    put.bearer_auth(access.token.expose()).body(LOCKED).send().await.unwrap().error_for_status().unwrap();
    for (file, program) in [("f/a.docx", "LibreOffice Writer"), ("f/b.xlsx", "LibreOffice Calc")] {
        assert_eq!(open(&access, file).await["application"], program);
        shows_only(&access, program).await;
        prints(&access, "pkill -9 soffice.bin; while pgrep soffice.bin; do sleep 0.1; done").await;
    }
    prints(&access, "xdg-open f/locked.docx").await;
    shows_only(&access, "Enter Password").await;
    settle(&access).await;
    act(&access, Action::Type { text: "sesame\n".into() }).await;
    shows_only(&access, "locked.docx - LibreOffice Writer").await;
    subject.provider.close().await;
}

#[tokio::test]
async fn slides_open_in_the_office() {
    let (subject, access) = desktop().await;
    let make = format!("cat > a.fodp <<'END'\n{SLIDES}\nEND\nsoffice --headless --convert-to pptx a.fodp");
    prints(&access, &make).await;
    prints(&access, "xdg-open a.pptx").await;
    shows_only(&access, "a.pptx - LibreOffice Impress").await;
    subject.provider.close().await;
}

#[tokio::test]
async fn text_is_recognised_and_media_are_converted_and_played() {
    let (subject, access) = desktop().await;
    prints(&access, "! which abiword gnumeric").await;
    prints(
        &access,
        "convert -size 600x100 -pointsize 48 -gravity center label:'Straße nach Köln' a.png && \
         tesseract a.png - -l deu | grep -q Straße && tesseract --list-langs | grep -qx spa",
    )
    .await;
    prints(&access, "npm --version && npx --version && unar -v").await;
    prints(
        &access,
        "ffmpeg -loglevel error -f lavfi -i testsrc=d=30:s=160x120 -f lavfi -i sine=d=30 -c:v libx264 -c:a aac a.mkv",
    )
    .await;
    let body = open(&access, "a.mkv").await;
    assert_eq!(body["window"]["app"], "mpv", "{body}");
    shows_only(&access, "a.mkv").await;
    subject.provider.close().await;
}
