//! Traces of runs and requests, in OpenTelemetry's format.
//!
//! A [`Tracer`] makes the spans of one service. [`server`] begins one for each request, and a run begins one; everything
//! below them is a [`Span::child`] of whatever span the work happens in, or nothing if it happens in none. [`Call`] is a
//! request to another of our services, which takes the trace along; what an agent says about its part of it becomes a span
//! too, since a desktop can reach no collector. [`Export`] sends the spans to a collector, to a file or to both, and never
//! holds up the work. [`tree`] reads such a file. [`ids_of_event`] leads from the log to a trace.
//!
//! A span has what its caller sets and nothing else: no prompts, no addresses with ids, no results of calls.

mod call;
mod collector;
mod export;
mod file;
mod reported;
pub mod server;
mod span;
pub mod tree;

pub use call::Call;
pub use export::{Export, ExportError, FileSettings, Settings};
pub use opentelemetry::trace::SpanKind;
pub use span::{Parent, Span, Tracer, ids_of_event, in_this_span, keys, list, set, traceparent};
