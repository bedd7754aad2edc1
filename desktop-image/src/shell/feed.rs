//! Streams the output of a command to a reader.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use protocol::agent::shell::ShellOutput;
use tokio::sync::Notify;

/// Bytes buffered for a slow reader; further ones are dropped and counted.
const MAX_WAITING: usize = 64 * 1024;
/// How long to collect output before it is sent.
const COALESCE_DELAY: Duration = Duration::from_millis(30);

/// A bounded buffer between a command and its reader.
#[derive(Debug, Default)]
pub struct Feed {
    waiting: Mutex<Waiting>,
    printed: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: Vec<u8>,
    left_out: u64,
}

impl Feed {
    pub(super) fn push(&self, bytes: &[u8]) {
        let mut waiting = self.lock();
        // After a gap nothing is buffered until the gap has been reported.
        let room = if waiting.left_out == 0 { MAX_WAITING - waiting.bytes.len() } else { 0 };
        let taken = bytes.len().min(room);
        waiting.bytes.extend_from_slice(&bytes[..taken]);
        waiting.left_out += (bytes.len() - taken) as u64;
        self.printed.notify_one();
    }

    /// Waits for the next piece.
    pub async fn next(&self) -> ShellOutput {
        loop {
            self.printed.notified().await;
            tokio::time::sleep(COALESCE_DELAY).await;
            if let Some(piece) = self.lock().take(Split::Keep) {
                return piece;
            }
        }
    }

    /// The rest of the output, once the command has ended.
    pub fn finish(&self) -> Option<ShellOutput> {
        self.lock().take(Split::Replace)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What to do with an incomplete character at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Split {
    Keep,
    Replace,
}

impl Waiting {
    fn take(&mut self, split: Split) -> Option<ShellOutput> {
        // After a gap the rest of the character never arrives.
        let held_back = if split == Split::Keep && self.left_out == 0 { incomplete(&self.bytes) } else { 0 };
        let rest = self.bytes.split_off(self.bytes.len() - held_back);
        let bytes = std::mem::replace(&mut self.bytes, rest);
        let left_out_bytes = std::mem::take(&mut self.left_out);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        (!text.is_empty() || left_out_bytes > 0).then_some(ShellOutput { text, left_out_bytes })
    }
}

/// The number of bytes at the end that are an incomplete character.
fn incomplete(bytes: &[u8]) -> usize {
    let last = bytes.utf8_chunks().last().map_or(&[][..], |chunk| chunk.invalid());
    match std::str::from_utf8(last) {
        Err(error) if error.error_len().is_none() => last.len(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use protocol::agent::shell::ShellOutput;

    use super::{Feed, MAX_WAITING};

    fn piece(text: &str, left_out_bytes: u64) -> ShellOutput {
        ShellOutput { text: text.to_owned(), left_out_bytes }
    }

    #[tokio::test]
    async fn a_split_character_waits_for_its_rest() {
        let feed = Feed::default();
        let smile = "😀".as_bytes();
        feed.push(&[b"a\xff", &smile[..3]].concat());
        assert_eq!(feed.next().await, piece("a\u{fffd}", 0));
        feed.push(&smile[3..]);
        assert_eq!(feed.next().await, piece("😀", 0));
        feed.push(&smile[..3]);
        assert_eq!(feed.finish(), Some(piece("\u{fffd}", 0)));
        assert_eq!(feed.finish(), None);
    }

    #[tokio::test]
    async fn bytes_dropped_for_a_slow_reader_are_counted() {
        let feed = Feed::default();
        let almost = "x".repeat(MAX_WAITING - 1);
        feed.push(almost.as_bytes());
        feed.push("é!".as_bytes());
        feed.push(b"more");
        assert_eq!(feed.next().await, piece(&format!("{almost}\u{fffd}"), 6));
        feed.push(b"on");
        assert_eq!(feed.next().await, piece("on", 0));
    }
}
