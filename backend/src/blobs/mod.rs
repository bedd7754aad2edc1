//! Blobs: the bytes of files and screenshots, named by their SHA-256, and their garbage collection.

mod collect;
mod free_space;
mod store;
mod thumbnails;

pub use collect::{BlobCollector, CollectError, SWEEP_EVERY};
pub use free_space::check as check_space;
pub(crate) use store::path_of;
pub use store::{BlobStore, StageError, StagedBlob, is_hash};
