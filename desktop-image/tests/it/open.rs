//! Starting applications, and opening files and addresses.

use std::os::unix::fs::PermissionsExt as _;

use protocol::action::Action;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::agent::{TestAgent, eventually};

/// A file name with characters that are special to a shell.
const AWKWARD: &str = "-a \"b\" 'c' $(touch x) `touch x` ; & % %f ü \\.txt";

async fn ask(agent: &TestAgent, body: Value) -> (u16, Value) {
    let response = agent.post("/v1/open", &body).await;
    (response.status().as_u16(), response.json().await.unwrap())
}

async fn open(agent: &TestAgent, target: &str) -> Value {
    let (status, body) = ask(agent, json!({ "target": target })).await;
    assert_eq!(status, 200, "{target}: {body}");
    body
}

async fn refused(agent: &TestAgent, body: Value) -> (u16, String, String) {
    let (status, answer) = ask(agent, body).await;
    let text = |key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    (status, text("code"), text("message"))
}

async fn titled(agent: &TestAgent, title: &str) {
    let found = async || agent.windows().await.into_iter().find(|window| window.title.contains(title));
    eventually(&format!("a window is called {title:?}"), found).await;
}

/// Installs an application that records its arguments and environment.
fn install_spy(agent: &TestAgent, id: &str, keys: &str) {
    let spy = agent.home.join("spy");
    std::fs::write(
        &spy,
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > ~/arguments; env > ~/environment; exit $STATUS\n",
    )
    .unwrap();
    std::fs::set_permissions(&spy, std::fs::Permissions::from_mode(0o755)).unwrap();
    let folder = agent.home.join(".local/share/applications");
    std::fs::create_dir_all(&folder).unwrap();
    let entry =
        format!("[Desktop Entry]\nType=Application\n{}\n", keys.replace("SPY", spy.to_str().unwrap()));
    std::fs::write(folder.join(format!("{id}.desktop")), entry).unwrap();
}

#[tokio::test]
async fn applications_open_by_each_of_their_names() {
    // A desktop for each line, since a running editor opens another file in the same window.
    let names = [
        [("terminal", "XTerm"), ("Text Editor", "Mousepad"), ("files", "Pcmanfm")],
        [("XTERM", "XTerm"), ("text_editor", "Mousepad"), ("file_manager", "Pcmanfm")],
        [("Terminal", "XTerm"), ("editor", "Mousepad"), ("pcmanfm", "Pcmanfm")],
        [("xterm", "XTerm"), ("mousepad", "Mousepad"), ("deskhand-files.desktop", "Pcmanfm")],
    ];
    for line in names {
        let agent = TestAgent::start();
        for (name, app) in line {
            let before = agent.windows().await;
            let body = open(&agent, name).await;
            let window = &body["window"];
            assert_eq!((&window["app"], &window["focused"]), (&json!(app), &json!(true)), "{name}: {body}");
            assert!(before.iter().all(|old| window["id"] != old.id), "{name}: the window existed before");
        }
    }
    let agent = TestAgent::start();
    assert_eq!(open(&agent, "terminal").await["application"], "Terminal");
}

#[tokio::test]
async fn files_open_with_the_application_for_their_type_whatever_their_name() {
    let paths: [fn(&TestAgent) -> String; 3] = [
        |_| AWKWARD.into(),
        |_| format!("~/a folder/{AWKWARD}"),
        |agent| format!("{}/a folder/{AWKWARD}", agent.home.display()),
    ];
    for (path, folder) in paths.into_iter().zip(["", "a folder/", "a folder/"]) {
        let agent = TestAgent::start();
        std::fs::create_dir(agent.home.join("a folder")).unwrap();
        for folder in ["", "a folder/"] {
            let path = agent.home.join(format!("{folder}{AWKWARD}"));
            std::fs::write(path, format!("text in {folder}")).unwrap();
        }
        let body = open(&agent, &path(&agent)).await;
        assert_eq!(
            (&body["application"], &body["window"]["app"]),
            (&json!("Text Editor"), &json!("Mousepad"))
        );
        assert_eq!(body["opened"].as_str(), agent.home.join(format!("{folder}{AWKWARD}")).to_str());
        titled(&agent, "touch x").await;
        // The editor has opened the right file.
        let all = ["ctrl+a", "ctrl+c"].map(|chord| Action::Key { chord: chord.into(), repeat: 1 });
        agent.done(all.to_vec()).await;
        let copied = async || {
            let body: Value = agent.get("/v1/clipboard").await.json().await.unwrap();
            (body["text"] == format!("text in {folder}")).then_some(())
        };
        eventually("the text is copied", copied).await;
        assert!(!agent.home.join("x").exists(), "a shell interpreted the name");
    }
}

