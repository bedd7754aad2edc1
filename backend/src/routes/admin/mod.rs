//! Administering the installation. For superusers.

pub(super) mod identity_providers;
pub(super) mod invitations;
pub(super) mod settings;
pub(super) mod usage;
