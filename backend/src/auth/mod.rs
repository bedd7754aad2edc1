//! Who is calling: passwords, and bearer tokens for programs.

pub mod bearer;
pub mod password;
