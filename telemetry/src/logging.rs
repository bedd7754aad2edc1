//! Logs to standard error, as text or as one JSON object a line, without secrets.

use std::fmt;
use std::io::IsTerminal as _;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{self, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::{LookupSpan, Scope};

use crate::panics;
use crate::redacting::{Format, Redacting, timestamp};

/// The setting of the filter.
pub const FILTER_VARIABLE: &str = EnvFilter::DEFAULT_ENV;

/// The setting of the format.
pub const FORMAT_VARIABLE: &str = "DESKHAND_LOG";

/// The trace and the span in which an event happens, in hexadecimal.
#[derive(Debug)]
pub struct TraceIds {
    /// The trace.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
}

/// Finds the trace of an event that happens now, if it is exported.
pub type FindTrace = fn(&Metadata<'_>) -> Option<TraceIds>;

/// Starts logging, panics included. `RUST_LOG` sets the filter, otherwise it is `filter`; `DESKHAND_LOG=json` selects JSON.
/// Secrets that the process's redactor finds are removed.
pub fn init(filter: &str, find_trace: FindTrace) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(filter));
    let is_json = std::env::var(FORMAT_VARIABLE).is_ok_and(|format| format == "json");
    let format = if is_json { Format::Json } else { Format::Text };
    panics::write(format);
    let writer = Redacting::new(std::io::stderr, redact::process().clone(), format);
    let colors = colors();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer).with_ansi(colors);
    match format {
        Format::Json => log.fmt_fields(JsonFields::new()).event_format(JsonLine { find_trace }).init(),
        Format::Text => log.event_format(TextLine::new(colors, find_trace)).init(),
    }
}

/// Whether to use colors: only on a terminal, and not if `NO_COLOR` is set.
fn colors() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    std::io::stderr().is_terminal() && !unwanted
}

/// Writes an event as text, with its trace at the end.
struct TextLine {
    format: format::Format,
    find_trace: FindTrace,
}

impl TextLine {
    fn new(colors: bool, find_trace: FindTrace) -> Self {
        Self { format: format::format().with_target(false).with_ansi(colors), find_trace }
    }
}

impl<S, N> FormatEvent<S, N> for TextLine
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
        let mut line = String::new();
        self.format.format_event(context, Writer::new(&mut line), event)?;
        writer.write_str(line.trim_end_matches('\n'))?;
        if let Some(TraceIds { trace_id, span_id }) = (self.find_trace)(event.metadata()) {
            write!(writer, " trace_id={trace_id} span_id={span_id}")?;
        }
        writeln!(writer)
    }
}

/// Writes an event as one object: its own fields beside those of the spans around it, the innermost of which wins.
struct JsonLine {
    find_trace: FindTrace,
}

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
        if let Some(TraceIds { trace_id, span_id }) = (self.find_trace)(event.metadata()) {
            line.insert("trace_id".to_owned(), trace_id.into());
            line.insert("span_id".to_owned(), span_id.into());
        }
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

    const NO_TRACE: FindTrace = |_| None;

    /// What some code logs in a format.
    fn written(
        format: Format,
        redactor: redact::Redactor,
        find_trace: FindTrace,
        log: impl FnOnce(),
    ) -> String {
        let written = Written::default();
        let writer = written.clone();
        let writer = Redacting::new(move || writer.clone(), redactor, format);
        let builder = tracing_subscriber::fmt().with_ansi(false).with_writer(writer);
        match format {
            Format::Text => {
                let subscriber = builder.event_format(TextLine::new(false, find_trace)).finish();
                tracing::subscriber::with_default(subscriber, log);
            }
            Format::Json => {
                let builder = builder.fmt_fields(JsonFields::new());
                let subscriber = builder.event_format(JsonLine { find_trace }).finish();
                tracing::subscriber::with_default(subscriber, log);
            }
        }
        let written = written.0.lock().unwrap().clone();
        String::from_utf8(written).unwrap()
    }

    /// The lines of JSON that some code logs.
    fn logged(find_trace: FindTrace, log: impl FnOnce()) -> Vec<Map<String, Value>> {
        let text = written(Format::Json, redact::Redactor::default(), find_trace, log);
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    #[test]
    fn a_line_has_the_ids_of_its_trace_if_there_is_one() {
        let find_trace: FindTrace = |event| {
            let ids = || TraceIds { trace_id: "4bf9".to_owned(), span_id: "00f0".to_owned() };
            (*event.level() == tracing::Level::INFO).then(ids)
        };
        let log = || {
            tracing::info!("traced");
            tracing::warn!("not traced");
        };
        let lines = logged(find_trace, log);
        assert_eq!((&lines[0]["trace_id"], &lines[0]["span_id"]), (&"4bf9".into(), &"00f0".into()));
        assert!(!lines[1].contains_key("trace_id"), "{lines:?}");
        let text = written(Format::Text, redact::Redactor::default(), find_trace, log);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with("INFO traced trace_id=4bf9 span_id=00f0"), "{text}");
        assert!(lines[1].ends_with("WARN not traced"), "{text}");
    }

    #[test]
    fn a_line_has_the_fields_of_all_spans_around_it() {
        let lines = logged(NO_TRACE, || {
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
            let redactor = redact::Redactor::default();
            redactor.learn("hunter2-hunter2", redact::Lifetime::Program);
            let secret = "hunter2-hunter2";
            let text = written(format, redactor, NO_TRACE, || {
                let span = tracing::info_span!("request", http.path = secret);
                let _span = span.enter();
                let error = std::io::Error::other(format!(
                    "password={secret}\nAuthorization: Bearer {}",
                    "x1".repeat(20)
                ));
                tracing::error!(%error, debug = ?Some(secret), secret, "it is {secret}");
            });
            assert!(!text.contains("hunter2") && !text.contains("x1x1"), "{text}");
            assert!(text.contains("[redacted:known]") && text.contains("redaction.kind"), "{text}");
        }
    }
}
