//! Which program opens each kind of file, from the command line and from the file manager, and what programs show when
//! they start for the first time.

use std::path::Path;

use protocol::action::{Action, Button, Region};
use protocol::agent::windows::Window;
use serde_json::{Value, json};

use crate::agent::{TestAgent, at, decode_screenshot, eventually};

/// A Word document that is locked with the password `sesame`, written by LibreOffice.
const LOCKED: &[u8] = include_bytes!("locked.docx");
const COLOUR: &str = "#12a4ff";
const PDF: &str = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
    3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R>>endobj\n\
    4 0 obj<</Length 35>>stream\n0.07 0.64 1 rg 0 0 300 200 re f    \nendstream endobj\ntrailer<</Root 1 0 R>>\n";

/// Whether LibreOffice is on this machine; then it opens documents.
fn has_office() -> bool {
    Path::new("/usr/bin/libreoffice").exists()
}

/// Waits for a window of a program, whose title contains a text.
async fn shows(agent: &TestAgent, app: &str, title: &str) -> Window {
    let window = async || {
        let windows = agent.windows().await.into_iter();
        windows.clone().find(|window| window.app.eq_ignore_ascii_case(app) && window.title.contains(title))
    };
    eventually(&format!("{app} shows {title}"), window).await
}

/// Waits until the middle of a window has the colour of the tests.
async fn is_coloured(agent: &TestAgent, window: &Window) {
    let Region { x, y, width, height } = window.region;
    let x = u32::try_from(x).unwrap() + width / 2;
    // Below what toolbars may cover.
    let y = u32::try_from(y).unwrap() + height * 2 / 3;
    let coloured = async || {
        let result = agent.done(vec![Action::Screenshot]).await;
        let pixels = decode_screenshot(result.results[0].screenshot.as_ref().unwrap());
        let colour = pixels.get_pixel(x, y).0;
        let near = colour.iter().zip([0x12, 0xa4, 0xff]).all(|(is, meant): (&u8, u8)| is.abs_diff(meant) < 8);
        near.then_some(())
    };
    eventually(&format!("{} is drawn", window.title), coloured).await;
}

/// Closes a window. Some programs ask a question while they are still reading their file.
async fn close(agent: &TestAgent, window: &Window) {
    let closed = async || {
        agent.post(&format!("/v1/windows/{}/close", window.id), &Value::Null).await;
        agent.windows().await.is_empty().then_some(())
    };
    eventually("all windows are gone", closed).await;
}

#[tokio::test]
async fn pictures_of_every_kind_are_shown() {
    let agent = TestAgent::start();
    let svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' width='320' height='200'><rect width='320' height='200' fill='{COLOUR}'/></svg>"
    );
    std::fs::write(agent.home.join("a.svg"), svg).unwrap();
    for kind in ["heic", "avif", "tiff", "webp", "svg", "png", "jpg", "gif", "bmp"] {
        let file = format!("a.{kind}");
        if kind != "svg" {
            agent.prints(&format!("convert -size 320x200 xc:{COLOUR} {file}")).await;
        }
        agent.prints(&format!("xdg-open {file}")).await;
        let window = shows(&agent, "Viewnior", &file).await;
        is_coloured(&agent, &window).await;
        close(&agent, &window).await;
    }
}

#[tokio::test]
async fn papers_archives_texts_and_pages_have_their_programs() {
    let agent = TestAgent::start();
    std::fs::write(agent.home.join("paper.pdf"), PDF).unwrap();
    agent.prints("xdg-open paper.pdf").await;
    let window = shows(&agent, "qpdfview", "paper").await;
    is_coloured(&agent, &window).await;
    close(&agent, &window).await;
    agent
        .prints("echo words > a.txt && zip -q a.zip a.txt && 7z a a.7z a.txt && tar -czf a.tar.gz a.txt")
        .await;
    agent.prints("tar -cJf a.tar.xz a.txt && tar -c a.txt | zstd -q -o a.tar.zst").await;
    for file in ["a.zip", "a.7z", "a.tar.gz", "a.tar.xz", "a.tar.zst"] {
        agent.prints(&format!("xdg-open {file}")).await;
        close(&agent, &shows(&agent, "Xarchiver", file).await).await;
    }
    // A file's address too, as browsers give it.
    agent.prints("mv a.txt 'a b.txt' && xdg-open \"file://$HOME/a%20b.txt\"").await;
    close(&agent, &shows(&agent, "Mousepad", "a b.txt").await).await;
    agent.prints("echo '<title>The page</title>' > a.html && xdg-open a.html").await;
    shows(&agent, "Chromium", "The page").await;
}

