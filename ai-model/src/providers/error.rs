//! What can go wrong with a model, and what a person can do about it.

use outbound::Cause;
use protocol::run::{ModelReason, RunEnd, RunOutcome};

use super::Vendor;
use super::unreachable::Server;

/// Why a provider has no turn. The texts are for the log and for callers of this service; people are told the
/// [`reason`](Self::reason) in their language.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The request names a provider that does not exist.
    #[error("There is no model provider named \"{name}\". Choose one of: {known}.")]
    UnknownProvider {
        /// The unknown name.
        name: String,
        /// The known names.
        known: String,
    },
    /// No API key is set.
    #[error("{} needs an API key, and none is set ({}).", vendor.name, vendor.key_setting)]
    ApiKeyMissing {
        /// Its vendor.
        vendor: &'static Vendor,
    },
    /// The address of the model server is not set.
    #[error("The model server's address is not set ({}).", vendor.address_setting)]
    AddressMissing {
        /// Its vendor.
        vendor: &'static Vendor,
    },
    /// Something that a platform needs is not set.
    #[error("{} needs {}, which is not set.", vendor.name, setting)]
    SettingMissing {
        /// The platform.
        vendor: &'static Vendor,
        /// The variable.
        setting: &'static str,
    },
    /// The credentials for a platform are none, or can't be read.
    #[error("What is set as {} can't be read as credentials for {}.", setting, vendor.name)]
    CredentialsUnreadable {
        /// The platform.
        vendor: &'static Vendor,
        /// The variable.
        setting: &'static str,
    },
    /// A platform refuses signatures, because this machine's clock is wrong.
    #[error("{} refuses requests because this machine's clock is wrong. Set it.", vendor.name)]
    ClockSkewed {
        /// The platform.
        vendor: &'static Vendor,
    },
    /// No model is chosen.
    #[error("No model is chosen ({}).", vendor.model_setting)]
    ModelMissing {
        /// Its vendor.
        vendor: &'static Vendor,
    },
    /// The vendor rejected the key.
    #[error("{} rejected the API key ({}).", vendor.name, vendor.key_setting)]
    ApiKeyRefused {
        /// The vendor.
        vendor: &'static Vendor,
    },
    /// The key lacks the permission.
    #[error("{} doesn't allow this API key to use {model}. Check the key's permissions at {}.", vendor.name, vendor.console)]
    PermissionDenied {
        /// The vendor.
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
        /// The vendor.
        vendor: &'static Vendor,
    },
    /// The vendor has limited or disabled the account because of how it was used.
    #[error("{} is limited or disabled because of violations of the usage policy. See {}.", vendor.account, vendor.console)]
    AccountLimited {
        /// The vendor.
        vendor: &'static Vendor,
    },
    /// The vendor does not know the model.
    #[error("{} has no model named {model} ({}).", vendor.name, vendor.model_setting)]
    ModelNotFound {
        /// The vendor.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The model accepts no images.
    #[error("{model} doesn't accept images, so it can't use a desktop ({}).", vendor.model_setting)]
    NoVision {
        /// The vendor.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The model can't call tools.
    #[error("{model} can't call tools, so it can't use a desktop ({}).", vendor.model_setting)]
    NoTools {
        /// The vendor.
        vendor: &'static Vendor,
        /// The model.
        model: String,
    },
    /// The request is too large.
    #[error("This conversation is too large for one request to the model. Continue in a new chat.")]
    TooLarge,
    /// The conversation exceeds the model's context window.
    #[error("This conversation is too long for the model. Continue in a new chat.")]
    ContextWindowExceeded,
    /// Too many requests.
    #[error("{}'s rate limit for this API key was reached. Try again in a few minutes.", vendor.name)]
    RateLimited {
        /// The vendor.
        vendor: &'static Vendor,
    },
    /// The account's own spending limit is reached.
    #[error(
        "{} has reached a usage or spending limit. Raise it at {}, then try again.",
        vendor.account, vendor.console
    )]
    SpendLimit {
        /// The vendor.
        vendor: &'static Vendor,
    },
    /// The vendor is too busy.
    #[error("{} is overloaded. Try again in a few minutes.", vendor.name)]
    Overloaded {
        /// The vendor.
        vendor: &'static Vendor,
    },
    /// The vendor failed.
    #[error("{} failed. Try again in a few minutes. It said: {message}", vendor.name)]
    Vendor {
        /// The vendor.
        vendor: &'static Vendor,
        /// The vendor's message.
        message: String,
    },
    /// The response is incomplete or can't be parsed.
    #[error("The model's answer was cut off or unreadable. Try again in a few minutes.")]
    AnswerBroken,
    /// The vendor can't be reached, or the connection broke.
    #[error("{}", server.told(cause))]
    Unreachable {
        /// The server that was asked.
        server: Server,
        /// Why.
        cause: Cause,
    },
    /// The server has sent nothing for as long as is waited.
    #[error(
        "{} at {host} has sent nothing for {seconds} s. See that it works and is not overloaded, or set \
         AI_MODEL_FIRST_BYTE_TIMEOUT_MS to wait longer, then try again.",
        vendor.name
    )]
    Silent {
        /// The vendor.
        vendor: &'static Vendor,
        /// The host that was contacted.
        host: String,
        /// How long it was waited, in seconds.
        seconds: u64,
    },
    /// What answers at the address is no API of a model.
    #[error("{address} is no API of a model: it answered \"{title}\" ({}).", vendor.address_setting)]
    NotAModelApi {
        /// The vendor.
        vendor: &'static Vendor,
        /// The address that was asked.
        address: String,
        /// The title of the page that it answered with, or what else it said.
        title: String,
    },
    /// The model's calls arrive as text, or not at all.
    #[error(
        "The model server does not recognize {model}'s calls. Turn on tool calls where the server is started (vLLM: \
         --enable-auto-tool-choice --tool-call-parser, llama.cpp: --jinja), then try again."
    )]
    CallsAsText {
        /// The model.
        model: String,
    },
    /// The vendor rejected the request as invalid.
    #[error("{} rejected the request: {message}", vendor.name)]
    RequestRejected {
        /// The vendor.
        vendor: &'static Vendor,
        /// The vendor's message.
        message: String,
    },
    /// The model refused.
    #[error("{}", refusal(explanation.as_deref()))]
    Refusal {
        /// The vendor's explanation.
        explanation: Option<String>,
    },
    /// The model or a filter of its vendor refused because of a policy that has a name.
    #[error("{} ({category})", refusal(explanation.as_deref()))]
    PolicyRefusal {
        /// The policy, such as `cyber` or `model_armor`.
        category: &'static str,
        /// The vendor's explanation.
        explanation: Option<String>,
    },
    /// The turn was cut off repeatedly.
    #[error("The model's answer was cut off at its length limit several times. Ask for less at a time.")]
    MaxTokens,
    /// The turn was empty repeatedly.
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

