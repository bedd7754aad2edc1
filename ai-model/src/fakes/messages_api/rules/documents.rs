//! Checks the documents of a request.

use serde_json::Value;

use super::{Rejection, invalid};
use crate::fakes::messages_api::facts::Facts;
use crate::fakes::reading::{PdfProblem, list, pdf_pages, unknown_field};

/// The most pages where the context window has a million tokens, and elsewhere.
const MAX_PAGES: usize = 600;
const MAX_PAGES_OF_SMALL: usize = 100;

pub(super) fn check(request: &Value, facts: Facts) -> Result<(), Rejection> {
    let mut pages = 0;
    for (index, message) in list(request, "messages").iter().enumerate() {
        for (place, block) in list(message, "content").iter().enumerate() {
            if block["type"] == "document" {
                pages += check_document(&format!("messages.{index}.content.{place}.document"), block)?;
            }
        }
    }
    let most = if facts.max_images > MAX_PAGES_OF_SMALL { MAX_PAGES } else { MAX_PAGES_OF_SMALL };
    if pages > most {
        return invalid(format!("A maximum of {most} PDF pages may be provided."));
    }
    Ok(())
}

/// Returns the number of pages.
fn check_document(place: &str, block: &Value) -> Result<usize, Rejection> {
    let known = ["type", "source", "title", "context", "citations", "cache_control"];
    if let Some(field) = unknown_field(block, &known) {
        return invalid(format!("{place}.{field}: Extra inputs are not permitted"));
    }
    let source = &block["source"];
    if source["type"] != "base64" || source["media_type"] != "application/pdf" {
        return invalid(format!("{place}.source.base64.media_type: Input should be 'application/pdf'"));
    }
    pdf_pages(source["data"].as_str().unwrap_or_default()).or_else(|problem| match problem {
        PdfProblem::NotBase64 => invalid(format!("{place}.source.base64.data: invalid base64 data")),
        PdfProblem::Encrypted => {
            invalid(format!("{place}.source.base64: The PDF specified is password protected."))
        }
        PdfProblem::Broken => invalid(format!("{place}.source.base64: The PDF specified was not valid.")),
    })
}
