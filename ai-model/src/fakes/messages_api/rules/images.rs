//! Checks the images of a request.

use serde_json::Value;

use super::tools::Computer;
use super::{Rejection, invalid};
use crate::fakes::messages_api::facts::Facts;
use crate::fakes::messages_api::images::Images;
use crate::fakes::reading::list;

/// A request with more images than this may contain none larger than `MANY_EDGE`.
const MANY: usize = 20;
const MANY_EDGE: u32 = 2000;
const LONGEST_EDGE: u32 = 8000;
const MAX_BASE64_BYTES: usize = 10 << 20;

pub(super) fn check(
    request: &Value,
    facts: Facts,
    computer: Computer,
    images: &Images,
) -> Result<(), Rejection> {
    let mut screen = None;
    let mut largest = 0;
    let mut count = 0;
    let messages = list(request, "messages");
    for (index, message) in messages.iter().enumerate() {
        for block in list(message, "content") {
            for part in list(block, "content").iter().chain([block]).filter(|part| part["type"] == "image") {
                let size = dimensions(index, part, images)?;
                count += 1;
                largest = largest.max(size.0).max(size.1);
                check_tier(index, size, facts)?;
                let call = index.checked_sub(1).and_then(|before| find_call(&messages[before], block));
                let is_screen = computer != Computer::Absent && call.is_some_and(shows_screen);
                if is_screen && *screen.get_or_insert(size) != size {
                    return invalid(format!(
                        "messages.{index}: the screenshot's size changed (the fake's own rule)"
                    ));
                }
            }
        }
    }
    if count > facts.max_images {
        return invalid(format!("messages: too many images: {count} > {}", facts.max_images));
    }
    if count > MANY && largest > MANY_EDGE {
        return invalid(
            "messages: At least one of the image dimensions exceed max allowed size for many-image requests: 2000 pixels",
        );
    }
    Ok(())
}

fn dimensions(index: usize, part: &Value, images: &Images) -> Result<(u32, u32), Rejection> {
    let source = &part["source"];
    if source["type"] != "base64" {
        return invalid(format!("messages.{index}: the fake takes base64 sources alone"));
    }
    if source["data"].as_str().is_none_or(|data| data.len() > MAX_BASE64_BYTES) {
        return invalid(format!("messages.{index}: image exceeds 10 MB maximum"));
    }
    let size = images.size(part);
    size.map_or_else(|| invalid(format!("messages.{index}: Could not process image")), Ok)
}

/// For a single tool the vendor would silently shrink the image, and the model's coordinates would refer to the shrunk
/// one. The fake rejects it instead.
fn check_tier(index: usize, (width, height): (u32, u32), facts: Facts) -> Result<(), Rejection> {
    let (max_edge, max_tokens) = facts.image;
    let (columns, rows) = (width.div_ceil(28), height.div_ceil(28));
    if width.max(height) > LONGEST_EDGE {
        return invalid(format!("messages.{index}: image dimensions exceed max allowed size: 8000 pixels"));
    }
    if columns * 28 > max_edge || rows * 28 > max_edge || columns * rows > max_tokens {
        return invalid(format!("messages.{index}: image of {width}x{height} exceeds the model's limit"));
    }
    Ok(())
}

fn find_call<'a>(message: &'a Value, result: &Value) -> Option<&'a Value> {
    list(message, "content")
        .iter()
        .find(|block| !block["id"].is_null() && block["id"] == result["tool_use_id"])
}

/// Whether a call's image shows the whole screen, rather than a part of it or a file.
fn shows_screen(call: &Value) -> bool {
    let views = call["input"]["command"] == "view";
    !views && call["name"] != "zoom" && call["input"]["action"] != "zoom"
}
