//! What can go wrong with a model, and what a person is told to do about it.

use protocol::run::{RunEnd, RunOutcome};

/// Why a provider could not give a turn. The text of each is for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The request names a provider that does not exist.
    #[error("There is no model provider called '{name}'. Choose 'anthropic' or 'demo'.")]
    UnknownProvider {
        /// The name.
        name: String,
    },
    /// No key is known.
    #[error(
        "Claude needs an API key and none is set. Set ANTHROPIC_API_KEY where Deskhand is started, then start Deskhand again."
    )]
    ApiKeyMissing,
    /// The vendor does not know the key.
    #[error(
        "Anthropic refused the API key. Check ANTHROPIC_API_KEY where Deskhand is started (keys are made at console.anthropic.com), and start Deskhand again."
    )]
    ApiKeyRefused,
    /// The key is known but may not do this.
    #[error(
        "Anthropic does not allow this API key to use {model}. Check the key's workspace and its permissions."
    )]
    PermissionDenied {
        /// The model.
        model: String,
    },
    /// There is no money left.
    #[error(
        "The Anthropic account can't pay for this request. Check its credit and billing at console.anthropic.com, then try again."
    )]
    Billing,
    /// The vendor does not know the model.
    #[error("Anthropic knows no model called {model}. Check ANTHROPIC_MODEL, and start Deskhand again.")]
    ModelNotFound {
        /// The model.
        model: String,
    },
    /// The request is too large.
    #[error("This conversation has grown too large for one request to the model. Go on in a new chat.")]
    TooLarge,
    /// The conversation is too long for the model.
    #[error("This conversation is too long for the model. Go on in a new chat.")]
    ContextWindowExceeded,
    /// Too many requests.
    #[error("Anthropic's rate limit for this API key is reached. Wait a few minutes, then try again.")]
    RateLimited,
    /// The account's own limit on spending.
    #[error(
        "A usage or spending limit of the Anthropic account is reached. Raise it at console.anthropic.com, then try again."
    )]
    SpendLimit,
    /// The vendor is too busy.
    #[error("Anthropic is overloaded at the moment. Try again in a few minutes.")]
    Overloaded,
    /// The vendor failed.
    #[error("Anthropic's service failed. Try again in a few minutes. It said: {message}")]
    Vendor {
        /// In the vendor's words.
        message: String,
    },
    /// The vendor can't be reached, or the connection broke.
    #[error(
        "Anthropic's API at {host} can't be reached, or the connection broke. Check this machine's network and ANTHROPIC_BASE_URL, then try again."
    )]
    NetworkUnreachable {
        /// Where the request went.
        host: String,
    },
    /// The vendor says that the request is wrong.
    #[error("Anthropic rejected the request: {message}")]
    RequestRejected {
        /// In the vendor's words.
        message: String,
    },
    /// The model declined.
    #[error("{}", refusal(explanation.as_deref()))]
    Refusal {
        /// In the vendor's words.
        explanation: Option<String>,
    },
    /// The answer was cut off again and again.
    #[error("The model's answer was cut off at its length limit several times. Ask for less at once.")]
    MaxTokens,
    /// The model said nothing again and again.
    #[error("The model ended its turn without saying anything. Tell it what to do next.")]
    EmptyTurn,
}

fn refusal(explanation: Option<&str>) -> String {
    let base =
        "Claude declined to go on with this request for safety reasons. Rephrase it, or start a new chat.";
    match explanation.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => format!("{base} It said: {text}"),
        None => base.to_owned(),
    }
}

impl ProviderError {
    /// The stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider { .. } => "unknown_provider",
            Self::ApiKeyMissing => "api_key_missing",
            Self::ApiKeyRefused => "api_key_refused",
            Self::PermissionDenied { .. } => "permission_denied",
            Self::Billing => "billing",
            Self::ModelNotFound { .. } => "model_not_found",
            Self::TooLarge => "request_too_large",
            Self::ContextWindowExceeded => "context_window_exceeded",
            Self::RateLimited => "rate_limited",
            Self::SpendLimit => "spend_limit",
            Self::Overloaded => "overloaded",
            Self::Vendor { .. } => "provider_failed",
            Self::NetworkUnreachable { .. } => "network_unreachable",
            Self::RequestRejected { .. } => "request_rejected",
            Self::Refusal { .. } => "refusal",
            Self::MaxTokens => "max_tokens",
            Self::EmptyTurn => "empty_turn",
        }
    }

    /// How a run ends because of it.
    #[must_use]
    pub fn run_end(&self) -> RunEnd {
        RunEnd {
            outcome: RunOutcome::Failed,
            code: self.code().to_owned(),
            message: self.to_string(),
            call_id: None,
        }
    }
}
