//! Who serves models, and what its settings are called.

/// Whoever serves a model, for the words of errors.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// What people call it.
    pub name: &'static str,
    /// What people call its models when they speak, such as `Claude`.
    pub assistant_name: &'static str,
    /// The account that pays, at the beginning of a sentence.
    pub account: &'static str,
    /// The setting that holds the key.
    pub key_setting: &'static str,
    /// The setting that holds the address.
    pub address_setting: &'static str,
    /// The setting that names the model.
    pub model_setting: &'static str,
    /// Where keys are made and paid for.
    pub console: &'static str,
}
