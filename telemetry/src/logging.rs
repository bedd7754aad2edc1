//! Logs to standard error, as text or as one JSON object a line, without secrets.

use std::fmt;
use std::io::IsTerminal as _;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::panics;
use crate::redacting::{Format, Redacting, timestamp};

/// The setting of the format.
pub const FORMAT_VARIABLE: &str = "DESKHAND_LOG";

/// Starts logging, panics included. `RUST_LOG` sets the filter, otherwise it is `filter`; `DESKHAND_LOG=json` selects JSON.
/// Secrets that the process's redactor finds are removed.
pub fn init(filter: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let is_json = std::env::var(FORMAT_VARIABLE).is_ok_and(|format| format == "json");
    let format = if is_json { Format::Json } else { Format::Text };
    panics::write(format);
    let writer = Redacting::new(std::io::stderr, redact::process().clone(), format);
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(colors());
    match format {
        Format::Json => log.fmt_fields(JsonFields::new()).event_format(JsonLine).init(),
        Format::Text => log.with_target(false).init(),
    }
}

/// Whether to use colors: only on a terminal, and not if `NO_COLOR` is set.
fn colors() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() && !unwanted
}

/// Writes an event as one object: its own fields beside those of the spans around it, the innermost of which wins.
struct JsonLine;

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Map::new();
        for span in context.event_scope().into_iter().flat_map(Scope::from_root) {
            if let Some(fields) = span.extensions().get::<FormattedFields<N>>()
                && let Ok(fields) = serde_json::from_str::<Map<String, Value>>(fields)
            {
                line.extend(fields);
            }
        }
        event.record(&mut Fields(&mut line));
        line.insert("timestamp".to_owned(), timestamp().into());
        line.insert("level".to_owned(), event.metadata().level().as_str().into());
        line.insert("target".to_owned(), event.metadata().target().into());
        writeln!(writer, "{}", Value::Object(line))
    }
}

/// Adds the fields of an event to an object.
struct Fields<'a>(&'a mut Map<String, Value>);

impl Fields<'_> {
    fn add(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.insert(field.name().to_owned(), value.into());
    }
}

impl Visit for Fields<'_> {
    fn record_f64(&mut self, field: &Field, value: f64) {
        self.add(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.add(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.add(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.add(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.add(field, format!("{value:?}"));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// What was written.
    #[derive(Clone, Default)]
    struct Written(Arc<Mutex<Vec<u8>>>);

    impl Write for Written {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// The lines that some code logs.
    fn logged(log: impl FnOnce()) -> Vec<Map<String, Value>> {
        let written = Written::default();
        let writer = written.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_writer(move || writer.clone())
            .fmt_fields(JsonFields::new())
            .event_format(JsonLine)
            .finish();
        tracing::subscriber::with_default(subscriber, log);
        let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_has_the_fields_of_all_spans_around_it() {
        let lines = logged(|| {
            let request = tracing::info_span!("request", request.id = "r1", user.id = tracing::field::Empty);
            let _request = request.enter();
            request.record("user.id", "u1");
            let _run = tracing::info_span!("run", run.id = %7, level = "mine").entered();
            tracing::warn!(count = 3, ratio = 0.5, done = true, error = ?"a\nb", run.id = "8", "two \"words\"\n");
        });
        assert_eq!(lines.len(), 1, "a message of two lines is one");
        for (field, value) in [
            ("request.id", Value::from("r1")),
            ("user.id", "u1".into()),
            ("run.id", "8".into()),
            ("count", 3.into()),
            ("ratio", 0.5.into()),
            ("done", true.into()),
            ("error", "\"a\\nb\"".into()),
            ("message", "two \"words\"\n".into()),
            ("level", "WARN".into()),
        ] {
            assert_eq!(lines[0][field], value, "{field}");
        }
        assert!(lines[0]["target"].as_str().unwrap().starts_with("telemetry::"));
        assert!(lines[0]["timestamp"].as_str().unwrap().ends_with('Z'));
    }

    #[test]
    fn every_kind_of_field_of_the_log_is_covered() {
        for format in [Format::Text, Format::Json] {
            let written = Written::default();
            let writer = written.clone();
            let redactor = redact::Redactor::default();
            redactor.learn("hunter2-hunter2", redact::Lifetime::Program);
            let log = Redacting::new(move || writer.clone(), redactor, format);
            let builder = tracing_subscriber::fmt().with_ansi(false);
            let secret = "hunter2-hunter2";
            let logged = || {
                let span = tracing::info_span!("request", http.path = secret);
                let _span = span.enter();
                let error = std::io::Error::other(format!(
                    "password={secret}\nAuthorization: Bearer {}",
                    "x1".repeat(20)
                ));
                tracing::error!(%error, debug = ?Some(secret), secret, "it is {secret}");
            };
            match format {
                Format::Text => tracing::subscriber::with_default(builder.with_writer(log).finish(), logged),
                Format::Json => {
                    let fields = JsonFields::new();
                    let json = builder.fmt_fields(fields).event_format(JsonLine);
                    tracing::subscriber::with_default(json.with_writer(log).finish(), logged);
                }
            }
            let text = String::from_utf8(written.0.lock().unwrap().clone()).unwrap();
            assert!(!text.contains("hunter2") && !text.contains("x1x1"), "{text}");
            assert!(text.contains("[redacted:known]") && text.contains("redaction.kind"), "{text}");
        }
    }
}
