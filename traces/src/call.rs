//! Requests to our other services.

use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::time::now;
use opentelemetry::trace::SpanKind;
use protocol::agent::timing;
use reqwest::{RequestBuilder, Response};

use crate::span::{Span, keys};

/// A request to another of our services, in a span of its own if it happens in one. It ends when this is dropped: keep it
/// until the answer is read.
#[derive(Debug)]
#[must_use = "its span ends when it is dropped"]
pub struct Call {
    span: Span,
    began: SystemTime,
    method: &'static str,
    route: &'static str,
}

impl Call {
    /// Begins a request. `route` has names for what differs between requests, such as `/v1/files/content/{path}`.
    pub fn begin(method: &'static str, route: &'static str) -> Self {
        let began = now();
        let span = Span::child_since(SpanKind::Client, Some(began), || format!("{method} {route}").into());
        span.set(keys::HTTP_METHOD, method);
        span.set(keys::HTTP_ROUTE, route);
        Self { span, began, method, route }
    }

    /// Sends it, with what the other service needs to continue the trace.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn send(&self, request: RequestBuilder) -> reqwest::Result<Response> {
        let sent = request.headers(self.span.headers()).send().await;
        match &sent {
            Ok(response) => {
                self.span.answered(response.status().as_u16());
                if !response.status().is_success() {
                    self.span.fail(response.status().as_str().to_owned());
                }
            }
            Err(error) => self.span.fail(class(error)),
        }
        sent
    }

    /// Sends it to the agent in a desktop. An agent can reach no collector: it says how long its part took, and its span is
    /// made here. Like a program's guess about the time on the way, it is put into the middle.
    ///
    /// # Errors
    /// When it is not answered.
    pub async fn send_to_agent(&self, request: RequestBuilder) -> reqwest::Result<Response> {
        let response = self.send(request).await?;
        let told = response.headers().get(timing::HEADER).and_then(|value| value.to_str().ok());
        if let Some(took) = told.and_then(timing::read) {
            let place = place(self.began, now(), took);
            let attributes = vec![
                KeyValue::new(keys::HTTP_METHOD, self.method),
                KeyValue::new(keys::HTTP_ROUTE, self.route),
                KeyValue::new(keys::HTTP_STATUS, i64::from(response.status().as_u16())),
            ];
            self.span.add_agent_span(format!("{} {}", self.method, self.route), place, attributes);
        }
        Ok(response)
    }
}

/// Where in time something is that took `took` within `began` and `ended`. What it says can't make it longer.
fn place(began: SystemTime, ended: SystemTime, took: Duration) -> (SystemTime, SystemTime) {
    let whole = ended.duration_since(began).unwrap_or_default();
    let took = took.min(whole);
    let begins = began + (whole - took) / 2;
    (begins, begins + took)
}

fn class(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else {
        "broken"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_can_t_make_its_part_longer_than_the_whole() {
        let at = |ms| SystemTime::UNIX_EPOCH + Duration::from_millis(ms);
        for (told, expected) in [(40, (130, 170)), (0, (150, 150)), (100, (100, 200)), (1 << 40, (100, 200))]
        {
            let (begins, ends) = place(at(100), at(200), Duration::from_millis(told));
            assert_eq!((begins, ends), (at(expected.0), at(expected.1)), "{told}");
        }
        // The clock was set back.
        assert_eq!(place(at(200), at(100), Duration::from_secs(1)), (at(200), at(200)));
    }
}
