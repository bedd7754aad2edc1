//! What a check found, and how it is shown.

use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

/// How long a check may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// As it should be.
    Ok,
    /// Deskhand starts, but something will not work, or not for long.
    Warning,
    /// Deskhand does not start, or can't do its work.
    Error,
}

/// What a check found.
#[derive(Debug, Serialize)]
pub(super) struct Finding {
    /// What was looked at.
    pub(super) check: &'static str,
    pub(super) status: Status,
    /// `ok`, or what is wrong, for programs.
    pub(super) code: &'static str,
    /// What was found, and what to do about it.
    pub(super) message: String,
}

impl Finding {
    pub(super) fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Ok, code: "ok", message: message.into() }
    }

    pub(super) fn warning(check: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Warning, code, message: message.into() }
    }

    pub(super) fn error(check: &'static str, code: &'static str, message: impl Into<String>) -> Self {
        Self { check, status: Status::Error, code, message: message.into() }
    }
}

/// Runs a check that may take too long.
pub(super) async fn in_time(check: &'static str, found: impl Future<Output = Finding>) -> Finding {
    let too_long = || {
        let message = format!(
            "It did not answer within {} s. Look whether a disk or the network hangs",
            TIMEOUT.as_secs()
        );
        Finding::warning(check, "timed_out", message)
    };
    tokio::time::timeout(TIMEOUT, found).await.unwrap_or_else(|_| too_long())
}

/// Runs a check of files. A disk that hangs blocks its thread, and nothing else.
pub(super) async fn of_files(
    check: &'static str,
    found: impl FnOnce() -> Finding + Send + 'static,
) -> Finding {
    in_time(check, async {
        let found = tokio::task::spawn_blocking(found).await;
        found.unwrap_or_else(|error| Finding::error(check, "failed", error.to_string()))
    })
    .await
}

/// The worst status.
pub(super) fn worst(findings: &[Finding]) -> Status {
    findings.iter().map(|finding| finding.status).max().unwrap_or(Status::Ok)
}

/// As text, a line for each finding.
pub(super) fn text(findings: &[Finding], with_colours: bool) -> String {
    let mut text = String::new();
    for Finding { check, status, message, .. } in findings {
        let (word, colour) = match status {
            Status::Ok => ("ok", 32),
            Status::Warning => ("warning", 33),
            Status::Error => ("error", 31),
        };
        let word = format!("{word:<7}");
        let word = if with_colours { format!("\x1b[{colour}m{word}\x1b[0m") } else { word };
        let check = check.replace('_', " ");
        let message = message.trim_end().trim_end_matches('.');
        // Writing to a string can't fail.
        let _ = writeln!(text, "{word}  {check:<16}  {message}.");
    }
    let count = |wanted: Status| findings.iter().filter(|finding| finding.status == wanted).count();
    let _ = write!(text, "{} errors, {} warnings.", count(Status::Error), count(Status::Warning));
    text
}

/// As JSON.
pub(super) fn json(findings: &[Finding]) -> serde_json::Result<String> {
    #[derive(Serialize)]
    struct Report<'a> {
        status: Status,
        checks: &'a [Finding],
    }
    serde_json::to_string_pretty(&Report { status: worst(findings), checks: findings })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn findings() -> Vec<Finding> {
        vec![
            Finding::ok("data_folder", "/data can be written to"),
            Finding::error("listen", "port_taken", "Cannot listen. Choose another address."),
        ]
    }

    #[test]
    fn a_report_names_the_worst_and_is_coloured_on_a_terminal_only() {
        assert_eq!(worst(&findings()), Status::Error);
        assert_eq!(worst(&findings()[..1]), Status::Ok);
        let plain = text(&findings(), false);
        assert!(
            plain.contains("error    listen            Cannot listen. Choose another address.\n"),
            "{plain}"
        );
        assert!(plain.ends_with("1 errors, 0 warnings."), "{plain}");
        assert!(!plain.contains('\x1b') && text(&findings(), true).contains("\x1b[31merror"));
        let report: serde_json::Value = serde_json::from_str(&json(&findings()).unwrap()).unwrap();
        assert_eq!(
            (&report["status"], &report["checks"][1]["code"]),
            (&"error".into(), &"port_taken".into())
        );
    }
}
