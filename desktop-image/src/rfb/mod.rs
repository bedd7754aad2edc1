//! RFB 3.8: messages, encodings, and the stream of bytes that carries them.

pub(crate) mod cut_text;
pub(crate) mod encoder;
pub(crate) mod messages;
pub(crate) mod pixel_format;
pub(crate) mod unread;
pub(crate) mod wire;
