//! Authentication: passwords, bearer tokens, and a limit on failed logins.

pub mod bearer;
pub mod password;
pub mod throttle;
