//! A long conversation.

use std::collections::BTreeMap;
use std::io::Cursor;

use ai_model::images::{Images, name_of};
use ai_model::transcript::Conversation;
use base64::prelude::{BASE64_STANDARD, Engine as _};
use image::{ImageFormat, Rgb, RgbImage};
use protocol::action::{Action, Button, Point, Size};
use protocol::transcript::{
    AssistantBlock, AssistantTurn, ScreenshotRef, TokenUsage, Tool, ToolCall, ToolResult, ToolStatus,
    TranscriptItem, TurnCost, UserMessage,
};

pub(crate) const SCREEN: Size = Size { width: 1280, height: 800 };
/// The size of the noise in an image, in pixels. Noise does not compress, so the image has about the 80 KB of an
/// ordinary desktop.
const NOISE: (u32, u32) = (160, 150);

/// A screenshot in base64; each seed gives a different one.
pub(crate) fn image(seed: u64) -> String {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut noise = move || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        u8::try_from(state >> 56).unwrap_or_default()
    };
    let mut pixels = RgbImage::from_pixel(SCREEN.width, SCREEN.height, Rgb([40, 60, 80]));
    for y in 0..NOISE.1 {
        for x in 0..NOISE.0 {
            pixels.put_pixel(x, y, Rgb([noise(), noise(), noise()]));
        }
    }
    let mut png = Cursor::new(Vec::new());
    // Writing to memory does not fail; an empty image would be noticed at once.
    let _written = pixels.write_to(&mut png, ImageFormat::Png);
    BASE64_STANDARD.encode(png.into_inner())
}

/// A turn that clicks and takes a screenshot, with Claude's raw blocks.
pub(crate) fn turn(number: usize, provider: &str, model: &str) -> AssistantTurn {
    let (click, look) = (format!("toolu_{number}_0"), format!("toolu_{number}_1"));
    let x = i32::try_from(number % 1000).unwrap_or_default();
    let text = format!("Step {number}: I click on the next entry and look at what has come of it.");
    let raw = serde_json::json!([
        { "type": "text", "text": text },
        { "type": "tool_use", "id": click, "name": "left_click", "toolset_name": "computer",
          "input": { "coordinate": [x, 20] } },
        { "type": "tool_use", "id": look, "name": "screenshot", "toolset_name": "computer", "input": {} },
    ]);
    let at = Some(Point { x, y: 20 });
    let click_action = Action::Click { button: Button::Left, count: 1, at, modifiers: Vec::new() };
    let call = |call_id: String, action| {
        AssistantBlock::ToolCall(ToolCall { call_id, tool: Tool::Computer { action }, confirmation: None })
    };
    AssistantTurn {
        provider: provider.to_owned(),
        model: model.to_owned(),
        raw: raw.to_string(),
        content: vec![
            AssistantBlock::Text { text },
            call(click, click_action),
            call(look, Action::Screenshot),
        ],
        stop_reason: "tool_use".to_owned(),
        usage: TokenUsage::default(),
        cost: TurnCost::default(),
        connection: None,
    }
}

/// The conversation after this many steps.
pub(crate) fn after(steps: usize, provider: &str, model: &str) -> anyhow::Result<Conversation> {
    let words = UserMessage {
        text: "Work through the list.".to_owned(),
        attachments: Vec::new(),
        shown: Vec::new(),
        extra_data: None,
        locale: None,
    };
    let mut items = vec![TranscriptItem::UserMessage(words)];
    let mut images = BTreeMap::new();
    for number in 0..steps {
        items.push(TranscriptItem::AssistantTurn(turn(number, provider, model)));
        let data = image(u64::try_from(number)?);
        let sha256 = name_of(&data)?;
        images.insert(sha256.clone(), data);
        let media_type = "image/png".to_owned();
        let look = Some(ScreenshotRef { sha256, media_type, size: SCREEN });
        items.push(result(format!("toolu_{number}_0"), "OK", None));
        items.push(result(format!("toolu_{number}_1"), "", look));
    }
    Ok(Conversation { items, images: Images::new(images, BTreeMap::new()), screen: SCREEN, connection: None })
}

fn result(call_id: String, text: &str, screenshot: Option<ScreenshotRef>) -> TranscriptItem {
    TranscriptItem::ToolResult(ToolResult {
        call_id,
        status: ToolStatus::Done,
        text: text.to_owned(),
        shown_to_model: screenshot.is_some(),
        screenshot,
        elapsed_ms: 1,
    })
}
