//! Reads parts of requests.

use axum::http::HeaderMap;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde_json::Value;

/// The first field of `object` that is not in `known`.
pub(super) fn unknown_field<'a>(object: &'a Value, known: &[&str]) -> Option<&'a str> {
    object.as_object()?.keys().map(String::as_str).find(|field| !known.contains(field))
}

/// The array in a field; empty when there is none.
pub(super) fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    value[field].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The value of a header, if it is text.
pub(super) fn header_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Width and height of a base64 image; `None` when it is not of that media type.
pub(super) fn image_size(media_type: &str, base64: &str) -> Option<(u32, u32)> {
    let format = match media_type {
        "image/png" => image::ImageFormat::Png,
        "image/jpeg" => image::ImageFormat::Jpeg,
        "image/webp" => image::ImageFormat::WebP,
        _ => return None,
    };
    let bytes = BASE64_STANDARD.decode(base64).ok()?;
    image::ImageReader::with_format(std::io::Cursor::new(bytes), format).into_dimensions().ok()
}

/// The media type and the base64 data of a data URL.
pub(super) fn data_url(url: &str) -> Option<(&str, &str)> {
    url.strip_prefix("data:")?.split_once(";base64,")
}

/// Why a vendor takes no PDF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PdfProblem {
    NotBase64,
    Broken,
    Encrypted,
}

/// The number of pages of a PDF in base64 whose objects are not compressed.
pub(super) fn pdf_pages(base64: &str) -> Result<usize, PdfProblem> {
    let bytes = BASE64_STANDARD.decode(base64).map_err(|_| PdfProblem::NotBase64)?;
    let text = String::from_utf8_lossy(&bytes);
    let pages = text.matches("/Type /Page").count() - text.matches("/Type /Pages").count();
    match text {
        text if text.contains("/Encrypt") => Err(PdfProblem::Encrypted),
        text if !text.starts_with("%PDF-") || !text.trim_end().ends_with("%%EOF") || pages == 0 => {
            Err(PdfProblem::Broken)
        }
        _ => Ok(pages),
    }
}
