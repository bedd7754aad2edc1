//! Live updates of chats: the hub that distributes them, the views that clients see, and the stream that
//! follows a chat.

pub mod follow;
pub mod hub;
pub mod logins;
pub mod partial_turn;
pub mod sockets;
pub mod views;
pub mod wire;
