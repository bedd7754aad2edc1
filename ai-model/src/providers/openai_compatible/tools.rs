//! Declares the functions, and encodes and decodes their calls.

use protocol::transcript::Tool;
use serde_json::{Value, json};

use crate::images::ScreenScale;
use crate::tools::computer::function;
use crate::tools::{FUNCTIONS, invalid, read_call, write_call};

/// The declarations of all functions.
pub(super) fn declarations(scale: ScreenScale) -> Vec<Value> {
    let functions = FUNCTIONS.into_iter().map(|it| declare(it.name, it.description, &it.schema()));
    std::iter::once(declare(function::NAME, function::DESCRIPTION, &function::schema(scale)))
        .chain(functions)
        .collect()
}

fn declare(name: &str, description: &str, parameters: &Value) -> Value {
    json!({ "type": "function", "function": { "name": name, "description": description, "parameters": parameters } })
}

/// Whether there is such a function.
pub(super) fn is_function(name: &str) -> bool {
    name == function::NAME || FUNCTIONS.iter().any(|function| function.name == name)
}

/// Decodes a call.
pub(super) fn decode(name: &str, arguments: &str, scale: ScreenScale) -> Tool {
    let arguments = if arguments.trim().is_empty() { "{}" } else { arguments };
    let Ok(arguments) = serde_json::from_str::<Value>(arguments) else {
        return invalid(name, "The arguments were no valid JSON.");
    };
    if name == function::NAME {
        return function::read_input(&arguments, scale);
    }
    read_call(name, &arguments).unwrap_or_else(|| invalid(name, "There is no such function."))
}

/// Encodes a call of another model; `None` for one that could not be parsed.
pub(super) fn encode(tool: &Tool, scale: ScreenScale) -> Option<(&'static str, Value)> {
    match tool {
        Tool::Computer { action } => Some((function::NAME, function::write_input(action, scale))),
        _ => write_call(tool),
    }
}
