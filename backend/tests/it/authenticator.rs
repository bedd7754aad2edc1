//! An authenticator app: RFC 6238 once more, by another library than the backend's.

use aws_lc_rs::hmac;
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, ok};

/// The alphabet of base32 (RFC 4648).
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// The length of a step in seconds.
pub(crate) const STEP: i64 = 30;

/// An app that has read a QR code.
pub(crate) struct Authenticator {
    key: hmac::Key,
}

impl Authenticator {
    /// Reads the secret of an `otpauth:` address.
    pub(crate) fn read(url: &str) -> Self {
        let url = url::Url::parse(url).unwrap();
        let secret = url.query_pairs().find(|(name, _)| name == "secret").unwrap().1.into_owned();
        let mut bits = 0_u32;
        let mut buffer = 0_u32;
        let mut bytes = Vec::new();
        for character in secret.bytes() {
            let value = BASE32.iter().position(|other| *other == character).unwrap();
            buffer = buffer << 5 | u32::try_from(value).unwrap();
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                bytes.push((buffer >> bits & 0xff) as u8);
            }
        }
        Self { key: hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &bytes) }
    }

    /// The code that the app shows at this time.
    pub(crate) fn code(&self, at: DateTime<Utc>) -> String {
        let tag = hmac::sign(&self.key, &(at.timestamp() / STEP).to_be_bytes());
        let offset = usize::from(tag.as_ref()[19] & 0xf);
        let word: [u8; 4] = tag.as_ref()[offset..offset + 4].try_into().unwrap();
        format!("{:06}", (u32::from_be_bytes(word) & 0x7fff_ffff) % 1_000_000)
    }

    /// A code that is certainly wrong now.
    pub(crate) fn wrong_code(&self, at: DateTime<Utc>) -> String {
        let near: Vec<_> =
            (-2..=2).map(|steps| self.code(at + chrono::TimeDelta::seconds(steps * STEP))).collect();
        (0..).map(|number| format!("{number:06}")).find(|code| !near.contains(code)).unwrap()
    }
}

/// Lets an app read the secret of an account, which is not confirmed yet.
pub(crate) async fn read_secret(app: &TestApp, token: &str) -> Authenticator {
    let secret = app.post("/api/v1/users/me/second-factor", &json!({ "password": PASSWORD }));
    Authenticator::read(ok(secret.bearer_auth(token)).await["url"].as_str().unwrap())
}

/// Turns the second factor of an account on, and lets time pass until the app shows the next code. Returns the app and the
/// recovery codes. A step begins now, so that what follows is within it.
pub(crate) async fn turn_on(app: &TestApp, token: &str) -> (Authenticator, Vec<String>) {
    app.pass(STEP - app.state.clock.now().timestamp() % STEP);
    let authenticator = read_secret(app, token).await;
    let code = json!({ "code": authenticator.code(app.state.clock.now()) });
    let confirmed = app.post("/api/v1/users/me/second-factor/confirm", &code).bearer_auth(token);
    let codes = serde_json::from_value(ok(confirmed).await["codes"].clone()).unwrap();
    app.pass(STEP);
    (authenticator, codes)
}

/// What the caller's second factor is.
pub(crate) async fn second_factor(app: &TestApp, token: &str) -> Value {
    ok(app.request(Method::GET, "/api/v1/users/me/second-factor").bearer_auth(token)).await
}
