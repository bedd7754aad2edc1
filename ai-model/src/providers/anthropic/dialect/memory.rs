//! Remembers which older dialects models turned out to require, contrary to the table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Dialect;

/// The dialects that models were stepped down to, by model.
#[derive(Debug, Clone, Default)]
pub struct DialectMemory(Arc<Mutex<HashMap<String, Dialect>>>);

impl DialectMemory {
    /// The remembered dialect of a model.
    #[must_use]
    pub fn get(&self, model: &str) -> Option<Dialect> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied()
    }

    /// Remembers the dialect that a model accepts.
    pub fn remember(&self, model: &str, dialect: Dialect) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(model.to_owned(), dialect);
    }
}
