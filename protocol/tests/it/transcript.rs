//! Items of a transcript. They are stored as events of a chat's log, so their JSON never changes.

use protocol::action::{Action, Size};
use protocol::editor::EditorCommand;
use protocol::locale::Locale;
use protocol::named_model::NamedModel;
use protocol::run::{ModelConnection, ModelReason};
use protocol::takeover::{PersonStep, PersonSteps};
use protocol::transcript::Takeover;
use protocol::transcript::approval::{
    ApprovalPolicy, ApprovalRequest, CallStarted, Decision, Effect, Verdict,
};
use protocol::transcript::model_change::{ModelChange, SkippedModel};
use protocol::transcript::{
    Answer, App, AssistantBlock, AssistantTurn, ScreenshotRef, TokenUsage, Tool, ToolCall, ToolResult,
    ToolStatus, TranscriptItem, TurnCost, UserMessage,
};

use crate::sample::{check, check_variants, check_words, id};

fn call_id() -> String {
    "toolu_01".into()
}

fn screenshot() -> ScreenshotRef {
    let size = Size { width: 1280, height: 800 };
    ScreenshotRef { sha256: "9f86d081884c7d65".into(), media_type: "image/jpeg".into(), size }
}

fn usage() -> TokenUsage {
    TokenUsage { input_tokens: 1, cache_read_tokens: 2, cache_write_tokens: 3, output_tokens: 4 }
}

pub(crate) fn call() -> ToolCall {
    ToolCall { call_id: call_id(), tool: Tool::Computer { action: Action::Screenshot }, confirmation: None }
}

pub(crate) fn turn() -> AssistantTurn {
    AssistantTurn {
        provider: "anthropic".into(),
        model: "claude-opus-5-5".into(),
        raw: r#"[{"type":"text","text":"Hello"}]"#.into(),
        content: vec![
            AssistantBlock::Thinking { text: "Hm.".into() },
            AssistantBlock::Text { text: "Hello".into() },
            AssistantBlock::ToolCall(call()),
        ],
        stop_reason: "tool_use".into(),
        usage: usage(),
        cost: TurnCost { elapsed_ms: 1_500, microdollars: Some(420) },
        connection: None,
    }
}

pub(crate) fn model_change() -> ModelChange {
    let named = |provider: &str, model: &str, connection| NamedModel {
        provider: provider.into(),
        model: model.into(),
        connection,
    };
    ModelChange {
        from: named("anthropic", "claude-opus-5-5", None),
        to: Some(named("openai", "gpt-6", Some(ModelConnection { id: id(), name: "Work".into() }))),
        reason: ModelReason::Overloaded { vendor: "anthropic" }.into(),
        skipped: vec![SkippedModel {
            model: named("openai-compatible", "qwen", None),
            reason: ModelReason::PriceUnknown.into(),
        }],
        message: String::new(),
    }
}

pub(crate) fn result(status: ToolStatus, screenshot: Option<ScreenshotRef>) -> ToolResult {
    ToolResult {
        call_id: call_id(),
        status,
        text: "ok".into(),
        shown_to_model: screenshot.is_some(),
        screenshot,
        elapsed_ms: 30,
    }
}

pub(crate) fn approval_request(reason: Option<&str>) -> ApprovalRequest {
    let effects = [Effect::Pointing, Effect::Submitting].into();
    ApprovalRequest { call_id: call_id(), effects, reason: reason.map(str::to_owned) }
}

#[test]
fn tools() {
    check_variants(
        "tool",
        "tool",
        &[
            Tool::Computer { action: Action::Wait { duration_ms: 1 } },
            Tool::Shell { command: Some("date".into()), restart: false },
            Tool::Shell { command: None, restart: true },
            Tool::Open { app: App::Browser, argument: Some("https://example.com".into()) },
            Tool::Open { app: App::Terminal, argument: None },
            Tool::Editor { edit: EditorCommand::UndoEdit { path: "a".into() } },
            Tool::Ask { question: "Which?".into(), choices: vec!["This".into(), "That".into()] },
            Tool::Ask { question: "Why?".into(), choices: vec![] },
            Tool::Invalid { name: "fly".into(), problem: "There is no tool fly.".into() },
        ],
    );
    check_words("app", &[App::Terminal, App::Browser, App::TextEditor, App::FileManager]);
    let confirmed = ToolCall { confirmation: Some("This sends an e-mail.".into()), ..call() };
    check("tool_call", &[call(), confirmed]);
}

