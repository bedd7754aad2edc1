//! Models that go on where another one can't.

use ai_model::fakes::{ChatCompletionsRules, MessagesApiFake, OpenAiRules};
use protocol::ids::ModelConnectionId;
use protocol::named_model::NamedModel;
use protocol::price::Price;
use protocol::reason::Reason;
use protocol::run::Fallback;
use protocol::run::{
    ModelConnection, ModelSettings, RequestLine, RunEvent, RunLimits, RunOutcome, RunRequest, SentImage,
};
use protocol::transcript::TranscriptItem;
use protocol::transcript::model_change::ModelChange;
use serde_json::{Value, json};

use super::connections::by_connection;
use super::kept_images;
use crate::acknowledged::Acknowledging;
use crate::harness::{Claude, Outcome, Scripted, Vendor, user};

type OpenAi = Scripted<OpenAiRules>;
type Server = Scripted<ChatCompletionsRules>;

fn text(text: &str) -> Value {
    json!({ "text": text })
}

fn error(status: u16, kind: &str) -> Value {
    json!({ "error": { "status": status, "type": kind, "message": "So it is." } })
}

fn refusal() -> Value {
    let details = json!({ "type": "refusal", "category": "cyber", "explanation": null });
    json!({ "text": "Well,", "stop_reason": "refusal", "stop_details": details })
}

fn fallback(settings: ModelSettings) -> Fallback {
    Fallback { settings, unusable: None, needs_price: false }
}

fn to<V: Vendor>(scripted: &Scripted<V>) -> Fallback {
    fallback(by_connection(scripted, Some("test-key")))
}

/// A request to Claude that falls back on others.
fn falling_back(claude: &Claude, fallbacks: &[&Fallback]) -> RunRequest {
    let fallbacks = fallbacks.iter().map(|fallback| (*fallback).clone()).collect();
    RunRequest { model: by_connection(claude, Some("test-key")), fallbacks, ..claude.request("Go.") }
}

fn changes(outcome: &Outcome) -> Vec<&ModelChange> {
    let changes = outcome.events.iter().filter_map(|event| match event {
        RunEvent::ModelChanged(change) => Some(change),
        _ => None,
    });
    changes.collect()
}

/// From where to where, and why.
fn told(change: &ModelChange) -> (&str, Option<&str>, &str) {
    (&change.from.model, change.to.as_ref().map(|to| to.model.as_str()), &change.reason.code)
}

/// The names of all models that an end tells of.
fn tried(outcome: &Outcome) -> Value {
    let facts: Value = serde_json::from_str(&outcome.facts()).unwrap();
    facts["tried"].clone()
}

#[tokio::test]
async fn the_next_model_goes_on_where_one_refuses_or_can_not() {
    let cut_off = json!({ "text": "So far so", "faults": { "error": "overloaded_error", "error_after": 4 } });
    let soon = json!({ "error": {
        "status": 429, "type": "rate_limit_error", "message": "Slower.", "retry_after": "0",
    } });
    // What the vendor says, the code, and how often it is asked: once more if it may pass.
    for (turn, code, requests) in [
        (refusal(), "refusal", 1),
        (error(529, "overloaded_error"), "overloaded", 2),
        (soon, "rate_limited", 2),
        // A limit that does not pass names no time.
        (error(429, "rate_limit_error"), "spend_limit", 1),
        (error(500, "api_error"), "provider_failed", 2),
        (error(402, "billing_error"), "billing", 1),
        (error(403, "permission_error"), "permission_denied", 1),
        (error(404, "not_found_error"), "model_not_found", 1),
        (cut_off, "overloaded", 2),
    ] {
        let claude = Claude::new(Value::Array(vec![turn; 6])).await;
        let openai = OpenAi::new(json!([text("Here I am.")])).await;
        let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{code}: {:?}", outcome.end());
        assert_eq!(
            changes(&outcome).into_iter().map(told).collect::<Vec<_>>(),
            [("claude-opus-5-5", Some("gpt-5.5"), code)]
        );
        assert_eq!((outcome.answer().as_str(), claude.requests().len()), ("Here I am.", requests), "{code}");
        openai.assert_accepted();
        assert_eq!(openai.requests().len(), 1);
    }
}

