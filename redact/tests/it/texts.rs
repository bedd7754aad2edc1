//! Examples of each shape, of what looks like one, and of known secrets.

use redact::{Lifetime, Redactor, shapes};

/// A made-up value: letters and digits without end, cut to a length. Not written out, so that scanners of keys find none here.
pub(crate) fn random(length: usize) -> String {
    "Zq7Xv2Kp9Lm4Tn8Rw3Yc6Bd1Hj5Gf0Sa".chars().cycle().take(length).collect()
}

fn upper(length: usize) -> String {
    random(length).to_uppercase()
}

/// Secrets by kind: what they are called, and a text with `{}` where the secret was.
pub(crate) fn secrets() -> Vec<(&'static str, String)> {
    let r = random;
    let jwt = format!("eyJ{}.eyJ{}.{}", r(20), r(40), r(43));
    let pem =
        format!("-----BEGIN RSA PRIVATE KEY-----\n{}\n{}==\n-----END RSA PRIVATE KEY-----", r(64), r(30));
    vec![
        ("anthropic", format!("sk-ant-api03-{}", r(80))),
        ("aws", format!("AKIA{}", upper(16))),
        ("aws", format!("ASIA{}", upper(16))),
        ("aws", format!("ABSK{}==", r(128))),
        ("aws", format!("bedrock-api-key-{}", r(90))),
        ("deskhand", format!("dh_{}", "0a1b2c3d".repeat(9))),
        ("deskhand", format!("dhr_{}", "0a1b2c3d".repeat(9))),
        ("deskhand", format!("dht_{}", "0a1b2c3d".repeat(9))),
        ("github", format!("ghp_{}", r(36))),
        ("github", format!("github_pat_{}_{}", r(22), r(59))),
        ("google", format!("AIza{}", r(35))),
        ("google", format!("GOCSPX-{}", r(28))),
        ("google", format!("ya29.{}", r(60))),
        ("jwt", jwt),
        ("openai", format!("sk-proj-{}", r(100))),
        ("openai", format!("sk-{}", r(48))),
        ("private_key", pem.clone()),
        ("private_key", pem.replace('\n', "\\n")),
        ("slack", format!("xoxb-{}-{}", "123456789012", r(24))),
        ("slack", format!("xapp-1-{}", r(40))),
        ("stripe", format!("sk_live_{}", r(24))),
        ("stripe", format!("whsec_{}=", r(43))),
    ]
}

/// Texts in which only a part is secret: the kind, what stands before it, it, and what stands behind it.
fn within() -> Vec<(&'static str, &'static str, String, &'static str)> {
    let r = random(24);
    vec![
        ("password", "password=", r.clone(), ""),
        ("password", "connecting with host=db password='", r.clone(), "' dbname=x"),
        ("password", "POST /login?user=ada&password=", r.clone(), "&next=/"),
        ("password", "{\"user\":\"ada\",\"password\":\"", r.clone(), "\"}"),
        ("password", "{\\\"client_secret\\\": \\\"", r.clone(), "\\\"}"),
        ("password", "Login { user: \"ada\", password: \"", r.clone(), "\" }"),
        ("password", "Vendor { api_key: Some(\"", r.clone(), "\") }"),
        ("password", "aws_secret_access_key=", random(40), "\n"),
        ("password", "/callback?token=", r.clone(), " 200"),
        ("password", "API_KEY=", r.clone(), ";"),
        ("url_password", "postgres://deskhand:", "hunter2!".to_owned(), "@db.example.org/deskhand"),
        ("url_password", "redis://:", r.clone(), "@127.0.0.1:6379"),
        ("authorization", "Authorization: Bearer ", r.clone(), "\r\n"),
        ("authorization", "authorization: Basic ", "dXNlcjpwYXNz".to_owned(), ""),
        ("authorization", "{\"Authorization\": \"token ", r.clone(), "\"}"),
        ("authorization", "x-api-key: ", r.clone(), " "),
        ("authorization", "sent Bearer ", r.clone(), " to the proxy"),
        ("slack", "https://hooks.slack.com/services/", format!("T{}/B{}/{r}", upper(8), upper(8)), ""),
    ]
}

#[test]
fn secrets_are_removed_and_what_is_around_them_stays() {
    let redactor = Redactor::default();
    for (kind, secret) in secrets() {
        for (before, after) in [("", ""), ("key ", " is wrong"), ("(", ")"), ("\"", "\","), ("é", " é")] {
            let text = format!("{before}{secret}{after}");
            assert_eq!(redactor.redact(&text), format!("{before}[redacted:{kind}]{after}"), "{text}");
        }
    }
    for (kind, before, secret, after) in within() {
        let text = format!("{before}{secret}{after}");
        assert_eq!(redactor.redact(&text), format!("{before}[redacted:{kind}]{after}"), "{text}");
    }
}

