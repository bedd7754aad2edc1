//! Problems in the language of their reader.

use backend::config::limits::RequestRate;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::app::{Options, TestApp, ok};
use crate::socket::Client;

/// The languages, as a browser asks for them.
const ASKED: [(&str, &str); 3] =
    [("en-GB, en;q=0.9", "en"), ("fr, de-AT;q=0.8, en;q=0.5", "de"), ("pt, *;q=0.1", "pt-BR")];

/// Sends a request, and returns the problem that answers it and the language of the answer.
async fn refused(request: RequestBuilder, asked: &str) -> (StatusCode, Value, String) {
    let response = request.header("accept-language", asked).send().await.unwrap();
    let headers = response.headers().clone();
    let vary: Vec<&str> = headers.get_all("vary").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(vary.iter().any(|value| value.eq_ignore_ascii_case("accept-language")), "{vary:?}");
    assert_eq!(headers["content-type"], "application/problem+json");
    let language = headers["content-language"].to_str().unwrap().to_owned();
    (response.status(), response.json().await.unwrap(), language)
}

/// Expects the same problem in the three languages.
async fn expect(request: RequestBuilder, status: StatusCode, code: &str, told: [&str; 3]) {
    for ((asked, tag), told) in ASKED.into_iter().zip(told) {
        let (found, problem, language) = refused(request.try_clone().unwrap(), asked).await;
        assert_eq!((found, &problem["code"], language.as_str()), (status, &json!(code), tag), "{problem}");
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(told), "{detail}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "a list of cases")]
async fn problems_of_each_status_are_worded_in_three_languages() {
    let options = Options { upload_limit: 2 << 20, files_quota: 3, ..Options::default() };
    let app = TestApp::start_with(options).await;
    let (ada, bob) = (app.superuser("ada").await, app.user("bob").await);
    let login = || app.request(Method::POST, "/api/v1/auth/login").header("content-type", "application/json");
    expect(
        login().body("{"),
        StatusCode::BAD_REQUEST,
        "unreadable_request",
        [
            "The request can't be read: ",
            "Die Anfrage kann nicht gelesen werden: „",
            "Não foi possível ler a requisição: “",
        ],
    )
    .await;
    expect(
        app.get("/api/v1/users/me"),
        StatusCode::UNAUTHORIZED,
        "unauthorized",
        ["Log in first", "Bitte melden Sie sich zuerst an", "Entre na sua conta primeiro"],
    )
    .await;
    let rules = app.get("/api/v1/admin/file-rules").bearer_auth(&bob);
    expect(
        rules,
        StatusCode::FORBIDDEN,
        "superuser_required",
        [
            "Only a superuser may do this.",
            "Das darf nur ein Superuser.",
            "Somente um superusuário pode fazer isso.",
        ],
    )
    .await;
    let chat = app.get(&format!("/api/v1/chats/{}", Uuid::nil())).bearer_auth(&bob);
    expect(
        chat,
        StatusCode::NOT_FOUND,
        "not_found",
        ["There is no such chat.", "Diesen Chat gibt es nicht.", "Esta conversa não existe."],
    )
    .await;
    expect(
        app.request(Method::PUT, "/api/v1/users/me"),
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        ["does not take this method", "kennt diese Methode nicht", "não aceita este método"],
    )
    .await;
    let account = json!({
        "username": "bob", "email": "other@example.com", "password": "correct horse", "first_name": "Bob", "last_name": "B",
    });
    expect(
        app.post("/api/v1/users", &account).bearer_auth(&ada),
        StatusCode::CONFLICT,
        "username_taken",
        [
            "This username is taken. Choose another.",
            "Dieser Benutzername ist vergeben. Wählen Sie einen anderen.",
            "Este nome de usuário já está em uso. Escolha outro.",
        ],
    )
    .await;
    let upload = |bytes| app.post_file("a.txt", vec![b'a'; bytes]).bearer_auth(&bob);
    expect(
        upload((2 << 20) + 1),
        StatusCode::PAYLOAD_TOO_LARGE,
        "file_too_large",
        [
            "The file is larger than the limit of 2 MiB.",
            "Die Datei ist größer als das Limit von 2 MiB.",
            "O arquivo é maior que o limite de 2 MiB.",
        ],
    )
    .await;
    ok(upload(2 << 20)).await;
    expect(
        upload(3 << 19),
        StatusCode::INSUFFICIENT_STORAGE,
        "quota_reached",
        ["more than the 3 MiB that", "mehr als die 3 MiB belegen", "mais do que os 3 MiB que"],
    )
    .await;
    let text = app.request(Method::POST, "/api/v1/chats/").header("content-type", "text/plain").body("hello");
    expect(
        text.bearer_auth(&bob),
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unreadable_request",
        [
            "The request can't be read: ",
            "Die Anfrage kann nicht gelesen werden: „",
            "Não foi possível ler a requisição: “",
        ],
    )
    .await;
    let chats = app.get("/api/v1/chats?limit=1000").bearer_auth(&bob);
    expect(
        chats,
        StatusCode::UNPROCESSABLE_ENTITY,
        "limit_invalid",
        [
            "`limit` has to be 1 to 500.",
            "`limit` muss zwischen 1 und 500 liegen.",
            "`limit` deve estar entre 1 e 500.",
        ],
    )
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_requests_are_refused_in_the_language_of_the_header() {
    let request_rate = RequestRate { requests_per_minute: 1, requests_at_once: 1 };
    let app = TestApp::start_with(Options { request_rate, ..Options::default() }).await;
    let request = || app.get("/api/v1/users/me");
    request().send().await.unwrap();
    expect(
        request(),
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        [
            "Too many requests. Try again in ",
            "Zu viele Anfragen. Versuchen Sie es in ",
            "Requisições demais. Tente novamente em ",
        ],
    )
    .await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_choice_beats_the_header_and_facts_are_told_beside_it() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    let choose = async |language: Value| {
        let changes = json!({ "language": language });
        ok(app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&token).json(&changes)).await
    };
    let request = || app.get("/api/v1/chats?skip=2000000").bearer_auth(&token);
    choose(json!("de-CH")).await;
    let (_, problem, language) = refused(request(), "pt-BR").await;
    assert_eq!(language, "de");
    assert_eq!(problem["detail"], "`skip` muss zwischen 0 und 1000000 liegen.");
    assert_eq!(problem["facts"], json!({ "most": 1_000_000 }));
    let (_, problem, language) = refused(app.get("/api/v1/users/me"), "pt-BR").await;
    assert_eq!((language.as_str(), problem.get("facts")), ("pt-BR", None), "nobody is logged in");
    // A language that nothing is worded in leaves it to the header, and without one it is English.
    choose(json!("fr")).await;
    assert_eq!(refused(request(), "pt").await.2, "pt-BR");
    assert_eq!(refused(request(), "fr").await.2, "en");
    let plain = request().send().await.unwrap();
    assert_eq!(plain.headers()["content-language"], "en");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn problems_over_a_websocket_are_in_the_persons_language() {
    let app = TestApp::start().await;
    let token = app.user("ada").await;
    for (chosen, told, detail) in [
        ("de", "„", "Diesen Chat gibt es nicht."),
        ("pt-PT", "“", "Esta conversa não existe."),
        ("en-US", "This is no request", "There is no such chat."),
    ] {
        let changes = json!({ "language": chosen });
        ok(app.request(Method::PATCH, "/api/v1/users/me").bearer_auth(&token).json(&changes)).await;
        let bearer = format!("Bearer {token}");
        let mut client = Client::connect_with(&app, "authorization", &bearer).await.unwrap();
        client.send(&json!({ "id": "1", "type": "dance" })).await;
        let refused = client.receive().await.unwrap();
        assert_eq!(refused["problem"]["facts"]["variant"], "no_request", "{refused}");
        assert!(refused["problem"]["detail"].as_str().unwrap().contains(told), "{refused}");
        client.send(&json!({ "id": "2", "type": "subscribe", "chat_id": Uuid::nil() })).await;
        assert_eq!(client.receive().await.unwrap()["problem"]["detail"], detail);
    }
    app.stop().await;
}