#[test]
fn tool_results() {
    let statuses = [ToolStatus::Done, ToolStatus::Failed, ToolStatus::NotExecuted, ToolStatus::Interrupted];
    check_words("tool_status", &statuses);
    check("tool_result", &[result(statuses[0], Some(screenshot())), result(statuses[3], None)]);
}

#[test]
fn assistant_turns() {
    let blocks = turn().content;
    check_variants("assistant_block", "type", &blocks);
    let plain = AssistantTurn { content: vec![], cost: TurnCost::default(), ..turn() };
    check("assistant_turn", &[turn(), plain]);
}

#[test]
fn a_turn_stored_before_costs_were_known_is_read() {
    let mut stored = serde_json::to_value(turn()).unwrap();
    stored.as_object_mut().unwrap().remove("cost");
    let read: AssistantTurn = serde_json::from_value(stored).unwrap();
    assert_eq!(read.cost, TurnCost::default());
}

#[test]
fn approvals() {
    let effects = [
        Effect::Pointing,
        Effect::Typing,
        Effect::Submitting,
        Effect::Shell,
        Effect::Editing,
        Effect::Navigating,
    ];
    check_words("effect", &effects);
    let policies = [
        ApprovalPolicy::Nothing,
        ApprovalPolicy::Everything,
        ApprovalPolicy::Effects { effects: effects.into() },
    ];
    check_variants("approval_policy", "ask_for", &policies);
    let verdicts = [Verdict::Approve, Verdict::Deny { reason: "Not there.".into() }];
    check_variants("verdict", "verdict", &verdicts);
}

#[test]
fn transcript_items() {
    let [approve, deny] = [Verdict::Approve, Verdict::Deny { reason: String::new() }];
    let decision = |verdict| TranscriptItem::Decision(Decision { call_id: call_id(), verdict });
    let steps = PersonSteps { steps: vec![PersonStep::Typed { characters: 3 }], left_out: 0 };
    let message = |attachments, locale| {
        let extra_data = None;
        TranscriptItem::UserMessage(UserMessage {
            text: "Hi".into(),
            attachments,
            shown: vec![],
            extra_data,
            locale,
        })
    };
    let extra_data = Some(serde_json::json!({ "ticket": 17 }));
    let with_data =
        UserMessage { text: "Hi".into(), attachments: vec![], shown: vec![], extra_data, locale: None };
    let language = Some("de-AT".into());
    let locale = |language| Some(Locale { time_zone: "Europe/Vienna".into(), language });
    check_variants(
        "transcript_item",
        "kind",
        &[
            message(vec![], None),
            message(vec!["Uploads/a.txt".into()], locale(None)),
            message(vec![], locale(language)),
            TranscriptItem::UserMessage(with_data),
            TranscriptItem::AssistantTurn(turn()),
            TranscriptItem::ToolResult(result(ToolStatus::Done, Some(screenshot()))),
            TranscriptItem::ApprovalRequest(approval_request(None)),
            TranscriptItem::ApprovalRequest(approval_request(Some("The vendor asks."))),
            decision(approve),
            decision(deny),
            TranscriptItem::CallStarted(CallStarted { call_id: call_id() }),
            TranscriptItem::Answer(Answer { call_id: call_id(), text: "This".into() }),
            TranscriptItem::Takeover(Takeover { did: Some(steps), screenshot: Some(screenshot()) }),
            TranscriptItem::Takeover(Takeover { did: None, screenshot: None }),
            TranscriptItem::ModelChanged(model_change()),
            TranscriptItem::ModelChanged(ModelChange { to: None, message: "Said.".into(), ..model_change() }),
        ],
    );
}
