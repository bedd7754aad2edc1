//! Panics on standard error, without secrets and as the log is written, whatever its filter.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::panic::PanicHookInfo;
use std::thread;

use serde_json::json;

use crate::redacting::{Format, say, timestamp};

/// Has panics written from now on.
pub(crate) fn write(format: Format) {
    std::panic::set_hook(Box::new(move |panic| say(&text(format, panic))));
}

fn text(format: Format, panic: &PanicHookInfo<'_>) -> String {
    let message = panic.payload_as_str().unwrap_or("(no message)");
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let thread = thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let backtrace = Backtrace::capture();
    let backtrace = (backtrace.status() == BacktraceStatus::Captured).then(|| backtrace.to_string());
    match format {
        Format::Text => {
            let backtrace = backtrace.map(|backtrace| format!("\n{backtrace}")).unwrap_or_default();
            format!("thread '{thread}' panicked at {location}:\n{message}{backtrace}")
        }
        Format::Json => {
            let line = json!({
                "timestamp": timestamp(), "level": "ERROR", "target": "panic", "message": message,
                "panic.thread": thread, "panic.location": location, "panic.backtrace": backtrace,
            });
            line.to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    /// Set in the process that panics.
    const CHILD: &str = "TELEMETRY_TEST_PANICS";

    #[test]
    fn panics_of_a_process_of_its_own() {
        let Ok(format) = std::env::var(CHILD) else { return };
        write(if format == "json" { Format::Json } else { Format::Text });
        redact::process().learn("hunter2-hunter2", redact::Lifetime::Program);
        panic!("the password is hunter2-hunter2");
    }

    #[test]
    fn a_panic_tells_where_and_why_without_secrets() {
        for format in ["text", "json"] {
            let mut child = Command::new(std::env::current_exe().unwrap());
            child
                .args(["--exact", "panics::tests::panics_of_a_process_of_its_own", "--nocapture"])
                .env(CHILD, format);
            let told = String::from_utf8(child.output().unwrap().stderr).unwrap();
            assert!(told.contains("panics.rs:"), "{told}");
            assert!(told.contains("the password is [redacted:known]") && !told.contains("hunter2"), "{told}");
            if format == "json" {
                let line: serde_json::Value = serde_json::from_str(told.lines().next().unwrap()).unwrap();
                assert_eq!((&line["level"], &line["target"]), (&"ERROR".into(), &"panic".into()));
            }
        }
    }
}
