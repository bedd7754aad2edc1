//! Who is calling: passwords, bearer tokens for programs, cookie sessions for browsers, and the extractors
//! that put the answer into a handler's signature.

pub mod bearer;
pub mod current_user;
pub mod owned;
pub mod password;
pub mod same_origin;
pub mod session_store;
