//! Removes secrets from text that leaves the program: the log today, and whatever else goes out.
//!
//! A [`Redactor`] knows two kinds of secrets: those of this installation, which it was told ([`Redactor::learn`]) and finds in the
//! usual encodings too, and those that have a known shape, such as a key of a vendor ([`shapes`]). What it finds it replaces by
//! `[redacted:KIND]`.
//!
//! It is for the outward edge only. What is stored stays as it is.

mod counts;
mod detector;
mod encodings;
mod known;
mod ranges;
mod redactor;
pub mod shapes;

pub use counts::Counts;
pub use known::Lifetime;
pub use redactor::{Redactor, process};