#[tokio::test]
async fn folders_open_in_the_file_manager_and_a_second_file_in_the_running_editor() {
    let agent = TestAgent::start();
    assert_eq!(open(&agent, "Uploads").await["window"]["app"], "Pcmanfm");
    for (file, app) in [("one.txt", json!("Mousepad")), ("two.txt", Value::Null)] {
        std::fs::write(agent.home.join(file), file).unwrap();
        assert_eq!(open(&agent, file).await["window"]["app"], app);
        titled(&agent, file).await;
    }
}

#[tokio::test]
async fn addresses_open_in_the_browser_and_then_in_its_existing_window() {
    let agent = TestAgent::start();
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://127.0.0.1:{}", server.local_addr().unwrap().port());
    let serving = async {
        loop {
            let (mut connection, _) = server.accept().await.unwrap();
            let mut request = vec![0; 4096];
            let length = connection.read(&mut request).await.unwrap_or(0);
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let path = request.split(' ').nth(1).unwrap_or_default();
            let page = format!("<title>asked for {path} thanks</title>");
            let head =
                format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", page.len());
            // Browsers open connections without using them.
            let _ = connection.write_all((head + &page).as_bytes()).await;
        }
    };
    let asking = async {
        let body = open(&agent, &format!("{base}/a b\"$(touch x)'")).await;
        assert_eq!(body["window"]["app"], "Chromium", "{body}");
        titled(&agent, "asked for /a%20b%22$(touch%20x)' thanks").await;
        let body = open(&agent, &format!("{base}/second")).await;
        assert_eq!((&body["application"], &body["window"]), (&json!("Web Browser"), &Value::Null), "a tab");
        titled(&agent, "asked for /second thanks").await;
        std::fs::write(agent.home.join("a page.html"), "<title>the third</title>").unwrap();
        open(&agent, &format!("file://{}/a%20page.html", agent.home.display())).await;
        titled(&agent, "the third").await;
        std::fs::write(agent.home.join("b #1?.html"), "<title>the fourth</title>").unwrap();
        open(&agent, "b #1?.html").await;
        titled(&agent, "the fourth").await;
        let without_scheme = base.strip_prefix("http://").unwrap().to_owned() + "/fifth";
        let (status, body) = ask(&agent, json!({ "target": "browser", "argument": without_scheme })).await;
        assert_eq!(status, 200, "{body}");
        titled(&agent, "asked for /fifth thanks").await;
        assert!(!agent.home.join("x").exists());
    };
    tokio::select! {
        () = serving => {}
        () = asking => {}
    }
}

#[tokio::test]
async fn a_chosen_application_opens_new_files_and_a_terminal_starts_in_a_folder() {
    let agent = TestAgent::start();
    let (status, body) = ask(&agent, json!({ "target": "text_editor", "argument": "~/new.txt" })).await;
    assert_eq!((status, &body["window"]["app"]), (200, &json!("Mousepad")), "{body}");
    let type_and_save =
        vec![Action::Type { text: "new".into() }, Action::Key { chord: "ctrl+s".into(), repeat: 1 }];
    agent.done(type_and_save).await;
    let saved = async || {
        std::fs::read_to_string(agent.home.join("new.txt")).ok().filter(|text| text.starts_with("new"))
    };
    eventually("the new file is saved", saved).await;
    let (_, body) = ask(&agent, json!({ "target": "terminal", "argument": "Uploads" })).await;
    assert_eq!(body["window"]["focused"], true, "{body}");
    agent.done(vec![Action::Type { text: "touch here\n".into() }]).await;
    let made = async || agent.home.join("Uploads/here").exists().then_some(());
    eventually("the terminal is in the folder", made).await;
    let (status, code, message) = refused(&agent, json!({ "target": "terminal", "argument": "htop" })).await;
    assert_eq!((status, code.as_str()), (422, "invalid_request"), "{message}");
}

