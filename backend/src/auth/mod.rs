//! Authentication: passwords, tokens and the keys that sign them, and a limit on failed logins.

pub mod access_token;
pub mod credential;
pub mod opaque_token;
pub mod password;
mod rsa_key;
pub mod scope;
pub mod signing_keys;
pub mod throttle;