/// An explanation that says something.
fn told(explanation: Option<String>) -> Option<String> {
    explanation.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl ModelError {
    /// The stable error code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        let key = self.reason().key();
        key.split_once('.').map_or(key, |(code, _)| code)
    }

    /// The code, and what a sentence about it names.
    #[must_use]
    pub fn reason(&self) -> ModelReason {
        match self.clone() {
            Self::UnknownProvider { name, known } => ModelReason::UnknownProvider { name, known },
            Self::ApiKeyMissing { vendor } => {
                ModelReason::ApiKeyMissing { vendor: vendor.id, setting: vendor.key_setting }
            }
            Self::AddressMissing { vendor } => {
                ModelReason::AddressMissing { setting: vendor.address_setting }
            }
            Self::SettingMissing { vendor, setting } => {
                ModelReason::SettingMissing { vendor: vendor.id, setting }
            }
            Self::CredentialsUnreadable { vendor, setting } => {
                ModelReason::CredentialsUnreadable { vendor: vendor.id, setting }
            }
            Self::ClockSkewed { vendor } => ModelReason::ClockSkewed { vendor: vendor.id },
            Self::ModelMissing { vendor } => ModelReason::ModelMissing { setting: vendor.model_setting },
            Self::ApiKeyRefused { vendor } => ModelReason::ApiKeyRefused {
                vendor: vendor.id,
                setting: vendor.key_setting,
                console: vendor.console,
            },
            Self::PermissionDenied { vendor, model } => {
                ModelReason::PermissionDenied { vendor: vendor.id, model, console: vendor.console }
            }
            Self::Billing { vendor } => ModelReason::Billing { vendor: vendor.id, console: vendor.console },
            Self::AccountLimited { vendor } => {
                ModelReason::AccountLimited { vendor: vendor.id, console: vendor.console }
            }
            Self::ModelNotFound { vendor, model } => {
                ModelReason::ModelNotFound { vendor: vendor.id, model, setting: vendor.model_setting }
            }
            Self::NoVision { vendor, model } => {
                ModelReason::NoVision { model, setting: vendor.model_setting }
            }
            Self::NoTools { vendor, model } => ModelReason::NoTools { model, setting: vendor.model_setting },
            Self::TooLarge => ModelReason::RequestTooLarge,
            Self::ContextWindowExceeded => ModelReason::ContextWindowExceeded,
            Self::RateLimited { vendor } => ModelReason::RateLimited { vendor: vendor.id },
            Self::SpendLimit { vendor } => {
                ModelReason::SpendLimit { vendor: vendor.id, console: vendor.console }
            }
            Self::Overloaded { vendor } => ModelReason::Overloaded { vendor: vendor.id },
            Self::Vendor { vendor, message } => {
                ModelReason::VendorFailed { vendor: vendor.id, reason: message }
            }
            Self::AnswerBroken => ModelReason::AnswerBroken,
            Self::Unreachable { server, cause } => server.reason(cause),
            Self::Silent { vendor, host, seconds } => {
                ModelReason::Silent { vendor: vendor.id, host, seconds }
            }
            Self::NotAModelApi { vendor, address, title } => {
                ModelReason::NotAModelApi { address, title, setting: vendor.address_setting }
            }
            Self::CallsAsText { model } => ModelReason::CallsAsText { model },
            Self::RequestRejected { vendor, message } => {
                ModelReason::RequestRejected { vendor: vendor.id, reason: message }
            }
            Self::Refusal { explanation } => match told(explanation) {
                Some(reason) => ModelReason::ExplainedRefusal { reason },
                None => ModelReason::Refusal,
            },
            Self::PolicyRefusal { category, explanation } => match told(explanation) {
                Some(reason) => ModelReason::ExplainedPolicyRefusal { category, reason },
                None => ModelReason::PolicyRefusal { category },
            },
            Self::MaxTokens => ModelReason::MaxTokens,
            Self::EmptyTurn => ModelReason::EmptyTurn,
        }
    }

    /// The error with another vendor, such as the same one by a model connection.
    #[must_use]
    pub(crate) fn with_vendor(mut self, new: &'static Vendor) -> Self {
        match &mut self {
            Self::ApiKeyMissing { vendor }
            | Self::AddressMissing { vendor }
            | Self::SettingMissing { vendor, .. }
            | Self::CredentialsUnreadable { vendor, .. }
            | Self::ClockSkewed { vendor }
            | Self::ModelMissing { vendor }
            | Self::ApiKeyRefused { vendor }
            | Self::PermissionDenied { vendor, .. }
            | Self::Billing { vendor }
            | Self::AccountLimited { vendor }
            | Self::ModelNotFound { vendor, .. }
            | Self::NoVision { vendor, .. }
            | Self::NoTools { vendor, .. }
            | Self::RateLimited { vendor }
            | Self::SpendLimit { vendor }
            | Self::Overloaded { vendor }
            | Self::Vendor { vendor, .. }
            | Self::Silent { vendor, .. }
            | Self::NotAModelApi { vendor, .. }
            | Self::RequestRejected { vendor, .. } => *vendor = new,
            Self::Unreachable { server, .. } => server.vendor = new,
            Self::UnknownProvider { .. }
            | Self::TooLarge
            | Self::ContextWindowExceeded
            | Self::AnswerBroken
            | Self::CallsAsText { .. }
            | Self::Refusal { .. }
            | Self::PolicyRefusal { .. }
            | Self::MaxTokens
            | Self::EmptyTurn => {}
        }
        self
    }

    /// The error with what the vendor says in it changed.
    #[must_use]
    pub(crate) fn map_text(mut self, change: impl Fn(String) -> String) -> Self {
        let told = match &mut self {
            Self::Vendor { message, .. }
            | Self::RequestRejected { message, .. }
            | Self::NotAModelApi { title: message, .. } => Some(message),
            Self::Refusal { explanation } | Self::PolicyRefusal { explanation, .. } => explanation.as_mut(),
            _ => None,
        };
        if let Some(told) = told {
            *told = change(std::mem::take(told));
        }
        self
    }

    /// How a run ends because of the error.
    #[must_use]
    pub fn run_end(&self) -> RunEnd {
        RunEnd::new(RunOutcome::Failed, self.reason())
    }
}
