//! Which tools may be declared, and how.

use serde_json::{Value, json};

use super::{Client, JANUARY, NOVEMBER, broken, expect_rejections, single, with};

const TOOLSET: &str = "computer_toolset_20260801";

fn toolset(field: &str, value: Value) -> Value {
    let mut tool = json!({ "type": TOOLSET });
    tool[field] = value;
    with("/tools/0", tool)
}

#[tokio::test]
async fn the_toolset_accepts_only_its_own_fields() {
    let mut cases = Vec::new();
    for field in [
        "name",
        "display_width_px",
        "display_height_px",
        "display_number",
        "enable_zoom",
        "strict",
        "input_examples",
        "defer_loading",
    ] {
        cases.push(broken(toolset(field, json!(1)), "Extra inputs are not permitted"));
    }
    let all_off: Value = [
        "screenshot",
        "zoom",
        "left_click",
        "right_click",
        "middle_click",
        "double_click",
        "triple_click",
        "left_click_drag",
        "mouse_move",
        "left_mouse_down",
        "left_mouse_up",
        "cursor_position",
        "scroll",
        "type",
        "key",
        "hold_key",
        "wait",
    ]
    .into_iter()
    .map(|member| (member.to_owned(), json!({ "enabled": false })))
    .collect::<serde_json::Map<_, _>>()
    .into();
    cases.extend([
        broken(toolset("configs", json!({ "teleport": {} })), "configs.teleport"),
        broken(toolset("configs", json!({ "zoom": { "colour": 1 } })), "configs.zoom.colour"),
        broken(toolset("configs", all_off), "at least one member"),
        broken(toolset("configs", json!({ "zoom": { "defer_loading": true } })), "defer_loading must be"),
        broken(toolset("allowed_callers", json!(["code_execution_20250825"])), "direct callers"),
    ]);
    expect_rejections(cases).await;
}

#[tokio::test]
async fn the_toolset_excludes_other_computer_tools() {
    let custom = json!({ "name": "computer", "input_schema": { "type": "object" } });
    expect_rejections(vec![
        broken(with("/tools/1", json!({ "type": TOOLSET })), "only one computer tool"),
        broken(with("/tools/1", custom), "Tool names must be unique"),
        broken(with("/tools/0", json!({ "type": "moon_tool_1" })), "unknown tool type"),
        broken(super::good(), "fine-grained-tool-streaming")
            .under(("anthropic-beta", "fine-grained-tool-streaming-2025-05-14")),
        broken(
            super::set(
                with("/tool_choice", json!({ "type": "tool", "name": "zoom" })),
                "/model",
                json!("claude-opus-5"),
            ),
            "can't be forced",
        ),
        broken(
            super::set(
                with("/tool_choice", json!({ "type": "tool", "name": "x" })),
                "/model",
                json!("claude-opus-5"),
            ),
            "not found",
        ),
    ])
    .await;
}

#[tokio::test]
async fn the_single_tool_has_its_fields_beta_and_models() {
    let lacking = |field: &str| {
        let mut body = single("claude-opus-4-7", "computer_20251124");
        body["tools"][0].as_object_mut().unwrap().remove(field);
        body
    };
    let january = |field: &str| {
        super::set(
            single("claude-sonnet-4-5", "computer_20250124"),
            &format!("/tools/0/{field}"),
            json!(true),
        )
    };
    let two = super::set(
        single("claude-opus-4-8", "computer_20251124"),
        "/tools",
        json!([single("", "computer_20251124")["tools"][0], { "type": TOOLSET }]),
    );
    expect_rejections(vec![
        broken(lacking("name"), "are required").under(NOVEMBER),
        broken(lacking("display_width_px"), "are required").under(NOVEMBER),
        broken(lacking("display_height_px"), "are required").under(NOVEMBER),
        broken(january("enable_zoom"), "enable_zoom").under(JANUARY),
        broken(january("configs"), "configs: Extra inputs").under(JANUARY),
        broken(two, "only one computer tool").under(NOVEMBER),
        broken(single("claude-opus-4-7", "computer_20251124"), "does not match any of the expected tags"),
        broken(single("claude-opus-4-7", "computer_20251124"), "does not match").under(JANUARY),
        broken(single("claude-sonnet-4-5", "computer_20250124"), "does not match").under(NOVEMBER),
        broken(
            single("claude-opus-5-5", "computer_20251124"),
            "'claude-opus-5-5' does not support tool types: computer_20251124.",
        )
        .under(NOVEMBER),
        broken(single("claude-sonnet-4-5", "computer_20251124"), "does not support tool types")
            .under(NOVEMBER),
        broken(single("claude-opus-4-7", TOOLSET), "does not support tool types"),
    ])
    .await;
    let client = Client::new(json!([{ "text": "Hello." }, { "text": "Hello." }])).await;
    assert_eq!(client.send(&single("claude-opus-4-7", "computer_20251124"), &[NOVEMBER]).await.0, 200);
    assert_eq!(client.send(&single("claude-sonnet-4-5", "computer_20250124"), &[JANUARY]).await.0, 200);
}

#[tokio::test]
async fn the_shell_and_the_editor_have_fixed_names() {
    let editor = |kind: &str, name: &str| with("/tools/1", json!({ "type": kind, "name": name }));
    let schema = json!({ "type": "bash_20250124", "name": "bash", "input_schema": {} });
    expect_rejections(vec![
        broken(with("/tools/1/name", json!("sh")), "Input should be 'bash'"),
        broken(with("/tools/1", schema), "input_schema: Extra inputs"),
        broken(editor("text_editor_20250728", "str_replace_editor"), "'str_replace_based_edit_tool'"),
        broken(editor("text_editor_20250124", "str_replace_editor"), "does not support tool types"),
        broken(with("/tools/1", json!({ "name": "f" })), "input_schema: Field required"),
        broken(with("/tools/1", json!({ "name": "f", "input_schema": {} })), "should be 'object'"),
        broken(
            with("/tools/1", json!({ "name": "f g", "input_schema": { "type": "object" } })),
            "should match pattern",
        ),
    ])
    .await;
}
