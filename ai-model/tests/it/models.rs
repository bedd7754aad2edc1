//! The table of models, checked against an independent copy of the vendor's, and a run with each model.

use ai_model::images::ImageTier;
use ai_model::providers::Price;
use ai_model::providers::anthropic::dialect::Dialect;
use ai_model::providers::anthropic::models::{ContextStrategy, Thinking, names, profile_of};
use protocol::run::RunOutcome;
use serde_json::json;

use crate::harness::Claude;

const SET: Dialect = Dialect::Toolset20260801;
const NOV: Dialect = Dialect::Computer20251124;
const JAN: Dialect = Dialect::Computer20250124;

struct Row {
    model: &'static str,
    dialects: &'static [Dialect],
    tier: ImageTier,
    thinking: Thinking,
    /// Whether thinking is bound to the prefix.
    bound: bool,
    window: u32,
    /// Input, output, cache read, cache write; in US dollars for a million tokens.
    price: Option<[f64; 4]>,
}

const fn row(
    model: &'static str,
    dialects: &'static [Dialect],
    tier: ImageTier,
    thinking: Thinking,
    bound: bool,
    window: u32,
    price: Option<[f64; 4]>,
) -> Row {
    Row { model, dialects, tier, thinking, bound, window, price }
}

const HIGH: ImageTier = ImageTier::HIGH;
const LOW: ImageTier = ImageTier::STANDARD;
const AD: Thinking = Thinking::Adaptive;
const BU: Thinking = Thinking::Budget;
const M: u32 = 1_000_000;
const K200: u32 = 200_000;

const ROWS: [Row; 24] = [
    row("claude-fable-5-2", &[SET], HIGH, AD, true, M, Some([8.0, 40.0, 0.8, 10.0])),
    row("claude-mythos-5-2", &[SET], HIGH, AD, true, M, None),
    row("claude-opus-5-5", &[SET], HIGH, AD, true, M, Some([4.0, 20.0, 0.2, 5.0])),
    row("claude-sonnet-5-5", &[SET], HIGH, AD, true, M, Some([2.0, 10.0, 0.2, 2.5])),
    row("claude-haiku-5-5", &[SET], HIGH, AD, true, M, Some([0.1, 0.5, 0.01, 0.125])),
    row("claude-fable-5-1", &[SET, NOV], HIGH, AD, true, M, Some([10.0, 50.0, 0.25, 12.5])),
    row("claude-mythos-5-1", &[SET, NOV], HIGH, AD, true, M, None),
    row("claude-fable-5", &[SET, NOV], HIGH, AD, false, M, Some([10.0, 50.0, 1.0, 12.5])),
    row("claude-mythos-5", &[SET, NOV], HIGH, AD, false, M, None),
    row("claude-opus-5", &[SET, NOV], HIGH, AD, false, M, Some([5.0, 25.0, 0.5, 6.25])),
    row("claude-sonnet-5", &[SET, NOV], HIGH, AD, false, M, Some([2.0, 10.0, 0.2, 2.5])),
    row("claude-opus-4-8", &[SET, NOV], HIGH, AD, false, M, Some([5.0, 25.0, 0.5, 6.25])),
    row("claude-opus-4-7", &[NOV], HIGH, AD, false, M, Some([5.0, 25.0, 0.5, 6.25])),
    row("claude-opus-4-6", &[NOV], LOW, AD, false, M, Some([5.0, 25.0, 0.5, 6.25])),
    row("claude-sonnet-4-6", &[NOV], LOW, AD, false, M, Some([3.0, 15.0, 0.3, 3.75])),
    row("claude-opus-4-5", &[NOV], LOW, BU, false, K200, Some([5.0, 25.0, 0.5, 6.25])),
    row("claude-opus-4-5-20251101", &[NOV], LOW, BU, false, K200, Some([5.0, 25.0, 0.5, 6.25])),
    row("claude-sonnet-4-5", &[JAN], LOW, BU, false, K200, Some([3.0, 15.0, 0.3, 3.75])),
    row("claude-sonnet-4-5-20250929", &[JAN], LOW, BU, false, K200, Some([3.0, 15.0, 0.3, 3.75])),
    row("claude-haiku-4-5", &[JAN], LOW, BU, false, K200, Some([1.0, 5.0, 0.1, 1.25])),
    row("claude-haiku-4-5-20251001", &[JAN], LOW, BU, false, K200, Some([1.0, 5.0, 0.1, 1.25])),
    row("claude-opus-4-1", &[JAN], LOW, BU, false, K200, Some([15.0, 75.0, 1.5, 18.75])),
    row("claude-sonnet-4", &[JAN], LOW, BU, false, K200, Some([3.0, 15.0, 0.3, 3.75])),
    row("claude-opus-4", &[JAN], LOW, BU, false, K200, Some([15.0, 75.0, 1.5, 18.75])),
];

