//! Platforms: the clouds that serve a vendor's models in its stead.
//!
//! Reading order: [`settings`] are what the environment sets, `chosen` decides between the vendor and a platform, `vendors`
//! names platforms to people, `cloud` is a platform with its credentials, `aws` and `google` are theirs, `failure` classifies
//! what only platforms say.

pub(crate) mod aws;
pub(crate) mod chosen;
pub(crate) mod cloud;
pub(crate) mod failure;
pub(crate) mod google;
pub mod settings;
pub(crate) mod vendors;
