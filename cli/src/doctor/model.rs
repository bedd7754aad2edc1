//! The model, and the pages.

use ai_model::metrics::VendorMetrics;
use ai_model::providers::{ModelProviders, ProviderName};
use protocol::run::ModelSettings;

use super::finding::Finding;

/// Looks at the model's settings and at the frontend. No model is called.
pub(super) async fn look(config: ai_model::Config) -> Vec<Finding> {
    vec![model(config), frontend()]
}

fn model(config: ai_model::Config) -> Finding {
    const CHECK: &str = "model";
    let provider = config.default_provider();
    let selected = match ModelProviders::new(config, VendorMetrics::default()) {
        Ok(providers) => {
            providers.select(&ModelSettings::default()).map(drop).map_err(|error| error.to_string())
        }
        Err(error) => return Finding::error(CHECK, "model_service_failed", format!("{error:#}")),
    };
    match selected {
        Err(message) => Finding::error(CHECK, "model_not_configured", message),
        Ok(()) if provider == ProviderName::Demo => Finding::warning(
            CHECK,
            "no_model_key",
            "No model is configured, so the demo answers. Set the key of a vendor, such as ANTHROPIC_API_KEY (docs/models.md)",
        ),
        Ok(()) => Finding::ok(CHECK, format!("{} answers requests that name no model", provider.as_str())),
    }
}

fn frontend() -> Finding {
    const CHECK: &str = "frontend";
    if backend::routes::has_frontend() {
        Finding::ok(CHECK, "Its files are in this program")
    } else {
        Finding::warning(CHECK, "frontend_missing", backend::routes::FRONTEND_MISSING)
    }
}
