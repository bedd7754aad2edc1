//! What happens in the chats, live: the hub that tells everybody, what browsers see of it, and the stream that follows a chat.

pub mod follow;
pub mod hub;
pub mod partial_turn;
pub mod views;
