//! What can go wrong with a model, and what a person can do about it.

use protocol::run::{RunEnd, RunOutcome};

use super::Vendor;

/// Why a provider could not give a turn. The text of each is for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The request names a provider that does not exist.
    #[error("There is no model provider named \"{name}\". Choose one of: {known}.")]
    UnknownProvider {
        /// The name.
        name: String,
        /// The names that there are.
        known: String,
    },
    /// No key is known.
    #[error("{} needs an API key, and none is set. Set {} where Deskhand is started, then restart Deskhand.", vendor.name, vendor.key_setting)]
    ApiKeyMissing {
        /// Whose key.
        vendor: &'static Vendor,
    },
    /// Nothing says where the model server is.
    #[error("The model server's address is not set. Set {} where Deskhand is started, then restart Deskhand.", vendor.address_setting)]
    AddressMissing {
        /// Whose address.
        vendor: &'static Vendor,
    },
    /// Nothing says which of its models is to speak.
    #[error("No model is chosen. Set {} where Deskhand is started, then restart Deskhand.", vendor.model_setting)]
    ModelMissing {
        /// Whose model.
        vendor: &'static Vendor,
    },
    /// The vendor rejected the key.
    #[error(
        "{} rejected the API key. Check {} where Deskhand is started (create keys at {}), then restart Deskhand.",
        vendor.name, vendor.key_setting, vendor.console
    )]
    ApiKeyRefused {
        /// Who refused it.
        vendor: &'static Vendor,
    },
    /// The key is known but may not do this.
    #[error("{} doesn't allow this API key to use {model}. Check the key's permissions at {}.", vendor.name, vendor.console)]
    PermissionDenied {
        /// Who does not allow it.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The account is out of credit.
    #[error(
        "{} is out of credit. Check its billing at {}, then try again.",
        vendor.account, vendor.console
    )]
    Billing {
        /// Whose account.
        vendor: &'static Vendor,
    },
    /// The vendor does not know the model.
    #[error("{} has no model named {model}. Check {}, then restart Deskhand.", vendor.name, vendor.model_setting)]
    ModelNotFound {
        /// Who does not know it.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The model accepts no images.
    #[error("{model} doesn't accept images, so it can't use a desktop. Set {} to a model with vision, then restart Deskhand.", vendor.model_setting)]
    NoVision {
        /// Who serves it.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The model can't use the desktop through the tools that it is given.
    #[error("{model} can't call tools, so it can't use a desktop. Set {} to another model, then restart Deskhand.", vendor.model_setting)]
    NoTools {
        /// Who serves it.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The request is too large.
    #[error("This conversation is too large for one request to the model. Continue in a new chat.")]
    TooLarge,
    /// The conversation is too long for the model.
    #[error("This conversation is too long for the model. Continue in a new chat.")]
    ContextWindowExceeded,
    /// Too many requests.
    #[error("{}'s rate limit for this API key was reached. Try again in a few minutes.", vendor.name)]
    RateLimited {
        /// Whose limit.
        vendor: &'static Vendor,
    },
    /// The account's own limit on spending.
    #[error(
        "{} has reached a usage or spending limit. Raise it at {}, then try again.",
        vendor.account, vendor.console
    )]
    SpendLimit {
        /// Whose account.
        vendor: &'static Vendor,
    },
    /// The vendor is too busy.
    #[error("{} is overloaded. Try again in a few minutes.", vendor.name)]
    Overloaded {
        /// Who is.
        vendor: &'static Vendor,
    },
    /// The vendor failed.
    #[error("{} failed. Try again in a few minutes. It said: {message}", vendor.name)]
    Vendor {
        /// Who failed.
        vendor: &'static Vendor,
        /// In the vendor's words.
        message: String,
    },
    /// The answer ended before it was complete, or makes no sense.
    #[error("The model's answer was cut off or unreadable. Try again in a few minutes.")]
    AnswerBroken,
    /// The vendor can't be reached, or the connection broke.
    #[error(
        "{} can't be reached at {host}, or the connection was lost. Check this machine's network and {}, then try again.",
        vendor.name, vendor.address_setting
    )]
    NetworkUnreachable {
        /// Who can't be reached.
        vendor: &'static Vendor,
        /// Where the request went.
        host: String,
    },
    /// The vendor says that the request is wrong.
    #[error("{} rejected the request: {message}", vendor.name)]
    RequestRejected {
        /// Who rejected it.
        vendor: &'static Vendor,
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
    #[error("The model's answer was cut off at its length limit several times. Ask for less at a time.")]
    MaxTokens,
    /// The model said nothing again and again.
    #[error("The model ended its turn without saying anything. Tell it what to do next.")]
    EmptyTurn,
}

fn refusal(explanation: Option<&str>) -> String {
    let base =
        "The model declined to continue for safety reasons. Rephrase the request, or start a new chat.";
    match explanation.map(str::trim).filter(|text| !text.is_empty()) {
        Some(text) => format!("{base} It said: {text}"),
        None => base.to_owned(),
    }
}

impl ModelError {
    /// The stable word for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProvider { .. } => "unknown_provider",
            Self::ApiKeyMissing { .. } => "api_key_missing",
            Self::AddressMissing { .. } => "address_missing",
            Self::ModelMissing { .. } => "model_missing",
            Self::ApiKeyRefused { .. } => "api_key_refused",
            Self::PermissionDenied { .. } => "permission_denied",
            Self::Billing { .. } => "billing",
            Self::ModelNotFound { .. } => "model_not_found",
            Self::NoVision { .. } => "no_vision",
            Self::NoTools { .. } => "no_tools",
            Self::TooLarge => "request_too_large",
            Self::ContextWindowExceeded => "context_window_exceeded",
            Self::RateLimited { .. } => "rate_limited",
            Self::SpendLimit { .. } => "spend_limit",
            Self::Overloaded { .. } => "overloaded",
            Self::Vendor { .. } | Self::AnswerBroken => "provider_failed",
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
