//! The vendors of models, and the names of their settings.

/// Whoever serves a model, for error messages.
#[derive(Debug, PartialEq, Eq)]
pub struct Vendor {
    /// What requests name it by, such as `anthropic`.
    pub id: &'static str,
    /// The vendor's name.
    pub name: &'static str,
    /// The name of its assistant, such as `Claude`.
    pub assistant_name: &'static str,
    /// The account that pays, at the beginning of a sentence.
    pub account: &'static str,
    /// The setting that holds the key.
    pub key_setting: &'static str,
    /// The setting that holds the address.
    pub address_setting: &'static str,
    /// The setting that names the model.
    pub model_setting: &'static str,
    /// Where keys are created and paid for.
    pub console: &'static str,
}
