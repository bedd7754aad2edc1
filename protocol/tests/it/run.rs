//! Messages between the backend and the model service.

use protocol::action::Size;
use protocol::models::Effort;
use protocol::network::Network;
use protocol::platform::{Platform, PlatformName};
use protocol::price::Price;
use protocol::reason::Reason;
use protocol::run::Fallback;
use protocol::run::{
    DesktopAccess, ModelConnection, ModelHealth, ModelReason, ModelSettings, RequestLine, RunEnd, RunEvent,
    RunLimits, RunOutcome, RunRequest, SentImage,
};
use protocol::secret::Secret;
use protocol::spending::Spending;
use protocol::transcript::approval::{ApprovalPolicy, CallStarted};
use protocol::transcript::{TokenUsage, ToolStatus, TranscriptItem};

use crate::sample::{check, check_variants, check_words, id};
use crate::transcript::{approval_request, call, model_change, result, turn};

fn desktop() -> DesktopAccess {
    DesktopAccess {
        socket: None,
        url: "http://127.0.0.1:40123/".parse().unwrap(),
        token: Secret::new("token of the desktop"),
        screen: Size { width: 1280, height: 800 },
    }
}

fn spending() -> Spending {
    Spending {
        provider: "anthropic".into(),
        model: "claude-opus-5-5".into(),
        connection: Some(id()),
        usage: TokenUsage { input_tokens: 1, cache_read_tokens: 2, cache_write_tokens: 3, output_tokens: 4 },
        microdollars: Some(12),
    }
}

#[test]
fn run_requests() {
    check(
        "desktop_access",
        &[desktop(), DesktopAccess { socket: Some("/proc/4711/fd/17".into()), ..desktop() }],
    );
    let model = ModelSettings {
        provider: Some("openai_compatible".into()),
        model: Some("qwen".into()),
        api_key: Some(Secret::new("sk-test")),
        base_url: Some("http://127.0.0.1:11434/v1".parse().unwrap()),
        platform: Some(Platform { region: Some("us-east-1".into()), ..Platform::new(PlatformName::Bedrock) }),
        effort: Some(Effort::High),
        price: Some(Price::listed(300, 1_500)),
        connection: Some(ModelConnection { id: id(), name: "Home".into() }),
        network: Network::Public { allowed: vec!["127.0.0.1:11434".parse().unwrap()] },
    };
    let public = ModelSettings { network: Network::Public { allowed: vec![] }, ..ModelSettings::default() };
    check("model_settings", &[ModelSettings::default(), model.clone(), public]);
    let limits = RunLimits {
        max_total_tokens: Some(1_000_000),
        max_cost_microdollars: Some(5_000_000),
        ..RunLimits::default()
    };
    check("run_limits", &[RunLimits::default(), limits]);
    check(
        "run_request",
        &[RunRequest {
            run_id: id(),
            transcript: vec![TranscriptItem::AssistantTurn(turn())],
            images: [("9f86d081884c7d65".into(), "iVBORw0KGgo=".into())].into(),
            image_sizes: [("a".repeat(64), 200_000)].into(),
            desktop: desktop(),
            model: model.clone(),
            fallbacks: vec![Fallback {
                settings: model,
                unusable: Some(Reason::silent("own_keys_forbidden")),
                needs_price: true,
            }],
            limits,
            approval: ApprovalPolicy::Everything,
            spent: vec![spending()],
        }],
    );
    let least = serde_json::json!({
        "run_id": id::<protocol::ids::RunId>(), "transcript": [], "images": {}, "desktop": desktop(),
    });
    let least: RunRequest = serde_json::from_value(least).unwrap();
    check("run_request_defaults", &[least]);
}

#[test]
fn run_events() {
    let usage = TokenUsage { input_tokens: 1, cache_read_tokens: 2, cache_write_tokens: 3, output_tokens: 4 };
    let end = RunEnd::new(RunOutcome::Succeeded, Reason::silent("completed"));
    let limit = RunEnd::new(RunOutcome::LimitReached, ModelReason::MaxTurns { limit: 7 });
    let effects = vec!["typing".to_owned(), "submitting".to_owned()];
    let waiting = ModelReason::ExplainedApproval { effects, reason: "It asks for a password.".into() };
    let waiting = RunEnd::waiting(RunOutcome::ApprovalRequired, waiting, "toolu_01".into());
    let Reason { code, facts } = ModelReason::Overloaded { vendor: "anthropic" }.into();
    check_variants(
        "run_event",
        "type",
        &[
            RunEvent::TurnStarted { turn: 1 },
            RunEvent::TextDelta { turn: 1, text: "Hel".into() },
            RunEvent::ThinkingDelta { turn: 1, text: "Hm".into() },
            RunEvent::Retrying { turn: 1, reason: String::new(), code, facts, delay_ms: 2_000 },
            RunEvent::SpentSoFar(spending()),
            RunEvent::Spent(Spending { connection: None, microdollars: None, ..spending() }),
            RunEvent::ModelChanged(model_change()),
            RunEvent::AssistantTurn(turn()),
            RunEvent::ApprovalRequested(approval_request(None)),
            RunEvent::CallStarted(CallStarted { call_id: "toolu_01".into() }),
            RunEvent::ToolStarted(call()),
            RunEvent::Image {
                sha256: "9f86d081884c7d65".into(),
                media_type: "image/jpeg".into(),
                data: "iVBORw0KGgo=".into(),
            },
            RunEvent::ToolResult(result(ToolStatus::Failed, None)),
            RunEvent::ImagesWanted { sha256: vec!["9f86d081884c7d65".into()] },
            RunEvent::UsageTotal { usage, cached_share: 0.25 },
            RunEvent::Finished(end),
            RunEvent::Finished(limit),
            RunEvent::Finished(waiting),
        ],
    );
    let outcomes = [
        RunOutcome::Succeeded,
        RunOutcome::Failed,
        RunOutcome::LimitReached,
        RunOutcome::ApprovalRequired,
        RunOutcome::QuestionAsked,
    ];
    check_words("run_outcome", &outcomes);
    let image = |data: Option<&str>| {
        RequestLine::Image(SentImage { sha256: "9f86d081884c7d65".into(), data: data.map(str::to_owned) })
    };
    check("request_line", &[RequestLine::Taken(7), image(Some("iVBORw0KGgo=")), image(None)]);
}

#[test]
fn model_health() {
    let health = ModelHealth {
        status: "ok".into(),
        protocol: 3,
        provider: "demo".into(),
        model: "demo".into(),
        assistant_name: "Demo".into(),
        example_prompts: vec!["run `date`".into()],
        accepts_caller: true,
    };
    check("model_health", &[health]);
}
