//! What is billed without a turn to show for it.

use ai_model::fakes::{ChatCompletionsRules, GeminiRules, InputUsage, MessagesApiFake, OpenAiRules};
use futures_util::StreamExt as _;
use protocol::ids::ModelConnectionId;
use protocol::price::Price;
use protocol::run::{ModelConnection, ModelSettings, RunEvent, RunOutcome};
use protocol::secret::Secret;
use protocol::spending::Spending;
use protocol::transcript::TokenUsage;
use serde_json::{Value, json};

use crate::harness::{Claude, Outcome, Scripted, Vendor};

/// After so much silence an answer counts as broken off. What has been sent before arrives, unlike what precedes a reset.
const SILENCE: [&str; 2] = ["--ai-model-idle-timeout-ms", "1000"];

/// What OpenAI's fake bills for each answer.
const OPENAI: TokenUsage =
    TokenUsage { input_tokens: 11, cache_read_tokens: 7, cache_write_tokens: 5, output_tokens: 42 };
/// What Google's fake bills for each whole answer.
const GEMINI: TokenUsage =
    TokenUsage { input_tokens: 11, cache_read_tokens: 7, cache_write_tokens: 0, output_tokens: 42 };
/// What the fake of Chat Completions bills for each answer.
const SERVER: TokenUsage =
    TokenUsage { input_tokens: 11, cache_read_tokens: 7, cache_write_tokens: 0, output_tokens: 42 };

fn spent(outcome: &Outcome) -> Vec<&Spending> {
    let spent = outcome.events.iter().filter_map(|event| match event {
        RunEvent::Spent(spending) => Some(spending),
        _ => None,
    });
    spent.collect()
}

/// What was told while turns were under way.
fn notes(outcome: &Outcome) -> Vec<&Spending> {
    let notes = outcome.events.iter().filter_map(|event| match event {
        RunEvent::SpentSoFar(spending) => Some(spending),
        _ => None,
    });
    notes.collect()
}

fn total(outcome: &Outcome) -> TokenUsage {
    let total = outcome.events.iter().find_map(|event| match event {
        RunEvent::UsageTotal { usage, .. } => Some(*usage),
        _ => None,
    });
    total.unwrap_or_default()
}

fn with_output(input: InputUsage, output_tokens: u64) -> TokenUsage {
    TokenUsage {
        input_tokens: input.input_tokens,
        cache_read_tokens: input.cache_read_input_tokens,
        cache_write_tokens: input.cache_creation_input_tokens,
        output_tokens,
    }
}

/// A run whose model refuses. Returns what was spent on it.
async fn refused<V: Vendor>(turn: Value) -> Spending {
    let scripted = Scripted::<V>::new(json!([turn])).await;
    let mut request = scripted.request("act");
    request.model.price = Some(Price::listed(100, 1_000));
    let outcome = scripted.service.run(&request).await;
    scripted.assert_accepted();
    assert_eq!((outcome.end().outcome, outcome.end().code.as_str()), (RunOutcome::Failed, "refusal"));
    let [spending] = spent(&outcome)[..] else { panic!("{}: {:?}", V::PROVIDER, outcome.events) };
    assert_eq!((spending.provider.as_str(), spending.model.as_str()), (V::PROVIDER, V::MODEL));
    assert_eq!(spending.microdollars, Some(Price::listed(100, 1_000).of(spending.usage)));
    assert_eq!((total(&outcome), outcome.turns().len()), (TokenUsage::default(), 0));
    spending.clone()
}

#[tokio::test]
async fn a_refused_turn_is_paid_for() {
    let refusal = json!({ "text": "Well,", "stop_reason": "refusal", "output_tokens": 40 });
    let usage = refused::<MessagesApiFake>(refusal).await.usage;
    assert!(usage.input() > 5_000 && usage.output_tokens == 40, "{usage:?}");
    let filtered = |reason: &str| json!({ "text": "Well,", "stop_reason": reason });
    assert_eq!(refused::<OpenAiRules>(filtered("content_filter")).await.usage, OPENAI);
    assert_eq!(refused::<GeminiRules>(filtered("SAFETY")).await.usage, GEMINI);
    assert_eq!(refused::<ChatCompletionsRules>(filtered("content_filter")).await.usage, SERVER);
}

