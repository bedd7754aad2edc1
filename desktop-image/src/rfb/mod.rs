//! RFB 3.8: messages, encodings, and the byte stream that carries them.

pub(crate) mod cut_text;
pub(crate) mod desktop_size;
pub(crate) mod encoder;
pub(crate) mod input_buffer;
pub(crate) mod messages;
pub(crate) mod pixel_format;
pub(crate) mod stream;

/// Most bytes of a WebSocket message from a viewer, and of a buffered RFB message.
pub const MAX_MESSAGE_BYTES: usize = 2 * 1024 * 1024;
