//! Access tokens, and the keys that sign them.

use std::process::Command;
use std::time::{Duration, Instant};

use backend::Secret;
use backend::auth::signing_keys::{OldTokens, SigningKeys, rotate};
use backend::config::tokens::TokenConfig;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::app::{Options, TestApp, ok, problem};

const DEADLINE: Duration = Duration::from_secs(60);

fn encoded(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

fn part(token: &str, nth: usize) -> Value {
    let part = token.split('.').nth(nth).unwrap();
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

async fn jwks(app: &TestApp) -> Vec<Value> {
    ok(app.get("/.well-known/jwks.json")).await["keys"].as_array().unwrap().clone()
}

async fn is_refused(app: &TestApp, token: &str) {
    problem(app.get("/api/v1/users/me").bearer_auth(token), StatusCode::UNAUTHORIZED, "unauthorized").await;
}

/// A folder with an RSA key of so many bits, `old.pem`, and what the commands of openssl make of it.
fn key_file(bits: &str, commands: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let first = format!("genrsa -traditional -out old.pem {bits}");
    for command in std::iter::once(first.as_str()).chain(commands.iter().copied()) {
        let mut openssl = Command::new("openssl");
        let output = openssl.args(command.split(' ')).current_dir(&folder).output().unwrap();
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    folder
}

/// The settings that import a key.
fn importing(folder: &TempDir, file: &str, passphrase: Option<&str>) -> TokenConfig {
    TokenConfig {
        jwt_private_key_path: Some(folder.path().join(file)),
        jwt_private_key_passphrase: passphrase.map(Secret::new),
        ..TokenConfig::default()
    }
}

/// The kid of the key that a replica with these settings signs with, or why it does not start.
async fn signer(app: &TestApp, config: &TokenConfig) -> Result<String, String> {
    let loaded = SigningKeys::load(&app.state.database, &app.state.vault, &app.state.clock, config).await;
    loaded.map(|keys| keys.public()[0].kid.to_string()).map_err(|error| format!("{error:#}"))
}

#[tokio::test(flavor = "multi_thread")]
#[expect(clippy::too_many_lines, reason = "a list of forgeries")]
async fn forged_and_malformed_tokens_are_refused() {
    // Signed by the right key, which a test can have only by importing it.
    let folder = key_file("2048", &[]);
    let tokens = importing(&folder, "old.pem", None);
    let app = TestApp::start_with(Options { tokens, ..Options::default() }).await;
    let token = app.user("ada").await;
    let (header, claims) = (part(&token, 0), part(&token, 1));
    let kid = header["kid"].as_str().unwrap().to_owned();
    assert_eq!(header["alg"], "RS256");
    let pem = std::fs::read(folder.path().join("old.pem")).unwrap();
    let der = pkcs8::SecretDocument::from_pem(std::str::from_utf8(&pem).unwrap()).unwrap().1;
    let key = EncodingKey::from_rsa_der(der.as_bytes());
    let signed = |kid: Option<&str>, claims: &Value| {
        let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&header, claims, &key).unwrap()
    };
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        changed
    };
    let without = |name: &str| {
        let mut changed = claims.clone();
        changed.as_object_mut().unwrap().remove(name);
        changed
    };
    ok(app.get("/api/v1/users/me").bearer_auth(signed(Some(kid.as_str()), &claims))).await;

    let now = claims["iat"].as_i64().unwrap();
    for changed in [
        with("exp", json!(now)),
        with("exp", json!((now + 600).to_string())),
        with("exp", Value::Null),
        with("exp", json!(-1)),
        with("exp", json!(f64::MAX)),
        without("exp"),
        with("nbf", json!(now + 600)),
        with("nbf", json!(now.to_string())),
        without("nbf"),
        with("iss", json!("other")),
        with("iss", json!(["deskhand"])),
        without("iss"),
        with("aud", json!("other")),
        with("aud", json!([])),
        without("aud"),
        with("sub", json!("ada")),
        with("sub", json!("00000000-0000-7000-8000-000000000000")),
        without("sub"),
    ] {
        is_refused(&app, &signed(Some(kid.as_str()), &changed)).await;
    }
    for kid in [None, Some("ada"), Some("00000000-0000-8000-8000-000000000000"), Some("../../etc/passwd")] {
        is_refused(&app, &signed(kid, &claims)).await;
    }

    // Without a signature, and with an algorithm of the attacker's choice.
    let [_, body, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("a token has three parts")
    };
    for algorithm in ["none", "None", "NONE", "nOnE", ""] {
        let head = encoded(&json!({ "alg": algorithm, "typ": "JWT", "kid": kid }));
        is_refused(&app, &format!("{head}.{body}.")).await;
        is_refused(&app, &format!("{head}.{body}.{signature}")).await;
    }
    let public = &jwks(&app).await[0];
    let n = BASE64_URL_SAFE_NO_PAD.decode(public["n"].as_str().unwrap()).unwrap();
    let spki = String::from_utf8(
        Command::new("openssl")
            .args(["rsa", "-in", "old.pem", "-pubout"])
            .current_dir(&folder)
            .output()
            .unwrap()
            .stdout,
    )
    .unwrap();
    for algorithm in [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512] {
        for secret in
            [spki.as_bytes(), spki.trim().as_bytes(), &n, public["n"].as_str().unwrap().as_bytes(), b""]
        {
            let header = Header { kid: Some(kid.clone()), ..Header::new(algorithm) };
            is_refused(
                &app,
                &jsonwebtoken::encode(&header, &claims, &EncodingKey::from_secret(secret)).unwrap(),
            )
            .await;
        }
    }
    for algorithm in [Algorithm::RS384, Algorithm::RS512, Algorithm::PS256] {
        let header = Header { kid: Some(kid.clone()), ..Header::new(algorithm) };
        is_refused(&app, &jsonwebtoken::encode(&header, &claims, &key).unwrap()).await;
    }
    // A key that the token brings along is not looked at.
    let other = key_file("2048", &[]);
    let pem = std::fs::read_to_string(other.path().join("old.pem")).unwrap();
    let der = pkcs8::SecretDocument::from_pem(&pem).unwrap().1;
    let mut header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::RS256) };
    header.jku = Some("http://127.0.0.1:1/jwks.json".into());
    let stranger = EncodingKey::from_rsa_der(der.as_bytes());
    is_refused(&app, &jsonwebtoken::encode(&header, &claims, &stranger).unwrap()).await;

    for text in [
        "",
        ".",
        "..",
        "...",
        "a.b.c",
        &format!("{token}."),
        &token[..token.len() - 1],
        &token.replace('.', ""),
    ] {
        is_refused(&app, text).await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pyjwt_verifies_a_token_with_the_published_keys() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    rotate(&app.state.database, &app.state.vault, &app.state.clock, OldTokens::Expire).await.unwrap();
    app.state.program_logins.access_tokens.keys.reload().await.unwrap();
    let bob = app.user("bob").await;
    // Debian's interpreter, which has the package.
    let script = r#"
import json, sys, jwt
keys = jwt.PyJWKSet.from_dict(json.loads(sys.argv[1]))
for token in sys.argv[2:]:
    kid = jwt.get_unverified_header(token)["kid"]
    key = next(key for key in keys.keys if key.key_id == kid)
    claims = jwt.decode(token, key.key, algorithms=["RS256"], audience="deskhand", issuer="deskhand",
                        options={"require": ["exp", "nbf", "iat", "sub", "aud", "iss"]})
    print(claims["sub"])
"#;
    let keys = ok(app.get("/.well-known/jwks.json")).await.to_string();
    let output = Command::new("/usr/bin/python3").args(["-c", script, &keys, &ada, &bob]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let subjects = String::from_utf8(output.stdout).unwrap();
    for (token, subject) in [&ada, &bob].into_iter().zip(subjects.lines()) {
        assert_eq!(ok(app.get("/api/v1/users/me").bearer_auth(token)).await["id"], subject);
    }
    let mut changed = bob.clone();
    changed.replace_range(
        changed.len() - 10..changed.len() - 9,
        if &bob[bob.len() - 10..=bob.len() - 10] == "A" { "B" } else { "A" },
    );
    let refused = Command::new("/usr/bin/python3").args(["-c", script, &keys, &changed]).output().unwrap();
    assert!(
        !refused.status.success() && String::from_utf8_lossy(&refused.stderr).contains("InvalidSignature")
    );
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_published_keys_are_public() {
    let app = TestApp::start().await;
    let response = app.get("/.well-known/jwks.json").send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "public, max-age=300");
    let keys = response.json::<Value>().await.unwrap()["keys"].as_array().unwrap().clone();
    assert_eq!(keys.len(), 1);
    let mut members: Vec<&str> = keys[0].as_object().unwrap().keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"], "no private part");
    let (n, e) = (keys[0]["n"].as_str().unwrap(), keys[0]["e"].as_str().unwrap());
    assert!(DecodingKey::from_rsa_components(n, e).is_ok());
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_takes_over_without_a_restart() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let another =
        SigningKeys::load(&app.state.database, &app.state.vault, &app.state.clock, &TokenConfig::default())
            .await
            .unwrap();
    let before = jwks(&app).await;
    let kid =
        rotate(&app.state.database, &app.state.vault, &app.state.clock, OldTokens::Expire).await.unwrap();
    // It hears of the new key. Both verify meanwhile.
    let deadline = Instant::now() + DEADLINE;
    while jwks(&app).await[0]["kid"] != kid.to_string() {
        assert!(Instant::now() < deadline, "it goes on to sign with the old key");
        tokio::task::yield_now().await;
    }
    let keys = jwks(&app).await;
    assert_eq!((keys.len(), &keys[1]), (2, &before[0]));
    ok(app.get("/api/v1/users/me").bearer_auth(&ada)).await;
    let bob = app.user("bob").await;
    assert_eq!(part(&bob, 0)["kid"], kid.to_string());
    assert_eq!(another.public().len(), 1);
    another.reload().await.unwrap();
    assert_eq!(another.public()[0].kid, kid);
    // The old key ends after the last token that it has signed.
    app.pass(26 * 60 * 60);
    assert_eq!(jwks(&app).await.len(), 1);

    // A key that others may know ends at once.
    let carol = app.user("carol").await;
    ok(app.get("/api/v1/users/me").bearer_auth(&carol)).await;
    rotate(&app.state.database, &app.state.vault, &app.state.clock, OldTokens::End).await.unwrap();
    app.state.program_logins.access_tokens.keys.reload().await.unwrap();
    assert_eq!(jwks(&app).await.len(), 1);
    is_refused(&app, &carol).await;
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_that_has_not_heard_of_a_key_looks_it_up() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let database = &app.state.database;
    let behind = SigningKeys::load(database, &app.state.vault, &app.state.clock, &TokenConfig::default())
        .await
        .unwrap();
    let behind = backend::auth::access_token::AccessTokens {
        keys: behind,
        ..app.state.program_logins.access_tokens.clone()
    };
    rotate(database, &app.state.vault, &app.state.clock, OldTokens::Expire).await.unwrap();
    app.state.program_logins.access_tokens.keys.reload().await.unwrap();
    let token = app.user("bob").await;
    // Anybody can name an unknown key, so it looks at most once a second.
    let deadline = Instant::now() + DEADLINE;
    while behind.verify(&token).await.is_none() {
        assert!(Instant::now() < deadline, "it never looks");
        tokio::task::yield_now().await;
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_every_usual_form_are_imported() {
    let app = TestApp::start().await;
    let own = jwks(&app).await[0]["kid"].as_str().unwrap().to_owned();
    let folder = key_file(
        "2048",
        &[
            "pkcs8 -topk8 -nocrypt -in old.pem -out plain.pem",
            "pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out pbkdf2.pem -passout pass:open-sesame",
            "pkcs8 -topk8 -scrypt -in old.pem -out scrypt.pem -passout pass:open-sesame",
        ],
    );
    let kid = signer(&app, &importing(&folder, "old.pem", None)).await.unwrap();
    assert_ne!(kid, own);
    for (file, passphrase) in
        [("plain.pem", None), ("pbkdf2.pem", Some("open-sesame")), ("scrypt.pem", Some("open-sesame"))]
    {
        assert_eq!(signer(&app, &importing(&folder, file, passphrase)).await.unwrap(), kid, "{file}");
    }
    // Without the setting it stays, and a key that comes back signs again.
    assert_eq!(signer(&app, &TokenConfig::default()).await.unwrap(), kid);
    let other = key_file("3072", &[]);
    let newer = signer(&app, &importing(&other, "old.pem", None)).await.unwrap();
    assert_ne!(newer, kid);
    assert_eq!(signer(&app, &importing(&folder, "plain.pem", None)).await.unwrap(), kid);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_cannot_be_used_is_refused_with_a_sentence() {
    let app = TestApp::start().await;
    let folder = key_file(
        "1024",
        &[
            "ecparam -name prime256v1 -genkey -noout -out ec.pem",
            "pkcs8 -topk8 -v2 aes-256-cbc -in old.pem -out sealed.pem -passout pass:open-sesame",
            "pkcs8 -topk8 -nocrypt -in ec.pem -out ec8.pem",
            "rsa -aes256 -traditional -in old.pem -out legacy.pem -passout pass:open-sesame",
        ],
    );
    std::fs::write(folder.path().join("text.pem"), "no key").unwrap();
    for (file, passphrase, told) in [
        ("old.pem", None, "at least 2,048 bits"),
        ("ec.pem", None, "no RSA key"),
        ("ec8.pem", None, "no RSA key"),
        ("legacy.pem", Some("open-sesame"), "openssl pkcs8"),
        ("text.pem", None, "no private key in PEM"),
        ("missing.pem", None, "can't be read"),
        ("sealed.pem", None, "set JWT_PRIVATE_KEY_PASSPHRASE"),
        ("sealed.pem", Some("wrong"), "does not open it"),
    ] {
        let refused = signer(&app, &importing(&folder, file, passphrase)).await.unwrap_err();
        assert!(refused.contains(told) && refused.contains("JWT_PRIVATE_KEY_PATH"), "{file}: {refused}");
    }
    app.stop().await;
}
