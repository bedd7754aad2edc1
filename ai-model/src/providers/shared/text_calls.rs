//! Recognizes calls that a model wrote as text, because its server does not parse them. They are never executed: text may
//! quote anything. The model is told instead.

use serde_json::Value;

/// The stop reason of a turn that holds calls as text.
pub(crate) const CALLS_AS_TEXT: &str = "calls_as_text";

/// What surrounds a call, as models write it.
const MARKERS: [(&str, &str); 7] = [
    ("<tool_call>", "</tool_call>"),
    ("<function_call>", "</function_call>"),
    ("<function=", "</function>"),
    ("[TOOL_CALLS]", ""),
    ("<|python_tag|>", "<|eom_id|>"),
    ("<|tool_call|>", "<|/tool_call|>"),
    ("<tool_code>", "</tool_code>"),
];

/// Whether a text ends with calls of functions, or is nothing else. What stands in quoted code is none.
pub(crate) fn holds_calls(text: &str, is_function: impl Fn(&str) -> bool) -> bool {
    let text = text.trim();
    json_call(without_fence(text), &is_function)
        || MARKERS.iter().any(|(open, close)| marked_calls(text, open, close, &is_function))
}

/// Whether a text ends with calls between these markers, the first of them at the beginning of a line.
fn marked_calls(text: &str, open: &str, close: &str, is_function: &impl Fn(&str) -> bool) -> bool {
    let Some(begin) = text.find(open) else { return false };
    let (before, calls) = text.split_at(begin);
    let begins_line = before.trim_end_matches([' ', '\t']).ends_with('\n') || before.trim().is_empty();
    if !begins_line || in_code(before) {
        return false;
    }
    calls.split(open).skip(1).all(|call| {
        let call = call.trim();
        let call = call.strip_suffix(close).unwrap_or(call).trim();
        json_call(call, is_function) || named_call(call, is_function)
    })
}

/// Whether a text ends inside a block of code.
pub(super) fn in_code(text: &str) -> bool {
    text.lines().filter(|line| line.trim_start().starts_with("```")).count() % 2 == 1
}

/// The content of a text that is one block of code and nothing else.
fn without_fence(text: &str) -> &str {
    let inside = text.strip_prefix("```").and_then(|text| text.strip_suffix("```"));
    let code = inside.and_then(|text| text.split_once('\n')).map(|(_, code)| code.trim());
    code.filter(|code| !code.contains("```")).unwrap_or(text)
}

/// Whether a text is the JSON of a call, or of a list of calls, and nothing else.
fn json_call(text: &str, is_function: &impl Fn(&str) -> bool) -> bool {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return false };
    match value {
        Value::Array(calls) => !calls.is_empty() && calls.iter().all(|call| is_call(call, is_function)),
        call => is_call(&call, is_function),
    }
}

fn is_call(call: &Value, is_function: &impl Fn(&str) -> bool) -> bool {
    let call = call.get("function").filter(|function| function.is_object()).unwrap_or(call);
    let arguments = call.get("arguments").or_else(|| call.get("parameters"));
    let given = arguments.is_some_and(|arguments| arguments.is_object() || arguments.is_string());
    given && call["name"].as_str().is_some_and(is_function)
}

/// Whether a text is the name of a function and its arguments, as in `shell[ARGS]{...}` or `=shell>...`.
fn named_call(text: &str, is_function: &impl Fn(&str) -> bool) -> bool {
    let text = text.strip_prefix("<function=").unwrap_or(text);
    let end = text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
    let (name, rest) = text.split_at(end.unwrap_or(text.len()));
    is_function(name)
        && ["[ARGS]", "{", ">", "<arg_key>"].iter().any(|sign| rest.trim_start().starts_with(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(text: &str) -> bool {
        holds_calls(text, |name| name == "shell" || name == "computer")
    }

    #[test]
    fn calls_are_recognized_as_models_write_them() {
        for text in [
            r#"<tool_call>{"name": "shell", "arguments": {"command": "ls"}}</tool_call>"#,
            "I look.\n\n<tool_call>\n{\"name\": \"shell\", \"arguments\": {}}\n</tool_call>\n",
            "<tool_call>\n{\"name\":\"shell\",\"arguments\":{}}\n</tool_call>\n<tool_call>\n{\"name\":\"computer\",\"arguments\":{}}\n</tool_call>",
            // The closing tag was a stop word.
            r#"<tool_call>{"name": "shell", "arguments": {}}"#,
            "<tool_call>\n<function=shell>\n<parameter=command>\nls\n</parameter>\n</function>\n</tool_call>",
            "<tool_call>shell\n<arg_key>command</arg_key>\n<arg_value>ls</arg_value>\n</tool_call>",
            r#"[TOOL_CALLS][{"name": "shell", "arguments": {"command": "ls"}}]"#,
            r#"[TOOL_CALLS]shell[ARGS]{"command": "ls"}[TOOL_CALLS]computer{"action": "screenshot"}"#,
            r#"<|python_tag|>{"name": "shell", "parameters": {"command": "ls"}}"#,
            r#"<function=shell>{"command": "ls"}</function>"#,
            r#"{"name": "shell", "arguments": {"command": "ls"}}"#,
            "```json\n{\"name\": \"shell\", \"arguments\": {\"command\": \"ls\"}}\n```",
            "```\n[{\"type\": \"function\", \"function\": {\"name\": \"shell\", \"arguments\": \"{}\"}}]\n```",
        ] {
            assert!(holds(text), "{text}");
        }
    }

    #[test]
    fn what_an_answer_quotes_is_no_call() {
        for text in [
            "",
            "Done.",
            "Models write `<tool_call>{\"name\": \"shell\", \"arguments\": {}}</tool_call>`.",
            "So:\n```\n<tool_call>\n{\"name\": \"shell\", \"arguments\": {}}\n</tool_call>\n```",
            "<tool_call>\n{\"name\": \"shell\", \"arguments\": {}}\n</tool_call>\nis what it looks like.",
            "<tool_call> opens a call.",
            "[TOOL_CALLS]shell is a marker of Mistral's.",
            "<tool_call>{\"name\": \"weather\", \"arguments\": {}}</tool_call>",
            "The file has:\n\n```json\n{\"name\": \"shell\", \"arguments\": {}}\n```",
            "```json\n{\"name\": \"shell\", \"version\": \"1.0\"}\n```",
            "{\"name\": \"shell\"}",
            "```json\n{\"name\": \"weather\", \"arguments\": {}}\n```",
            "```\na\n```\n```\nb\n```",
            "[]",
        ] {
            assert!(!holds(text), "{text}");
        }
    }
}
