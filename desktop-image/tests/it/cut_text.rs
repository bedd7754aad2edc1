//! The clipboard between a viewer and the desktop.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use serde_json::{Value, json};

use crate::agent::{TestAgent, eventually};
use crate::viewer::{EXTENDED_CLIPBOARD, TIGHT_PNG, Viewer};

const SCRIPTS: &str = "Grüße, Ελληνικά, 日本語, 👩‍💻\n\tand a second line";
const TEXT: u32 = 1;
const CAPS: u32 = 1 << 24;
const REQUEST: u32 = 1 << 25;
const PEEK: u32 = 1 << 26;
const NOTIFY: u32 = 1 << 27;
const PROVIDE: u32 = 1 << 28;
const SILENCE: Duration = Duration::from_millis(300);

async fn set(agent: &TestAgent, text: &str) {
    let put = agent.http.put(agent.url("/v1/clipboard")).json(&json!({ "text": text }));
    assert_eq!(put.send().await.unwrap().status(), 204);
}

async fn arrives(agent: &TestAgent, text: &str) {
    eventually("the text is on the clipboard", async || {
        let body: Value = agent.get("/v1/clipboard").await.json().await.unwrap();
        (body["text"] == text).then_some(())
    })
    .await;
}

/// A text as encoded by the Extended Clipboard.
fn packed(text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n") + "\0";
    let mut data = ZlibEncoder::new(Vec::new(), Compression::default());
    data.write_all(&u32::try_from(text.len()).unwrap().to_be_bytes()).unwrap();
    data.write_all(text.as_bytes()).unwrap();
    data.finish().unwrap()
}

fn unpacked(data: &[u8]) -> String {
    let mut all = Vec::new();
    ZlibDecoder::new(data).read_to_end(&mut all).unwrap();
    let (length, text) = all.split_first_chunk().unwrap();
    assert_eq!(u32::from_be_bytes(*length) as usize, text.len());
    let text = String::from_utf8(text.to_vec()).unwrap();
    text.strip_suffix('\0').expect("a text ends in a zero byte").replace("\r\n", "\n")
}

#[tokio::test]
async fn texts_of_any_script_go_both_ways() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG, EXTENDED_CLIPBOARD]).await;
    let (caps, sizes) = viewer.cut_text().await;
    assert_eq!(caps, Some(CAPS | REQUEST | PEEK | NOTIFY | PROVIDE | TEXT));
    assert_eq!(sizes.len(), 4, "one size for the one format");
    viewer.clipboard(CAPS | REQUEST | NOTIFY | PROVIDE | TEXT, &[0, 0, 0, 0]).await;

    set(&agent, SCRIPTS).await;
    assert_eq!(viewer.cut_text().await, (Some(NOTIFY | TEXT), vec![]));
    viewer.clipboard(REQUEST | TEXT, &[]).await;
    let (flags, data) = viewer.cut_text().await;
    assert_eq!((flags, unpacked(&data)), (Some(PROVIDE | TEXT), SCRIPTS.to_owned()));

    viewer.clipboard(NOTIFY | TEXT, &[]).await;
    assert_eq!(viewer.cut_text().await, (Some(REQUEST | TEXT), vec![]));
    let other = format!("{SCRIPTS} from the viewer");
    viewer.clipboard(PROVIDE | TEXT, &packed(&other)).await;
    arrives(&agent, &other).await;
    assert!(viewer.is_silent(SILENCE).await, "the viewer is sent its own text");
    viewer.clipboard(PEEK, &[]).await;
    assert_eq!(viewer.cut_text().await, (Some(NOTIFY | TEXT), vec![]));
}

#[tokio::test]
async fn old_viewers_exchange_latin_1() {
    let agent = TestAgent::start();
    let mut viewer = Viewer::connect(&agent, "?input=true", &[TIGHT_PNG]).await;
    viewer.send([&[6, 0, 0, 0, 0, 0, 0, 5][..], &[b'd', 0xe9, b'j', 0xe0, b'!']].concat()).await;
    arrives(&agent, "déjà!").await;
    set(&agent, "garçon 世").await;
    assert_eq!(viewer.cut_text().await, (None, b"gar\xe7on ?".to_vec()));
}

#[tokio::test]
async fn a_watching_viewer_has_no_access_to_the_clipboard() {
    let agent = TestAgent::start();
    set(&agent, "a secret").await;
    let mut viewer = Viewer::connect(&agent, "", &[TIGHT_PNG, EXTENDED_CLIPBOARD]).await;
    viewer.clipboard(PROVIDE | TEXT, &packed("planted")).await;
    viewer.send([&[6, 0, 0, 0, 0, 0, 0, 1][..], b"x"].concat()).await;
    viewer.clipboard(REQUEST | TEXT, &[]).await;
    viewer.update(false).await;
    set(&agent, "another secret").await;
    assert!(viewer.is_silent(SILENCE).await, "the viewer was sent something");
    arrives(&agent, "another secret").await;
}
