//! Accounts: logging in, the first setup, and users.

pub(super) mod administration;
pub(super) mod api_tokens;
pub(super) mod identities;
pub(super) mod login;
pub(super) mod own_limits;
pub(super) mod password_links;
pub(super) mod provider_logins;
pub(super) mod registration;
pub(super) mod second_factor;
pub(super) mod sessions;
pub(super) mod setup;
pub(super) mod tickets;
pub(super) mod tokens;
pub(super) mod usage;
pub(super) mod users;
