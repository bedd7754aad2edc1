//! Typing text into real programs.

mod everywhere;
mod random_text;

use std::path::PathBuf;

use protocol::action::Action;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{ConnectionExt as _, KeyButMask};

use crate::agent::{TestAgent, eventually};

const MIXED: &str = "Hello, World! ~`@#$%^&*()_+{}|:\"<>?[]\\;',./\n\tdéjà vu ñandú ßtraße €100 “quotes” — dash\n\
    Ελληνικά русский текст עברית العربية हिन्दी ไทย 한국어 日本語 漢字かな交じり文\n👍🏽 👩‍💻 🎉 𝒳 \u{301}e";

/// Opens an xterm whose program writes what it reads to a file, byte by byte.
pub(crate) async fn reading_xterm(agent: &TestAgent) -> PathBuf {
    let file = agent.home.join("typed.txt");
    let program = format!("stty raw -echo; exec cat > '{}'", file.display());
    agent.open(&format!("xterm -e sh -c \"{program}\""), "XTerm").await;
    eventually("the file is there", async || file.exists().then_some(())).await;
    file
}

pub(crate) async fn arrives(file: &PathBuf, expected: &str) {
    let expected = expected.replace('\n', "\r");
    let arrived = async || {
        let bytes = std::fs::read(file).unwrap_or_default();
        (bytes.len() >= expected.len()).then_some(bytes)
    };
    let bytes = eventually("the text has arrived", arrived).await;
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
}

#[tokio::test]
async fn any_text_arrives_exactly_in_a_terminal() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    agent.done(vec![Action::Type { text: MIXED.into() }]).await;
    arrives(&file, MIXED).await;
}

#[tokio::test]
async fn more_new_characters_than_spare_keys_arrive_exactly() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    // Three hundred different characters, then the first again, whose keys have been rebound meanwhile.
    let many: String = (0x4e00..0x4f2c).chain(0x4e00..0x4e10).filter_map(char::from_u32).collect();
    agent.done(vec![Action::Type { text: many.clone() }]).await;
    arrives(&file, &many).await;
}

#[tokio::test]
async fn any_text_arrives_exactly_in_the_editor() {
    let agent = TestAgent::start();
    agent.open("mousepad ~/note.txt", "Mousepad").await;
    let text = MIXED.replace('\t', "");
    let save = Action::Key { chord: "ctrl+s".into(), repeat: 1 };
    agent.done(vec![Action::Type { text: text.clone() }, save]).await;
    let saved = async || {
        let saved = std::fs::read_to_string(agent.home.join("note.txt")).ok()?;
        (saved.trim_end() == text).then_some(())
    };
    eventually("the editor has saved the text", saved).await;
}

#[tokio::test]
async fn caps_lock_and_another_layout_change_nothing() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    agent.shell("setxkbmap de").await;
    agent.done(vec![Action::Key { chord: "Caps_Lock".into(), repeat: 1 }]).await;
    let text = "Zweck yacht {[@]} ~ | äÖß \\ ^ ` 'x' ñ";
    agent.done(vec![Action::Type { text: text.into() }]).await;
    arrives(&file, text).await;
    let connection = agent.x_connection().unwrap();
    let root = connection.setup().roots[0].root;
    let mask = connection.query_pointer(root).unwrap().reply().unwrap().mask;
    assert!(mask.contains(KeyButMask::LOCK), "Caps Lock was not restored");
}

#[tokio::test]
async fn a_text_with_a_control_character_is_not_typed_at_all() {
    let agent = TestAgent::start();
    let file = reading_xterm(&agent).await;
    agent.run(vec![Action::Type { text: "abc\u{1b}".into() }]).await;
    agent.done(vec![Action::Type { text: "z".into() }]).await;
    arrives(&file, "z").await;
}
