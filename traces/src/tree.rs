//! Reads a file of spans, and draws a trace as a tree.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;

use crate::span::keys;

/// The width of the bars, in characters.
const BAR: usize = 24;
/// What is shown of a span besides its name and times.
const SHOWN: [&str; 9] = [
    keys::RUN_STATE,
    keys::CALL_STATUS,
    keys::PROVIDER,
    keys::RESPONSE_MODEL,
    keys::INPUT_TOKENS,
    keys::OUTPUT_TOKENS,
    keys::FINISH_REASONS,
    keys::HTTP_STATUS,
    keys::ERROR_TYPE,
];

/// Spans that were read from a file, by trace.
#[derive(Debug, Default)]
pub struct Traces(BTreeMap<Vec<u8>, Trace>);

/// One trace.
#[derive(Debug, Default)]
pub struct Trace {
    spans: Vec<ServiceSpan>,
}

/// A span and whose it is.
#[derive(Debug)]
pub struct ServiceSpan {
    /// The service's name.
    pub service: String,
    /// The span.
    pub span: Span,
}

impl Traces {
    /// Reads lines of a file. The last one may be incomplete.
    ///
    /// # Errors
    /// When another line is no request of OTLP; its number.
    pub fn read(text: &str) -> Result<Self, (usize, serde_json::Error)> {
        let mut traces = Self::default();
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in lines.iter().enumerate() {
            match serde_json::from_str(line) {
                Ok(request) => traces.add(request),
                Err(error) if number + 1 == lines.len() && error.is_eof() => {}
                Err(error) => return Err((number + 1, error)),
            }
        }
        Ok(traces)
    }

    /// Adds the spans of a request of OTLP.
    pub fn add(&mut self, request: ExportTraceServiceRequest) {
        for of_service in request.resource_spans {
            let resource = of_service.resource.unwrap_or_default();
            let service = attribute(&resource.attributes, "service.name").unwrap_or_default();
            for span in of_service.scope_spans.into_iter().flat_map(|scope| scope.spans) {
                let trace = self.0.entry(span.trace_id.clone()).or_default();
                trace.spans.push(ServiceSpan { service: service.clone(), span });
            }
        }
    }

    /// Adds those of another file. Spans of one trace may be in several.
    pub fn extend(&mut self, others: Self) {
        for (id, trace) in others.0 {
            self.0.entry(id).or_default().spans.extend(trace.spans);
        }
    }

    /// All traces.
    pub fn all(&self) -> impl Iterator<Item = &Trace> {
        self.0.values()
    }

    /// The trace with an id, in hexadecimal.
    #[must_use]
    pub fn with_id(&self, id: &str) -> Option<&Trace> {
        self.all().find(|trace| trace.id() == id)
    }

    /// The trace of a run.
    #[must_use]
    pub fn of_run(&self, run: &str) -> Option<&Trace> {
        self.all().find(|trace| trace.runs().any(|id| id == run))
    }

    /// The trace of the run that began last.
    #[must_use]
    pub fn of_last_run(&self) -> Option<&Trace> {
        self.all().filter(|trace| trace.runs().next().is_some()).max_by_key(|trace| trace.began())
    }
}

impl Trace {
    /// Its id, in hexadecimal.
    #[must_use]
    pub fn id(&self) -> String {
        self.spans.first().map(|span| hex(&span.span.trace_id)).unwrap_or_default()
    }

    /// Its spans, in no order.
    #[must_use]
    pub fn spans(&self) -> &[ServiceSpan] {
        &self.spans
    }

    /// The span's parent, if the trace has it.
    #[must_use]
    pub fn parent(&self, child: &ServiceSpan) -> Option<&ServiceSpan> {
        self.spans.iter().find(|span| span.span.span_id == child.span.parent_span_id)
    }

    fn runs(&self) -> impl Iterator<Item = String> {
        self.spans.iter().filter_map(|span| span.attribute(keys::RUN_ID))
    }

    fn began(&self) -> u64 {
        self.spans.iter().map(|span| span.span.start_time_unix_nano).min().unwrap_or_default()
    }

