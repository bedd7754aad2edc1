//! What somebody has logged in with.

use protocol::ids::{ApiTokenId, TokenFamilyId};

/// What authenticates a caller, and can end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A browser's session, by its stored id.
    Session(String),
    /// A program's login.
    TokenFamily(TokenFamilyId),
    /// An API token.
    ApiToken(ApiTokenId),
}
