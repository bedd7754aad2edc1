//! Desktop providers: the behavior they share, and what is specific to containers.

mod conformance;
mod containment;
mod engine;
mod idle;
mod internet;
mod local;
mod own_engine;
mod pool;
mod reconcile;
mod server;
mod subject;
