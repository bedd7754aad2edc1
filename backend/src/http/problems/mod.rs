//! Maps the errors of the services, which know nothing of HTTP, to problems.

mod accounts;
mod chats;
mod desktops;
mod files;
mod identity_providers;
mod models;
mod rejections;
mod site;
