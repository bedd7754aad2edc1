//! Checks the contents of a request.

use std::collections::HashMap;

use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

use super::{Rejection, invalid, is_predefined};
use crate::fakes::reading::{PdfProblem, image_size, list, pdf_pages, unknown_field};

const PART_FIELDS: [&str; 6] =
    ["text", "thought", "thoughtSignature", "functionCall", "functionResponse", "inlineData"];

/// The parts that were issued with a signature, by signature.
#[derive(Debug, Default)]
pub(super) struct Issued(HashMap<String, Value>);

impl Issued {
    /// Remembers the signed parts of an issued turn.
    pub(super) fn record(&mut self, parts: &[Value]) {
        for part in parts {
            if let Some(signature) = part["thoughtSignature"].as_str() {
                self.0.insert(signature.to_owned(), part.clone());
            }
        }
    }

    pub(super) fn check(&self, body: &Value) -> Result<(), Rejection> {
        let contents = list(body, "contents");
        let last = contents.len().saturating_sub(1);
        for (index, content) in contents.iter().enumerate() {
            let role = content["role"].as_str().unwrap_or_default();
            if !matches!(role, "user" | "model") {
                return invalid("Please use a valid role: user, model.");
            }
            if (index == 0 || index == last) && role != "user" {
                return invalid(
                    "Please ensure that a multiturn conversation begins and ends with a user role.",
                );
            }
            if index > 0 && contents[index - 1]["role"] == role {
                return invalid("Please ensure that multiturn requests alternate between user and model.");
            }
            for part in list(content, "parts") {
                self.check_part(index, part, role)?;
            }
            let next = contents.get(index + 1).map(|next| list(next, "parts")).unwrap_or_default();
            check_responses(list(content, "parts"), next, index + 1 == last)?;
        }
        Ok(())
    }

    fn check_part(&self, index: usize, part: &Value, role: &str) -> Result<(), Rejection> {
        if let Some(field) = unknown_field(part, &PART_FIELDS) {
            return invalid(format!(
                "Unknown name \"{field}\" at 'contents[{index}].parts': Cannot find field."
            ));
        }
        if part["inlineData"].is_object() {
            check_data(index, &part["inlineData"])?;
        }
        if role == "user" {
            return Ok(());
        }
        let call = &part["functionCall"];
        let name = call["name"].as_str().unwrap_or_default();
        match part["thoughtSignature"].as_str() {
            Some(signature) => match self.0.get(signature) {
                Some(issued) if issued == part => Ok(()),
                _ => invalid("Corrupted thought signature."),
            },
            None if call.is_object() && self.signed(call) => invalid(format!(
                "Function call is missing a thought_signature in functionCall parts. This is required for tools to \
                 work correctly. Additional data, function call `default_api:{name}`, position {index}."
            )),
            None => Ok(()),
        }
    }

    /// Whether the call was issued with a signature.
    fn signed(&self, call: &Value) -> bool {
        self.0.values().any(|part| part["functionCall"] == *call)
    }
}

/// The calls of one content are answered by the next, in the same order.
fn check_responses(parts: &[Value], next: &[Value], is_latest: bool) -> Result<(), Rejection> {
    let calls: Vec<&Value> = parts.iter().filter_map(|part| part.get("functionCall")).collect();
    let answers: Vec<&Value> = next.iter().filter_map(|part| part.get("functionResponse")).collect();
    if calls.len() != answers.len() {
        return invalid(
            "Please ensure that the number of function response parts is equal to the number of function call parts \
             of the function call turn.",
        );
    }
    for (call, answer) in calls.iter().zip(&answers) {
        check_response(call, answer, is_latest)?;
    }
    Ok(())
}

fn check_response(call: &Value, answer: &Value, is_latest: bool) -> Result<(), Rejection> {
    if let Some(field) = unknown_field(answer, &["id", "name", "response", "parts"]) {
        return invalid(format!("Unknown name \"{field}\" at 'function_response': Cannot find field."));
    }
    if call["name"] != answer["name"] || call["id"] != answer["id"] || !answer["response"].is_object() {
        return invalid("Please ensure that function response parts match the function call parts.");
    }
    let confirm = call["args"]["safety_decision"]["decision"] == "require_confirmation";
    if confirm && answer["response"]["safety_acknowledgement"] != "true" {
        return invalid("Function call requires a safety acknowledgement in its function response.");
    }
    let name = call["name"].as_str().unwrap_or_default();
    let parts = list(answer, "parts");
    for part in parts {
        check_image(0, &part["inlineData"])?;
    }
    if is_predefined(name) && answer["response"]["url"].as_str().is_none_or(str::is_empty) {
        return invalid(format!("Function response of {name} must include the url."));
    }
    if is_predefined(name) && is_latest && parts.is_empty() {
        return invalid(format!("Function response of {name} must include a screenshot."));
    }
    Ok(())
}

/// A part of a content may be a document; that of a response is an image.
fn check_data(index: usize, blob: &Value) -> Result<(), Rejection> {
    if blob["mimeType"] != "application/pdf" {
        return check_image(index, blob);
    }
    match pdf_pages(blob["data"].as_str().unwrap_or_default()) {
        Ok(_) => Ok(()),
        Err(PdfProblem::NotBase64) => {
            invalid(format!("Invalid value at 'contents[{index}]' (TYPE_BYTES), Base64 decoding failed"))
        }
        Err(PdfProblem::Broken | PdfProblem::Encrypted) => invalid("The document has no pages."),
    }
}

fn check_image(index: usize, blob: &Value) -> Result<(), Rejection> {
    let data = blob["data"].as_str().unwrap_or_default();
    if BASE64_STANDARD.decode(data).is_err() {
        return invalid(format!("Invalid value at 'contents[{index}]' (TYPE_BYTES), Base64 decoding failed"));
    }
    match image_size(blob["mimeType"].as_str().unwrap_or_default(), data) {
        Some(_) => Ok(()),
        None => invalid("Unable to process input image. Please retry or report."),
    }
}
