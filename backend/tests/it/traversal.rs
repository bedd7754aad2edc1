//! 200 names that try to lead out of a folder. None does, wherever a name of a person becomes a path.

use std::collections::HashSet;
use std::io::Cursor;

use protocol::ids::ChatId;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use url::form_urlencoded;
use zip::ZipArchive;

use crate::app::{TestApp, files_below, ok};
use crate::replicas::claim_nothing;

/// Ways to go up, and what is to be reached there.
fn corpus() -> Vec<String> {
    let ups = [
        "../",
        "..\\",
        "....//",
        "..././",
        "%2e%2e%2f",
        "%2e%2e/",
        "..%2f",
        "..%5c",
        "%252e%252e%252f",
        "..%c0%af",
        "..\u{2215}",
        "..\u{ff0f}",
        "\u{ff0e}\u{ff0e}/",
        ".\u{200b}./",
        "..;/",
        "/..",
        "\\..\\",
        "./../",
        "..//",
        "../../../../",
    ];
    let targets = [
        "etc/passwd",
        "escaped.txt",
        ".bashrc",
        ".ssh/authorized_keys",
        "windows\\win.ini",
        "C:\\escaped.txt",
        "con.txt",
        "a/b/c.txt",
        "~/escaped.txt",
        "..",
    ];
    let names = ups.iter().flat_map(|up| targets.iter().map(move |target| format!("{up}{target}")));
    names.collect()
}

/// Everything below a folder but what belongs to blobs and to the database, and the names of its neighbours.
fn surroundings(app: &TestApp) -> HashSet<std::path::PathBuf> {
    let data = app.data.path();
    let all = files_below(data).into_iter().filter(|path| !path.starts_with(data.join("blobs")));
    all.filter(|path| !path.to_string_lossy().contains("/postgres/")).collect()
}

fn is_inside(path: &str) -> bool {
    let names: Vec<&str> = path.split('/').collect();
    !path.starts_with('/')
        && !path.contains('\\')
        && names.iter().all(|name| !matches!(*name, "" | "." | ".."))
}

#[tokio::test(flavor = "multi_thread")]
async fn no_name_of_an_upload_leads_anywhere() {
    let app = TestApp::start().await;
    claim_nothing(&app).await;
    let ada = app.user("ada").await;
    let corpus = corpus();
    assert_eq!(corpus.len(), 200);
    let before = surroundings(&app);
    let mut ids: Vec<Value> = Vec::new();
    for (number, name) in corpus.iter().enumerate() {
        let sent = app
            .post_file(name, format!("file {number}").into_bytes())
            .bearer_auth(&ada)
            .send()
            .await
            .unwrap();
        let status = sent.status();
        let answer: Value = sent.json().await.unwrap();
        if status == StatusCode::UNPROCESSABLE_ENTITY {
            assert_eq!(answer["code"], "file_name_invalid", "{name:?}");
            continue;
        }
        assert_eq!(status, StatusCode::CREATED, "{name:?}: {answer}");
        let stored = answer["name"].as_str().unwrap();
        assert!(is_inside(stored) && !stored.contains('/'), "{name:?} became {stored:?}");
        ids.push(answer["id"].clone());
    }
    assert!(ids.len() > 100, "most are names of something: {}", ids.len());
    assert_eq!(surroundings(&app), before, "nothing but blobs was written");

    let message = json!({ "initial_message": "see", "file_ids": ids });
    let chat = ok(app.post("/api/v1/chats", &message).bearer_auth(&ada)).await;
    let paths =
        chat["messages"][0]["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap());
    assert!(paths.clone().all(|path| path.starts_with("Uploads/") && is_inside(path)), "{chat}");
    assert_eq!(paths.collect::<HashSet<_>>().len(), ids.len());
    let chat_id: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    let zip = app.get(&format!("/api/v1/chats/{chat_id}/files.zip")).bearer_auth(&ada).send().await.unwrap();
    let mut archive = ZipArchive::new(Cursor::new(zip.bytes().await.unwrap())).unwrap();
    assert_eq!(archive.len(), ids.len());
    let mut unpacked = HashSet::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).unwrap();
        let name = entry.name().unwrap().into_owned();
        assert!(is_inside(&name) && entry.enclosed_name().is_some(), "{name:?}");
        assert!(unpacked.insert(name.to_lowercase()), "{name:?} comes twice");
    }

    let access = app.state.desktops.ensure(chat_id).await.unwrap();
    let home = files_below(&app.data.path().join("desktops"));
    let client = app.state.desktops.client(access);
    assert_eq!(app.state.desktops.outputs.deliver_uploads(chat_id, &client).await.unwrap().len(), 0);
    let new: Vec<_> = files_below(&app.data.path().join("desktops"))
        .into_iter()
        .filter(|path| {
            !home.contains(path) && std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"file "))
        })
        .collect();
    assert_eq!(new.len(), ids.len());
    assert!(new.iter().all(|path| path.parent().unwrap().ends_with("home/Uploads")), "{new:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_path_leads_out_of_the_home_folder() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let chat = ok(app.post("/api/v1/chats", &json!({})).bearer_auth(&ada)).await;
    let chat_id: ChatId = chat["id"].as_str().unwrap().parse().unwrap();
    app.state.desktops.ensure(chat_id).await.unwrap();
    let path = format!("/api/v1/chats/{chat_id}/desktop/home");
    let outside = || -> Vec<_> {
        let all = surroundings(&app).into_iter();
        all.filter(|path| !path.to_string_lossy().contains("/home/"))
            .collect::<HashSet<_>>()
            .into_iter()
            .collect()
    };
    let mut before = outside();
    before.sort();
    let mut written = 0;
    for name in corpus() {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("path", &name).finish();
        let put = app.request(Method::PUT, &format!("{path}/content?{query}&replace=true")).bearer_auth(&ada);
        let status = put.body("escaped").send().await.unwrap().status();
        assert!([204, 404, 409, 422].contains(&status.as_u16()), "{name:?}: {status}");
        written += usize::from(status == StatusCode::NO_CONTENT);
        for path in [format!("{path}/content"), path.clone()] {
            let status = app.get(&format!("{path}?{query}")).bearer_auth(&ada).send().await.unwrap().status();
            assert!([200, 404, 409, 422].contains(&status.as_u16()), "{name:?}: {status}");
            let climbs = name.split('/').any(|part| part == "..") || name.starts_with('/');
            assert!(!climbs || status == StatusCode::UNPROCESSABLE_ENTITY, "{name:?}: {status}");
        }
    }
    assert!(written > 20, "names that only look like ways out are names: {written}");
    let mut after = outside();
    after.sort();
    assert_eq!(after, before);
    app.stop().await;
}
