//! Encoded rectangles, shared by viewers that use the same encoding.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::rect::Rect;

/// What an encoded rectangle depends on besides the frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct EncodingKey {
    pub(crate) rect: Rect,
    pub(crate) with_cursor: bool,
    pub(crate) quality: u8,
}

/// `None` after a failure.
type Encoded = Arc<OnceLock<Option<Arc<[u8]>>>>;

/// The encoded rectangles of the latest frame.
#[derive(Debug, Default)]
pub(crate) struct EncodingCache {
    latest: Mutex<(u64, HashMap<EncodingKey, Encoded>)>,
}

impl EncodingCache {
    /// Returns a rectangle from the cache, or encodes it. Viewers that need it concurrently wait for the first of them;
    /// if that one fails, each encodes for itself.
    pub(crate) fn get<E>(
        &self,
        version: u64,
        key: EncodingKey,
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

    fn entry(&self, version: u64, key: EncodingKey) -> Encoded {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if latest.0 < version {
            *latest = (version, HashMap::new());
        }
        // A viewer with an older frame encodes for itself.
        if latest.0 == version { Arc::clone(latest.1.entry(key).or_default()) } else { Encoded::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::{EncodingCache, EncodingKey, Rect};

    #[test]
    fn a_rectangle_of_a_frame_is_encoded_once() {
        let cache = EncodingCache::default();
        let rect = Rect { x: 0, y: 0, width: 8, height: 8 };
        let key = EncodingKey { rect, with_cursor: false, quality: 80 };
        let ask = |version, key, with| cache.get(version, key, || Ok::<_, ()>(vec![with])).unwrap()[0];
        assert_eq!([ask(1, key, 1), ask(1, key, 2)], [1, 1]);
        assert_eq!(ask(1, EncodingKey { with_cursor: true, ..key }, 3), 3);
        assert_eq!(ask(2, key, 4), 4);
        assert_eq!([ask(1, key, 5), ask(2, key, 6)], [5, 4]);
    }

    #[test]
    fn a_failure_is_not_cached_as_the_result_of_others() {
        let cache = EncodingCache::default();
        let rect = Rect { x: 0, y: 0, width: 8, height: 8 };
        let key = EncodingKey { rect, with_cursor: false, quality: 80 };
        assert_eq!(cache.get(1, key, || Err::<Vec<u8>, _>("full")), Err("full"));
        assert_eq!(cache.get(1, key, || Ok::<_, ()>(vec![1])).as_deref(), Ok(&[1][..]));
    }
}
