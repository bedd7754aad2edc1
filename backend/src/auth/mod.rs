//! Authentication: passwords, second factors, tokens and the keys that sign them, and limits on failed logins and on requests.

pub mod access_token;
pub mod credential;
pub mod opaque_token;
pub mod password;
pub mod recovery_code;
pub mod request_rate;
mod rsa_key;
pub mod scope;
pub mod signing_keys;
pub mod throttle;
pub mod totp;
