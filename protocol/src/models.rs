//! Which models there are, and what is known about them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::price::Price;

/// How a model uses a computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ComputerUse {
    /// By a tool of its vendor, which it was trained for.
    Native,
    /// By functions, as other models call tools.
    Functions,
}

/// How much a model thinks and does before it answers, and so what it costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// The least.
    Low,
    /// What several models do by themselves.
    Medium,
    /// Much.
    High,
    /// Very much.
    XHigh,
    /// As much as the model can.
    Max,
}

impl Effort {
    /// Every effort, the least first.
    pub const ALL: [Self; 5] = [Self::Low, Self::Medium, Self::High, Self::XHigh, Self::Max];
}

/// What is known about a model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelFacts {
    /// The vendor's id of the model.
    pub id: String,
    /// Its name for people, if the vendor tells one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How it uses a computer.
    pub computer: ComputerUse,
    /// Whether it understands pictures; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sees: Option<bool>,
    /// The size of its context window in tokens; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<u64>,
    /// What it costs; absent: unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Price>,
    /// The efforts that may be chosen, the least first; absent: the model decides by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub efforts: Vec<Effort>,
}

/// The models that the configuration of the model service has keys or addresses for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConfiguredModels {
    /// The provider of requests that name none.
    pub default: String,
    /// The providers, the best one first.
    pub providers: Vec<ConfiguredProvider>,
}

/// A provider that the configuration of the model service sets up.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct ConfiguredProvider {
    /// Its name, such as `anthropic` or `demo`.
    pub provider: String,
    /// How the assistant is called.
    pub assistant_name: String,
    /// Three requests that work with it.
    pub example_prompts: Vec<String>,
    /// The model of requests that name none; absent if it is not configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Its models, that one first.
    pub models: Vec<ModelFacts>,
}