#[tokio::test]
async fn a_refused_key_passes_on_and_a_missing_one_does_too() {
    let claude = Claude::new(json!([])).await;
    let openai = OpenAi::new(json!([text("Here."), text("Here.")])).await;
    for (key, code, requests) in [(Some("another-key"), "api_key_refused", 1), (None, "api_key_missing", 1)] {
        let mut request = falling_back(&claude, &[&to(&openai)]);
        request.model = by_connection(&claude, key);
        let outcome = claude.service.run(&request).await;
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{code}: {:?}", outcome.end());
        assert_eq!(told(changes(&outcome)[0]), ("claude-opus-5-5", Some("gpt-5.5"), code));
        assert_eq!(claude.requests().len(), requests, "{code}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_request_is_not_passed_on() {
    for (turn, code) in [
        (error(400, "invalid_request_error"), "request_rejected"),
        (error(413, "request_too_large"), "request_too_large"),
    ] {
        let claude = Claude::new(json!([turn])).await;
        let openai = OpenAi::new(json!([text("Never.")])).await;
        let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
        assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, code));
        assert!(changes(&outcome).is_empty() && openai.requests().is_empty(), "{code}");
    }
}

#[tokio::test]
async fn time_that_is_up_is_not_passed_on() {
    let claude = Claude::new(json!([{ "text": "Hm.", "faults": { "hang_after": 3 } }])).await;
    let openai = OpenAi::new(json!([text("Never.")])).await;
    let mut request = falling_back(&claude, &[&to(&openai)]);
    request.limits = RunLimits { max_wall_time_ms: 300, ..RunLimits::default() };
    let outcome = claude.service.run(&request).await;
    assert_eq!(outcome.end().code, "max_wall_time");
    assert!(changes(&outcome).is_empty() && openai.requests().is_empty());
}

#[tokio::test]
async fn the_next_model_goes_on_where_the_connection_breaks() {
    let broken = json!({ "text": "So far so", "faults": { "break_after": 4 } });
    let claude = Claude::new(Value::Array(vec![broken; 6])).await;
    let openai = OpenAi::new(json!([text("Here I am.")])).await;
    let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
    let [change] = changes(&outcome)[..] else { panic!("{:?}", outcome.events) };
    // The reset may overtake what was sent before.
    let code = change.reason.code.as_str();
    assert!(["provider_failed", "network_unreachable"].contains(&code), "{code}");
    assert_eq!((outcome.answer().as_str(), claude.requests().len()), ("Here I am.", 2));
}

#[tokio::test]
async fn what_was_streamed_before_is_discarded() {
    let claude = Claude::new(json!([refusal()])).await;
    let openai = OpenAi::new(json!([text("Here.")])).await;
    let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
    let expected = [
        "turn_started",
        "text_delta",
        "spent",
        "model_changed",
        "turn_started",
        "text_delta",
        "assistant_turn",
        "usage_total",
        "finished",
    ];
    assert_eq!(outcome.names(), expected);
    let numbers: Vec<u32> = outcome
        .events
        .iter()
        .filter_map(|event| match event {
            RunEvent::TurnStarted { turn } => Some(*turn),
            _ => None,
        })
        .collect();
    assert_eq!(numbers, [0, 0], "it is the same turn");
    assert_eq!(outcome.turns().len(), 1);
}

