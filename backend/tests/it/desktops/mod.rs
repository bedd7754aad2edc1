//! Desktop providers: the behavior they share, and what is specific to containers.

mod administration;
mod conformance;
mod containment;
mod engine;
mod full_flavour;
mod idle;
mod internet;
mod local;
mod local_network;
mod locales;
mod own_engine;
mod pool;
mod programs;
mod reconcile;
mod server;
mod subject;
mod uploads;
