//! Accounts: logging in, the first setup, and users.

pub(super) mod administration;
pub(super) mod login;
pub(super) mod password_links;
pub(super) mod registration;
pub(super) mod setup;
pub(super) mod usage;
pub(super) mod users;
