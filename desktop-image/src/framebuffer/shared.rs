//! Rectangles that were encoded for one viewer and suit others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::rect::Rect;

/// What makes two encoded rectangles of the same picture of the screen the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) rect: Rect,
    pub(crate) with_cursor: bool,
    pub(crate) quality: u8,
}

/// `None` after a failure.
type Encoded = Arc<OnceLock<Option<Arc<[u8]>>>>;

/// The rectangles of the newest picture.
#[derive(Debug, Default)]
pub(crate) struct Encodings {
    newest: Mutex<(u64, HashMap<Key, Encoded>)>,
}

impl Encodings {
    /// The rectangle of the picture with this version, encoded now if nobody has needed it before. Viewers
    /// that need it at the same moment wait for the first of them; if that one fails, each encodes for itself.
    ///
    /// # Errors
    /// Those of `encode`.
    pub(crate) fn get<E>(
        &self,
        version: u64,
        key: Key,
        mut encode: impl FnMut() -> Result<Vec<u8>, E>,
    ) -> Result<Arc<[u8]>, E> {
        let entry = self.entry(version, key);
        let mut failure = None;
        let encoded = entry.get_or_init(|| match encode() {
            Ok(bytes) => Some(bytes.into()),
            Err(error) => {
                failure = Some(error);
                None
            }
        });
        match (encoded, failure) {
            (Some(bytes), _) => Ok(Arc::clone(bytes)),
            (None, Some(error)) => Err(error),
            (None, None) => encode().map(Arc::from),
        }
    }

    fn entry(&self, version: u64, key: Key) -> Encoded {
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.0 < version {
            *newest = (version, HashMap::new());
        }
        // A viewer that is behind encodes for itself.
        if newest.0 == version { Arc::clone(newest.1.entry(key).or_default()) } else { Encoded::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Encodings, Key, Rect};

    #[test]
    fn a_rectangle_is_encoded_once_for_all_who_see_the_same_picture() {
        let encodings = Encodings::default();
        let rect = Rect { x: 0, y: 0, width: 8, height: 8 };
        let key = Key { rect, with_cursor: false, quality: 80 };
        let ask = |version, key, with| encodings.get(version, key, || Ok::<_, ()>(vec![with])).unwrap()[0];
        assert_eq!([ask(1, key, 1), ask(1, key, 2)], [1, 1]);
        assert_eq!(ask(1, Key { with_cursor: true, ..key }, 3), 3);
        assert_eq!(ask(2, key, 4), 4);
        assert_eq!([ask(1, key, 5), ask(2, key, 6)], [5, 4]);
    }

    #[test]
    fn a_failure_is_not_cached_as_the_result_of_others() {
        let encodings = Encodings::default();
        let rect = Rect { x: 0, y: 0, width: 8, height: 8 };
        let key = Key { rect, with_cursor: false, quality: 80 };
        assert_eq!(encodings.get(1, key, || Err::<Vec<u8>, _>("full")), Err("full"));
        assert_eq!(encodings.get(1, key, || Ok::<_, ()>(vec![1])).as_deref(), Ok(&[1][..]));
    }
}
