//! Authentication: passwords, bearer tokens, and limits on failed logins and on requests.

pub mod bearer;
pub mod password;
pub mod request_rate;
pub mod throttle;
