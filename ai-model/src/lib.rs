//! The model service.
