//! Administering the installation. For superusers.

pub(super) mod desktops;
pub(super) mod identity_providers;
pub(super) mod internet;
pub(super) mod invitations;
pub(super) mod retention;
pub(super) mod runs;
pub(super) mod settings;
