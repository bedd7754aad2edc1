//! Google's service accounts: a JWT that the account's key signs is exchanged for a token, which is valid for about an hour.

mod account;
mod tokens;

pub(crate) use account::ServiceAccount;
pub(crate) use tokens::{TokenSlot, Tokens};
