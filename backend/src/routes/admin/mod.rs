//! Administering the installation. For superusers.

pub(super) mod invitations;
pub(super) mod settings;