#[tokio::test]
async fn documents_open_in_the_office_that_is_installed() {
    let agent = TestAgent::start();
    std::fs::write(agent.home.join("a.rtf"), "{\\rtf1 words}").unwrap();
    std::fs::write(agent.home.join("a.csv"), "1,2\n").unwrap();
    let (writer, calc) = if has_office() {
        agent
            .prints("soffice --headless --convert-to docx a.rtf && soffice --headless --convert-to ods a.csv")
            .await;
        ("libreoffice-writer", "libreoffice-calc")
    } else {
        agent.prints("abiword --to=docx a.rtf && ssconvert a.csv a.ods").await;
        ("Abiword", "Gnumeric")
    };
    for (file, app) in [("a.rtf", writer), ("a.docx", writer), ("a.ods", calc)] {
        agent.prints(&format!("xdg-open {file}")).await;
        close(&agent, &shows(&agent, app, file).await).await;
    }
}

async fn opened_by_the_api(agent: &TestAgent, target: &str) -> (u16, Value) {
    let answer = agent.post("/v1/open", &json!({ "target": target })).await;
    (answer.status().as_u16(), answer.json().await.unwrap())
}

#[tokio::test]
async fn what_no_program_opens_is_said_plainly() {
    let agent = TestAgent::start();
    std::fs::write(agent.home.join("data.bin"), [0; 9]).unwrap();
    std::fs::write(agent.home.join("talk.pptx"), [0; 9]).unwrap();
    std::fs::write(agent.home.join("secret.docx"), LOCKED).unwrap();
    let mut cases = vec![("data.bin", "No application of this desktop opens", None)];
    if !has_office() {
        cases.push(("talk.pptx", "No application of this desktop opens", Some("LibreOffice can")));
        cases.push((
            "secret.docx",
            "locked with a password, and AbiWord can't unlock it",
            Some("LibreOffice can"),
        ));
    }
    for (file, reason, advice) in cases {
        let is_said = |text: &str| {
            text.contains(file) && text.contains(reason) && text.contains(advice.unwrap_or_default())
        };
        let result = agent.shell(&format!("xdg-open {file}")).await;
        assert!(result.exit_code != Some(0) && is_said(&result.output), "{}", result.output);
        let window = shows(&agent, "Gxmessage", "can't be opened").await;
        let commands = agent.prints("ps -C gxmessage -ww -o args=").await;
        assert!(commands.lines().any(is_said), "{commands}");
        close(&agent, &window).await;
        let (status, body) = opened_by_the_api(&agent, file).await;
        assert!(status == 409 && is_said(body["message"].as_str().unwrap()), "{body}");
        assert!(agent.windows().await.is_empty());
    }
    let result = agent.shell("xdg-open missing.txt").await;
    assert!(result.exit_code != Some(0) && result.output.contains("missing.txt"), "{}", result.output);
    assert!(agent.windows().await.is_empty(), "whoever reads the output needs no window");
}

#[tokio::test]
async fn the_file_manager_opens_files_likewise() {
    let mut cases = vec![("a.heic", "Viewnior", "a.heic"), ("a.pdf", "qpdfview", "a")];
    if !has_office() {
        cases.push(("talk.pptx", "Gxmessage", "can't be opened"));
        cases.push(("secret.docx", "Gxmessage", "can't be opened"));
    }
    for (file, app, title) in cases {
        let agent = TestAgent::start();
        let folder = agent.home.join("folder");
        std::fs::create_dir(&folder).unwrap();
        match file {
            "a.heic" => drop(agent.prints(&format!("convert -size 320x200 xc:{COLOUR} folder/{file}")).await),
            "a.pdf" => std::fs::write(folder.join(file), PDF).unwrap(),
            _ => std::fs::write(folder.join(file), LOCKED).unwrap(),
        }
        let window = agent.open("pcmanfm ~/folder", "Pcmanfm").await;
        let icon = at(window.region.x + 206, window.region.y + 89);
        let click = Action::Click { button: Button::Left, count: 2, at: Some(icon), modifiers: vec![] };
        let opened = async || {
            agent.done(vec![click.clone()]).await;
            agent
                .windows()
                .await
                .into_iter()
                .find(|window| window.app.eq_ignore_ascii_case(app) && window.title.contains(title))
        };
        eventually(&format!("{file} is opened"), opened).await;
    }
}

#[tokio::test]
async fn programs_ask_nothing_when_they_start_for_the_first_time() {
    let programs = [
        ("xterm", "XTerm"),
        ("mousepad", "Mousepad"),
        ("pcmanfm", "Pcmanfm"),
        ("chromium", "Chromium"),
        ("qpdfview", "qpdfview"),
        ("viewnior", "Viewnior"),
        ("xarchiver", "Xarchiver"),
        ("abiword", "Abiword"),
        ("gnumeric", "Gnumeric"),
    ];
    for (program, app) in programs {
        let agent = TestAgent::start();
        agent.open(program, app).await;
        agent.done(vec![Action::Screenshot]).await;
        let windows = agent.windows().await;
        assert_eq!(windows.len(), 1, "{program} shows {windows:?}");
    }
}
