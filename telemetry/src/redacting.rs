//! Standard error without secrets: where the log is written, and what else a program says there.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use redact::Redactor;
use serde_json::json;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime as _, SystemTime};

/// How often a kind of secret is reported at most.
const REPORT_EVERY: Duration = Duration::from_secs(60);
/// What the log says of secrets that were removed from it.
const MESSAGE: &str = "Sanitization redacted sensitive data";

/// How lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// As text.
    Text,
    /// As one JSON object a line.
    Json,
}

/// Makes writers that remove secrets, and report that they did. A report is written here and not logged: the log is what is
/// being written.
#[derive(Debug, Clone)]
pub(crate) struct Redacting<W> {
    writer: W,
    redactor: Redactor,
    format: Format,
    reports: Arc<Mutex<Vec<Report>>>,
}

/// What was reported of a kind.
#[derive(Debug)]
struct Report {
    kind: &'static str,
    /// How many had been removed when it was reported.
    count: u64,
    at: Instant,
}

impl<W> Redacting<W> {
    pub(crate) fn new(writer: W, redactor: Redactor, format: Format) -> Self {
        Self { writer, redactor, format, reports: Arc::default() }
    }

    /// The lines that report what was removed and is not reported.
    fn report(&self, now: Instant) -> String {
        let mut reports = self.reports.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = String::new();
        for (kind, count) in self.redactor.counts().all() {
            let known = reports.iter_mut().find(|report| report.kind == kind);
            let new = match known {
                None if count > 0 => {
                    reports.push(Report { kind, count, at: now });
                    count
                }
                Some(report) if count > report.count && now >= report.at + REPORT_EVERY => {
                    let new = count - report.count;
                    (report.count, report.at) = (count, now);
                    new
                }
                _ => continue,
            };
            lines += &line(self.format, kind, new);
        }
        lines
    }
}

/// The time, as lines have it.
pub(crate) fn timestamp() -> String {
    let mut time = String::new();
    // Writing to a string does not fail.
    let _ = SystemTime.format_time(&mut Writer::new(&mut time));
    time
}

fn line(format: Format, kind: &str, count: u64) -> String {
    let time = timestamp();
    match format {
        Format::Text => format!("{time}  WARN {MESSAGE} redaction.kind=\"{kind}\" redaction.count={count}\n"),
        Format::Json => {
            let line = json!({
                "timestamp": time, "level": "WARN", "target": "redact", "message": MESSAGE,
                "redaction.kind": kind, "redaction.count": count,
            });
            format!("{line}\n")
        }
    }
}

impl<'a, W: MakeWriter<'a> + 'a> MakeWriter<'a> for Redacting<W> {
    type Writer = RedactingWriter<'a, W>;

    fn make_writer(&'a self) -> Self::Writer {
        RedactingWriter(self)
    }
}

/// Writes whole lines.
pub(crate) struct RedactingWriter<'a, W>(&'a Redacting<W>);

impl<'a, W: MakeWriter<'a>> Write for RedactingWriter<'a, W> {
    /// Takes one event, as the log passes it on: with all of its lines.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let clean = self.0.redactor.redact(&text);
        let mut writer = self.0.writer.make_writer();
        writer.write_all(clean.as_bytes())?;
        if clean != text {
            writer.write_all(self.0.report(Instant::now()).as_bytes())?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.writer.make_writer().flush()
    }
}

/// Says something on standard error without secrets, such as why a program ends. If it is closed, nobody is told.
pub fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{}", redact::process().redact(text));
}

#[cfg(test)]
mod tests {
    use redact::Lifetime;
    use serde_json::Value;

    use super::*;

    /// What was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn redacting(format: Format) -> (Redacting<impl Fn() -> Written>, Written) {
        let written = Written::default();
        let writer = written.clone();
        let redactor = Redactor::default();
        redactor.learn("hunter2-hunter2", Lifetime::Program);
        (Redacting::new(move || writer.clone(), redactor, format), written)
    }

    fn text(written: &Written) -> String {
        String::from_utf8(written.0.lock().unwrap().clone()).unwrap()
    }

    #[test]
    fn secrets_are_removed_and_reported_once_a_minute() {
        let (log, written) = redacting(Format::Json);
        for _ in 0..3 {
            log.make_writer().write_all(b"{\"message\":\"it is hunter2-hunter2\"}\n").unwrap();
        }
        let text = text(&written);
        assert!(!text.contains("hunter2"), "{text}");
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 4, "{text}");
        assert_eq!(lines[1]["message"], MESSAGE);
        assert_eq!((&lines[1]["redaction.kind"], &lines[1]["redaction.count"]), (&json!("known"), &json!(1)));
        assert!(log.report(Instant::now()).is_empty());
        let later: Value = serde_json::from_str(&log.report(Instant::now() + REPORT_EVERY)).unwrap();
        assert_eq!(later["redaction.count"], 2);
    }
}
