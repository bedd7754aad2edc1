//! Spans, and who makes them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::SystemTime;

use axum::http::HeaderMap;
use opentelemetry::context::{FutureExt as _, WithContext};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{
    SpanBuilder, SpanId, SpanKind, Status, TraceContextExt as _, TraceId, Tracer as _,
};
use opentelemetry::{Array, Context, KeyValue, StringValue, Value};
use opentelemetry_http::{HeaderExtractor, HeaderInjector};
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::SdkTracer;

/// The names of attributes. Those without `deskhand` are OpenTelemetry's semantic conventions.
pub mod keys {
    /// The class of an error.
    pub const ERROR_TYPE: &str = "error.type";
    /// The method of a request.
    pub const HTTP_METHOD: &str = "http.request.method";
    /// The route that a request matched.
    pub const HTTP_ROUTE: &str = "http.route";
    /// The status of a response.
    pub const HTTP_STATUS: &str = "http.response.status_code";
    /// The host that a request is sent to.
    pub const SERVER_ADDRESS: &str = "server.address";
    /// `chat`, `execute_tool` or `invoke_agent`.
    pub const OPERATION: &str = "gen_ai.operation.name";
    /// The agent that a run is of.
    pub const AGENT: &str = "gen_ai.agent.name";
    /// The chat.
    pub const CONVERSATION: &str = "gen_ai.conversation.id";
    /// The model's vendor.
    pub const PROVIDER: &str = "gen_ai.provider.name";
    /// The model that was asked for.
    pub const REQUEST_MODEL: &str = "gen_ai.request.model";
    /// The model that answered.
    pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
    /// Why the model stopped.
    pub const FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
    /// All input tokens, those of the cache included.
    pub const INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
    /// The output tokens.
    pub const OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
    /// The input tokens that were read from the cache.
    pub const CACHE_READ_TOKENS: &str = "gen_ai.usage.cache_read.input_tokens";
    /// The input tokens that were written to the cache.
    pub const CACHE_WRITE_TOKENS: &str = "gen_ai.usage.cache_creation.input_tokens";
    /// The tool of a call.
    pub const TOOL: &str = "gen_ai.tool.name";
    /// The model's id of a call.
    pub const CALL_ID: &str = "gen_ai.tool.call.id";
    /// The run.
    pub const RUN_ID: &str = "deskhand.run.id";
    /// How often a supervisor has claimed the run.
    pub const RUN_ATTEMPT: &str = "deskhand.run.attempt";
    /// The state that a supervisor left the run in.
    pub const RUN_STATE: &str = "deskhand.run.state";
    /// Why it is in that state.
    pub const RUN_CODE: &str = "deskhand.run.code";
    /// What came of a call of a tool.
    pub const CALL_STATUS: &str = "deskhand.call.status";
    /// The vendor's id of a request.
    pub const VENDOR_REQUEST: &str = "deskhand.vendor.request_id";
}

/// Makes the spans of one service. Cheap to clone; makes none by default.
#[derive(Debug, Clone, Default)]
pub struct Tracer(Option<Arc<Tracers>>);

#[derive(Debug)]
struct Tracers {
    service: SdkTracer,
    /// Of the agents in desktops, which this service makes the spans for.
    agents: SdkTracer,
}

/// The span that another process, or an earlier request, continues in this one.
#[derive(Debug, Clone, Default)]
pub struct Parent(Context);

/// A span, which ends when it is dropped. Without a trace it is nothing, and costs nothing.
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct Span(Option<Context>);

impl Parent {
    /// Begins a trace.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// As the headers of a request say.
    #[must_use]
    pub fn of_headers(headers: &HeaderMap) -> Self {
        Self(TraceContextPropagator::new().extract_with_context(&Context::new(), &HeaderExtractor(headers)))
    }

    /// As a stored `traceparent` says.
    #[must_use]
    pub fn of(traceparent: &str) -> Self {
        let fields = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
        Self(TraceContextPropagator::new().extract_with_context(&Context::new(), &fields))
    }
}

impl Tracer {
    pub(crate) fn new(service: SdkTracer, agents: SdkTracer) -> Self {
        Self(Some(Arc::new(Tracers { service, agents })))
    }

    /// Whether it makes spans.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Begins a span of this service. `name` is only called if it makes spans.
    pub fn begin(&self, kind: SpanKind, parent: &Parent, name: impl FnOnce() -> Cow<'static, str>) -> Span {
        Span(self.0.is_some().then(|| self.start(SpanBuilder::from_name(name()).with_kind(kind), &parent.0)))
    }