/// A run whose first attempt comes to nothing and whose second one succeeds. Returns what was spent on the first.
async fn tried_again<V: Vendor>(turn: Value) -> Vec<TokenUsage> {
    let scripted = Scripted::<V>::with_settings(json!([turn, { "text": "Hello." }]), &SILENCE).await;
    let outcome = scripted.run("hi").await;
    assert_eq!((outcome.answer().as_str(), outcome.retry_delays().len()), ("Hello.", 1), "{}", V::PROVIDER);
    let lost: Vec<TokenUsage> = spent(&outcome).into_iter().map(|spending| spending.usage).collect();
    assert_eq!(total(&outcome), outcome.turns()[0].usage, "{}: the total is of turns", V::PROVIDER);
    lost
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_paid_for_as_far_as_it_was_told() {
    let broken = |after: usize| json!({ "text": "A longer one", "faults": { "hang_after": after } });
    let [claude] = tried_again::<MessagesApiFake>(broken(5)).await[..] else { panic!("nothing was spent") };
    // The vendor tells the output at the end only: three words have arrived.
    assert!(claude.input() > 5_000 && claude.output_tokens == 3, "{claude:?}");
    // Two thoughts and a third of forty.
    let google = TokenUsage { output_tokens: 2 + 13, ..GEMINI };
    assert_eq!(tried_again::<GeminiRules>(broken(1)).await, [google]);
    // They tell what an answer costs only once it is complete.
    assert_eq!(tried_again::<OpenAiRules>(broken(4)).await, []);
    assert_eq!(tried_again::<ChatCompletionsRules>(broken(3)).await, []);
}

#[tokio::test]
async fn an_answer_that_failed_or_is_invalid_is_paid_for() {
    let failed =
        json!({ "text": "Well,", "response": { "error": { "code": "server_error", "message": "Oh." } } });
    assert_eq!(tried_again::<OpenAiRules>(failed).await, [OPENAI]);
    let malformed = json!({ "text": "So", "stop_reason": "MALFORMED_FUNCTION_CALL" });
    assert_eq!(tried_again::<GeminiRules>(malformed).await, [GEMINI]);
    let overloaded = json!({ "text": "A", "faults": { "error": "overloaded_error", "error_after": 2 } });
    let [claude] = tried_again::<MessagesApiFake>(overloaded).await[..] else { panic!("nothing was spent") };
    assert!(claude.input() > 5_000);
}

#[tokio::test]
async fn an_error_without_an_answer_costs_nothing() {
    let busy = json!({ "error": { "status": 529, "type": "overloaded_error", "message": "Overloaded" } });
    assert_eq!(tried_again::<MessagesApiFake>(busy).await, []);
}

#[tokio::test]
async fn what_an_answer_goes_on_with_is_not_lost() {
    let piece = json!({ "text": "One, ", "stop_reason": "CONTINUATION" });
    let broken = json!({ "text": "tw", "faults": { "hang_after": 1 } });
    let turns = json!([piece, broken, { "text": "two." }]);
    let scripted = Scripted::<GeminiRules>::with_settings(turns, &SILENCE).await;
    let outcome = scripted.run("count").await;
    assert_eq!(outcome.answer(), "One, two.");
    assert_eq!(outcome.turns()[0].usage, GEMINI.plus(GEMINI));
    let lost: Vec<TokenUsage> = spent(&outcome).into_iter().map(|spending| spending.usage).collect();
    assert_eq!(lost, [GEMINI], "the request that broke off");
}

#[tokio::test]
async fn a_turn_that_the_time_limit_ends_is_paid_for() {
    let scripted = Claude::new(json!([{ "text": "A long", "faults": { "hang_after": 3 } }])).await;
    let mut request = scripted.request("go");
    request.limits.max_wall_time_ms = 2_000;
    let outcome = scripted.service.run(&request).await;
    assert_eq!(outcome.end().code, "max_wall_time");
    assert_eq!(outcome.names(), ["turn_started", "text_delta", "spent", "finished"]);
    let expected = with_output(scripted.requests()[0].summary.usage, 1);
    assert_eq!(spent(&outcome)[0].usage, expected);
}

#[tokio::test]
async fn a_turn_tells_what_it_costs_while_it_is_written() {
    let text = "word ".repeat(2_000);
    let scripted = Claude::new(json!([{ "text": text, "output_tokens": 2_900 }])).await;
    let mut request = scripted.request("write");
    let connection = ModelConnection { id: ModelConnectionId::generate(), name: "Mine".to_owned() };
    request.model = ModelSettings {
        provider: Some("anthropic".to_owned()),
        model: Some("claude-opus-5-5".to_owned()),
        api_key: Some(Secret::new("test-key")),
        base_url: Some(scripted.base_url.parse().unwrap()),
        connection: Some(connection.clone()),
        ..ModelSettings::default()
    };
    let outcome = scripted.service.run(&request).await;
    assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{:?}", outcome.end());
    let notes = notes(&outcome);
    let outputs: Vec<u64> = notes.iter().map(|note| note.usage.output_tokens).collect();
    assert_eq!(outputs, [1, 1001, 2001], "at four bytes a token");
    let input = with_output(scripted.requests()[0].summary.usage, 0).input();
    for note in &notes {
        assert_eq!((note.usage.input(), note.connection), (input, Some(connection.id)));
        assert!(note.microdollars > Some(0));
    }
    assert!(spent(&outcome).is_empty());
    assert_eq!(outcome.turns()[0].usage.output_tokens, 2_900, "a turn is paid for as the vendor says");
}

#[tokio::test]
async fn a_run_that_is_cancelled_has_told_what_it_cost() {
    async fn told<V: Vendor>() -> TokenUsage {
        let turn = json!({ "text": "A long one", "faults": { "hang_after": 2 } });
        let scripted = Scripted::<V>::new(json!([turn])).await;
        let mut events = scripted.service.stream(&scripted.request("go")).await;
        loop {
            match events.next().await {
                Some(RunEvent::SpentSoFar(spending)) => return spending.usage,
                Some(_) => {}
                None => panic!("{} told nothing", V::PROVIDER),
            }
        }
    }
    assert!(told::<MessagesApiFake>().await.input() > 5_000);
    assert_eq!(told::<GeminiRules>().await.input(), GEMINI.input());
}

#[tokio::test]
async fn attempts_that_came_to_nothing_count_for_the_limits() {
    let broken =
        json!({ "text": "A longer one", "faults": { "error": "overloaded_error", "error_after": 5 } });
    let scripted = Claude::new(json!([broken, broken, { "text": "Hello." }])).await;
    let mut request = scripted.request("hi");
    request.limits.max_total_tokens = Some(10_000);
    let outcome = scripted.service.run(&request).await;
    assert_eq!(
        (outcome.end().outcome, outcome.end().code.as_str()),
        (RunOutcome::LimitReached, "max_total_tokens")
    );
    assert_eq!((scripted.requests().len(), spent(&outcome).len()), (2, 2), "{:?}", outcome.names());

    // Another replica goes on: nothing is left.
    request.spent = spent(&outcome).into_iter().cloned().collect();
    let outcome = scripted.service.run(&request).await;
    assert_eq!((outcome.end().code.as_str(), outcome.names().len()), ("max_total_tokens", 1));
    request.limits.max_total_tokens = None;
    assert_eq!(scripted.service.run(&request).await.answer(), "Hello.");
}