    fn ended(&self) -> u64 {
        self.spans.iter().map(|span| span.span.end_time_unix_nano).max().unwrap_or_default()
    }

    /// Draws it: one line a span, children below their parents, with when it began, how long it took and where in the
    /// trace that is.
    #[must_use]
    pub fn draw(&self) -> String {
        let ids: HashSet<&[u8]> = self.spans.iter().map(|span| &*span.span.span_id).collect();
        let mut children: HashMap<&[u8], Vec<&ServiceSpan>> = HashMap::new();
        let mut roots = Vec::new();
        for span in &self.spans {
            let parent = &*span.span.parent_span_id;
            if ids.contains(parent) {
                children.entry(parent).or_default().push(span)
            } else {
                roots.push(span)
            }
        }
        for siblings in children.values_mut().chain([&mut roots]) {
            siblings.sort_by_key(|span| span.span.start_time_unix_nano);
        }
        let mut lines = Vec::new();
        for root in roots {
            lay_out(root, "", "", &children, &mut lines);
        }
        self.print(&lines)
    }

    fn print(&self, lines: &[(String, &ServiceSpan)]) -> String {
        let (began, whole) = (self.began(), self.ended().saturating_sub(self.began()).max(1));
        let widest = |of: &dyn Fn(&(String, &ServiceSpan)) -> usize| lines.iter().map(of).max().unwrap_or(0);
        let name_width = widest(&|(name, _)| name.chars().count());
        let service_width = widest(&|(_, span)| span.service.chars().count());
        let mut text = format!("trace {}: {} spans, {}\n", self.id(), self.spans.len(), time(whole));
        for (name, span) in lines {
            let since = span.span.start_time_unix_nano - began;
            let took = span.span.end_time_unix_nano.saturating_sub(span.span.start_time_unix_nano);
            let facts = span.facts();
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{name:name_width$}  {:service_width$}  {:>9} {:>9}  {}  {facts}",
                span.service,
                format!("+{}", time(since)),
                time(took),
                bar(since, took, whole),
            );
        }
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
    }
}

impl ServiceSpan {
    /// An attribute as text.
    #[must_use]
    pub fn attribute(&self, key: &str) -> Option<String> {
        attribute(&self.span.attributes, key)
    }

    fn facts(&self) -> String {
        let failed = self.span.status.as_ref().is_some_and(|status| status.code == StatusCode::Error as i32);
        let facts = SHOWN.iter().filter_map(|key| {
            let short = key.rsplit('.').next().unwrap_or(key);
            self.attribute(key).map(|value| format!("{short}={value}"))
        });
        facts.chain(failed.then(|| "FAILED".to_owned())).collect::<Vec<_>>().join(" ")
    }
}

