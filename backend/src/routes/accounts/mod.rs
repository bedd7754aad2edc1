//! Accounts: logging in, the first setup, and users.

pub(super) mod login;
pub(super) mod setup;
pub(super) mod users;
