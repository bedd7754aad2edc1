//! A data folder with its own database, and with others.

use std::path::Path;

use backend::data_folder::{DataFolder, DataFolderError};
use backend::database::Database;
use diesel_async::RunQueryDsl as _;
use serde_json::json;

use crate::app::{TestApp, files_below, new_schema, ok};

async fn new_database() -> Database {
    Database::new(&new_schema().await).unwrap()
}

async fn refusal(folder: &Path, database: &Database) -> String {
    let refused = DataFolder::open(folder, database).await.err().unwrap();
    assert!(matches!(refused, DataFolderError::OtherDatabase { .. }), "{refused:?}");
    refused.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_another_database_is_refused_and_keeps_home_folders_and_blobs() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.upload(&ada, "kept.txt", b"kept".to_vec()).await;
    let chat = ok(app.post("/api/v1/chats/", &json!({})).bearer_auth(&ada)).await;
    app.state.desktops.ensure(chat["id"].as_str().unwrap().parse().unwrap()).await.unwrap();
    let own = app.state.database.clone();
    let data = app.stop_and_keep_data().await;
    let kept = || (files_below(&data.path().join("blobs")), files_below(&data.path().join("desktops")));
    let before = kept();
    assert!(!before.0.is_empty() && !before.1.is_empty(), "{before:?}");

    let other = new_database().await;
    let told = refusal(data.path(), &other).await;
    let file = data.path().join("installation-id");
    for part in [&data.path().display().to_string(), other.place(), &file.display().to_string()] {
        assert!(told.contains(part), "{part} is not in: {told}");
    }
    assert_eq!(kept(), before);

    DataFolder::open(data.path(), &own).await.unwrap();
    std::fs::remove_file(file).unwrap();
    DataFolder::open(data.path(), &other).await.unwrap();
    refusal(data.path(), &own).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_has_one_id_for_concurrent_starts_and_several_folders() {
    let url = new_schema().await;
    let (one, other) = (Database::new(&url).unwrap(), Database::new(&url).unwrap());
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let starts = [(&folders[0], &one), (&folders[0], &other), (&folders[1], &one), (&folders[1], &other)];
    let starts = starts.map(|(folder, database)| DataFolder::open(folder.path(), database));
    futures_util::future::try_join_all(starts).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_database_gets_another_id() {
    let (folder, database) = (tempfile::tempdir().unwrap(), new_database().await);
    DataFolder::open(folder.path(), &database).await.unwrap();
    let mut conn = database.connection().await.unwrap();
    diesel::sql_query("TRUNCATE installation").execute(&mut conn).await.unwrap();
    drop(conn);
    refusal(folder.path(), &database).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_can_not_have_a_second_id() {
    let database = new_database().await;
    let mut conn = database.connection().await.unwrap();
    let insert = || diesel::sql_query("INSERT INTO installation DEFAULT VALUES");
    insert().execute(&mut conn).await.unwrap();
    insert().execute(&mut conn).await.unwrap_err();
}
