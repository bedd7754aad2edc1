//! An installation whose database is not the private one.

use backend::data_folder::private_cluster::PrivateCluster;
use serde_json::json;

use super::{Stopped, backup_command, content_of, goes_on, restore_command, run, stop};
use crate::deskhand::Deskhand;
use crate::rows::{execute, select};

#[tokio::test(flavor = "multi_thread")]
async fn a_database_of_ones_own_is_backed_up_and_replaced_at_once() {
    let place = tempfile::tempdir().unwrap();
    let server = PrivateCluster::start(place.path()).await.unwrap();
    for name in ["source", "target"] {
        execute(server.url(), &format!("CREATE DATABASE {name}")).await;
    }
    let url = |name: &str| server.url().replace("dbname=deskhand", &format!("dbname={name}"));
    let (source, target) = (url("source"), url("target"));
    let (data, file) = (place.path().join("source"), place.path().join("backup.tar.gz"));
    let mut deskhand = Deskhand::up_with(&data, &[("DATABASE_URL", &source)]).await;
    let token = deskhand.first_administrator().await;
    let chat = deskhand.chat(&token, "run `echo mine > ~/kept`").await;
    run(backup_command(&data, &file, &[]).env("DATABASE_URL", &source)).await.unwrap();
    stop(&mut deskhand).await;
    let told =
        run(backup_command(&place.path().join("other"), &file, &[]).env("DATABASE_URL", &source)).await;
    assert!(told.unwrap_err().contains("does not belong to this database"));

    let elsewhere = place.path().join("elsewhere");
    let restore = |options: &[&str]| {
        let mut command = restore_command(&elsewhere, &file, options);
        command.env("DATABASE_URL", &target);
        command
    };
    run(&mut restore(&[])).await.unwrap();
    // The service went on after the backup, so compare with a second one.
    let schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'deskhand%'";
    assert_eq!(select(&target, schemas).await, Vec::<serde_json::Value>::new());
    let before = content_of(&target).await;
    let constraints = |content: &std::collections::BTreeMap<String, serde_json::Value>| {
        ["constraints", "indexes", "triggers", "functions"].map(|name| content[name].clone())
    };
    assert_eq!(constraints(&before), constraints(&content_of(&source).await));

    let told = run(&mut restore(&[])).await.unwrap_err();
    assert!(told.contains("already has the data of a Deskhand") && told.contains("--replace"), "{told}");
    let elsewhere_too = place.path().join("elsewhere too");
    let told =
        run(restore_command(&elsewhere_too, &file, &[]).env("DATABASE_URL", &target)).await.unwrap_err();
    assert!(told.contains("The database (DATABASE_URL) already has tables"), "{told}");

    let deskhand = Deskhand::up_with(&elsewhere, &[("DATABASE_URL", &target)]).await;
    goes_on(&deskhand, chat["id"].as_str().unwrap()).await;
    assert_ne!(content_of(&target).await, before);
    let told = run(&mut restore(&["--replace"])).await.unwrap_err();
    assert!(told.contains("A Deskhand is connected to the database"), "{told}");
    drop(deskhand);
    let connected = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'deskhand'";
    crate::installation::until("its connections end", async || {
        select(&target, connected).await == [json!({ "count": 0 })]
    })
    .await;
    // A table of another program, which has no place in a database of Deskhand.
    execute(&target, "CREATE TABLE theirs (id int); CREATE EXTENSION IF NOT EXISTS plpgsql").await;
    run(&mut restore(&["--replace"])).await.unwrap();
    assert_eq!(content_of(&target).await, before);

    // From a private database to one of one's own.
    let stopped = Stopped::new().await;
    run(&mut backup_command(stopped.path(), &file, &[])).await.unwrap();
    run(&mut restore(&["--replace"])).await.unwrap();
    let deskhand = Deskhand::up_with(&elsewhere, &[("DATABASE_URL", &target)]).await;
    goes_on(&deskhand, &stopped.chat).await;
    drop(deskhand);
    server.stop().await.unwrap();
}
