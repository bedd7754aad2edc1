//! What administrators do is in the audit log.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, ok};
use crate::authenticator::turn_on;
use crate::program_logins::audit;

/// The entries besides logins, oldest first: who, what, to whom, and more about it.
async fn entries(app: &TestApp, root: &str) -> Vec<(Value, String, Value, Value)> {
    let log = audit(app, root).await;
    let entries = log.iter().rev().filter(|entry| entry["action"] != "login").map(|entry| {
        let action = entry["action"].as_str().unwrap().to_owned();
        (entry["actor_name"].clone(), action, entry["object"].clone(), entry["detail"].clone())
    });
    entries.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_action_of_an_administrator_is_recorded_with_what_it_changed() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let send = async |method: Method, path: &str, body: Value| {
        let request = app.request(method, &format!("/api/v1{path}")).bearer_auth(&root).json(&body);
        let response = request.header("user-agent", "curl/8").send().await.unwrap();
        assert!(response.status().is_success(), "{path}: {}", response.text().await.unwrap());
        response.json::<Value>().await.unwrap_or_default()
    };
    let form = json!({ "username": "eve", "email": "eve@example.com", "password": PASSWORD });
    let eve = send(Method::POST, "/users", form).await["id"].as_str().unwrap().to_owned();
    let path = format!("/users/{eve}");
    send(Method::PATCH, &path, json!({ "role": "superuser" })).await;
    send(Method::PATCH, &path, json!({ "role": "user", "disabled": true })).await;
    send(Method::PATCH, &path, json!({ "disabled": false, "limits": { "desktops": 3 } })).await;
    send(Method::PATCH, &path, json!({ "disabled": false })).await;
    let link = send(Method::POST, &format!("{path}/password-link"), json!({})).await;
    let link = link["url"].as_str().unwrap().rsplit('=').next().unwrap().to_owned();
    send(Method::POST, "/auth/password-link", json!({ "token": link, "password": PASSWORD })).await;
    send(Method::PATCH, "/admin/settings", json!({ "registration": "invite" })).await;
    send(Method::PATCH, "/admin/settings", json!({ "limits": { "desktops": 30 } })).await;
    let invitation = send(Method::POST, "/admin/invitations", json!({ "email": "grace@example.com" })).await;
    let token = invitation["url"].as_str().unwrap().rsplit('=').next().unwrap().to_owned();
    let form = json!({ "username": "grace", "email": "grace@example.com", "password": PASSWORD, "invitation": token });
    send(Method::POST, "/auth/register", form).await;
    let id = invitation["id"].as_str().unwrap();
    send(Method::DELETE, &format!("/admin/invitations/{id}"), json!({})).await;
    send(Method::PUT, "/admin/file-rules", json!({ "extensions": ["exe", "bat"] })).await;
    send(Method::PUT, "/admin/file-rules", json!({ "extensions": ["exe"], "types": ["video/*"] })).await;
    turn_on(&app, &app.token("eve").await).await;
    send(Method::DELETE, &format!("{path}/second-factor"), json!({})).await;
    send(Method::DELETE, &path, json!({})).await;
    let grace = app.token("grace").await;
    let own = app.request(Method::DELETE, "/api/v1/users/me").bearer_auth(&grace);
    let deleted = own.json(&json!({ "password": PASSWORD })).send().await.unwrap();
    assert_eq!(deleted.status(), StatusCode::NO_CONTENT);

    let found = entries(&app, &root).await;
    let told: Vec<_> = found
        .iter()
        .map(|(actor, action, object, _)| (actor.as_str(), action.as_str(), object.as_str()))
        .collect();
    let expected = [
        (None, "user_created", Some("root")),
        (Some("root"), "user_created", Some("eve")),
        (Some("root"), "user_changed", Some("eve")),
        (Some("root"), "user_changed", Some("eve")),
        (Some("root"), "user_changed", Some("eve")),
        (Some("root"), "password_link_created", Some("eve")),
        (Some("eve"), "password_link_used", None),
        (Some("root"), "setting_changed", Some("registration")),
        (Some("root"), "setting_changed", Some("limits")),
        (Some("root"), "invitation_created", Some(id)),
        (Some("grace"), "user_registered", None),
        (Some("root"), "invitation_deleted", Some(id)),
        (Some("root"), "file_rules_changed", Some("file_rules")),
        (Some("root"), "file_rules_changed", Some("file_rules")),
        (Some("eve"), "second_factor_enabled", None),
        (Some("root"), "second_factor_reset", Some("eve")),
        (Some("root"), "user_deleted", Some("eve")),
        (Some("grace"), "user_deleted", Some("grace")),
    ];
    assert_eq!(told, expected);
    let detail = |nth: usize| &found[nth].3;
    assert_eq!(detail(1), &json!({ "is_superuser": false }));
    assert_eq!(detail(2), &json!({ "is_superuser": { "from": false, "to": true } }));
    assert_eq!(detail(3)["is_superuser"], json!({ "from": true, "to": false }));
    assert!(detail(3)["disabled_at"]["from"].is_null() && detail(3)["disabled_at"]["to"].is_string());
    assert_eq!(detail(4)["limits"], json!({ "from": {}, "to": { "desktops": 3 } }));
    assert!(detail(4)["disabled_at"]["to"].is_null(), "{}", detail(4));
    assert_eq!(detail(7), &json!({ "from": null, "to": "invite" }));
    assert_eq!(detail(9)["email"], "grace@example.com");
    assert_eq!(detail(10), &json!({ "invitation_id": id }));
    assert_eq!(detail(13)["added"], json!({ "extensions": [], "patterns": [], "types": ["video/*"] }));
    assert_eq!(detail(13)["removed"], json!({ "extensions": ["bat"], "patterns": [], "types": [] }));

    let log = audit(&app, &root).await;
    let by_root = log.iter().filter(|entry| entry["actor_name"] == "root" && entry["action"] != "login");
    for entry in by_root {
        assert_eq!((&entry["client"], &entry["address"]), (&json!("curl/8"), &json!("127.0.0.1")), "{entry}");
    }
    let text = json!(log).to_string();
    assert!([PASSWORD, &link, &token].iter().all(|secret| !text.contains(secret)), "no secrets");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_not_recorded() {
    let app = TestApp::start().await;
    let root = app.superuser("root").await;
    let before = audit(&app, &root).await.len();
    let id = ok(app.get("/api/v1/users/me").bearer_auth(&root)).await["id"].as_str().unwrap().to_owned();
    let send = |method: Method, path: &str, body: Value| {
        app.request(method, &format!("/api/v1{path}")).bearer_auth(&root).json(&body).send()
    };
    let taken = json!({ "username": "root", "email": "root2@example.com", "password": PASSWORD });
    for (method, path, body) in [
        (Method::POST, "/users".to_owned(), taken),
        (Method::PATCH, format!("/users/{id}"), json!({ "disabled": true })),
        (Method::DELETE, format!("/users/{id}"), json!({})),
        (Method::DELETE, format!("/admin/invitations/{id}"), json!({})),
        (Method::POST, "/admin/invitations".to_owned(), json!({ "uses": 0 })),
        (Method::PUT, "/admin/file-rules".to_owned(), json!({ "extensions": [""] })),
    ] {
        let answer = send(method, &path, body).await.unwrap();
        assert!(answer.status().is_client_error(), "{path}: {}", answer.status());
    }
    assert_eq!(audit(&app, &root).await.len(), before);
    app.stop().await;
}
