//! Deskhand.

fn main() {}
