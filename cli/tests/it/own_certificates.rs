//! The image's program that has the services trust certificates of one's own.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// Runs it on a folder with `system.crt`, `own/` and perhaps `trusted.pem`. What it runs prints the trusted certificates.
fn run(folder: &Path) -> Output {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../scripts/with-own-certificates");
    Command::new(script)
        .args(["sh", "-c", r#"[ -z "${SSL_CERT_FILE:-}" ] || cat "$SSL_CERT_FILE""#])
        .env_remove("SSL_CERT_FILE")
        .env("CERTIFICATES_DIR", folder.join("own"))
        .env("SYSTEM_CERTIFICATES", folder.join("system.crt"))
        .env("TRUSTED_CERTIFICATES", folder.join("trusted.pem"))
        .output()
        .unwrap()
}

#[test]
fn own_certificates_are_trusted_besides_the_systems() {
    let data = tempfile::tempdir().unwrap();
    let own = data.path().join("own");
    fs::create_dir(&own).unwrap();
    fs::write(data.path().join("system.crt"), "-----BEGIN CERTIFICATE----- system\n").unwrap();
    let none = run(data.path());
    assert!(none.status.success() && none.stdout.is_empty(), "{none:?}");
    // Without a line break at their ends.
    fs::write(own.join("a.pem"), "-----BEGIN CERTIFICATE----- first").unwrap();
    fs::write(own.join("b.crt"), "-----BEGIN CERTIFICATE----- second").unwrap();
    fs::write(own.join("readme.txt"), "no certificate").unwrap();
    for _start in 0..2 {
        let both = run(data.path());
        let trusted = String::from_utf8(both.stdout).unwrap();
        let lines: Vec<&str> = trusted.lines().filter(|line| !line.is_empty()).collect();
        let expected =
            ["system", "first", "second"].map(|name| format!("-----BEGIN CERTIFICATE----- {name}"));
        assert_eq!(lines, expected);
    }
}

#[test]
fn a_file_in_another_format_is_refused_by_name() {
    let data = tempfile::tempdir().unwrap();
    fs::create_dir(data.path().join("own")).unwrap();
    fs::write(data.path().join("own/company.crt"), [0x30, 0x82]).unwrap();
    let refused = run(data.path());
    assert!(!refused.status.success());
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(told.contains("certificates/company.crt is no certificate in PEM"), "{told}");
}
