//! Why the model service ends a run, has it wait for a person, or asks a model again.

use crate::reasons;

reasons! {
    /// A reason of the model service. `vendor` is the provider, such as `anthropic`; `setting` the variable that sets what is
    /// wrong; `category` the policy or the filter, such as `cyber` or `model_armor`; amounts of money are millionths of a dollar.
    ModelReason:

    // Setting up a model.
    UnknownProvider { name: String, known: String } = "unknown_provider",
    ApiKeyMissing { vendor: &'static str, setting: &'static str } = "api_key_missing",
    AddressMissing { setting: &'static str } = "address_missing",
    SettingMissing { vendor: &'static str, setting: &'static str } = "model_setting_missing",
    CredentialsUnreadable { vendor: &'static str, setting: &'static str } = "model_credentials_unreadable",
    ClockSkewed { vendor: &'static str } = "clock_skewed",
    ModelMissing { setting: &'static str } = "model_missing",
    ApiKeyRefused { vendor: &'static str, setting: &'static str, console: &'static str } = "api_key_refused",
    PermissionDenied { vendor: &'static str, model: String, console: &'static str } = "permission_denied",
    Billing { vendor: &'static str, console: &'static str } = "billing",
    AccountLimited { vendor: &'static str, console: &'static str } = "account_limited",
    ModelNotFound { vendor: &'static str, model: String, setting: &'static str } = "model_not_found",
    NoVision { model: String, setting: &'static str } = "no_vision",
    NoTools { model: String, setting: &'static str } = "no_tools",

    // Asking a model.
    RequestTooLarge = "request_too_large",
    ContextWindowExceeded = "context_window_exceeded",
    RateLimited { vendor: &'static str } = "rate_limited",
    SpendLimit { vendor: &'static str, console: &'static str } = "spend_limit",
    Overloaded { vendor: &'static str } = "overloaded",
    VendorFailed { vendor: &'static str, reason: String } = "provider_failed",
    AnswerBroken = "provider_failed.answer_broken",
    NetworkUnreachable { vendor: &'static str, host: String, setting: &'static str } = "network_unreachable",
    NameNotFound { vendor: &'static str, host: String, setting: &'static str } = "network_unreachable.name",
    ConnectionRefused { vendor: &'static str, server: String, setting: &'static str } = "network_unreachable.refused",
    ConnectTimeout { vendor: &'static str, server: String } = "network_unreachable.connect_timeout",
    Silent { vendor: &'static str, host: String, seconds: u64 } = "network_unreachable.silent",
    NoTls { vendor: &'static str, host: String, reason: String, setting: &'static str } = "network_unreachable.tls",
    CertificateIssuerUnknown { vendor: &'static str, host: String } = "certificate_refused",
    CertificateOfOtherName { vendor: &'static str, host: String, names: Vec<String>, setting: &'static str } = "certificate_refused.name",
    CertificateExpired { vendor: &'static str, host: String } = "certificate_refused.expired",
    CertificateInvalid { vendor: &'static str, host: String, reason: String } = "certificate_refused.other",
    ProxyUnreachable { vendor: &'static str, proxy: String } = "proxy_unreachable",
    ProxyLoginNeeded { proxy: String } = "proxy_unreachable.login",
    ProxyRefused { proxy: String, host: String } = "proxy_unreachable.refused",

    NotAModelApi { address: String, title: String, setting: &'static str } = "not_a_model_api",

    // Addresses that a person chose.
    AddressPrivate { host: String } = "address_private",
    AddressPort { port: u32 } = "address_invalid.port",
    AddressScheme { scheme: String } = "address_invalid.scheme",

    // What a model says.
    CallsAsText { model: String } = "calls_as_text",
    RequestRejected { vendor: &'static str, reason: String } = "request_rejected",
    Refusal = "refusal",
    ExplainedRefusal { reason: String } = "refusal.explained",
    PolicyRefusal { category: &'static str } = "refusal.category",
    ExplainedPolicyRefusal { category: &'static str, reason: String } = "refusal.category_explained",
    MaxTokens = "max_tokens",
    EmptyTurn = "empty_turn",

    // Limits of a run.
    MaxTurns { limit: u32 } = "max_turns",
    MaxTotalTokens { limit: u64, used: u64 } = "max_total_tokens",
    MaxCost { limit: u64, used: u64 } = "max_cost",
    MaxActions { limit: u32 } = "max_actions",
    MaxWallTime { seconds: u64 } = "max_wall_time",
    PriceUnknown = "price_unknown",
    NoProgress { times: u32 } = "no_progress",

    // The desktop, and people.
    DesktopUnreachable = "desktop_unreachable",
    ApprovalRequired { effects: Vec<String> } = "approval_required",
    ExplainedApproval { effects: Vec<String>, reason: String } = "approval_required.explained",
    QuestionAsked { question: String } = "question_asked",
}
