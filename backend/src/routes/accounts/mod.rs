//! Accounts: logging in, making the first one, and those that there are.

pub(super) mod login;
pub(super) mod setup;
pub(super) mod users;
