//! The screen as all viewers of the live view share it: captured once a change, kept in tiles.

pub(crate) mod copies;
pub(crate) mod mirror;
pub(crate) mod rect;
pub(crate) mod seen;
pub(crate) mod shared;
pub(crate) mod tiles;

pub use mirror::Live;
