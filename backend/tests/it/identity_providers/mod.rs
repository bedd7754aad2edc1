//! Logging in with accounts that people have elsewhere.

mod attacks;
mod fake_github;
mod fake_oidc;
mod linking;
mod registering;
mod second_factor;
mod settings;

use std::collections::BTreeMap;

use axum::Router;
use backend::Secret;
use backend::config::github::GithubConfig;
use backend::config::registration::RegistrationMode;
use reqwest::header::{COOKIE, HeaderMap};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use self::fake_github::FakeGithub;
use self::fake_oidc::FakeOidc;
use crate::app::{Options, PASSWORD, TestApp, ok};

/// Serves a fake on this machine until the test ends. Returns its address.
async fn serve(router: Router) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "it ends with the runtime of the test")]
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    base
}

/// A backend where everybody may register.
async fn open_app() -> (TestApp, String) {
    let app =
        TestApp::start_with(Options { registration: Some(RegistrationMode::Open), ..Options::default() })
            .await;
    let root = app.superuser("root").await;
    (app, root)
}

fn github_config(github: &FakeGithub) -> GithubConfig {
    GithubConfig {
        github_client_id: fake_github::CLIENT_ID.to_owned(),
        github_client_secret: Secret::new(fake_github::CLIENT_SECRET),
        github_base_url: github.base.clone(),
    }
}

/// A backend with GitHub set up by the environment.
async fn with_github(registration: RegistrationMode) -> (TestApp, String, FakeGithub) {
    let clock = backend::clock::Clock::system();
    let github = FakeGithub::start(clock).await;
    let app = TestApp::start_with(Options {
        registration: Some(registration),
        github: github_config(&github),
        ..Options::default()
    })
    .await;
    github.register(&format!("{}/api/v1/auth/providers/github/callback", app.base));
    let root = app.superuser("root").await;
    (app, root, github)
}

/// A backend with a provider that is called `company`.
async fn with_oidc() -> (TestApp, String, FakeOidc) {
    let (app, root) = open_app().await;
    let oidc = FakeOidc::start(app.state.clock.clone()).await;
    ok(app.post("/api/v1/admin/identity-providers", &company(&oidc.issuer)).bearer_auth(&root)).await;
    (app, root, oidc)
}

fn company(issuer: &str) -> Value {
    json!({ "slug": "company", "kind": "oidc", "name": "Company", "issuer": issuer,
            "client_id": fake_oidc::CLIENT_ID, "client_secret": fake_oidc::CLIENT_SECRET })
}

/// A browser with its cookies, which goes where it is sent step by step.
struct Browser<'a> {
    app: &'a TestApp,
    http: reqwest::Client,
    cookies: BTreeMap<String, String>,
}

impl<'a> Browser<'a> {
    fn new(app: &'a TestApp) -> Self {
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { app, http, cookies: BTreeMap::new() }
    }

    /// A browser in which somebody has logged in with their password.
    async fn logged_in(app: &'a TestApp, username: &str) -> Self {
        let mut browser = Self::new(app);
        let credentials = json!({ "username": username, "password": PASSWORD });
        let answer = browser.send(Method::POST, "/api/v1/auth/session", Some(&credentials)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        browser
    }

    /// Sends a request to the backend, with the cookies.
    async fn send(&mut self, method: Method, path: &str, body: Option<&Value>) -> Response {
        let mut request = self.http.request(method, format!("{}{path}", self.app.base));
        if !self.cookies.is_empty() {
            let cookies: Vec<_> =
                self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await.unwrap();
        self.keep_cookies(answer.headers());
        answer
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = cookie.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Begins a login, and returns the address at the provider.
    async fn begin(&mut self, provider: &str, form: &Value) -> Url {
        let path = format!("/api/v1/auth/providers/{provider}/start");
        let answer = self.send(Method::POST, &path, Some(form)).await;
        assert_eq!(answer.status(), StatusCode::CREATED);
        answer.json::<Value>().await.unwrap()["url"].as_str().unwrap().parse().unwrap()
    }

    /// Opens the address at the provider, which logs in at once. Returns the path that it sends the browser back to.
    async fn pass_provider(&self, url: &Url) -> String {
        let answer = self.http.get(url.clone()).send().await.unwrap();
        assert!(answer.status().is_redirection(), "{}", answer.status());
        let callback = answer.headers()["location"].to_str().unwrap();
        callback.strip_prefix(&self.app.base).unwrap().to_owned()
    }

    /// Comes back to the backend. Returns the path that it sends the browser on to.
    async fn come_back(&mut self, callback: &str) -> String {
        let answer = self.send(Method::GET, callback, None).await;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// Logs in with a provider. Returns the path of the page that is open then.
    async fn log_in(&mut self, provider: &str, form: &Value) -> String {
        let url = self.begin(provider, form).await;
        let callback = self.pass_provider(&url).await;
        self.come_back(&callback).await
    }

    /// Who is logged in; `null` if nobody is.
    async fn me(&mut self) -> Value {
        let answer = self.send(Method::GET, "/api/v1/users/me", None).await;
        if answer.status() == StatusCode::OK { answer.json().await.unwrap() } else { Value::Null }
    }
}

/// The code in the address of a page that tells what went wrong.
fn told(page: &str) -> String {
    let url = Url::parse("http://desk.example/").unwrap().join(page).unwrap();
    let code = url.query_pairs().find(|(name, _)| name == "error");
    code.unwrap_or_else(|| panic!("{page} tells no error")).1.into_owned()
}

/// Whether a table has as many rows.
async fn count(app: &TestApp, table: &str) -> i64 {
    use diesel::QueryableByName;
    use diesel_async::RunQueryDsl as _;

    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }

    let mut conn = app.state.database.connection().await.unwrap();
    let query = diesel::sql_query(format!("SELECT count(*) AS count FROM {table}"));
    query.get_result::<Count>(&mut conn).await.unwrap().count
}
