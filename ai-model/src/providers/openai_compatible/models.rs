//! What servers tell of their models.

use protocol::models::{ComputerUse, Effort, ModelFacts};
use protocol::price::Price;
use serde::Deserialize;
use serde_json::Value;

/// The most characters of an id that is listed.
const LONGEST_ID: usize = 200;
/// Millionths of a dollar in a dollar, times a million tokens.
const PER_TOKEN: f64 = 1e12;

/// The efforts that servers know, as far as their models think.
pub(super) const EFFORTS: &[Effort] = &[Effort::Low, Effort::Medium, Effort::High];

/// A server's list of models. Ollama and LM Studio list theirs in `data`, some servers in `models` or as a bare list.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum ModelList {
    Data { data: Vec<ListedModel> },
    Models { models: Vec<ListedModel> },
    Bare(Vec<ListedModel>),
}

/// A model of a list. Beside the id, each server has fields of its own.
#[derive(Deserialize)]
pub(super) struct ListedModel {
    #[serde(alias = "name", alias = "model")]
    id: String,
    #[serde(flatten)]
    rest: Value,
}

/// What is known about a model of which the server tells nothing.
pub(super) fn facts(id: String) -> ModelFacts {
    ModelFacts {
        id,
        name: None,
        computer: ComputerUse::Functions,
        sees: None,
        context: None,
        price: None,
        efforts: EFFORTS.to_vec(),
    }
}

impl ModelList {
    pub(super) fn facts(self) -> Vec<ModelFacts> {
        let (Self::Data { data: models } | Self::Models { models } | Self::Bare(models)) = self;
        models.into_iter().filter(ListedModel::may_chat).map(ListedModel::facts).collect()
    }
}

impl ListedModel {
    /// Whether it is no model for another purpose, as far as the server says so.
    fn may_chat(&self) -> bool {
        let kind = self.rest.get("type").and_then(Value::as_str).unwrap_or_default();
        self.id.len() <= LONGEST_ID && !self.id.contains("embed") && !kind.contains("embed")
    }

    fn facts(self) -> ModelFacts {
        let Self { id, rest } = self;
        // vLLM, OpenRouter and LM Studio, LiteLLM, Groq.
        let context =
            ["max_model_len", "context_length", "max_context_length", "max_input_tokens", "context_window"]
                .iter()
                .find_map(|name| rest.get(name)?.as_u64());
        let inputs = rest.pointer("/architecture/input_modalities").and_then(Value::as_array);
        let by_inputs = inputs.map(|inputs| inputs.iter().any(|input| input == "image"));
        // LM Studio's, and Mistral's.
        let by_kind = rest.get("type").and_then(Value::as_str).filter(|kind| *kind == "vlm").map(|_| true);
        let by_capabilities = rest.pointer("/capabilities/vision").and_then(Value::as_bool);
        ModelFacts {
            name: rest
                .get("display_name")
                .and_then(Value::as_str)
                .filter(|name| **name != id)
                .map(str::to_owned),
            computer: ComputerUse::Functions,
            sees: by_inputs.or(by_kind).or(by_capabilities),
            context,
            price: price(rest.get("pricing")),
            efforts: EFFORTS.to_vec(),
            id,
        }
    }
}

/// OpenRouter's prices, in dollars for a token, as texts.
fn price(pricing: Option<&Value>) -> Option<Price> {
    let read = |name: &str| {
        let dollars: f64 = pricing?.get(name)?.as_str()?.parse().ok()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
        (dollars >= 0.0).then(|| (dollars * PER_TOKEN).round() as u64)
    };
    let (input, output) = (read("prompt")?, read("completion")?);
    let cache_read = read("input_cache_read").unwrap_or(input);
    let cache_write = read("input_cache_write").unwrap_or(input);
    Some(Price { input, output, cache_read, cache_write })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn facts(list: Value) -> Vec<ModelFacts> {
        serde_json::from_value::<ModelList>(list).unwrap().facts()
    }

    fn plain(id: &str) -> ModelFacts {
        super::facts(id.to_owned())
    }

    #[test]
    fn lists_of_servers_are_read() {
        // Ollama.
        let list = json!({ "object": "list", "data": [
            { "id": "qwen3-vl:8b", "object": "model", "created": 1, "owned_by": "library" },
            { "id": "nomic-embed-text:latest", "object": "model" }] });
        assert_eq!(facts(list), [plain("qwen3-vl:8b")]);
        // vLLM.
        let list = json!({ "data": [{ "id": "Qwen/Qwen3-VL", "max_model_len": 32768, "permission": [] }] });
        assert_eq!(facts(list), [ModelFacts { context: Some(32_768), ..plain("Qwen/Qwen3-VL") }]);
        // LM Studio.
        let list = json!({ "data": [{ "id": "a", "type": "vlm", "max_context_length": 4096 },
            { "id": "b", "type": "embeddings" }] });
        assert_eq!(facts(list), [ModelFacts { context: Some(4096), sees: Some(true), ..plain("a") }]);
        // OpenRouter.
        let list = json!({ "data": [{ "id": "x/y", "context_length": 1000,
            "architecture": { "input_modalities": ["text"] },
            "pricing": { "prompt": "0.000003", "completion": "0.000015", "input_cache_read": "0.0000003" } }] });
        let price =
            Price { input: 3_000_000, output: 15_000_000, cache_read: 300_000, cache_write: 3_000_000 };
        let expected =
            ModelFacts { context: Some(1000), sees: Some(false), price: Some(price), ..plain("x/y") };
        assert_eq!(facts(list), [expected]);
        assert_eq!(facts(json!({ "models": [{ "name": "m" }] })), [plain("m")]);
        assert_eq!(
            facts(json!([{ "id": "m", "pricing": { "prompt": "-1", "completion": "free" } }])),
            [plain("m")]
        );
    }
}
