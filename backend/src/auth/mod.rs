//! Authentication: passwords, access tokens and the keys that sign them, and a limit on failed logins.

pub mod access_token;
pub mod password;
mod rsa_key;
pub mod signing_keys;
pub mod throttle;
