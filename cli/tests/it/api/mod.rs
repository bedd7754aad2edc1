//! Snapshots of the API's responses: one for each route, with success and every error.
//!
//! `INSTA_UPDATE=always cargo test -p deskhand --test it -- api` updates them.

mod accounts;
mod administration;
mod chats;
mod client;
mod desktops;
mod everywhere;
mod files;
mod identity_providers;
mod models;
mod people;
mod route;
mod runs;

pub(crate) use client::{Api, run_path};
pub(crate) use route::Route;

/// Every route in `openapi.json` has a snapshot, and every snapshot has a route.
#[test]
fn every_route_has_a_snapshot() {
    let document = serde_json::to_value(backend::routes::openapi()).unwrap();
    let mut expected = std::collections::BTreeSet::from(["everywhere".to_owned()]);
    for (path, operations) in document["paths"].as_object().unwrap() {
        let path = path.trim_start_matches("/api/v1");
        expected.extend(
            operations
                .as_object()
                .unwrap()
                .keys()
                .map(|method| route::snapshot_name(&format!("{method} {path}"))),
        );
    }
    let files = std::fs::read_dir(route::snapshots()).unwrap();
    let names = files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned());
    assert_eq!(names.collect::<std::collections::BTreeSet<_>>(), expected);
}
