//! Two-step login of an account, with an authenticator app.

use backend::clock::Clock;
use reqwest::Method;
use serde_json::json;
use totp_rs::Totp;

use crate::deskhand::{Deskhand, ok};

/// The length of a step in seconds.
const STEP: u64 = 30;

/// An account's app and recovery codes.
pub(crate) struct TwoStep {
    app: Totp,
    pub(crate) recovery_codes: Vec<String>,
}

/// What an authenticator app reads from the address in a QR code.
pub(crate) fn read(url: &str) -> Totp {
    Totp::from_url(url).unwrap()
}

/// The code that an app shows now, or will in some steps.
pub(crate) fn code(app: &Totp, steps_ahead: u64) -> String {
    let now = u64::try_from(Clock::system().now().timestamp()).unwrap();
    app.generate(now + steps_ahead * STEP).to_string()
}

impl TwoStep {
    /// Turns it on for whoever has this bearer token and this password.
    pub(crate) async fn turn_on(deskhand: &Deskhand, token: &str, password: &str) -> Self {
        let post = |path: &str| {
            deskhand.request(Method::POST, &format!("/users/me/second-factor{path}")).bearer_auth(token)
        };
        let secret = ok(post("").json(&json!({ "password": password }))).await;
        let app = read(secret["url"].as_str().unwrap());
        let confirmed = ok(post("/confirm").json(&json!({ "code": code(&app, 0) }))).await;
        Self { app, recovery_codes: serde_json::from_value(confirmed["codes"].clone()).unwrap() }
    }

    /// A code that was not used to turn it on.
    pub(crate) fn next_code(&self) -> String {
        code(&self.app, 1)
    }
}
