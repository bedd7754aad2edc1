//! The computer as a function, for models that have no computer tool of their own.
//!
//! It is one function with an `action` parameter, not a function for each action: open models that were trained to use
//! a screen learnt this shape and these names, a small model chooses better among three functions than among twenty,
//! and the declaration takes a third of the space in a context that is often small. The description says what each
//! action needs, and a call without it gets an error that names the missing field.

use protocol::action::Action;
use protocol::transcript::Tool;
use serde_json::{Value, json};

use super::{read, write};
use crate::images::ScreenScale;
use crate::tools::arguments::Arguments;
use crate::tools::invalid;

/// The function's name.
pub(crate) const NAME: &str = "computer";

/// The description for the model.
pub(crate) const DESCRIPTION: &str = "Use the mouse and the keyboard of the desktop, and look at its screen. You are shown the \
screen after each call.";

/// The JSON schema of its input, for a model whose screenshots have this scale.
pub(crate) fn schema(scale: ScreenScale) -> Value {
    let (width, height) = (scale.sent.width, scale.sent.height);
    let point = |what: &str| {
        json!({
            "type": "array",
            "items": { "type": "integer" },
            "minItems": 2,
            "maxItems": 2,
            "description": format!("{what} [x, y] in pixels of the screenshot, which is {width} wide and {height} high."),
        })
    };
    json!({
        "type": "object",
        "properties": {
            "action": {
                "type": "string",
                "enum": [
                    "screenshot", "zoom", "left_click", "right_click", "middle_click", "double_click",
                    "triple_click", "mouse_move", "left_click_drag", "left_mouse_down", "left_mouse_up",
                    "cursor_position", "scroll", "type", "key", "hold_key", "wait",
                ],
                "description": "What to do. screenshot: look at the screen. zoom: look closely at 'region'. Clicks: at \
                    'coordinate', or where the pointer is. mouse_move: to 'coordinate'. left_click_drag: from \
                    'start_coordinate' to 'coordinate'. scroll: at 'coordinate', in 'scroll_direction', by \
                    'scroll_amount' clicks of the wheel. type: the 'text' as it stands; \\n is the Return key. key: press \
                    the chord in 'text', such as ctrl+s or Return, or several with spaces between them. hold_key: hold the chord in 'text' for 'duration'. \
                    wait: for 'duration'.",
            },
            "coordinate": point("Where:"),
            "start_coordinate": point("Where a drag begins:"),
            "region": {
                "type": "array",
                "items": { "type": "integer" },
                "minItems": 4,
                "maxItems": 4,
                "description": "The part to zoom: [left, top, right, bottom] in the same pixels.",
            },
            "text": { "type": "string", "description": "Text to type, a chord to press, or keys held during a click or scroll." },
            "scroll_direction": { "type": "string", "enum": ["up", "down", "left", "right"] },
            "scroll_amount": { "type": "integer", "minimum": 1, "maximum": 100, "description": "Clicks of the wheel." },
            "duration": { "type": "number", "description": "Seconds." },
            "repeat": { "type": "integer", "minimum": 1, "maximum": 100, "description": "How often to press a key." },
        },
        "required": ["action"],
    })
}

/// Decodes the input of a call.
pub(crate) fn read_input(input: &Value, scale: ScreenScale) -> Tool {
    let action = match Arguments::of(input).text("action") {
        Ok(action) => action,
        Err(problem) => return invalid(NAME, problem),
    };
    match read(&action, input, scale) {
        Ok(action) => Tool::Computer { action },
        Err(problem) => invalid(&action, problem),
    }
}

/// Encodes the input of a call.
pub(crate) fn write_input(action: &Action, scale: ScreenScale) -> Value {
    let (name, mut input) = write(action, scale);
    input.insert("action".to_owned(), name.into());
    Value::Object(input)
}
