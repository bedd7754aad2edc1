//! Types text exactly, including characters that the layout lacks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chords::keysym_of;

use super::keymap::{HALF, Keymap, Stroke};
use super::{Input, InputError};
use crate::responses::Responses;
use crate::x11::XError;

/// Least time that programs need to notice a new binding.
const MIN_BINDING_DELAY: Duration = Duration::from_millis(10);
/// How long to wait for a busy program.
const PROGRAM_TIMEOUT: Duration = Duration::from_millis(1500);
/// Characters typed at once; a cancelled request stops after at most this many.
const MAX_AT_ONCE: usize = 200;

/// Why text was not typed.
#[derive(Debug, thiserror::Error)]
pub enum TypeError {
    /// The text contains a control character other than a line feed or tab.
    #[error("The text holds a control character that cannot be typed.")]
    Control,
    /// A key could not be pressed.
    #[error(transparent)]
    Input(#[from] InputError),
}

/// Types text into the focused window. No key is held down at an await point, so it is safe to cancel.
///
/// # Errors
/// When the text can't be typed; nothing has been typed if it holds a control character.
pub async fn type_text(input: &Mutex<Input>, responses: &Responses, text: &str) -> Result<(), TypeError> {
    let text: Vec<char> = text.replace("\r\n", "\n").chars().collect();
    if text.iter().any(|typed| special(*typed).is_none() && typed.is_control()) {
        return Err(TypeError::Control);
    }
    let _caps_lock = CapsLockGuard::turn_off(input)?;
    type_pieces(input, responses, &text).await
}

/// Keeps Caps Lock off until it is dropped, which restores it.
struct CapsLockGuard<'a> {
    input: &'a Mutex<Input>,
    was_on: bool,
}

impl<'a> CapsLockGuard<'a> {
    fn turn_off(input: &'a Mutex<Input>) -> Result<Self, InputError> {
        let mut locked = lock(input);
        let Input { keymap, display, .. } = &mut *locked;
        keymap.reload(display)?;
        let was_on = Keymap::caps_lock(display)?;
        if was_on {
            locked.tap_keysym(xkeysym::key::Caps_Lock)?;
        }
        Ok(Self { input, was_on })
    }
}

impl Drop for CapsLockGuard<'_> {
    fn drop(&mut self) {
        if self.was_on
            && let Err(error) = lock(self.input).tap_keysym(xkeysym::key::Caps_Lock)
        {
            tracing::error!(error = %error, "could not turn Caps Lock back on");
        }
    }
}

/// Waits until programs have noticed a new binding. The window manager takes longest: it rebinds all its shortcuts, and
/// holds clicks back meanwhile.
pub async fn wait_for_binding(responses: &Responses) -> Result<(), XError> {
    let (answered, ()) =
        tokio::join!(responses.sync_window_manager(PROGRAM_TIMEOUT), tokio::time::sleep(MIN_BINDING_DELAY));
    answered?;
    // A browser translates keys on another connection than it answers on. It answers the second ping in a later
    // iteration of its event loop, when it has read both connections.
    responses.sync_program(PROGRAM_TIMEOUT).await?;
    responses.sync_program(PROGRAM_TIMEOUT).await
}

/// Makes sure that a keysym has a key, and that programs know it.
///
/// # Errors
/// When the server does not answer, or the keysym can't have a key.
pub async fn bind_keysym(input: &Mutex<Input>, responses: &Responses, keysym: u32) -> Result<(), InputError> {
    if !lock(input).lacks(keysym)? {
        return Ok(());
    }
    // The program must have translated the keys of a half before that half is rebound.
    responses.sync_input(PROGRAM_TIMEOUT).await?;
    let bound = {
        let mut input = lock(input);
        let Input { keymap, display, .. } = &mut *input;
        keymap.bind_missing(display, [keysym])?
    };
    if bound {
        wait_for_binding(responses).await?;
    }
    Ok(())
}

async fn type_pieces(input: &Mutex<Input>, responses: &Responses, text: &[char]) -> Result<(), TypeError> {
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, missing) = lock(input).next_piece(rest);
        let (now, later) = rest.split_at(piece);
        if !missing.is_empty() {
            // The program must have translated the keys of a half before that half is rebound.
            responses.sync_input(PROGRAM_TIMEOUT).await.map_err(InputError::from)?;
        }
        let (bound, fresh) = {
            let mut input = lock(input);
            let Input { keymap, display, .. } = &mut *input;
            if missing.is_empty() { Default::default() } else { keymap.strokes_in_pool(display, &missing)? }
        };
        if fresh {
            wait_for_binding(responses).await.map_err(InputError::from)?;
        }
        {
            let mut input = lock(input);
            let stroke_of = |typed: &char| match special(*typed) {
                Some(keysym) => input.keymap.stroke_of(keysym).ok_or(InputError::NoKey(keysym)),
                None => input
                    .keymap
                    .layout_stroke(*typed)
                    .or_else(|| bound.get(&keysym_of(*typed)).copied())
                    .ok_or(InputError::NoKey(keysym_of(*typed))),
            };
            let strokes = now.iter().map(stroke_of).collect::<Result<Vec<Stroke>, _>>()?;
            input.tap(&strokes)?;
        }
        tokio::task::yield_now().await;
        rest = later;
    }
    Ok(())
}

impl Input {
    /// How many of the characters can be typed at once, and the keysyms for those that the layout lacks.
    fn next_piece(&self, text: &[char]) -> (usize, Vec<u32>) {
        let mut missing = Vec::new();
        for (index, typed) in text.iter().enumerate().take(MAX_AT_ONCE) {
            let keysym = keysym_of(*typed);
            let known = special(*typed).is_some()
                || self.keymap.layout_stroke(*typed).is_some()
                || missing.contains(&keysym);
            if !known {
                if missing.len() == HALF {
                    return (index, missing);
                }
                missing.push(keysym);
            }
        }
        (text.len().min(MAX_AT_ONCE), missing)
    }

    /// Whether no key produces a keysym.
    fn lacks(&mut self, keysym: u32) -> Result<bool, XError> {
        self.keymap.reload(&self.display)?;
        Ok(self.keymap.stroke_of(keysym).is_none())
    }

    fn tap_keysym(&mut self, keysym: u32) -> Result<(), InputError> {
        let stroke = self.keymap.stroke_of(keysym).ok_or(InputError::NoKey(keysym))?;
        self.tap(&[stroke])
    }
}

/// The key for a control character.
fn special(typed: char) -> Option<u32> {
    match typed {
        '\n' | '\r' => Some(xkeysym::key::Return),
        '\t' => Some(xkeysym::key::Tab),
        _ => None,
    }
}

fn lock(input: &Mutex<Input>) -> MutexGuard<'_, Input> {
    input.lock().unwrap_or_else(PoisonError::into_inner)
}
