//! Authentication: passwords and bearer tokens.

pub mod bearer;
pub mod password;
