//! The default provider, and empty settings.

use ai_model::providers::ProviderName;

use crate::harness::config;

#[test]
fn a_key_makes_claude_the_default() {
    assert_eq!(config("http://localhost", "sk-1", &[]).default_provider(), ProviderName::Anthropic);
}

#[test]
fn without_a_key_the_demo_is_the_default() {
    assert_eq!(config("http://localhost", "", &[]).default_provider(), ProviderName::Demo);
    assert_eq!(config("http://localhost", "  ", &[]).default_provider(), ProviderName::Demo);
}

#[test]
fn a_chosen_provider_takes_precedence_over_a_key() {
    let config = config("http://localhost", "sk-1", &["--ai-model-provider", "demo"]);
    assert_eq!(config.default_provider(), ProviderName::Demo);
}

#[test]
fn the_key_does_not_show_in_debug_output() {
    let config = config("http://localhost", "sk-very-secret", &[]);
    assert!(!format!("{config:?}").contains("sk-very-secret"));
}

#[test]
fn empty_settings_count_as_absent() {
    let config = config("", "", &["--anthropic-model", ""]);
    assert_eq!(config.anthropic.base_url.as_str(), "https://api.anthropic.com/");
    assert_eq!(config.anthropic.model, "claude-opus-5-5");
}
