//! Messages from a viewer. Any input is a message, the start of one, or a violation of the protocol.

use super::cut_text::{CutText, MAX_TEXT_BYTES};
use super::pixel_format::PixelFormat;

/// Bytes that describe one screen of a desktop.
const SCREEN_BYTES: usize = 16;

/// A message after the handshake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ClientMessage {
    /// The format of pixels.
    SetPixelFormat(PixelFormat),
    /// The encodings that the viewer understands, preferred ones first.
    SetEncodings(Vec<i32>),
    /// A request for an update, a full one unless `incremental`.
    UpdateRequest { incremental: bool },
    /// A key, by its X keysym.
    Key { down: bool, keysym: u32 },
    /// The pointer, with a bit for each button that is down.
    Pointer { buttons: u8, x: u16, y: u16 },
    /// A request for another size of the desktop, with the number of screens.
    SetDesktopSize { width: u16, height: u16, screens: u8 },
    /// A clipboard message.
    CutText(CutText),
}

/// A violation of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the viewer does not speak RFB 3.8: {0}")]
pub(crate) struct Violation(pub(crate) &'static str);

/// Parses the message at the start of `bytes`: the message and its length, or `None` when more bytes are needed.
pub(crate) fn read(bytes: &[u8]) -> Result<Option<(ClientMessage, usize)>, Violation> {
    let mut reader = Reader { bytes, at: 0 };
    match reader.message() {
        Ok(message) => Ok(Some((message, reader.at))),
        Err(Stop::More) => Ok(None),
        Err(Stop::Violation(violation)) => Err(violation),
    }
}

enum Stop {
    More,
    Violation(Violation),
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn message(&mut self) -> Result<ClientMessage, Stop> {
        match self.u8()? {
            0 => {
                self.skip(3)?;
                let format = PixelFormat::read(self.take::<16>()?);
                format.map(ClientMessage::SetPixelFormat).ok_or_else(|| stop("an unusable pixel format"))
            }
            2 => {
                self.skip(1)?;
                let count = self.u16()?;
                let encodings =
                    (0..count).map(|_| self.u32().map(u32::cast_signed)).collect::<Result<_, _>>()?;
                Ok(ClientMessage::SetEncodings(encodings))
            }
            3 => {
                let incremental = self.u8()? != 0;
                // The area is ignored: a viewer gets all changes, wherever they are.
                self.skip(8)?;
                Ok(ClientMessage::UpdateRequest { incremental })
            }
            4 => {
                let down = self.u8()? != 0;
                self.skip(2)?;
                Ok(ClientMessage::Key { down, keysym: self.u32()? })
            }
            5 => Ok(ClientMessage::Pointer { buttons: self.u8()?, x: self.u16()?, y: self.u16()? }),
            6 => {
                self.skip(3)?;
                // A negative length marks the extended form; its size is the same without the sign.
                let length = self.u32()?.cast_signed();
                if length.unsigned_abs() > MAX_TEXT_BYTES {
                    return Err(stop("a text of more than 1 MiB"));
                }
                let bytes = self.bytes(length.unsigned_abs() as usize)?;
                let text = if length < 0 { CutText::extended(bytes) } else { Ok(CutText::plain(bytes)) };
                text.map(ClientMessage::CutText).map_err(Stop::Violation)
            }
            251 => {
                self.skip(1)?;
                let (width, height, screens) = (self.u16()?, self.u16()?, self.u8()?);
                self.skip(1 + usize::from(screens) * SCREEN_BYTES)?;
                Ok(ClientMessage::SetDesktopSize { width, height, screens })
            }
            _ => Err(stop("an unknown message")),
        }
    }

    fn bytes(&mut self, count: usize) -> Result<&[u8], Stop> {
        let bytes = self.bytes.get(self.at..self.at + count).ok_or(Stop::More)?;
        self.at += count;
        Ok(bytes)
    }

    fn skip(&mut self, count: usize) -> Result<(), Stop> {
        self.bytes(count).map(drop)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Stop> {
        let taken = self.bytes.get(self.at..).and_then(|rest| rest.first_chunk::<N>()).ok_or(Stop::More)?;
        self.at += N;
        Ok(*taken)
    }

    fn u8(&mut self) -> Result<u8, Stop> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Result<u16, Stop> {
        self.take().map(u16::from_be_bytes)
    }

    fn u32(&mut self) -> Result<u32, Stop> {
        self.take().map(u32::from_be_bytes)
    }
}

fn stop(why: &'static str) -> Stop {
    Stop::Violation(Violation(why))
}

#[cfg(test)]
mod tests {
    use super::{ClientMessage, CutText, PixelFormat, read};

    fn messages() -> Vec<(Vec<u8>, ClientMessage)> {
        let mut format = vec![0, 0, 0, 0];
        format.extend(PixelFormat::SERVER.to_bytes());
        vec![
            (format, ClientMessage::SetPixelFormat(PixelFormat::SERVER)),
            (
                vec![2, 0, 0, 2, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0x11],
                ClientMessage::SetEncodings(vec![7, -239]),
            ),
            (vec![2, 0, 0, 0], ClientMessage::SetEncodings(vec![])),
            (vec![3, 1, 0, 0, 0, 0, 5, 0, 3, 0x20], ClientMessage::UpdateRequest { incremental: true }),
            (vec![4, 1, 0, 0, 0, 0, 0xff, 0x0d], ClientMessage::Key { down: true, keysym: 0xff0d }),
            (vec![5, 4, 1, 2, 0, 9], ClientMessage::Pointer { buttons: 4, x: 0x102, y: 9 }),
            (
                vec![6, 0, 0, 0, 0, 0, 0, 3, b'a', 0xe9, b'c'],
                ClientMessage::CutText(CutText::Text("aéc".to_owned())),
            ),
            (
                [vec![251, 0, 5, 0, 3, 0x20, 2, 0], vec![7; 32]].concat(),
                ClientMessage::SetDesktopSize { width: 1280, height: 800, screens: 2 },
            ),
            (vec![6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 2, 0, 0, 1], ClientMessage::CutText(CutText::Request)),
        ]
    }

    #[test]
    fn each_message_is_parsed_with_its_length() {
        for (bytes, message) in messages() {
            assert_eq!(read(&bytes), Ok(Some((message, bytes.len()))), "{bytes:?}");
        }
    }

    #[test]
    fn a_partial_message_waits_for_the_rest() {
        for (bytes, _) in messages() {
            for length in 0..bytes.len() {
                assert_eq!(read(&bytes[..length]), Ok(None), "{:?}", &bytes[..length]);
            }
        }
    }

    #[test]
    fn malformed_messages_are_rejected() {
        let mut no_format = vec![0; 20];
        no_format[4] = 24;
        for bytes in [vec![1], vec![255, 0], no_format, vec![6, 0, 0, 0, 0x7f, 0, 0, 0]] {
            assert!(read(&bytes).is_err(), "{bytes:?} was taken");
        }
        assert!(read(&[6, 0, 0, 0, 0x80, 0, 0, 0]).is_err(), "the most negative length was taken");
    }

    #[test]
    fn random_bytes_do_not_break_the_parser() {
        let mut state = 1_u64;
        for length in (0..64).cycle().take(50_000) {
            let bytes: Vec<u8> = (0..length)
                .map(|index| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    let random = (state >> 56) as u8;
                    if index == 0 { random % 8 } else { random }
                })
                .collect();
            if let Ok(Some((_, used))) = read(&bytes) {
                assert!(used <= bytes.len());
            }
        }
    }
}
