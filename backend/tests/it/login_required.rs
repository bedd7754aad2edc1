//! Requests without a login are answered 401, except at a short list of paths.

use reqwest::{Method, StatusCode};

use crate::app::{TestApp, problem};

/// The calls that need no login.
const OPEN: [(&str, &str); 19] = [
    ("GET", "/.well-known/jwks.json"),
    ("GET", "/api/v1/health"),
    ("GET", "/api/v1/health/live"),
    ("GET", "/api/v1/health/ready"),
    ("GET", "/api/v1/status"),
    ("GET", "/api/v1/setup"),
    ("POST", "/api/v1/setup"),
    ("POST", "/api/v1/auth/login"),
    ("POST", "/api/v1/auth/refresh"),
    ("POST", "/api/v1/auth/session"),
    ("DELETE", "/api/v1/auth/session"),
    ("POST", "/api/v1/auth/password-link"),
    ("GET", "/api/v1/auth/ways"),
    ("POST", "/api/v1/auth/register"),
    ("POST", "/api/v1/auth/providers/{provider}/start"),
    ("GET", "/api/v1/auth/providers/{provider}/start"),
    ("GET", "/api/v1/auth/providers/{provider}/callback"),
    ("POST", "/api/v1/auth/session/code"),
    // The link's signature takes the place of a login.
    ("GET", "/api/v1/files/{file_id}/linked"),
];

#[tokio::test(flavor = "multi_thread")]
async fn every_other_call_answers_401() {
    let app = TestApp::start().await;
    let document = serde_json::to_value(backend::routes::openapi()).unwrap();
    let mut checked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in operations.as_object().unwrap().keys() {
            let method = method.to_uppercase();
            if OPEN.contains(&(method.as_str(), path.as_str())) {
                continue;
            }
            let id = "00000000-0000-7000-8000-000000000000";
            let mut address = path.clone();
            while let Some((begin, end)) = address.find('{').zip(address.find('}')) {
                address.replace_range(begin..=end, id);
            }
            let method: Method = method.parse().unwrap();
            problem(app.request(method.clone(), &address), StatusCode::UNAUTHORIZED, "unauthorized").await;
            let forged = app.request(method, &address).bearer_auth("eyJhbGciOiJub25lIn0.e30.");
            problem(forged, StatusCode::UNAUTHORIZED, "unauthorized").await;
            checked += 1;
        }
    }
    assert!(checked > 15, "{checked}");
    app.stop().await;
}
