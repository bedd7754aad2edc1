//! Prints what a line of the log costs: `cargo run --release -p redact --example line_cost`.
#![expect(clippy::print_stdout, reason = "it prints")]

use std::hint::black_box;
use std::time::Instant;

use redact::{Lifetime, Redactor};

const LINES: [(&str, &str); 4] = [
    (
        "a request",
        r#"{"client.address":"198.51.100.7","elapsed_ms":4,"http.method":"GET","http.path":"/api/v1/chats/01a2271f-f1a8-74bd-b20d-51a7dc902664","http.status":200,"level":"INFO","message":"answered","request.id":"4c9f5a70-0f0e-4c1f-9f0c-2f7d3a6b8e11","target":"access","timestamp":"2026-11-30T02:00:00.123456Z"}"#,
    ),
    (
        "an address",
        "2026-11-30T02:00:00.123456Z  WARN could not reach http://127.0.0.1:4318/v1/traces: connection refused",
    ),
    (
        "a token that is none",
        "2026-11-30T02:00:00.123456Z  INFO the token expires in 3600 seconds, and the secret stays as it is",
    ),
    (
        "a secret",
        "2026-11-30T02:00:00.123456Z ERROR connecting to postgres://deskhand:hunter2hunter2@db/deskhand failed",
    ),
];

fn main() {
    let redactor = Redactor::default();
    for number in 0..40 {
        redactor.learn(&format!("{number:04}-a-setting-of-some-length"), Lifetime::Program);
    }
    const TIMES: u32 = 200_000;
    for (what, line) in LINES {
        let begun = Instant::now();
        for _ in 0..TIMES {
            black_box(redactor.redact(black_box(line)));
        }
        println!("{what} ({} bytes): {:?}", line.len(), begun.elapsed() / TIMES);
    }
}
