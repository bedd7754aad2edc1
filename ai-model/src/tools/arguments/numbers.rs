//! Numbers in every form in which models write them.

use serde_json::Value;

/// The names of the numbers of a point and of a region, in order.
const NAMES: [&[&str]; 5] = [
    &["x", "y"],
    &["x0", "y0", "x1", "y1"],
    &["x1", "y1", "x2", "y2"],
    &["left", "top", "right", "bottom"],
    &["start", "end"],
];

/// A number, also as a text.
pub(super) fn number_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    number.filter(|number| number.is_finite())
}

/// A whole number, or a fraction that is rounded to one.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and such a point is off the screen")]
pub(super) fn whole_number_of(value: &Value) -> Option<i64> {
    number_of(value).map(|number| number.round() as i64)
}

/// `N` whole numbers: a list of numbers or of texts, pairs of them, an object with their names, or a text of any of these.
pub(crate) fn numbers_of<const N: usize>(value: &Value) -> Option<[i64; N]> {
    let numbers: Vec<i64> = match value {
        Value::Array(list) => flat(list)?.into_iter().map(whole_number_of).collect::<Option<_>>()?,
        Value::Object(fields) => {
            let names = NAMES.iter().find(|names| {
                names.len() == N && fields.len() == N && names.iter().all(|name| fields.contains_key(*name))
            })?;
            names.iter().map(|name| whole_number_of(&fields[*name])).collect::<Option<_>>()?
        }
        Value::String(text) => match serde_json::from_str(text) {
            Ok(inner @ (Value::Array(_) | Value::Object(_))) => return numbers_of(&inner),
            _ => in_text(text)?,
        },
        _ => return None,
    };
    numbers.try_into().ok()
}

/// The items of a list, or of its lists if it has only such.
fn flat(list: &[Value]) -> Option<Vec<&Value>> {
    if list.iter().any(Value::is_array) {
        let lists: Vec<&Vec<Value>> = list.iter().map(Value::as_array).collect::<Option<_>>()?;
        return Some(lists.into_iter().flatten().collect());
    }
    Some(list.iter().collect())
}

/// Numbers such as `100, 200` or `(100 200)`.
fn in_text(text: &str) -> Option<Vec<i64>> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
    let words = inner.split(|separator: char| separator == ',' || separator.is_whitespace());
    words.filter(|word| !word.is_empty()).map(|word| whole_number_of(&word.into())).collect()
}