#[tokio::test]
async fn a_program_gets_its_arguments_unchanged_and_no_secrets_of_the_agent() {
    let agent = TestAgent::start();
    install_spy(
        &agent,
        "org.tests.Spy",
        "Name=Spy\nExec=SPY \"two words\" --file=%f %i 100%%\nMimeType=text/plain;",
    );
    std::fs::write(agent.home.join(AWKWARD), "").unwrap();
    let (status, body) = ask(&agent, json!({ "target": "spy", "argument": AWKWARD })).await;
    assert_eq!((status, &body["window"]), (200, &Value::Null), "it has none: {body}");
    let arguments = std::fs::read_to_string(agent.home.join("arguments")).unwrap();
    assert_eq!(arguments, format!("two words\n--file={}/{AWKWARD}\n100%\n", agent.home.display()));
    let environment = std::fs::read_to_string(agent.home.join("environment")).unwrap();
    assert!(environment.contains(&format!("DISPLAY={}\n", agent.ready.display)), "{environment}");
    assert!(!environment.contains(crate::agent::TOKEN), "{environment}");
}

#[tokio::test]
async fn terminal_programs_run_in_a_terminal() {
    let agent = TestAgent::start();
    install_spy(&agent, "reader", "Name=Reader\nExec=sh -c \"cat > ~/typed\"\nTerminal=true");
    assert_eq!(open(&agent, "reader").await["window"]["app"], "XTerm");
    agent.done(vec![Action::Type { text: "to the program\n".into() }]).await;
    let typed = async || {
        let typed = std::fs::read_to_string(agent.home.join("typed")).unwrap_or_default();
        (typed == "to the program\n").then_some(())
    };
    eventually("the program reads what is typed", typed).await;
}

#[tokio::test]
async fn targets_that_can_not_be_opened_are_rejected_with_a_reason() {
    let agent = TestAgent::start();
    let target = |target: &str| json!({ "target": target });
    let (status, code, message) = refused(&agent, target("planetarium")).await;
    assert_eq!((status, code.as_str()), (404, "not_found"));
    for name in ["\"planetarium\"", "Terminal", "Text Editor", "Files", "Web Browser"] {
        assert!(message.contains(name), "{name} is missing: {message}");
    }
    let (status, _, message) = refused(&agent, target("~/missing.txt")).await;
    assert_eq!(status, 404);
    assert!(message.contains("missing.txt"), "{message}");
    for address in ["chrome://settings", "ftp://a.b/c", "http://", "view-source://x"] {
        assert_eq!(refused(&agent, target(address)).await.0, 422, "{address}");
    }
    for nonsense in ["", "  ", "a\0b"] {
        assert_eq!(refused(&agent, target(nonsense)).await.0, 422, "{nonsense:?}");
    }
    std::fs::write(agent.home.join("data.bin"), [0; 9]).unwrap();
    assert_eq!(refused(&agent, target("data.bin")).await.1, "no_application");
    install_spy(&agent, "broken", "Name=Broken\nExec=env STATUS=3 SPY");
    let (status, _, message) = refused(&agent, target("broken")).await;
    assert_eq!(status, 502);
    assert!(message.contains("Broken ended with status 3"), "{message}");
    install_spy(&agent, "gone", "Name=Gone\nExec=/nowhere/at-all");
    assert_eq!(refused(&agent, target("gone")).await.1, "program_failed");
    assert_eq!(agent.windows().await.len(), 0);
}
