//! Accounts: logging in, the first setup, and users.

pub(super) mod api_tokens;
pub(super) mod login;
pub(super) mod sessions;
pub(super) mod setup;
pub(super) mod tickets;
pub(super) mod tokens;
pub(super) mod users;
