//! The service behind a proxy that serves it below a path.

use backend::config::proxy::{ProxyConfig, parse_public_url};
use reqwest::{RequestBuilder, StatusCode, redirect};
use serde_json::json;

use crate::app::{Options, PASSWORD, TestApp, ok, problem};

async fn start(trusted: &[&str]) -> TestApp {
    let proxy = ProxyConfig {
        public_url: Some(parse_public_url("https://desk.example/desk").unwrap()),
        trusted_proxies: trusted.iter().map(|proxy| proxy.parse().unwrap()).collect(),
    };
    TestApp::start_with(Options { proxy, ..Options::default() }).await
}

/// The path in the page, or `None` where the frontend is not built.
async fn path_in_page(request: RequestBuilder) -> Option<String> {
    let page = request.send().await.unwrap().text().await.unwrap();
    if page.contains("not built") {
        return None;
    }
    let (_, rest) = page.split_once(r#"<meta name="base-path" content=""#).unwrap();
    let path = rest.split_once('"').unwrap().0.to_owned();
    assert!(page.contains(&format!(r#"src="{path}assets/"#)) && !page.contains("\"./"), "{page}");
    Some(path)
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_answers_at_the_root_and_below_the_path() {
    let app = start(&[]).await;
    let ada = app.user("ada").await;
    for base in ["", "/desk"] {
        let get = |path: &str| app.get(&format!("{base}{path}"));
        ok(get("/health")).await;
        ok(get("/api/v1/users/me").bearer_auth(&ada)).await;
        ok(get("/api/v1/chats/?limit=5").bearer_auth(&ada)).await;
        assert_eq!(ok(get("/openapi.json")).await["servers"], json!([{ "url": "." }]));
        problem(get("/api/v1/nothing"), StatusCode::NOT_FOUND, "no_route").await;
        assert!(get("/docs/").send().await.unwrap().text().await.unwrap().contains("swagger-ui"));
        let initializer = get("/docs/swagger-initializer.js").send().await.unwrap().text().await.unwrap();
        assert!(initializer.contains(r#""../openapi.json""#), "{initializer}");
    }
    for wrong in ["/desks/health", "/desk/desk/health"] {
        problem(app.get(wrong), StatusCode::NOT_FOUND, "no_route").await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_stays_below_the_path() {
    let app = start(&[]).await;
    let client = reqwest::Client::builder().redirect(redirect::Policy::none()).build().unwrap();
    for base in ["", "/desk"] {
        let address = format!("{}{base}/docs", app.base);
        let redirected = client.get(&address).send().await.unwrap();
        assert!(redirected.status().is_redirection());
        let location = redirected.headers()["location"].to_str().unwrap();
        let target = reqwest::Url::parse(&address).unwrap().join(location).unwrap();
        assert_eq!(target.path(), format!("{base}/docs/"));
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_has_the_path_by_which_it_was_opened() {
    let app = start(&["127.0.0.1"]).await;
    for (path, headers, expected) in [
        ("/", [].as_slice(), "/"),
        ("/index.html", &[], "/"),
        ("/chats/1", &[("host", "192.0.2.1:8010")], "/"),
        ("/desk", &[], "/desk/"),
        ("/desk/chats/1", &[], "/desk/"),
        // Through a proxy that strips the path.
        ("/chats/1", &[("host", "desk.example")], "/desk/"),
        ("/chats/1", &[("x-forwarded-for", "192.0.2.7")], "/desk/"),
    ] {
        let request =
            headers.iter().fold(app.get(path), |request, (name, value)| request.header(*name, *value));
        let request = request.header("accept-encoding", "gzip, br");
        assert_eq!(
            path_in_page(request).await.as_deref().unwrap_or(expected),
            expected,
            "{path} {headers:?}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_keeps_one_page_for_each_path() {
    let app = start(&[]).await;
    let tag = async |path: &str| {
        let page = app.get(path).send().await.unwrap();
        Some(page.headers().get("etag")?.to_str().unwrap().to_owned())
    };
    let (root, below) = (tag("/").await, tag("/desk/").await);
    for (path, known, status) in [
        ("/", &root, StatusCode::NOT_MODIFIED),
        ("/", &below, StatusCode::OK),
        ("/desk/chats/1", &below, StatusCode::NOT_MODIFIED),
        ("/desk/chats/1", &root, StatusCode::OK),
    ] {
        // Debug builds read the frontend from its folder, which may not be built.
        let Some(known) = known else { continue };
        let page = app.get(path).header("if-none-match", known).send().await.unwrap();
        assert_eq!(page.status(), status, "{path} {known}");
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_is_valid_at_the_root_and_below_the_path() {
    let app = start(&[]).await;
    app.user("ada").await;
    let credentials = json!({ "username": "ada", "password": PASSWORD });
    for (base, host, is_secure) in [("/desk", "desk.example", true), ("", "192.0.2.1:8010", false)] {
        let login = app.post(&format!("{base}/api/v1/auth/session"), &credentials).header("host", host);
        let response = login.send().await.unwrap();
        let cookie = response.headers()["set-cookie"].to_str().unwrap();
        assert!(cookie.starts_with("deskhand_session=") && cookie.contains("Path=/;"), "{cookie}");
        assert_eq!(cookie.contains("Secure"), is_secure, "{cookie}");
        let session = cookie.split(';').next().unwrap();
        for base in ["", "/desk"] {
            ok(app.get(&format!("{base}/api/v1/users/me")).header("cookie", session)).await;
        }
    }
    app.stop().await;
}
