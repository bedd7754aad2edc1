//! The data folder: the database that it belongs to, the private Postgres in it, and files that are created once.

pub(crate) mod create_once;
mod installation;
pub mod private_cluster;

pub use installation::{DataFolder, DataFolderError};
