//! RFB's clipboard messages: text in Latin-1, or in UTF-8 with the Extended Clipboard.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::messages::Violation;

/// The pseudo-encoding for the Extended Clipboard.
pub(crate) const EXTENDED_CLIPBOARD: i32 = 0xc0a1_e5ce_u32.cast_signed();
/// Longest text in either direction, in bytes as sent.
pub(crate) const MAX_TEXT_BYTES: u32 = 1024 * 1024;

const SERVER_CUT_TEXT: u8 = 3;
const TEXT: u32 = 1;
const FORMATS: u32 = 0xffff;
const CAPS: u32 = 1 << 24;
const REQUEST: u32 = 1 << 25;
const PEEK: u32 = 1 << 26;
const NOTIFY: u32 = 1 << 27;
const PROVIDE: u32 = 1 << 28;

/// A clipboard message from a viewer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CutText {
    /// A text.
    Text(String),
    /// The capabilities of the viewer's clipboard.
    Caps,
    /// A request for the desktop's text.
    Request,
    /// Asks whether the desktop has a text.
    Peek,
    /// Says whether the viewer has a text.
    Notify { text: bool },
    /// Anything else; ignored.
    Other,
}

impl CutText {
    /// A plain message, which is Latin-1.
    pub(crate) fn plain(bytes: &[u8]) -> Self {
        Self::Text(bytes.iter().copied().map(char::from).collect())
    }

    /// Parses an extended message.
    pub(crate) fn extended(bytes: &[u8]) -> Result<Self, Violation> {
        let (flags, data) =
            bytes.split_first_chunk().ok_or(Violation("a clipboard message without flags"))?;
        let flags = u32::from_be_bytes(*flags);
        let has_text = flags & TEXT != 0;
        Ok(match flags & !FORMATS {
            actions if actions & CAPS != 0 => Self::Caps,
            REQUEST if has_text => Self::Request,
            PEEK => Self::Peek,
            NOTIFY => Self::Notify { text: has_text },
            // Text is the first format, so it comes first in the data.
            PROVIDE if has_text => Self::Text(provided(data)?),
            _ => Self::Other,
        })
    }
}

/// The text at the start of compressed data.
fn provided(data: &[u8]) -> Result<String, Violation> {
    let broken = |_| Violation("a text that can't be decompressed");
    let mut data = ZlibDecoder::new(data);
    let mut length = [0; 4];
    data.read_exact(&mut length).map_err(broken)?;
    let length = u32::from_be_bytes(length);
    if length > MAX_TEXT_BYTES {
        return Err(Violation("a text longer than was offered to take"));
    }
    let mut text = Vec::new();
    data.take(length.into()).read_to_end(&mut text).map_err(broken)?;
    if text.len() as u64 != u64::from(length) {
        return Err(Violation("a text that ends early"));
    }
    let text = String::from_utf8_lossy(&text);
    Ok(text.trim_end_matches('\0').replace("\r\n", "\n"))
}

/// Our capabilities, and the longest text that we accept.
pub(crate) fn caps() -> Vec<u8> {
    let flags = CAPS | TEXT | REQUEST | PEEK | NOTIFY | PROVIDE;
    extended(flags, &MAX_TEXT_BYTES.to_be_bytes())
}

/// Requests the viewer's text.
pub(crate) fn request() -> Vec<u8> {
    extended(REQUEST | TEXT, &[])
}

/// Says that the desktop has a text.
pub(crate) fn notify() -> Vec<u8> {
    extended(NOTIFY | TEXT, &[])
}

/// The desktop's text; empty if it is too long.
pub(crate) fn provide(text: &str) -> std::io::Result<Vec<u8>> {
    let mut text = text.replace("\r\n", "\n").replace('\n', "\r\n") + "\0";
    if text.len() > MAX_TEXT_BYTES as usize {
        text = "\0".to_owned();
    }
    let length = u32::try_from(text.len()).unwrap_or_default();
    let mut data = ZlibEncoder::new(Vec::new(), Compression::fast());
    data.write_all(&length.to_be_bytes())?;
    data.write_all(text.as_bytes())?;
    Ok(extended(PROVIDE | TEXT, &data.finish()?))
}

/// The desktop's text in Latin-1; `None` if it is too long.
pub(crate) fn plain(text: &str) -> Option<Vec<u8>> {
    let bytes: Vec<u8> = text.chars().map(|sign| u8::try_from(sign).unwrap_or(b'?')).collect();
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= MAX_TEXT_BYTES)?;
    Some([&[SERVER_CUT_TEXT, 0, 0, 0][..], &length.to_be_bytes(), &bytes].concat())
}

/// A negative length marks the extended form.
fn extended(flags: u32, data: &[u8]) -> Vec<u8> {
    let length = i32::try_from(data.len() + 4).unwrap_or(i32::MAX).wrapping_neg();
    [&[SERVER_CUT_TEXT, 0, 0, 0][..], &length.to_be_bytes(), &flags.to_be_bytes(), data].concat()
}

#[cfg(test)]
mod tests {
    use super::{CutText, MAX_TEXT_BYTES, plain, provide};

    /// Parses a message of ours as if a viewer had sent it.
    fn through(message: &[u8]) -> CutText {
        assert_eq!(message[..4], [3, 0, 0, 0]);
        let length = i32::from_be_bytes(message[4..8].try_into().unwrap());
        assert_eq!(length, -i32::try_from(message.len() - 8).unwrap());
        CutText::extended(&message[8..]).unwrap()
    }

    #[test]
    fn texts_of_any_script_are_preserved() {
        for text in ["", "plain", "Grüße, 世界 🎉\n\tnext line\n", "one\r\ntwo"] {
            let expected = text.replace("\r\n", "\n");
            assert_eq!(through(&provide(text).unwrap()), CutText::Text(expected));
        }
        let long = "x".repeat(MAX_TEXT_BYTES as usize);
        assert_eq!(through(&provide(&long).unwrap()), CutText::Text(String::new()));
        assert_eq!(plain("é€").unwrap()[4..], [0, 0, 0, 2, 0xe9, b'?']);
        assert_eq!(CutText::plain(&[b'a', 0xe9]), CutText::Text("aé".to_owned()));
    }

    #[test]
    fn a_decompression_bomb_is_rejected() {
        let mut bomb = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        std::io::Write::write_all(&mut bomb, &(MAX_TEXT_BYTES + 1).to_be_bytes()).unwrap();
        std::io::Write::write_all(&mut bomb, &vec![b'x'; MAX_TEXT_BYTES as usize + 1]).unwrap();
        let message = [&[0x10, 0, 0, 1][..], &bomb.finish().unwrap()].concat();
        assert!(message.len() < 10_000);
        assert!(CutText::extended(&message).is_err());
    }

    #[test]
    fn malformed_messages_are_rejected() {
        for bytes in [&[][..], &[0, 0, 0], &[0x10, 0, 0, 1], &[0x10, 0, 0, 1, 1, 2, 3]] {
            assert!(CutText::extended(bytes).is_err(), "{bytes:?}");
        }
        assert_eq!(CutText::extended(&[0x10, 0, 0, 2, 9]), Ok(CutText::Other));
        assert_eq!(CutText::extended(&[8, 0, 0, 1]), Ok(CutText::Notify { text: true }));
        assert_eq!(CutText::extended(&[8, 0, 0, 0]), Ok(CutText::Notify { text: false }));
        assert_eq!(CutText::extended(&[2, 0, 0, 1]), Ok(CutText::Request));
        assert_eq!(CutText::extended(&[4, 0, 0, 0]), Ok(CutText::Peek));
    }
}