    fn start(&self, builder: SpanBuilder, parent: &Context) -> Context {
        let Some(tracers) = &self.0 else { return parent.clone() };
        let span = tracers.service.build_with_context(builder, parent);
        parent.with_value(self.clone()).with_span(span)
    }
}

impl Span {
    /// Begins a span of the service in whose span this happens, or nothing. `name` is only called if there is one.
    pub fn child(kind: SpanKind, name: impl FnOnce() -> Cow<'static, str>) -> Self {
        Self::child_since(kind, None, name)
    }

    /// As [`Self::child`], of something that has begun before.
    pub(crate) fn child_since(
        kind: SpanKind,
        began: Option<SystemTime>,
        name: impl FnOnce() -> Cow<'static, str>,
    ) -> Self {
        let current = Context::map_current(|current| {
            current.get::<Tracer>().map(|tracer| (tracer.clone(), current.clone()))
        });
        Self(current.map(|(tracer, parent)| {
            let mut builder = SpanBuilder::from_name(name()).with_kind(kind);
            builder.start_time = began;
            tracer.start(builder, &parent)
        }))
    }

    /// Sets an attribute.
    pub fn set(&self, key: &'static str, value: impl Into<Value>) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(KeyValue::new(key, value));
        }
    }

    /// Marks it as failed. `class` is one of few, such as a code.
    pub fn fail(&self, class: impl Into<Value>) {
        if let Some(context) = &self.0 {
            context.span().set_attribute(KeyValue::new(keys::ERROR_TYPE, class));
            context.span().set_status(Status::error(""));
        }
    }

    /// Notes the status of a response to a request of ours, or of our own response.
    pub fn answered(&self, status: u16) {
        self.set(keys::HTTP_STATUS, i64::from(status));
    }

    /// A future, or a stream, whose work happens in this span.
    pub fn within<T>(&self, work: T) -> WithContext<T> {
        match &self.0 {
            Some(context) => work.with_context(context.clone()),
            None => work.with_current_context(),
        }
    }

    /// The headers by which another service continues the trace.
    #[must_use]
    pub(crate) fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Some(context) = &self.0 {
            TraceContextPropagator::new().inject_context(context, &mut HeaderInjector(&mut headers));
        }
        headers
    }

    /// Adds a span of the agent that answered below this one, of which only its place in time is known.
    pub(crate) fn add_agent_span(
        &self,
        name: String,
        (began, ended): (SystemTime, SystemTime),
        attributes: Vec<KeyValue>,
    ) {
        let Some(context) = &self.0 else { return };
        let Some(Tracer(Some(tracers))) = context.get::<Tracer>() else { return };
        let builder = SpanBuilder::from_name(name)
            .with_kind(SpanKind::Server)
            .with_start_time(began)
            .with_attributes(attributes);
        let mut span = tracers.agents.build_with_context(builder, context);
        opentelemetry::trace::Span::end_with_timestamp(&mut span, ended);
    }
}

impl Drop for Span {
    fn drop(&mut self) {
        if let Some(context) = &self.0 {
            context.span().end();
        }
    }
}

/// A future, or a stream, whose work happens in the span of this moment, wherever it is done.
pub fn in_this_span<T>(work: T) -> WithContext<T> {
    work.with_current_context()
}

/// A list as the value of an attribute.
pub fn list(texts: impl IntoIterator<Item = String>) -> Value {
    Value::Array(Array::String(texts.into_iter().map(StringValue::from).collect()))
}

/// Sets an attribute of the span in which this happens.
pub fn set(key: &'static str, value: impl Into<Value>) {
    Context::map_current(|current| {
        if current.has_active_span() {
            current.span().set_attribute(KeyValue::new(key, value));
        }
    });
}

/// The ids of the exported span in which an event of the log happens. OpenTelemetry's own events have none: they may come while
/// it changes which span that is.
#[must_use]
pub fn ids_of_event(event: &tracing::Metadata<'_>) -> Option<(TraceId, SpanId)> {
    if event.target().starts_with("opentelemetry") {
        return None;
    }
    Context::map_current(|current| {
        let span = current.span();
        let ids = span.span_context();
        (ids.is_valid() && ids.is_sampled()).then(|| (ids.trace_id(), ids.span_id()))
    })
}

/// The `traceparent` of the span in which this happens, to be stored with what continues its trace.
#[must_use]
pub fn traceparent() -> Option<String> {
    Context::map_current(|current| {
        let mut fields = HashMap::new();
        if current.has_active_span() {
            TraceContextPropagator::new().inject_context(current, &mut fields);
        }
        fields.remove("traceparent")
    })
}
