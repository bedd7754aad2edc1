//! Who may create an account.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who may create an account of their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationMode {
    /// Nobody: superusers create accounts.
    #[default]
    Closed,
    /// Who has an invitation.
    Invite,
    /// Everybody who reaches the installation.
    Open,
}
