//! Strict fakes of the clouds that serve vendors' models. Each checks who calls and in which form, as the cloud does, and
//! passes to the fake of the vendor what the vendor's own API would be sent.
//!
//! Reading order: [`CloudFake`] is any of them, `sigv4` and `google` check who calls, `amazon`, `google_cloud` and
//! `microsoft` are the clouds.

mod amazon;
mod cloud;
mod google;
mod google_cloud;
mod microsoft;
mod sigv4;

use serde::Deserialize;
use serde_json::Value;

pub use amazon::{BedrockFake, ClaudeOnAwsFake};
pub use cloud::CloudFake;
pub use google::service_account;
pub use google_cloud::{ClaudeByVertexFake, ClaudeOnGoogleCloudFake, GeminiByVertexFake};
pub use microsoft::{AzureFake, ENTRA_TOKEN, FoundryFake};
pub use sigv4::{ACCESS_KEY_ID, SECRET_ACCESS_KEY, SESSION_TOKEN};

/// The region of the fakes, of AWS or of Google Cloud.
pub const REGION: &str = "us-east-1";
/// The project of the fakes.
pub const PROJECT: &str = "desk-project";
/// The workspace of the fakes.
pub const WORKSPACE: &str = "wrkspc_01Desk";

/// What a cloud does, besides passing requests on.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CloudScript {
    /// How far the cloud's clock is ahead of this machine's, in seconds.
    pub clock_ahead: i64,
    /// The computer tool that it takes from models that have the toolset; by default that of the cloud.
    pub computer: Option<CloudComputer>,
    /// Each token of Google is valid for so many requests.
    pub token_uses: Option<usize>,
    /// The lifetime of Google's tokens that is told, in seconds.
    pub token_seconds: Option<u64>,
    /// What it answers in place of the first requests that it would pass on.
    pub refusals: Vec<CloudRefusal>,
}

/// The computer tools of clouds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CloudComputer {
    /// `computer_20251124`.
    Beta,
    /// `computer_toolset_20260801`.
    Toolset,
}

/// An error of a cloud.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloudRefusal {
    /// The HTTP status.
    pub status: u16,
    /// The header `x-amzn-errortype`.
    #[serde(default)]
    pub amazon: Option<String>,
    /// The body.
    pub body: Value,
}
