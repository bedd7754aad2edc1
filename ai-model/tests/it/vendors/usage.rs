//! The tokens and the cost of a turn.

use ai_model::fakes::{GeminiRules, OpenAiRules};
use protocol::run::RunEvent;
use protocol::transcript::TokenUsage;
use serde_json::json;

use crate::harness::{Scripted, Vendor};

async fn counts<V: Vendor>(usage: TokenUsage, microdollars: u64) {
    let scripted = Scripted::<V>::new(json!([{ "text": "Hello." }])).await;
    let outcome = scripted.run("hi").await;
    assert_eq!(outcome.turns()[0].usage, usage);
    assert_eq!(outcome.turns()[0].cost.microdollars, Some(microdollars));
    let total = outcome.events.iter().find_map(|event| match event {
        RunEvent::UsageTotal { usage, .. } => Some(*usage),
        _ => None,
    });
    assert_eq!(total, Some(usage));
}

#[tokio::test]
async fn openais_cached_tokens_are_counted_separately() {
    let usage =
        TokenUsage { input_tokens: 11, cache_read_tokens: 7, cache_write_tokens: 5, output_tokens: 42 };
    counts::<OpenAiRules>(usage, 1344).await;
}

#[tokio::test]
async fn googles_cached_tokens_are_counted_separately() {
    let usage =
        TokenUsage { input_tokens: 11, cache_read_tokens: 7, cache_write_tokens: 0, output_tokens: 42 };
    counts::<GeminiRules>(usage, 396).await;
}
