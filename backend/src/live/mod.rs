//! What happens in the chats, live: the hub that everybody is told through, and what browsers see of it.

pub mod hub;
pub mod partial_turn;
pub mod views;