#[test]
fn every_row_of_the_vendors_tables_is_in_ours() {
    for row in &ROWS {
        let profile = profile_of(row.model);
        assert_eq!(profile.dialects, row.dialects, "{}", row.model);
        assert_eq!(profile.images, row.tier, "{}", row.model);
        assert_eq!(profile.thinking, row.thinking, "{}", row.model);
        assert_eq!(profile.context == ContextStrategy::ServerSide, row.bound, "{}", row.model);
        assert_eq!(profile.context_window, row.window, "{}", row.model);
        assert_eq!(profile.price.map(dollars), row.price, "{}", row.model);
    }
}

#[expect(clippy::cast_precision_loss, reason = "prices are small numbers")]
fn dollars(price: Price) -> [f64; 4] {
    [price.input, price.output, price.cache_read, price.cache_write].map(|micro| micro as f64 / 1e6)
}

#[test]
fn a_dialect_has_its_beta() {
    let betas = [
        (SET, None),
        (NOV, Some("computer-use-2025-11-24")),
        (JAN, Some("computer-use-2025-01-24")),
        (Dialect::Computer20241022, Some("computer-use-2024-10-22")),
    ];
    for (dialect, beta) in betas {
        assert_eq!(dialect.beta(), beta);
    }
}

#[test]
fn cloud_prefixes_and_dates_are_ignored() {
    let sonnet = profile_of("claude-sonnet-4-5");
    for name in [
        "anthropic.claude-sonnet-4-5",
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "claude-sonnet-4-5@20250929",
        "claude-sonnet-4-5-20250929",
        "claude-sonnet-4-5-latest",
    ] {
        assert_eq!(profile_of(name), sonnet, "{name}");
    }
    assert_eq!(profile_of("claude-3-5-sonnet-20241022").dialects, [Dialect::Computer20241022]);
}

#[test]
fn a_new_model_is_like_its_family_and_an_unknown_one_is_treated_conservatively() {
    let next = profile_of("claude-opus-6");
    let newest = profile_of("claude-opus-5-5");
    assert_eq!((next.dialects, next.images, next.context), (newest.dialects, newest.images, newest.context));
    assert_eq!(next.price, None, "nobody knows what it costs");
    let stranger = profile_of("house-model");
    assert_eq!((stranger.dialect(), stranger.images, stranger.thinking), (SET, LOW, Thinking::Omitted));
    assert_eq!(stranger.context, ContextStrategy::ClientSide);
}

#[tokio::test]
async fn every_model_accepts_its_requests() {
    let look = json!({ "text": "I look.", "calls": [{ "member": "screenshot" }, { "bash": "echo hi" }] });
    // The vendor's documentation does not mention its tools.
    for model in names().filter(|name| *name != "claude-mythos-preview") {
        let scripted = Claude::with_model(model, json!([look, { "text": "Done." }])).await;
        let outcome = scripted.run("look").await;
        assert_eq!(outcome.end().outcome, RunOutcome::Succeeded, "{model}");
        assert_eq!(scripted.requests().len(), 2, "{model} had to be stepped down");
        assert_eq!(outcome.results().len(), 2, "{model}");
    }
}
