//! Rectangles that were encoded for one viewer and suit others.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::rect::Rect;
use crate::rfb::encoder::EncodeError;

/// What makes two encoded rectangles of the same picture of the screen the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) rect: Rect,
    pub(crate) with_cursor: bool,
    pub(crate) quality: u8,
}

type Encoded = Arc<OnceLock<Result<Arc<[u8]>, EncodeError>>>;

/// The rectangles of the newest picture.
#[derive(Debug, Default)]
pub(crate) struct Encodings {
    newest: Mutex<(u64, HashMap<Key, Encoded>)>,
}

impl Encodings {
    /// The rectangle of the picture with this version, encoded now if nobody has needed it before. Viewers
    /// that need it at the same moment wait for the first of them.
    ///
    /// # Errors
    /// Those of `encode`.
    pub(crate) fn get(
        &self,
        version: u64,
        key: Key,
        encode: impl FnOnce() -> Result<Vec<u8>, EncodeError>,
    ) -> Result<Arc<[u8]>, EncodeError> {
        let place = {
            let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            if newest.0 < version {
                *newest = (version, HashMap::new());
            }
            // One that is behind encodes for itself.
            if newest.0 == version {
                Arc::clone(newest.1.entry(key).or_default())
            } else {
                Encoded::default()
            }
        };
        place.get_or_init(|| encode().map(Arc::from)).clone()
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
        let ask = |version, key, with| encodings.get(version, key, || Ok(vec![with])).unwrap()[0];
        assert_eq!([ask(1, key, 1), ask(1, key, 2)], [1, 1]);
        assert_eq!(ask(1, Key { with_cursor: true, ..key }, 3), 3);
        assert_eq!(ask(2, key, 4), 4);
        assert_eq!([ask(1, key, 5), ask(2, key, 6)], [5, 4]);
    }
}
