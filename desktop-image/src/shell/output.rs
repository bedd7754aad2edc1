//! The output of a command, cut in the middle if it is long.

/// Most characters returned; of longer output the head and the tail are kept.
const MAX_CHARACTERS: usize = 16_000;
const HEAD_CHARACTERS: usize = MAX_CHARACTERS / 2;
/// Bytes kept of each end: a character has at most four.
const END_BYTES: usize = HEAD_CHARACTERS * 4;

/// Collected output, bounded however much is printed.
#[derive(Debug, Default)]
pub(super) struct Output {
    head: Vec<u8>,
    tail: std::collections::VecDeque<u8>,
    cut: usize,
}

impl Output {
    pub(super) fn push(&mut self, bytes: &[u8]) {
        let (first, rest) = bytes.split_at(bytes.len().min(END_BYTES - self.head.len()));
        self.head.extend_from_slice(first);
        self.tail.extend(rest);
        let surplus = self.tail.len().saturating_sub(END_BYTES);
        self.tail.drain(..surplus);
        self.cut += surplus;
    }

    /// The head, which is all of the output unless it is long.
    pub(super) fn so_far(&self) -> &[u8] {
        &self.head
    }

    /// The text, with the middle cut out if it is too long. Invalid UTF-8 becomes replacement characters.
    pub(super) fn into_text(self) -> String {
        let tail: Vec<u8> = self.tail.into();
        if self.cut == 0 {
            let whole = String::from_utf8_lossy(&[self.head, tail].concat()).into_owned();
            let characters = whole.chars().count();
            if characters <= MAX_CHARACTERS {
                return whole;
            }
            let note = format!("{} characters", characters - MAX_CHARACTERS);
            return join(&whole, &note, &whole);
        }
        let note = format!("more than {} bytes", self.cut);
        join(&String::from_utf8_lossy(&self.head), &note, &String::from_utf8_lossy(&tail))
    }
}

fn join(head: &str, cut: &str, tail: &str) -> String {
    let head: String = head.chars().take(HEAD_CHARACTERS).collect();
    let skipped = tail.chars().count().saturating_sub(HEAD_CHARACTERS);
    let tail: String = tail.chars().skip(skipped).collect();
    format!("{head}\n[... {cut} left out ...]\n{tail}")
}

#[cfg(test)]
mod tests {
    use super::{MAX_CHARACTERS, Output};

    fn text(pieces: &[&[u8]]) -> String {
        let mut output = Output::default();
        for piece in pieces {
            output.push(piece);
        }
        output.into_text()
    }

    #[test]
    fn short_output_is_kept_whole() {
        assert_eq!(text(&[b"one\n", b"two\n"]), "one\ntwo\n");
        let full = "é".repeat(MAX_CHARACTERS);
        assert_eq!(text(&[full.as_bytes()]), full);
    }

    #[test]
    fn long_output_keeps_its_head_and_its_tail() {
        for length in [MAX_CHARACTERS + 1, 70_000, 3_000_000] {
            let mut long = "x".repeat(length).into_bytes();
            long[..5].copy_from_slice(b"first");
            long[length - 4..].copy_from_slice(b"last");
            let text = text(&long.chunks(1000).collect::<Vec<_>>());
            assert!(text.starts_with("first") && text.ends_with("last"));
            assert!(text.contains("left out") && text.chars().count() < MAX_CHARACTERS + 60);
        }
    }

    #[test]
    fn a_character_split_between_reads_is_joined() {
        let smile = "😀".as_bytes();
        assert_eq!(text(&[&smile[..2], &smile[2..]]), "😀");
        assert_eq!(text(&[b"a\xffb"]), "a\u{fffd}b");
    }
}
