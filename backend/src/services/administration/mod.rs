//! What administrators do with what belongs to others.

pub mod desktops;
pub mod runs;
