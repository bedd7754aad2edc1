use serde_json::json;

use super::*;

#[test]
fn a_point_is_understood_in_every_form() {
    let forms = [
        json!([100, 200]),
        json!([100.4, 199.6]),
        json!(["100", " 200 "]),
        json!("[100, 200]"),
        json!("[\"100\", \"200\"]"),
        json!("(100, 200)"),
        json!("100,200"),
        json!("100 200"),
        json!({ "x": 100, "y": 200 }),
        json!({ "y": "200", "x": "100" }),
        json!("{\"x\": 100, \"y\": 200}"),
        json!([[100, 200]]),
    ];
    for form in forms {
        let input = json!({ "coordinate": form });
        assert_eq!(
            Arguments::of(&input).whole_numbers("coordinate", "[x, y]"),
            Ok(Some([100, 200])),
            "{form}"
        );
    }
}

#[test]
fn nothing_is_guessed() {
    let forms = [
        json!([100]),
        json!([1, 2, 3]),
        json!([100, null]),
        json!(["a", 200]),
        json!("here"),
        json!(""),
        json!(100),
        json!(true),
        json!({ "x": 100 }),
        json!({ "x": 1, "y": 2, "z": 3 }),
        json!([[1, 2], 3]),
        json!("NaN, 1"),
        json!(["inf", "1"]),
        json!([]),
    ];
    for form in forms {
        let input = json!({ "coordinate": form });
        let told = Arguments::of(&input).whole_numbers::<2>("coordinate", "[x, y]").unwrap_err();
        assert_eq!(told, format!("'coordinate' must be [x, y], not {form}."));
    }
}

#[test]
fn a_region_is_understood_in_every_form() {
    let forms = [
        json!([1, 2, 3, 4]),
        json!([[1, 2], [3, 4]]),
        json!("1 2 3 4"),
        json!({ "x0": 1, "y0": 2, "x1": 3, "y1": 4 }),
        json!({ "x1": 1, "y1": 2, "x2": 3, "y2": 4 }),
        json!({ "left": 1, "top": 2, "right": 3, "bottom": 4 }),
    ];
    for form in forms {
        let input = json!({ "region": form });
        assert_eq!(Arguments::of(&input).whole_numbers("region", ""), Ok(Some([1, 2, 3, 4])), "{form}");
    }
}

#[test]
fn arguments_may_be_encoded_twice_and_spelled_otherwise() {
    let once =
        json!({ "scrollAmount": "5", "Scroll-Direction": "DOWN", "text": 7, "restart": "True" }).to_string();
    for input in [json!(once), json!(json!(once).to_string())] {
        let arguments = Arguments::of(&input);
        assert_eq!(arguments.count("scroll_amount", 100), Ok(Some(5)), "{input}");
        assert_eq!(arguments.one_of("scroll_direction", &[("up", 0), ("down", 1)]), Ok(1));
        assert_eq!(arguments.text("text"), Ok("7".to_owned()));
        assert_eq!(arguments.flag("restart"), Ok(Some(true)));
    }
    // Two spellings are no clear word.
    let twice = json!({ "Text": "a", "TEXT": "b" });
    assert_eq!(Arguments::of(&twice).text("text").unwrap_err(), "'text' is missing; it must be a text.");
    for input in [json!(null), json!([1]), json!("no JSON")] {
        assert!(Arguments::of(&input).get("text").is_none(), "{input}");
    }
}

#[test]
fn problems_say_value_and_range() {
    let input =
        json!({ "repeat": 0, "duration": "a while", "long": "x".repeat(100), "flag": "yes", "list": [1] });
    let arguments = Arguments::of(&input);
    assert_eq!(arguments.count("repeat", 100).unwrap_err(), "'repeat' must be 1 to 100, not 0.");
    assert_eq!(
        arguments.number("duration", 0.0..=300.0, "0 to 300").unwrap_err(),
        "'duration' must be 0 to 300, not \"a while\"."
    );
    let long = arguments.number("long", 0.0..=1.0, "0 to 1").unwrap_err();
    assert_eq!(long, format!("'long' must be 0 to 1, not \"{} ….", "x".repeat(59)));
    assert_eq!(arguments.flag("flag").unwrap_err(), "'flag' must be true or false, not \"yes\".");
    assert_eq!(arguments.texts("list").unwrap_err(), "'list' must be a list of texts, not [1].");
    assert_eq!(arguments.count("absent", 100), Ok(None));
}
