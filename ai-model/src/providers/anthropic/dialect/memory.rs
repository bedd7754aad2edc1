//! Which dialects models were found to accept, against the table.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Dialect;

/// The dialects that models were stepped down to, by model.
#[derive(Debug, Clone, Default)]
pub struct DialectMemory(Arc<Mutex<HashMap<String, Dialect>>>);

impl DialectMemory {
    /// What is remembered of a model.
    #[must_use]
    pub fn get(&self, model: &str) -> Option<Dialect> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(model).copied()
    }

    /// Remembers what a model accepts.
    pub fn remember(&self, model: &str, dialect: Dialect) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(model.to_owned(), dialect);
    }
}
