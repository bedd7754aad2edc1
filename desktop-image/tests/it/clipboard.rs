//! Copying and pasting between the API and real programs, byte for byte.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use desktop_agent::clipboard::Clipboard;
use protocol::action::Action;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::agent::{LIMIT, TestAgent, eventually};
use crate::x_client::XClient;

/// Twelve scripts, combining accents, joined emoji and a character beyond 16 bits.
const SCRIPTS: &str = "Latin déjà ñandú ßtraße €100 “quotes”; Ελληνικά; русский; עברית; العربية; हिन्दी; ไทย; 한국어; \
    日本語 かな; 漢字; ქართული; Հայերեն; አማርኛ\n\ttab \\ ' \" $(x) `y` %s &amp; <b>\n👍🏽 👩‍💻 🎉 𝒳 e\u{301}";

fn chord(chord: &str) -> Action {
    Action::Key { chord: chord.into(), repeat: 1 }
}

/// A text of three million bytes in which all lines differ.
fn long_text() -> String {
    let mut text = String::new();
    for line in 0.. {
        if text.len() >= 3_000_000 {
            break;
        }
        text.push_str(&format!("{line} Größe русский 日本語 👩‍💻 and so on and so on\n"));
    }
    text + "the end"
}

async fn read(agent: &TestAgent) -> (StatusCode, Value) {
    let response = agent.get("/v1/clipboard").await;
    (response.status(), response.json().await.unwrap())
}

async fn text(agent: &TestAgent) -> String {
    let (status, body) = read(agent).await;
    assert_eq!(status, 200, "{body}");
    body["text"].as_str().unwrap().to_owned()
}

async fn set(agent: &TestAgent, text: &str) {
    let put = agent.http.put(agent.url("/v1/clipboard")).json(&json!({ "text": text }));
    assert_eq!(put.send().await.unwrap().status(), 204);
}

/// Opens the editor with a text and copies all of it.
async fn copy_in_editor(agent: &TestAgent, text: &str) {
    std::fs::write(agent.home.join("source.txt"), text).unwrap();
    agent.open("mousepad ~/source.txt", "Mousepad").await;
    // The title is that of the file once it is loaded.
    let loaded = async || agent.windows().await.into_iter().find(|w| w.title.contains("source.txt"));
    eventually("the editor has loaded the file", loaded).await;
    agent.done(vec![chord("ctrl+a"), chord("ctrl+c")]).await;
    let copied = async || {
        let (status, body) = read(agent).await;
        (status == 200 && body["text"] != "").then_some(())
    };
    eventually("something is copied", copied).await;
}

#[tokio::test]
async fn text_copied_in_the_editor_is_read_exactly() {
    let agent = TestAgent::start();
    assert_eq!(text(&agent).await, "", "nothing was copied yet");
    copy_in_editor(&agent, SCRIPTS).await;
    assert_eq!(text(&agent).await, SCRIPTS);
}

#[tokio::test]
async fn two_concurrent_readers_get_a_long_text_exactly() {
    let agent = TestAgent::start();
    let long = long_text();
    copy_in_editor(&agent, &long).await;
    let (first, second) = tokio::join!(text(&agent), text(&agent));
    assert!(first == long, "{} of {} bytes", first.len(), long.len());
    assert!(second == long, "{} of {} bytes", second.len(), long.len());
}

#[tokio::test]
async fn text_set_by_the_api_is_pasted_exactly_in_the_editor() {
    let agent = TestAgent::start();
    let note = agent.home.join("note.txt");
    agent.open("mousepad ~/note.txt", "Mousepad").await;
    for expected in [SCRIPTS.to_owned(), long_text()] {
        set(&agent, &expected).await;
        assert!(text(&agent).await == expected, "the API reads its own text");
        agent.done(vec![chord("ctrl+a"), chord("ctrl+v")]).await;
        let saved = async || {
            agent.done(vec![chord("ctrl+s")]).await;
            let saved = std::fs::read_to_string(&note).ok()?;
            (saved.trim_end() == expected).then_some(())
        };
        eventually("the file holds the text", saved).await;
    }
}