#[test]
fn each_kind_has_examples_and_is_counted() {
    let redactor = Redactor::default();
    for (_, secret) in secrets() {
        let _ = redactor.redact(&secret);
    }
    for (_, before, secret, after) in within() {
        let _ = redactor.redact(&format!("{before}{secret}{after}"));
    }
    let counts: Vec<_> = redactor.counts().all().collect();
    for kind in shapes::KINDS {
        assert!(counts.iter().any(|(name, count)| *name == kind && *count > 0), "{kind}: {counts:?}");
    }
    assert!(counts.contains(&("known", 0)), "{counts:?}");
}

/// What must stay as it is.
const NORMAL: [&str; 37] = [
    "01a2271f-f1a8-74bd-b20d-51a7dc902664",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    "commit 82d5b78f0e4c1a9b3d2e1f0a9b8c7d6e5f4a3b2c",
    "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "<div class=\"sk-loading-indicator sk-folding-cube-container-large\">",
    "task-runner sk-ant-eater risk-proj-manager",
    "let password = read_password()?;",
    "connect(user=user, password=password, token=token)",
    "connect(password=db_password, api_key=self.config.api_key)",
    "login(password=getpass.getpass())",
    "password=os.environ[\"DB_PASSWORD\"]",
    "fn password(&self) -> &str",
    "{\"password\": null, \"api_key\": \"\"}",
    "{\"type\": \"password\", \"name\": \"secret\"}",
    "password: required",
    "the token expires in 3600 seconds",
    "input_tokens=12345678 output_tokens=12345678 max_tokens=1000000",
    "http://127.0.0.1:8010/api/v1/chats?limit=3",
    "git clone ssh://git@github.com/rust-lang/rust",
    "see https://example.org/a:b@c and mailto:ada@example.org",
    "postgres://deskhand:${PASSWORD}@db/deskhand",
    "postgres://deskhand:[redacted:url_password]@db/deskhand",
    "Authorization: Bearer [redacted:authorization]",
    "Authorization: Bearer <token>",
    "authorization failed: the code is unauthorized",
    "the bearer of this letter",
    "eyJhbGciOiJIUzI1NiJ9 is half a token",
    "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
    "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----",
    "AKIA is a prefix; MAKIAVELLIAN0123456789 is none",
    "the API token that begins with dh_6f0c1a2b",
    "ghp_short github_pattern_matching_is_a_long_identifier",
    "xoxo, your friend; xapp-store",
    "desk_live_view sk_test_helper whsec_x",
    "for (let i = 0; i < tokens.length; i += 1) { secret.push(tokens[i]); }",
    "C:\\Users\\ada\\passwords.txt",
];

#[test]
fn normal_text_stays_as_it_is() {
    let redactor = Redactor::default();
    for text in NORMAL {
        assert_eq!(redactor.redact(text), text);
    }
    // The source of this crate names every shape, and has no secret.
    for source in
        [include_str!("../../src/shapes.rs"), include_str!("../../src/redactor.rs"), include_str!("texts.rs")]
    {
        assert_eq!(redactor.redact(source), source);
    }
}

#[test]
fn what_was_redacted_stays_as_it_is() {
    let redactor = Redactor::default();
    for (_, before, secret, after) in within() {
        let once = redactor.redact(&format!("{before}{secret}{after}")).into_owned();
        assert_eq!(redactor.redact(&once), once);
    }
}

#[test]
fn known_secrets_are_removed_in_all_encodings() {
    let redactor = Redactor::default();
    redactor.learn("our pass/word", Lifetime::Program);
    redactor.learn("a-desktop-s-token", Lifetime::Transient);
    redactor.learn("short", Lifetime::Program);
    for (text, expected) in [
        ("it is our pass/word.", "it is [redacted:known]."),
        ("?p=our%20pass%2Fword&", "?p=[redacted:known]&"),
        ("a-desktop-s-token!", "[redacted:known]!"),
        ("a short text", "a short text"),
    ] {
        assert_eq!(redactor.redact(text), expected);
    }
    // "user:our pass/word" in base64: its beginning is not secret.
    assert_eq!(redactor.redact("dXNlcjpvdXIgcGFzcy93b3Jk"), "dXNlcjp[redacted:known]");
}

#[test]
fn old_transient_secrets_are_forgotten_and_settings_are_not() {
    let redactor = Redactor::default();
    redactor.learn("the-setting", Lifetime::Program);
    for number in 0..300 {
        redactor.learn(&format!("token-of-desktop-{number:03}"), Lifetime::Transient);
    }
    assert_eq!(redactor.redact("token-of-desktop-299 the-setting"), "[redacted:known] [redacted:known]");
    assert_eq!(redactor.redact("token-of-desktop-000"), "token-of-desktop-000");
}
