//! The pictures of a request.

use std::io::Cursor;

use base64_simd::STANDARD;
use image::ImageReader;
use serde_json::Value;

use super::tools::Computer;
use super::{Rejection, invalid, list};
use crate::double::facts::Facts;

/// From this many pictures on, each is held to `MANY_EDGE`.
const MANY: usize = 20;
const MANY_EDGE: u32 = 2000;
const MOST: usize = 600;
const MAX_BASE64_BYTES: usize = 10 << 20;

pub(super) fn check(request: &Value, facts: Facts, computer: Computer) -> Result<(), Rejection> {
    let mut screen = None;
    let mut largest = 0;
    let mut count = 0;
    let messages = list(request, "messages");
    for (index, message) in messages.iter().enumerate() {
        for block in list(message, "content") {
            for part in list(block, "content").iter().filter(|part| part["type"] == "image") {
                let size = dimensions(index, part)?;
                count += 1;
                largest = largest.max(size.0).max(size.1);
                check_tier(index, size, facts)?;
                let call = index.checked_sub(1).and_then(|before| find_call(&messages[before], block));
                if computer != Computer::Absent && shows_screen(call) && *screen.get_or_insert(size) != size {
                    return invalid(format!(
                        "messages.{index}: the screenshot's size changed within the session"
                    ));
                }
            }
        }
    }
    if count > MOST {
        return invalid("messages: too many images");
    }
    if count > MANY && largest > MANY_EDGE {
        return invalid("messages: images must be at most 2000 pixels a side in requests with many images");
    }
    Ok(())
}

fn dimensions(index: usize, part: &Value) -> Result<(u32, u32), Rejection> {
    let source = &part["source"];
    let data = source["data"].as_str().unwrap_or_default();
    if source["type"] != "base64" || data.len() > MAX_BASE64_BYTES {
        return invalid(format!("messages.{index}: image source"));
    }
    let format = match source["media_type"].as_str() {
        Some("image/png") => image::ImageFormat::Png,
        Some("image/jpeg") => image::ImageFormat::Jpeg,
        _ => return invalid(format!("messages.{index}: image media type")),
    };
    let size = STANDARD
        .decode_to_vec(data)
        .ok()
        .and_then(|bytes| ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().ok());
    size.map_or_else(|| invalid(format!("messages.{index}: Could not process image")), Ok)
}

fn check_tier(index: usize, (width, height): (u32, u32), facts: Facts) -> Result<(), Rejection> {
    let (max_edge, max_tokens) = facts.picture;
    let (columns, rows) = (width.div_ceil(28), height.div_ceil(28));
    if columns * 28 > max_edge || rows * 28 > max_edge || columns * rows > max_tokens {
        return invalid(format!("messages.{index}: image of {width}x{height} exceeds the model's limit"));
    }
    Ok(())
}

fn find_call<'a>(message: &'a Value, result: &Value) -> Option<&'a Value> {
    list(message, "content").iter().find(|block| block["id"] == result["tool_use_id"])
}

/// Whether a picture is of the whole screen, as against a part of it or a file.
fn shows_screen(call: Option<&Value>) -> bool {
    call.is_none_or(|call| {
        let views = call["input"]["command"] == "view";
        !views && call["name"] != "zoom" && call["input"]["action"] != "zoom"
    })
}