#[tokio::test]
async fn text_goes_through_the_browser_and_back_exactly() {
    let agent = TestAgent::start();
    // The browser drops input before its first paint.
    let page =
        "<meta charset=utf-8><title>empty</title>Text: <textarea autofocus style='white-space:pre'></textarea>
        <script>const area = document.querySelector('textarea');
        const painted = () => performance.getEntriesByName('first-contentful-paint').length > 0;
        const ready = () => document.hasFocus() && painted();
        const look = () => ready() ? document.title = 'ready' : requestAnimationFrame(look);
        look();
        area.oninput = () => document.title = 'pasted ' + area.value.length + '.'</script>";
    std::fs::write(agent.home.join("page.html"), page).unwrap();
    agent.shell("x-www-browser ~/page.html >/dev/null 2>&1 &").await;
    let titled = async |title: &str| {
        let found = async || agent.windows().await.into_iter().find(|w| w.focused && w.title.contains(title));
        eventually(&format!("the title is {title:?}"), found).await;
    };
    titled("ready").await;
    for expected in [SCRIPTS.to_owned(), long_text()] {
        set(&agent, &expected).await;
        agent.done(vec![chord("ctrl+a"), chord("ctrl+v")]).await;
        titled(&format!("pasted {}.", expected.encode_utf16().count())).await;
        set(&agent, "something else").await;
        agent.done(vec![chord("ctrl+a"), chord("ctrl+c")]).await;
        let copied = async || {
            let text = text(&agent).await;
            (text != "something else").then_some(text)
        };
        let copied = eventually("the browser has copied", copied).await;
        assert!(copied == expected, "{} of {} bytes", copied.len(), expected.len());
    }
}

#[tokio::test]
async fn a_terminal_pastes_with_the_middle_button_too() {
    let agent = TestAgent::start();
    let file = crate::typing::reading_xterm(&agent).await;
    set(&agent, SCRIPTS).await;
    agent.done(vec![chord("shift+Insert")]).await;
    crate::typing::arrives(&file, SCRIPTS).await;
}

#[tokio::test]
async fn a_stopped_owner_is_reported_and_does_no_harm() {
    let agent = TestAgent::start();
    copy_in_editor(&agent, "from the editor").await;
    agent.shell("kill -STOP $!").await;
    let (status, body) = read(&agent).await;
    assert_eq!((status.as_u16(), &body["code"]), (504, &json!("unanswered")));
    assert!(body["message"].as_str().unwrap().contains("does not answer"), "{body}");
    set(&agent, "from the API").await;
    assert_eq!(text(&agent).await, "from the API");
}

#[tokio::test]
async fn several_programs_paste_a_long_text_at_once_and_one_of_them_dies() {
    let agent = TestAgent::start();
    let long = long_text();
    set(&agent, &long).await;
    let pasting: Vec<_> = (0..3).map(|_| XClient::connect(&agent)).collect();
    for client in &pasting {
        let (kind, announced) = client.ask("CLIPBOARD", "UTF8_STRING").unwrap();
        assert_eq!((kind.as_str(), announced), ("INCR", (long.len() as u32).to_ne_bytes().to_vec()));
    }
    let mut texts = [Vec::new(), Vec::new()];
    let mut dying = pasting.into_iter();
    drop(dying.next().inspect(|client| assert!(!client.next_part().is_empty())));
    let living: Vec<_> = dying.collect();
    set(&agent, "set while they paste").await;
    let mut ended = [false; 2];
    while ended.contains(&false) {
        for (index, client) in
            living.iter().enumerate().filter(|(index, _)| !ended[*index]).collect::<Vec<_>>()
        {
            let part = client.next_part();
            ended[index] = part.is_empty();
            texts[index].extend(part);
        }
    }
    assert!(texts.iter().all(|text| text == long.as_bytes()), "the text at the time of the requests");
    assert_eq!(living[0].ask("CLIPBOARD", "UTF8_STRING").unwrap().1, b"set while they paste");
}

#[tokio::test]
async fn the_agent_lists_its_targets() {
    let agent = TestAgent::start();
    let client = XClient::connect(&agent);
    set(&agent, "café").await;
    for selection in ["CLIPBOARD", "PRIMARY"] {
        let paste = |target| client.ask(selection, target).unwrap();
        let (kind, targets) = paste("TARGETS");
        assert_eq!(kind, "ATOM");
        let names: Vec<String> = targets
            .chunks(4)
            .map(|atom| u32::from_ne_bytes(atom.try_into().unwrap()))
            .map(|atom| client.name(atom))
            .collect();
        let expected = ["TARGETS", "TIMESTAMP", "UTF8_STRING", "text/plain;charset=utf-8", "STRING"];
        assert_eq!(names, expected);
        assert_eq!(paste("UTF8_STRING"), ("UTF8_STRING".into(), "café".into()));
        assert_eq!(paste("text/plain;charset=utf-8").1, "café".as_bytes());
        assert_eq!(paste("STRING"), ("STRING".into(), b"caf\xe9".to_vec()));
        let (kind, time) = paste("TIMESTAMP");
        assert!(kind == "INTEGER" && time != [0; 4], "{kind} {time:?}");
        assert_eq!(client.ask(selection, "image/png"), None);
    }
    set(&agent, "5 €").await;
    assert_eq!(client.ask("CLIPBOARD", "STRING"), None, "it would not arrive exactly");
}

