//! Whose key goes where.

use std::path::Path;

use reqwest::Method;
use serde_json::{Value, json};

use super::{MODEL, OWN, SITE, allowing, by, end, form, path, server};
use crate::deskhand::{Deskhand, ok, program};
use crate::events::Events;
use crate::processes;
use crate::vendor::Vendor;

const SITES_KEY: &str = "sk-ant-of-the-installation-0001";
const ADAS_KEY: &str = "sk-ant-of-ada-0000000000000002";
const BOBS_KEY: &str = "sk-ant-of-bob-0000000000000003";

/// Each message takes two requests.
fn script() -> Value {
    json!({
        "api_key": SITES_KEY, "other_keys": [ADAS_KEY, BOBS_KEY], "restart_each_message": true,
        "turns": [{ "thinking": "A command.", "calls": [{ "bash": "echo hi" }] }, { "text": "Done." }],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn each_request_carries_the_key_of_its_own_connection() {
    let vendor = Vendor::start(script()).await;
    let api = allowing(&[&vendor.url]).await;
    let (bob, eve) = (api.user("bob").await, api.user("eve").await);
    let site = ok(api.post(SITE, &form("Everybody's", &vendor.url, SITES_KEY))).await;
    let adas = ok(api.post(OWN, &form("Mine", &vendor.url, ADAS_KEY))).await;
    let bobs = api.as_user(&bob, Method::POST, OWN, &form("Mine", &vendor.url, BOBS_KEY));
    let bobs = ok(bobs).await;
    assert_eq!((&adas["key_end"], &adas["has_key"]), (&json!("0002"), &json!(true)));
    // Everybody has the site's by default, and some have chosen their own.
    api.change("/admin/settings", &json!({ "default_model": by(&site, MODEL) })).await;
    let choose = |token: &str, choice: Value| {
        api.as_user(token, Method::PATCH, "/users/me", &json!({ "model_choice": choice }))
    };
    ok(choose(&api.token, by(&adas, MODEL))).await;
    ok(choose(&bob, by(&bobs, MODEL))).await;

    let talk = async |token: &str, name: &str| {
        let chat = api.ask(token, &Value::Null, &format!("I am {name}.")).await;
        assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
        let history = format!("/chats/{}/history", chat["id"].as_str().unwrap());
        let more = json!({ "message": format!("Go on, says {name}.") });
        let more = api.as_user(token, Method::POST, &history, &more).header("prefer", "wait=60");
        assert_eq!(ok(more).await["run"]["state"], "succeeded");
    };
    tokio::join!(talk(&api.token, "ada"), talk(&bob, "bob"), talk(&eve, "eve"));

    let requests = vendor.requests();
    for (name, key) in [("ada", ADAS_KEY), ("bob", BOBS_KEY), ("eve", SITES_KEY)] {
        let of = requests.iter().filter(|request| request.body.contains(&format!("I am {name}.")));
        let keys: Vec<_> = of.map(|request| request.headers["x-api-key"].to_str().unwrap()).collect();
        assert_eq!(keys, [key; 4], "{name}");
    }
    assert!(requests.iter().all(|request| request.summary.rejection.is_empty()), "{requests:?}");
}

async fn rotate(data: &Path) -> bool {
    program().args(["keys", "rotate", "--data-dir"]).arg(data).output().await.unwrap().status.success()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_of_the_master_key_loses_no_run() {
    let vendor = Vendor::start(script()).await;
    let api = allowing(&[&vendor.url]).await;
    let connection = ok(api.post(OWN, &form("Mine", &vendor.url, ADAS_KEY))).await;
    let choice = by(&connection, MODEL);
    let chat = api.ask(&api.token, &choice, "Begin.").await;
    let chat = format!("/chats/{}", chat["id"].as_str().unwrap());
    let work = async {
        for number in 0..8 {
            let said = api.say(&chat, &format!("Number {number}.")).await;
            assert_eq!(said["run"]["state"], "succeeded", "{said}");
        }
    };
    let rotate_often = async {
        for _ in 0..4 {
            assert!(rotate(api.data.path()).await);
        }
    };
    tokio::join!(work, rotate_often);
    let keys: Vec<_> = vendor.requests().into_iter().map(|it| it.headers["x-api-key"].clone()).collect();
    assert!(keys.len() == 18 && keys.iter().all(|key| key == ADAS_KEY), "{keys:?}");
    // The next process has only the newest key.
    let checked = ok(api.request(Method::POST, &format!("{}/check", path(&connection)))).await;
    assert_eq!(checked["problem"], Value::Null);
}

/// The files below a folder that contain a text.
fn files_with(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let kind = entry.file_type().unwrap();
        if kind.is_dir() {
            found.extend(files_with(&entry.path(), text));
        } else if kind.is_file()
            && let Ok(content) = std::fs::read(entry.path())
            && content.windows(text.len()).any(|window| window == text.as_bytes())
        {
            found.push(entry.path().display().to_string());
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_found_nowhere_but_at_its_vendor() {
    const CANARY: &str = "sk-ant-canary-5f3a9c0e7b21d844";
    let echo = format!("Incorrect API key provided: {CANARY}. Your organization has been disabled.");
    let vendor = Vendor::start(json!({ "api_key": CANARY, "turns": [
        { "calls": [{ "bash": "env; cat /proc/[0-9]*/environ /proc/[0-9]*/cmdline; ls -R ~" }] },
        { "text": "Done." },
        { "error": { "status": 400, "type": "invalid_request_error", "message": echo } },
        { "text": "Cut off.", "faults": { "error": "invalid_request_error", "error_message": echo, "error_after": 2 } },
    ] }))
    .await;
    let data = tempfile::tempdir().unwrap();
    let mut command = program();
    command.args(["up", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data.path());
    command.env("RUST_LOG", "debug,hyper=info").env("DESKHAND_PRIVATE_MODEL_SERVERS", server(&vendor.url));
    let log = tempfile::NamedTempFile::new().unwrap();
    command.stderr(log.reopen().unwrap());
    let deskhand = Deskhand::spawn(command).await;
    let token = deskhand.first_administrator().await;
    let send = |method: Method, path: &str, body: &Value| {
        deskhand.request(method, path).bearer_auth(&token).json(body)
    };
    let connection = ok(send(Method::POST, OWN, &form("Mine", &vendor.url, CANARY))).await;
    let message = json!({ "initial_message": "look around", "model_choice": by(&connection, MODEL) });
    let chat = ok(send(Method::POST, "/chats", &message).header("prefer", "wait=60")).await;
    assert_eq!(end(&chat), ("succeeded", "end_turn"), "{chat}");
    let chat_path = format!("/chats/{}", chat["id"].as_str().unwrap());
    let history = format!("{chat_path}/history");
    let mut told = Vec::new();
    for _ in ["in a response", "in a stream"] {
        let said = send(Method::POST, &history, &json!({ "message": "again" }));
        let said = ok(said.header("prefer", "wait=60")).await;
        assert_eq!(said["run"]["code"], "request_rejected", "{said}");
        told.push(said);
    }
    ok(send(Method::POST, &format!("{}/check", path(&connection)), &Value::Null)).await;
    for page in [OWN, "/models", "/users/me", &chat_path, "/admin/audit", "/admin/settings"] {
        told.push(ok(send(Method::GET, page, &Value::Null)).await);
    }
    let events = send(Method::GET, &format!("{chat_path}/events"), &Value::Null);
    told.extend(Events::log(events.header("last-event-id", "0")).await);
    assert!(told.len() > 12 && !json!(told).to_string().contains(CANARY), "{told:#?}");
    // The key arrived where it belongs, and the desktop printed something.
    assert!(vendor.requests().iter().all(|request| request.headers["x-api-key"] == CANARY));
    assert!(json!(told).to_string().contains("HOME="), "{told:#?}");

    for process in processes::below(deskhand.pid().as_raw()) {
        for file in ["environ", "cmdline"] {
            let text = std::fs::read(format!("/proc/{}/{file}", process.pid)).unwrap_or_default();
            assert!(!String::from_utf8_lossy(&text).contains(CANARY), "{process:?}");
        }
    }
    // The database, the homes of desktops and everything else.
    assert_eq!(files_with(data.path(), CANARY), Vec::<String>::new());
    drop(deskhand);
    let log = std::fs::read_to_string(log.path()).unwrap();
    assert!(log.contains("model") && !log.contains(CANARY), "{log}");
}
