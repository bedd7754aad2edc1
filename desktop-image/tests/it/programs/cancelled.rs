//! A request whose sender disconnects during an action: everything is released in the program.

use std::collections::BTreeMap;

use protocol::action::{Action, Button, Modifier, ScrollDirection};
use protocol::agent::actions::ActionBatch;

use super::qt::{Event, Events};
use super::{drag, hold_key, key, scroll, typed};
use crate::agent::{LIMIT, eventually};

const MINUTE: u64 = 60_000;

/// Sends a batch and disconnects once an event of a kind has arrived. Returns all events.
async fn cancelled(qt: &Events, actions: Vec<Action>, kind: &str) -> Vec<Event> {
    let batch = ActionBatch { actions, ..ActionBatch::default() };
    let request = qt.desk.agent.http.post(qt.desk.agent.url("/v1/actions")).json(&batch).send();
    let mut events = Vec::new();
    let begun = eventually("it has begun", async || {
        events.extend(qt.so_far());
        events.iter().any(|event: &Event| event.kind == kind).then_some(())
    });
    tokio::select! {
        _ = request => panic!("the batch completed"),
        () = begun => {}
    }
    // The next batch runs once the cancelled one has ended. It releases nothing itself.
    let turn = qt.desk.done(vec![Action::CursorPosition]);
    tokio::time::timeout(LIMIT, turn).await.expect("the batch went on");
    let released = async || {
        events.extend(qt.so_far());
        held(&events).is_empty().then_some(())
    };
    eventually("everything is released", released).await;
    events.extend(qt.events(vec![]).await);
    events
}

/// The keys and buttons that are down after the events.
fn held(events: &[Event]) -> Vec<String> {
    let mut held = BTreeMap::new();
    for event in events {
        match event.kind.as_str() {
            "keydown" | "keyup" => held.insert(format!("key {}", event.key), event.kind == "keydown"),
            "press" | "double" => held.insert(format!("button {}", event.button), true),
            "release" => held.insert(format!("button {}", event.button), false),
            _ => None,
        };
    }
    held.into_iter().filter(|(_, down)| *down).map(|(name, _)| name).collect()
}

fn count(events: &[Event], kind: &str) -> usize {
    events.iter().filter(|event| event.kind == kind).count()
}

#[tokio::test]
async fn a_cancelled_request_releases_everything_in_the_program() {
    let qt = Events::open().await;

    let events = cancelled(&qt, vec![hold_key("ctrl+shift+u", MINUTE), typed("never")], "keydown").await;
    assert!(count(&events, "keyup") >= 3 && events.iter().all(|event| event.text != "n"), "{events:?}");

    for button in [Button::Left, Button::Middle, Button::Right] {
        let down = Action::MouseDown { button };
        let actions = vec![down, Action::Wait { duration_ms: MINUTE }, key("n")];
        let mut events = cancelled(&qt, actions, "press").await;
        events.retain(|event| event.kind != "menu");
        let kinds: Vec<_> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["press", "release"]);
    }

    let (from, to) = (qt.at(30, 30), qt.at(350, 350));
    let with_keys = Action::Drag { from: Some(from), to, modifiers: vec![Modifier::Ctrl] };
    for action in [drag(from, to), with_keys] {
        let events = cancelled(&qt, vec![action; 100], "press").await;
        let releases = count(&events, "release");
        assert!((1..100).contains(&releases) && releases == count(&events, "press"), "{releases} drags");
    }

    let turns = vec![scroll(ScrollDirection::Down, 100, from, &[Modifier::Alt]); 300];
    let events = cancelled(&qt, turns, "wheel").await;
    assert!(count(&events, "wheel") < 30_000);

    // Caps Lock is off while text is typed, and is restored.
    qt.events(vec![key("Caps_Lock")]).await;
    let text = "Shifted Text, and more. ".repeat(5_000);
    let events = cancelled(&qt, vec![typed(&text)], "keydown").await;
    let caps = qt.events(vec![key("n"), key("Caps_Lock"), key("n")]).await;
    let cases: Vec<_> =
        caps.iter().map(|event| event.text.as_str()).filter(|text| !text.is_empty()).collect();
    assert_eq!(cases, ["N", "N", "n", "n"]);
    let downs = events.iter().filter(|event| event.kind == "keydown");
    let arrived: String = downs.map(|event| event.text.as_str()).collect();
    assert!(text.starts_with(&arrived) && arrived.len() < text.len(), "{} arrived", arrived.len());

    // Nothing else arrives later.
    assert_eq!(count(&qt.events(vec![key("z")]).await, "keydown"), 1);
}
