//! The screen as the viewers of the live view share it: captured once a change, kept in tiles.
//!
//! [`tiles`] are the parts of a frame, [`shared_framebuffer`] captures frames, [`viewer_state`] compares one with
//! what a viewer has, with the help of [`copy_rect`]; [`encoding_cache`] keeps what was encoded.

pub(crate) mod copy_rect;
pub(crate) mod encoding_cache;
pub(crate) mod rect;
pub(crate) mod shared_framebuffer;
pub(crate) mod tiles;
pub(crate) mod viewer_state;

pub use shared_framebuffer::FramebufferSlot;
