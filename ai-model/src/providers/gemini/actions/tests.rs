//! Every predefined function, and the actions that it stands for.

use serde_json::json;

use super::*;

const SCREEN: Size = Size { width: 1280, height: 800 };

fn actions(name: &str, arguments: &Value) -> Vec<Action> {
    let action_of = |tool| match tool {
        Tool::Computer { action } => action,
        other => panic!("{name}: {other:?}"),
    };
    decode(name, arguments, SCREEN).unwrap().into_iter().map(action_of).collect()
}

fn click(button: Button, count: u8) -> Action {
    Action::Click { button, count, at: Some(Point { x: 640, y: 200 }), modifiers: Vec::new() }
}

fn wheel(direction: ScrollDirection, clicks: u32) -> Action {
    Action::Scroll { direction, clicks, at: Some(Point { x: 640, y: 200 }), modifiers: Vec::new() }
}

#[test]
fn every_desktop_function_is_decoded() {
    let at = || json!({ "x": 500, "y": 250, "intent": "because" });
    let with = |fields: Value| {
        let mut arguments = at();
        arguments.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        arguments
    };
    let to = Action::MouseMove { to: Point { x: 640, y: 200 } };
    let button = Button::Left;
    let typed = |text: &str| Action::Type { text: text.to_owned() };
    let table = [
        ("click", at(), vec![click(button, 1)]),
        ("double_click", at(), vec![click(button, 2)]),
        ("triple_click", at(), vec![click(button, 3)]),
        ("middle_click", at(), vec![click(Button::Middle, 1)]),
        ("right_click", at(), vec![click(Button::Right, 1)]),
        ("move", at(), vec![to.clone()]),
        ("mouse_down", at(), vec![to.clone(), Action::MouseDown { button }]),
        ("mouse_up", at(), vec![to.clone(), Action::MouseUp { button }]),
        ("type", json!({ "text": "ls" }), vec![typed("ls")]),
        ("type", json!({ "text": "ls", "press_enter": true }), vec![typed("ls\n")]),
        (
            "drag_and_drop",
            json!({ "start_x": 0, "start_y": 0, "end_x": 500, "end_y": 250 }),
            vec![Action::Drag {
                from: Some(Point { x: 0, y: 0 }),
                to: Point { x: 640, y: 200 },
                modifiers: vec![],
            }],
        ),
        ("wait", json!({}), vec![Action::Wait { duration_ms: 1_000 }]),
        ("wait", json!({ "seconds": 2.5 }), vec![Action::Wait { duration_ms: 2_500 }]),
        ("press_key", json!({ "key": "Enter" }), vec![key("Return")]),
        ("hotkey", json!({ "keys": ["Control", "A"] }), vec![key("ctrl+a")]),
        ("take_screenshot", json!({}), vec![Action::Screenshot]),
        ("scroll", with(json!({ "direction": "down" })), vec![wheel(ScrollDirection::Down, 3)]),
        (
            "scroll",
            with(json!({ "direction": "up", "magnitude_in_pixels": 640 })),
            vec![wheel(ScrollDirection::Up, 6)],
        ),
        (
            "scroll",
            with(json!({ "direction": "left", "magnitude_in_wheel_clicks": 5 })),
            vec![wheel(ScrollDirection::Left, 5)],
        ),
    ];
    for (name, arguments, expected) in table {
        assert_eq!(actions(name, &arguments), expected, "{name}");
    }
}

