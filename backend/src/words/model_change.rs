//! What is told where another model goes on with a run.

use protocol::named_model::NamedModel;
use protocol::transcript::model_change::{ModelChange, SkippedModel};

use super::{BackendReason, Language, word};

/// Words a change: why the model could not go on and which one does, and which ones were passed over.
#[must_use]
pub fn word_change(language: Language, change: &ModelChange) -> String {
    let skipped = change.skipped.iter().map(|skipped| &skipped.model);
    let all: Vec<&NamedModel> = [&change.from].into_iter().chain(&change.to).chain(skipped).collect();
    let passed_over = change.skipped.iter().map(|skipped| passed_over(skipped, skipped.model.label(&all)));
    let changed =
        change.to.as_ref().map(|to| changed(&change.reason.code, change.from.label(&all), to.label(&all)));
    let sentences = changed.into_iter().chain(passed_over).map(|reason| word(language, &reason.into()));
    sentences.collect::<Vec<_>>().join(" ")
}

fn changed(code: &str, from: String, to: String) -> BackendReason {
    match code {
        "refusal" => BackendReason::ModelRefused { from, to },
        "overloaded" => BackendReason::ModelOverloaded { from, to },
        "rate_limited" => BackendReason::ModelRateLimited { from, to },
        "api_key_refused" | "api_key_missing" | "permission_denied" => {
            BackendReason::ModelKeyRefused { from, to }
        }
        "billing" | "spend_limit" | "account_limited" => BackendReason::ModelOutOfCredit { from, to },
        "network_unreachable" | "certificate_refused" | "proxy_unreachable" => {
            BackendReason::ModelUnreachable { from, to }
        }
        "provider_failed" => BackendReason::ModelFailed { from, to },
        "model_not_found" => BackendReason::ModelWithdrawn { from, to },
        _ => BackendReason::ModelChanged { from, to },
    }
}

fn passed_over(skipped: &SkippedModel, model: String) -> BackendReason {
    match skipped.reason.code.as_str() {
        "price_unknown" => BackendReason::PassedOverWithoutPrice { model },
        "own_keys_forbidden" => BackendReason::PassedOverAsOwn { model },
        "model_connection_gone" => BackendReason::PassedOverAsGone { model },
        "model_key_lost" => BackendReason::PassedOverWithoutKey { model },
        "spending_limit_reached" => BackendReason::PassedOverForMoney { model },
        _ => BackendReason::ModelPassedOver { model },
    }
}

#[cfg(test)]
mod tests {
    use protocol::ids::ModelConnectionId;
    use protocol::reason::Reason;
    use protocol::run::ModelConnection;

    use super::*;

    fn named(model: &str, connection: &str) -> NamedModel {
        let connection = Some(connection).filter(|name| !name.is_empty());
        let connection =
            connection.map(|name| ModelConnection { id: ModelConnectionId::generate(), name: name.into() });
        NamedModel { provider: "anthropic".into(), model: model.into(), connection }
    }

    fn change(code: &str, to: Option<NamedModel>, skipped: &[(&str, &str)]) -> ModelChange {
        let skipped = skipped
            .iter()
            .map(|(model, code)| SkippedModel { model: named(model, ""), reason: Reason::silent(*code) });
        ModelChange {
            from: named("claude-opus-5-5", ""),
            to,
            reason: Reason::silent(code),
            skipped: skipped.collect(),
            message: String::new(),
        }
    }

    #[test]
    fn a_change_is_worded_in_every_language() {
        let change = change("overloaded", Some(named("gpt-6", "")), &[("qwen", "price_unknown")]);
        let [english, german, portuguese] = Language::ALL.map(|language| word_change(language, &change));
        let expected = "claude-opus-5-5 was overloaded. gpt-6 goes on. \
                        qwen was not asked, because its price is not known and the cost is limited.";
        assert_eq!(english, expected);
        assert!(german.starts_with("claude-opus-5-5 war überlastet. gpt-6 macht weiter. qwen"), "{german}");
        assert!(portuguese.starts_with("claude-opus-5-5 estava sobrecarregado. gpt-6"), "{portuguese}");
    }

    #[test]
    fn the_same_model_by_another_connection_is_named_with_it() {
        let change = change("billing", Some(named("claude-opus-5-5", "My key")), &[]);
        let told = word_change(Language::English, &change);
        assert!(told.ends_with("claude-opus-5-5 (My key) goes on."), "{told}");
    }

    #[test]
    fn where_none_goes_on_only_those_passed_over_are_told() {
        let told = word_change(Language::English, &change("overloaded", None, &[("qwen", "unheard_of")]));
        assert_eq!(told, "qwen was not asked, because it is not set up.");
    }

    #[test]
    fn every_other_reason_is_told_too() {
        let to = || Some(named("gpt-6", ""));
        let told = |code: &str| word_change(Language::English, &change(code, to(), &[]));
        let codes = [
            "refusal",
            "rate_limited",
            "api_key_refused",
            "billing",
            "network_unreachable",
            "provider_failed",
            "model_not_found",
            "own_keys_forbidden",
        ];
        let mut all: Vec<String> = codes.map(told).to_vec();
        assert!(all.iter().all(|text| text.ends_with("gpt-6 goes on.")), "{all:?}");
        all.dedup();
        assert_eq!(all.len(), codes.len());
    }
}
