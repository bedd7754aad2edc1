//! Blobs: the bytes of files and screenshots, named by their SHA-256, and the collection of those that no row refers to.

mod collect;
mod store;

pub use collect::{BlobCollector, CollectError};
pub use store::{BlobStore, StageError, StagedBlob};
