//! The framebuffer shared by the viewers of the live view: each change is captured once and stored in tiles.
//!
//! [`tiles`] are the parts of a frame, [`shared_framebuffer`] captures frames, [`viewer_state`] compares a frame with
//! what a viewer has, with the help of [`copy_rect`] and [`dirty_rects`], and [`encoding_cache`] shares encoded
//! rectangles.

pub(crate) mod copy_rect;
mod dirty_rects;
pub(crate) mod encoding_cache;
pub(crate) mod rect;
pub(crate) mod shared_framebuffer;
pub(crate) mod tiles;
pub(crate) mod viewer_state;

pub use shared_framebuffer::FramebufferSlot;