/// Lists a span and those below it, each with the lines of the tree before its name.
fn lay_out<'a>(
    span: &'a ServiceSpan,
    own: &str,
    below: &str,
    children: &HashMap<&[u8], Vec<&'a ServiceSpan>>,
    lines: &mut Vec<(String, &'a ServiceSpan)>,
) {
    lines.push((format!("{own}{}", span.span.name), span));
    let children_of = children.get(&*span.span.span_id).map_or(&[][..], Vec::as_slice);
    for (index, child) in children_of.iter().enumerate() {
        let (own, rest) =
            if index + 1 == children_of.len() { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        lay_out(child, &format!("{below}{own}"), &format!("{below}{rest}"), children, lines);
    }
}

/// Where a span is within the trace.
fn bar(since: u64, took: u64, whole: u64) -> String {
    let column = |nanoseconds: u64| {
        let scaled = u128::from(nanoseconds) * BAR as u128 / u128::from(whole);
        usize::try_from(scaled).unwrap_or(BAR).min(BAR)
    };
    let from = column(since).min(BAR - 1);
    let to = column(since + took).max(from + 1);
    (0..BAR).map(|at| if (from..to).contains(&at) { '█' } else { '·' }).collect()
}

fn time(nanoseconds: u64) -> String {
    let milliseconds = nanoseconds as f64 / 1e6;
    if milliseconds < 1000.0 {
        format!("{milliseconds:.1} ms")
    } else {
        format!("{:.2} s", milliseconds / 1000.0)
    }
}

fn attribute(attributes: &[KeyValue], key: &str) -> Option<String> {
    let value = attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?;
    text(value)
}

fn text(value: &AnyValue) -> Option<String> {
    Some(match value.value.as_ref()? {
        Value::StringValue(text) => text.clone(),
        Value::IntValue(number) => number.to_string(),
        Value::BoolValue(is) => is.to_string(),
        Value::DoubleValue(number) => number.to_string(),
        Value::ArrayValue(array) => array.values.iter().filter_map(text).collect::<Vec<_>>().join(","),
        _ => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A line of a file: a span of a service, from one millisecond to another.
    fn line(
        service: &str,
        name: &str,
        (id, parent): (&str, &str),
        (from, to): (u64, u64),
        run: Option<&str>,
    ) -> String {
        let text = |key: &str, value: &str| json!({ "key": key, "value": { "stringValue": value } });
        let attributes: Vec<_> = run.map(|run| text(keys::RUN_ID, run)).into_iter().collect();
        json!({ "resourceSpans": [{
            "resource": { "attributes": [text("service.name", service)] },
            "scopeSpans": [{ "spans": [{
                "traceId": "4bf92f3577b34da6a3ce929d0e0e4736", "spanId": id, "parentSpanId": parent, "name": name, "kind": 2,
                "startTimeUnixNano": (from * 1_000_000).to_string(), "endTimeUnixNano": (to * 1_000_000).to_string(),
                "attributes": attributes,
                "status": if name == "b" { json!({ "code": 2 }) } else { json!({}) },
            }] }],
        }] })
        .to_string()
    }

    fn file() -> String {
        let ids = ["00f067aa0ba902b7", "00f067aa0ba902b8", "00f067aa0ba902b9", "00f067aa0ba902ba"];
        [
            line("agent", "b", (ids[3], ids[1]), (60, 90), None),
            line("agent", "a", (ids[2], ids[1]), (20, 40), None),
            line("model", "run", (ids[1], ids[0]), (10, 100), Some("r1")),
            line("backend", "POST", (ids[0], ""), (0, 1200), None),
        ]
        .join("\n")
    }

    #[test]
    fn a_trace_is_drawn_as_a_tree() {
        let traces = Traces::read(&file()).unwrap();
        let trace = traces.of_run("r1").unwrap();
        assert_eq!(
            trace.draw(),
            "trace 4bf92f3577b34da6a3ce929d0e0e4736: 4 spans, 1.20 s\n\
             POST     backend    +0.0 ms    1.20 s  ████████████████████████\n\
             └─ run   model     +10.0 ms   90.0 ms  ██······················\n   \
                ├─ a  agent     +20.0 ms   20.0 ms  █·······················\n   \
                └─ b  agent     +60.0 ms   30.0 ms  ·█······················  FAILED\n"
        );
        assert_eq!(traces.of_last_run().unwrap().id(), trace.id());
        assert!(traces.of_run("r2").is_none() && traces.with_id("0").is_none());
    }

    #[test]
    fn a_trace_may_be_in_several_files() {
        let file = file();
        let (first, rest) = file.split_once('\n').unwrap();
        let mut traces = Traces::read(first).unwrap();
        traces.extend(Traces::read(rest).unwrap());
        assert_eq!(
            traces.of_run("r1").unwrap().draw(),
            Traces::read(&file).unwrap().of_run("r1").unwrap().draw()
        );
    }

    #[test]
    fn a_last_line_may_be_incomplete_and_no_other() {
        let file = file();
        let cut = &file[..file.len() - 10];
        assert_eq!(Traces::read(cut).unwrap().of_run("r1").unwrap().spans().len(), 3);
        let (line, _) = Traces::read(&format!("{cut}\n{file}")).unwrap_err();
        assert_eq!(line, 4);
        assert_eq!(Traces::read("{\"no\": \"trace\"\n\n").unwrap_err().0, 1);
    }
}