#[tokio::test]
async fn old_and_odd_owners_are_understood() {
    let agent = TestAgent::start();
    let copied = |target: &str, kind: &str, bytes: &[u8]| {
        let client = XClient::connect(&agent);
        client.copy(target, kind, bytes);
        client
    };
    let _old = copied("STRING", "STRING", b"caf\xe9\0");
    assert_eq!(text(&agent).await, "café", "the zero at the end is none of the text");
    let _web = copied("text/plain;charset=utf-8", "text/plain;charset=utf-8", "café €".as_bytes());
    assert_eq!(text(&agent).await, "café €");
    let _picture = copied("image/png", "image/png", b"\x89PNG");
    let (status, body) = read(&agent).await;
    assert_eq!((status.as_u16(), &body["code"]), (409, &json!("not_text")));
    let _endless = copied("UTF8_STRING", "INCR", &(11_u32 << 20).to_ne_bytes());
    let (status, body) = read(&agent).await;
    assert_eq!((status.as_u16(), &body["code"]), (413, &json!("too_large")));
    let _large = copied("UTF8_STRING", "UTF8_STRING", &vec![b'a'; 10 * 1024 * 1024 + 1]);
    assert_eq!(read(&agent).await.0, 413);
    // It announces parts, but sends none.
    let _silent = copied("UTF8_STRING", "INCR", &5_u32.to_ne_bytes());
    assert_eq!(read(&agent).await.1["code"], "unanswered");
}

#[tokio::test]
async fn text_that_can_not_be_pasted_is_rejected() {
    let agent = TestAgent::start();
    set(&agent, "kept").await;
    let put = async |text: &str| {
        let put = agent.http.put(agent.url("/v1/clipboard")).json(&json!({ "text": text }));
        let response = put.send().await.unwrap();
        let status = response.status().as_u16();
        (status, response.json::<Value>().await.unwrap()["code"].clone())
    };
    assert_eq!(put("a\0b").await, (422, json!("invalid_request")));
    assert_eq!(put(&"a".repeat(10 * 1024 * 1024 + 1)).await, (413, json!("too_large")));
    assert_eq!(text(&agent).await, "kept");
    // Every byte takes six in JSON.
    let longest = "\u{1}".repeat(10 * 1024 * 1024);
    set(&agent, &longest).await;
    assert!(text(&agent).await == longest);
}

#[tokio::test]
async fn every_copy_is_reported_to_watchers() {
    let (mut server, display) = bare_server();
    let (one, other) = (Clipboard::open(&display).unwrap(), Clipboard::open(&display).unwrap());
    let mut changes = one.changes();
    for (setter, text) in [(&other, "from elsewhere"), (&one, "our own"), (&other, "from elsewhere again")] {
        assert!(!changes.has_changed().unwrap());
        setter.set(text.into()).await.unwrap();
        timeout(LIMIT, changes.changed()).await.expect("the copy was not reported").unwrap();
        changes.mark_unchanged();
        assert_eq!(one.get().await.unwrap(), text);
        assert_eq!(other.get().await.unwrap(), text);
    }
    assert_eq!(*changes.borrow(), 3);
    server.kill().unwrap();
    server.wait().unwrap();
}

#[tokio::test]
async fn a_copy_by_another_program_is_read_at_once() {
    let (mut server, display) = bare_server();
    let (one, other) = (Clipboard::open(&display).unwrap(), Clipboard::open(&display).unwrap());
    for copy in 0..200 {
        let (setter, reader) = if copy % 2 == 0 { (&one, &other) } else { (&other, &one) };
        setter.set(copy.to_string()).await.unwrap();
        assert_eq!(reader.get().await.unwrap(), copy.to_string());
    }
    server.kill().unwrap();
    server.wait().unwrap();
}

/// An X server without an agent, to test the part that the live view uses; and its display.
fn bare_server() -> (Child, String) {
    let mut server = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "64x64x24", "-nolisten", "tcp", "-ac", "-noreset"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut number = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut number).unwrap();
    (server, format!(":{}", number.trim()))
}
