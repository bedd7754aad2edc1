//! Answers that take several requests: one is continued by the same request with the token that it ended with.

use std::collections::HashMap;

use serde_json::Value;

use super::{Rejection, invalid};

/// The requests that may be continued, by the token for it.
#[derive(Debug, Default)]
pub(super) struct Continuations(HashMap<String, Value>);

impl Continuations {
    /// A token that continues the answer to a request. `number` makes it unique.
    pub(super) fn issue(&mut self, request: &Value, number: usize) -> String {
        let token = format!("Y29udGludWU{number:04}");
        self.0.insert(token.clone(), without_token(request));
        token
    }

    /// Checks the token of a request, if it has one.
    pub(super) fn check(&self, body: &Value) -> Result<(), Rejection> {
        let token = &body["continuationToken"];
        if token.is_null() {
            return Ok(());
        }
        match self.0.get(token.as_str().unwrap_or_default()) {
            None => invalid("Invalid value at 'continuation_token'."),
            Some(request) if *request != without_token(body) => {
                invalid("The request does not match the one that 'continuation_token' continues.")
            }
            Some(_) => Ok(()),
        }
    }
}

fn without_token(request: &Value) -> Value {
    let mut request = request.clone();
    if let Some(fields) = request.as_object_mut() {
        fields.remove("continuationToken");
    }
    request
}