#[tokio::test]
async fn the_model_that_took_over_does_the_rest_on_the_same_transcript_at_its_own_price() {
    let look = json!({ "calls": [{ "member": "screenshot" }] });
    let claude = Claude::new(json!([look, refusal(), text("Never.")])).await;
    let act = json!({ "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] });
    let openai = OpenAi::new(json!([act, text("Done.")])).await;
    let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
    claude.assert_accepted();
    openai.assert_accepted();
    assert_eq!((claude.requests().len(), openai.requests().len()), (2, 2));
    // It is told what the first one did, and nothing of the change.
    let sent = openai.requests()[0].body.clone();
    assert!(
        sent.contains("screenshot") && !sent.contains("refusal") && !sent.contains("took over"),
        "{sent}"
    );

    let turns = outcome.turns();
    let [first, second, third] = turns[..] else { panic!("{turns:?}") };
    assert_eq!((first.provider.as_str(), second.provider.as_str()), ("anthropic", "openai"));
    assert!(first.connection.is_some() && first.connection != second.connection);
    assert_eq!(second.connection, third.connection);
    // Prices: $4, $0.20, $5 and $20 for a million tokens of Claude.
    let usage = first.usage;
    let micro = |rates: [u64; 4]| {
        let cost = usage.input_tokens * rates[0]
            + usage.cache_read_tokens * rates[1]
            + usage.cache_write_tokens * rates[2]
            + usage.output_tokens * rates[3];
        Some(cost.div_ceil(100))
    };
    assert_eq!(first.cost.microdollars, micro([400, 20, 500, 2000]));
    assert!(second.cost.microdollars.is_some());
}

#[tokio::test]
async fn a_price_that_an_administrator_set_is_that_of_its_model() {
    let claude = Claude::new(json!([refusal()])).await;
    let server = Server::new(json!([text("Here.")])).await;
    let mut own = to(&server);
    own.settings.price = Some(Price { input: 7_000_000, ..Price::FREE });
    let outcome = claude.service.run(&falling_back(&claude, &[&own])).await;
    let turn = outcome.turns()[0];
    assert_eq!(turn.cost.microdollars, Some(7 * turn.usage.input_tokens));
}

#[tokio::test]
async fn a_chain_that_fails_throughout_names_all_that_were_tried() {
    let claude = Claude::new(json!([error(529, "overloaded_error"), error(529, "overloaded_error")])).await;
    let server = Server::new(json!([error(402, "billing")])).await;
    let openai = OpenAi::new(Value::Array(vec![error(503, ""); 6])).await;
    let outcome = claude.service.run(&falling_back(&claude, &[&to(&server), &to(&openai)])).await;
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, "overloaded"));
    assert!(outcome.facts().contains(r#""vendor":"openai""#), "the last one's: {}", outcome.facts());
    assert_eq!(tried(&outcome), json!(["claude-opus-5-5", "qwen-vl", "gpt-5.5"]));
    let told: Vec<_> = changes(&outcome).into_iter().map(told).collect();
    assert_eq!(
        told,
        [("claude-opus-5-5", Some("qwen-vl"), "overloaded"), ("qwen-vl", Some("gpt-5.5"), "billing")]
    );
    // Only the last one is asked again for long.
    assert_eq!((claude.requests().len(), server.requests().len(), openai.requests().len()), (2, 1, 5));
}

#[tokio::test]
async fn a_long_wait_is_not_for_a_model_that_has_another_after_it() {
    let busy = json!({ "error": {
        "status": 429, "type": "rate_limit_error", "message": "Later.", "retry_after": "60",
    } });
    let claude = Claude::new(json!([busy])).await;
    let openai = OpenAi::new(json!([text("Here.")])).await;
    let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
    assert_eq!((outcome.answer().as_str(), claude.requests().len()), ("Here.", 1));
    assert!(outcome.retry_delays().is_empty());
}

#[tokio::test]
async fn a_fallback_without_a_price_is_passed_over_where_money_is_limited() {
    let server = Server::new(json!([text("Never.")])).await;
    let openai = OpenAi::new(json!([text("Here."), text("Here.")])).await;
    // A budget may apply to a fallback and not to the chosen model, which its owner pays for.
    for (limit, needs_price) in [(Some(1_000_000), false), (None, true), (None, false)] {
        let claude = Claude::new(json!([refusal()])).await;
        let unpriced = Fallback { needs_price, ..to(&server) };
        let mut request = falling_back(&claude, &[&unpriced, &to(&openai)]);
        let is_asked = limit.is_none() && !needs_price;
        request.limits = RunLimits { max_cost_microdollars: limit, ..RunLimits::default() };
        let outcome = claude.service.run(&request).await;
        let [change] = changes(&outcome)[..] else { panic!("{:?}", outcome.events) };
        assert_eq!(change.to.as_ref().unwrap().model, if is_asked { "qwen-vl" } else { "gpt-5.5" });
        let skipped: Vec<_> =
            change.skipped.iter().map(|it| (it.model.model.as_str(), it.reason.code.as_str())).collect();
        let expected: &[(&str, &str)] = if is_asked { &[] } else { &[("qwen-vl", "price_unknown")] };
        assert_eq!(skipped, expected);
        assert_eq!(server.requests().len(), usize::from(is_asked));
    }
}

#[tokio::test]
async fn fallbacks_that_may_not_be_asked_are_told_even_if_none_is_left() {
    let claude = Claude::new(Value::Array(vec![error(529, "overloaded_error"); 6])).await;
    let openai = OpenAi::new(json!([text("Never.")])).await;
    let forbidden = Fallback { unusable: Some(Reason::silent("own_keys_forbidden")), ..to(&openai) };
    let outcome = claude.service.run(&falling_back(&claude, &[&forbidden])).await;
    let [change] = changes(&outcome)[..] else { panic!("{:?}", outcome.events) };
    assert_eq!(told(change), ("claude-opus-5-5", None, "overloaded"));
    assert_eq!(change.skipped[0].reason.code, "own_keys_forbidden");
    assert_eq!((outcome.end().code.as_str(), tried(&outcome)), ("overloaded", Value::Null));
    assert_eq!(claude.requests().len(), 5, "nobody else goes on, so it is asked again for long");
    assert!(openai.requests().is_empty());
}

#[tokio::test]
async fn a_recovered_run_goes_on_with_the_model_that_took_over_and_the_next_message_with_the_chosen_one() {
    let claude = Claude::new(json!([refusal(), text("Me again.")])).await;
    let act = json!({ "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] });
    let openai = OpenAi::new(json!([act, text("Done."), text("Done.")])).await;
    let server = Server::new(json!([text("I did the rest.")])).await;
    let request = falling_back(&claude, &[&to(&openai), &to(&server)]);
    let outcome = claude.service.run(&request).await;
    let (items, images) = outcome.stored();
    let begun: Vec<TranscriptItem> = std::iter::once(user("Go.")).chain(items).collect();
    let turn = begun.iter().position(|item| matches!(item, TranscriptItem::AssistantTurn(_))).unwrap();

    // Lost before the first call of the model that took over.
    let lost = RunRequest { transcript: begun[..=turn].to_vec(), ..request.clone() };
    let recovered = claude.service.run(&lost).await;
    assert_eq!(recovered.end().outcome, RunOutcome::Succeeded, "{:?}", recovered.end());
    assert_eq!(recovered.turns()[0].provider, "openai");
    assert!(changes(&recovered).is_empty());
    assert_eq!(claude.requests().len(), 1);

    // Meanwhile it may not be asked any more.
    let mut barred = lost.clone();
    barred.fallbacks[0].unusable = Some(Reason::silent("own_keys_forbidden"));
    let passed_on = claude.service.run(&barred).await;
    assert_eq!(passed_on.answer(), "I did the rest.");
    assert_eq!(told(changes(&passed_on)[0]), ("gpt-5.5", Some("qwen-vl"), "own_keys_forbidden"));

    let mut again = RunRequest { transcript: begun, images, ..request.clone() };
    again.transcript.push(user("And now?"));
    let next = claude.service.run(&again).await;
    assert_eq!((next.answer().as_str(), next.turns()[0].provider.as_str()), ("Me again.", "anthropic"));
    claude.assert_accepted();
    openai.assert_accepted();
}

#[tokio::test]
async fn a_change_from_a_model_that_is_no_longer_chosen_says_nothing() {
    let claude = Claude::new(json!([text("I was chosen.")])).await;
    let openai = OpenAi::new(json!([])).await;
    let mut request = falling_back(&claude, &[&to(&openai)]);
    let by = &request.fallbacks[0].settings;
    let from = NamedModel { provider: "gemini".into(), model: "gemini-3.5-flash".into(), connection: None };
    let to =
        NamedModel { provider: "openai".into(), model: "gpt-5.5".into(), connection: by.connection.clone() };
    let reason = Reason::silent("overloaded");
    let change = ModelChange { from, to: Some(to), reason, skipped: Vec::new(), message: String::new() };
    request.transcript.push(TranscriptItem::ModelChanged(change));
    let outcome = claude.service.run(&request).await;
    assert_eq!((outcome.answer().as_str(), openai.requests().len()), ("I was chosen.", 0));
}

#[tokio::test]
async fn the_same_model_is_asked_once_unless_another_account_reaches_it() {
    let claude = Claude::with(
        &json!({ "other_keys": ["own-key"], "turns": [error(402, "billing_error"), text("By my own key.")] }),
        crate::harness::SCREEN,
        &[],
    )
    .await;
    let site = by_connection(&claude, Some("test-key"));
    let own = ModelSettings {
        connection: Some(ModelConnection { id: ModelConnectionId::generate(), name: "Mine".to_owned() }),
        ..by_connection(&claude, Some("own-key"))
    };
    let mut request = claude.request("Go.");
    request.model = site.clone();
    request.fallbacks = vec![fallback(site), fallback(own)];
    let outcome = claude.service.run(&request).await;
    assert_eq!(outcome.answer(), "By my own key.");
    let [change] = changes(&outcome)[..] else { panic!("{:?}", outcome.events) };
    assert_eq!(change.to.as_ref().unwrap().connection.as_ref().unwrap().name, "Mine");
    assert_eq!(claude.requests().len(), 2);
    claude.assert_accepted();
}

#[tokio::test]
async fn the_model_that_takes_over_is_shown_the_pictures_that_it_would_be_shown_anyway() {
    let look = |x| json!({ "calls": [{ "member": "mouse_move", "input": { "coordinate": [x, 1] } }] });
    let looks: Vec<Value> = (0..17).map(look).chain([text("Done."), refusal()]).collect();
    let claude = Claude::new(Value::Array(looks)).await;
    let openai = OpenAi::new(json!([text("Seen."), text("Seen.")])).await;
    let earlier = claude.run("look").await;
    let (transcript, images) = kept_images::conversation(&earlier);
    let mut direct = RunRequest { transcript, images: images.clone(), ..claude.request("") };
    direct.model = to(&openai).settings;
    assert_eq!(claude.service.run(&direct).await.answer(), "Seen.");

    let mut request = falling_back(&claude, &[&fallback(direct.model.clone())]);
    request.transcript = direct.transcript;
    request.image_sizes = images.iter().map(|(sha256, data)| (sha256.clone(), data.len())).collect();
    let mut run = Acknowledging::start(&claude.service, &request).await;
    while !matches!(run.seen.last(), Some(RunEvent::Finished(_))) {
        let event = run.next().await;
        if let RunEvent::ImagesWanted { sha256 } = &event {
            for sha256 in sha256 {
                let image = SentImage { sha256: sha256.clone(), data: images.get(sha256).cloned() };
                run.send(&RequestLine::Image(image));
            }
        }
        run.seen.push(event);
        run.acknowledge();
    }
    let outcome = Outcome { events: run.seen };
    assert_eq!(outcome.answer(), "Seen.", "{:?}", outcome.end());
    let shown = |number: usize| openai.requests()[number].body.matches("data:image").count();
    assert!(shown(0) > 0);
    assert_eq!(shown(1), shown(0));
    openai.assert_accepted();
}

#[tokio::test]
async fn the_screen_is_shown_as_the_model_that_took_over_wants_it() {
    let claude = Scripted::<MessagesApiFake>::with_screen(
        "claude-opus-5-5",
        protocol::action::Size { width: 2560, height: 1600 },
        json!([refusal()]),
    )
    .await;
    let act = json!({ "blocks": [{ "type": "computer_call", "actions": [{ "type": "screenshot" }] }] });
    let openai = OpenAi::new(json!([act, text("Done.")])).await;
    let outcome = claude.service.run(&falling_back(&claude, &[&to(&openai)])).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
    let mut direct = claude.request("Go.");
    direct.model = to(&openai).settings;
    let again = OpenAi::new(json!([act, text("Done.")])).await;
    direct.model.base_url = Some(again.base_url.parse().unwrap());
    let expected = claude.service.run(&direct).await;
    let size = |outcome: &Outcome| outcome.results()[0].screenshot.as_ref().map(|it| it.size);
    assert_eq!(size(&outcome), size(&expected));
}