#[test]
fn every_function_of_the_older_generation_is_decoded() {
    let at = || json!({ "x": 500, "y": 250 });
    let table = [
        ("click_at", at(), vec![click(Button::Left, 1)]),
        ("hover_at", at(), vec![Action::MouseMove { to: Point { x: 640, y: 200 } }]),
        (
            "type_text_at",
            json!({ "x": 500, "y": 250, "text": "hi", "press_enter": true }),
            vec![
                click(Button::Left, 1),
                key("ctrl+a"),
                key("Delete"),
                Action::Type { text: "hi\n".to_owned() },
            ],
        ),
        (
            "type_text_at",
            json!({ "x": 500, "y": 250, "text": "hi", "clear_before_typing": false }),
            vec![click(Button::Left, 1), Action::Type { text: "hi".to_owned() }],
        ),
        ("wait_5_seconds", json!({}), vec![Action::Wait { duration_ms: 5_000 }]),
        ("go_back", json!({}), vec![key("alt+Left")]),
        ("go_forward", json!({}), vec![key("alt+Right")]),
        ("key_combination", json!({ "keys": "Control+Shift+T" }), vec![key("ctrl+shift+t")]),
        (
            "scroll_at",
            json!({ "x": 500, "y": 250, "direction": "down" }),
            vec![wheel(ScrollDirection::Down, 6)],
        ),
        (
            "scroll_at",
            json!({ "x": 500, "y": 250, "direction": "right", "magnitude": 500 }),
            vec![wheel(ScrollDirection::Right, 6)],
        ),
        (
            "drag_and_drop",
            json!({ "x": 0, "y": 0, "destination_x": 500, "destination_y": 250 }),
            vec![Action::Drag {
                from: Some(Point { x: 0, y: 0 }),
                to: Point { x: 640, y: 200 },
                modifiers: vec![],
            }],
        ),
    ];
    for (name, arguments, expected) in table {
        assert_eq!(actions(name, &arguments), expected, "{name}");
    }
    let middle = Some(Point { x: 640, y: 400 });
    assert_eq!(
        actions("scroll_document", &json!({ "direction": "down" })),
        [Action::Scroll { direction: ScrollDirection::Down, clicks: 8, at: middle, modifiers: vec![] }]
    );
    let url = || Some("https://example.org".to_owned());
    assert_eq!(
        decode("navigate", &json!({ "url": "https://example.org" }), SCREEN),
        Some(vec![browse(url())])
    );
    assert_eq!(decode("open_web_browser", &json!({}), SCREEN), Some(vec![browse(None)]));
    assert_eq!(decode("search", &json!({}), SCREEN), Some(vec![browse(Some(SEARCH_ENGINE.to_owned()))]));
    assert_eq!(decode("key_down", &json!({ "key": "a" }), SCREEN), None);
}

#[test]
fn invalid_calls_name_their_problem() {
    let table = [
        ("click", json!({ "x": 1 }), "'y' is missing; it must be 0 to 999."),
        ("click", json!({ "x": 1001, "y": 1 }), "'x' must be 0 to 999, not 1001."),
        ("click", json!({ "x": 10_001, "y": 1 }), "'x' must be 0 to 999, not 10001."),
        (
            "scroll",
            json!({ "x": 1, "y": 1, "direction": "up", "magnitude": -5 }),
            "'magnitude' must be 0 or more, not -5.",
        ),
        ("click", json!({ "x": -1, "y": 1 }), "'x' must be 0 to 999, not -1."),
        ("click", json!({ "x": "a", "y": 1 }), "'x' must be 0 to 999, not \"a\"."),
        ("type", json!({}), "'text' is missing; it must be a text."),
        ("hotkey", json!({}), "'keys' is missing; it must be"),
        ("hotkey", json!({ "keys": [] }), "No key is named."),
        ("hotkey", json!({ "keys": [true] }), "'keys' must be keys such as ctrl+s, not [true]."),
        ("press_key", json!({}), "'key' is missing; it must be keys such as ctrl+s."),
        ("scroll", json!({ "x": 1, "y": 1, "direction": "in" }), "'direction' must be"),
        ("wait", json!({ "seconds": 301 }), "'seconds' must be"),
    ];
    for (name, arguments, expected) in table {
        match decode(name, &arguments, SCREEN).unwrap().as_slice() {
            [Tool::Invalid { problem, .. }] => {
                assert!(problem.starts_with(expected), "{name}: {problem}")
            }
            other => panic!("{name}: {other:?}"),
        }
    }
}

/// The model sees a point at its position in thousandths and writes that; the result is within the width of the grid.
#[test]
fn coordinates_round_trip_within_a_pixel_or_the_width_of_the_grid() {
    for (edge, pixels) in [(1280_u32, [0, 1, 639, 640, 1279]), (800, [0, 1, 399, 400, 799])] {
        for pixel in pixels {
            let thousandth = (f64::from(pixel) / f64::from(edge) * GRID).round();
            let back = to_pixels(thousandth, edge);
            assert!((back - pixel).abs() <= 1, "{pixel} of {edge}: {back}");
        }
    }
    assert_eq!(to_pixels(999.0, 1280), 1278);
    assert_eq!(to_pixels(1000.0, 1280), 1279);
}
